/** Files on their way to the server, with their progress. */
import { useCallback, useState } from 'react'
import type { DraftAttachment } from '../../../data/index.ts'
import { useClient } from '../../../shell/client.tsx'
import { useLive } from '../../../shell/value.ts'

export interface Upload {
  readonly id: string
  readonly file: File
  /** 0 to 1. */
  readonly progress: number
  readonly problem: 'tooLarge' | 'failed' | undefined
}

export interface Uploads {
  readonly items: readonly Upload[]
  add(files: Iterable<File>): void
  retry(id: string): void
  remove(id: string): void
}

const running = new Map<string, AbortController>()

/** @param onDone called with each file once the server has it */
export const useUploads = (onDone: (attachment: DraftAttachment) => void): Uploads => {
  const client = useClient()
  const limit = useLive(client.session)?.maxSizeUpload ?? Number.POSITIVE_INFINITY
  const [items, setItems] = useState<readonly Upload[]>([])

  const change = useCallback((id: string, part: Partial<Upload>) => {
    setItems((now) => now.map((item) => (item.id === id ? { ...item, ...part } : item)))
  }, [])
  const drop = useCallback((id: string) => setItems((now) => now.filter((item) => item.id !== id)), [])

  const start = useCallback(
    async (id: string, file: File) => {
      const stop = new AbortController()
      running.set(id, stop)
      try {
        const { blobId, type, size } = await client.upload(file, (progress) => change(id, { progress }), stop.signal)
        drop(id)
        onDone({ blobId, type: file.type || type, size, name: file.name || 'image.png', disposition: 'attachment' })
      } catch {
        if (!stop.signal.aborted) change(id, { problem: 'failed' })
      } finally {
        running.delete(id)
      }
    },
    [client, change, drop, onDone],
  )

  return {
    items,
    add: (files) => {
      for (const file of files) {
        const id = crypto.randomUUID()
        const problem = file.size > limit ? ('tooLarge' as const) : undefined
        setItems((now) => [...now, { id, file, progress: 0, problem }])
        if (problem === undefined) void start(id, file)
      }
    },
    retry: (id) => {
      const item = items.find((entry) => entry.id === id)
      if (item === undefined) return
      change(id, { problem: undefined, progress: 0 })
      void start(id, item.file)
    },
    remove: (id) => {
      running.get(id)?.abort()
      drop(id)
    },
  }
}
