/** Files on their way to the server, with their progress: into the message, into its text, or as a link when too large. */
import { useCallback, useState } from 'react'
import type { DraftAttachment } from '../../../data/index.ts'
import { useClient } from '../../../shell/client.tsx'
import { useLive } from '../../../shell/value.ts'
import type { LinkedFile } from './compose-state.ts'
import { ShareRefused, uploadShared } from './shared-files.ts'

export interface Upload {
  readonly id: string
  readonly file: File
  readonly way: 'attached' | 'inline' | 'link'
  /** 0 to 1. */
  readonly progress: number
  /** `failed`, or the server's own sentence. */
  readonly problem: string | undefined
}

export interface UploadTargets {
  readonly attached: (attachment: DraftAttachment) => void
  /** `url`: where the picture is shown from. */
  readonly inline: (attachment: DraftAttachment, url: string) => void
  readonly link: (file: LinkedFile) => void
}

export interface Uploads {
  readonly items: readonly Upload[]
  add(files: Iterable<File>, inText?: boolean): void
  retry(id: string): void
  remove(id: string): void
}

/** Octets: a larger file would not reach many mailboxes (base64 adds a third, and 25 MB is what most take). */
export const LINK_BEYOND = 18_000_000

const running = new Map<string, AbortController>()

const cidOf = (): string => `${crypto.randomUUID()}@inline`

/** @param room octets that attachments may still have */
export const useUploads = (targets: UploadTargets, room: () => number): Uploads => {
  const client = useClient()
  const limit = useLive(client.session)?.maxSizeUpload ?? Number.POSITIVE_INFINITY
  const [items, setItems] = useState<readonly Upload[]>([])

  const change = useCallback((id: string, part: Partial<Upload>) => {
    setItems((now) => now.map((item) => (item.id === id ? { ...item, ...part } : item)))
  }, [])
  const drop = useCallback((id: string) => setItems((now) => now.filter((item) => item.id !== id)), [])

  const carry = useCallback(
    async (id: string, file: File, way: Upload['way'], signal: AbortSignal) => {
      const onProgress = (progress: number) => change(id, { progress })
      if (way === 'link') {
        const linked = await uploadShared(file, onProgress, signal)
        drop(id)
        targets.link(linked)
        return
      }
      const { blobId, type, size } = await client.upload(file, onProgress, signal)
      drop(id)
      const name = file.name || 'image.png'
      const attachment = { blobId, type: file.type || type, size, name }
      if (way === 'attached') targets.attached({ ...attachment, disposition: 'attachment' })
      else
        targets.inline(
          { ...attachment, disposition: 'inline', cid: cidOf() },
          client.downloadUrl(blobId, name, attachment.type),
        )
    },
    [client, change, drop, targets],
  )

  const start = useCallback(
    async (id: string, file: File, way: Upload['way']) => {
      const stop = new AbortController()
      running.set(id, stop)
      try {
        await carry(id, file, way, stop.signal)
      } catch (error) {
        if (!stop.signal.aborted)
          change(id, { problem: error instanceof ShareRefused ? `${error.message} (${error.code})` : 'failed' })
      } finally {
        running.delete(id)
      }
    },
    [carry, change],
  )

  return {
    items,
    add: (files, inText = false) => {
      let left = Math.min(limit, LINK_BEYOND, room())
      for (const file of files) {
        const id = crypto.randomUUID()
        const way = file.size > left ? 'link' : inText && file.type.startsWith('image/') ? 'inline' : 'attached'
        if (way !== 'link') left -= file.size
        setItems((now) => [...now, { id, file, way, progress: 0, problem: undefined }])
        void start(id, file, way)
      }
    },
    retry: (id) => {
      const item = items.find((entry) => entry.id === id)
      if (item === undefined) return
      change(id, { problem: undefined, progress: 0 })
      void start(id, item.file, item.way)
    },
    remove: (id) => {
      running.get(id)?.abort()
      drop(id)
    },
  }
}
