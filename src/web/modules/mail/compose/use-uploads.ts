/** Files on their way to the server, with their progress: into the message, into its text, or as a link when too large. */
import { useCallback, useEffect, useRef, useState } from 'react'
import type { DraftAttachment } from '../../../data/index.ts'
import { useClient } from '../../../shell/client.tsx'
import { useLive } from '../../../shell/value.ts'
import type { LinkedFile } from './compose-state.ts'
import { ShareRefused, uploadShared } from './shared-files.ts'
import { forgetFile, keepFile, keptFile, type WaitingFile } from './waiting-files.ts'

export interface Upload {
  readonly id: string
  readonly file: File
  readonly way: 'attached' | 'inline' | 'link'
  /** 0 to 1. */
  readonly progress: number
  /** `offline`: goes on by itself; `failed`; `lost`: to be chosen again; or the server's own sentence. */
  readonly problem: string | undefined
}

export interface UploadTargets {
  readonly attached: (attachment: DraftAttachment) => void
  /** `url`: where the picture is shown from. */
  readonly inline: (attachment: DraftAttachment, url: string) => void
  readonly link: (file: LinkedFile) => void
  /** Those that have still to be uploaded are others now. */
  readonly waiting: (files: readonly WaitingFile[]) => void
}

export interface Uploads {
  readonly items: readonly Upload[]
  add(files: Iterable<File>, inText?: boolean): void
  retry(id: string): void
  remove(id: string): void
}

/** Octets: a larger file would not reach many mailboxes (base64 adds a third, and 25 MB is what most take). */
export const LINK_BEYOND = 18_000_000

const AGAIN_MS = 10_000

/** Nobody refused it: it did not get through (data/upload.ts). */
const isNetwork = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'event' in error &&
  (error.event as { type?: string }).type === 'network'

const running = new Map<string, AbortController>()

const cidOf = (): string => `${crypto.randomUUID()}@inline`

/** Once, when the page begins anew with a message that had files on their way. */
const useRestored = (left: readonly WaitingFile[] | undefined, restore: (file: WaitingFile) => Promise<void>): void => {
  const isDone = useRef(false)
  useEffect(() => {
    if (isDone.current) return
    isDone.current = true
    for (const file of left ?? []) void restore(file)
  }, [left, restore])
}

const waitingOf = (items: readonly Upload[]): readonly WaitingFile[] =>
  items.map(({ id, file: { name, type, size }, way }) => ({ id, name, type, size, way }))

/**
 * @param room octets that attachments may still have
 * @param left files of an earlier life of the page that had still to be uploaded
 */
export const useUploads = (
  targets: UploadTargets,
  room: () => number,
  left: readonly WaitingFile[] | undefined,
): Uploads => {
  const client = useClient()
  const limit = useLive(client.session)?.maxSizeUpload ?? Number.POSITIVE_INFINITY
  const [items, setItems] = useState<readonly Upload[]>([])
  const latest = useRef(items)
  const put = useCallback((next: readonly Upload[]) => {
    latest.current = next
    setItems(next)
  }, [])
  const change = useCallback(
    (id: string, part: Partial<Upload>) =>
      put(latest.current.map((item) => (item.id === id ? { ...item, ...part } : item))),
    [put],
  )
  const tell = useCallback(() => targets.waiting(waitingOf(latest.current)), [targets])
  const drop = useCallback(
    (id: string) => {
      put(latest.current.filter((item) => item.id !== id))
      tell()
      forgetFile(client, id)
    },
    [put, tell, client],
  )

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
        if (!stop.signal.aborted) {
          const failed = isNetwork(error) || client.status.get() !== 'online' ? 'offline' : 'failed'
          change(id, { problem: error instanceof ShareRefused ? `${error.message} (${error.code})` : failed })
        }
      } finally {
        running.delete(id)
      }
    },
    [carry, change, client],
  )

  const again = useCallback(
    (id: string) => {
      const item = latest.current.find((entry) => entry.id === id)
      if (item === undefined || item.problem === 'lost') return
      change(id, { problem: undefined, progress: 0 })
      void start(id, item.file, item.way)
    },
    [change, start],
  )
  // What the network stopped goes on when it is back.
  useEffect(() => {
    const goOn = () => {
      if (client.status.get() !== 'online') return
      for (const { id, problem } of latest.current) if (problem === 'offline') again(id)
    }
    // A break so short that nothing else noticed it tells nobody that it is over.
    const timer = setInterval(goOn, AGAIN_MS)
    const stop = client.status.subscribe(goOn)
    return () => {
      clearInterval(timer)
      stop()
    }
  }, [client, again])
  useRestored(left, async (file) => {
    const found = await keptFile(client, file)
    const { id, way } = file
    const base = { id, way, progress: 0 }
    if (found === undefined) {
      put([...latest.current, { ...base, file: new File([], file.name, { type: file.type }), problem: 'lost' }])
      return
    }
    put([...latest.current, { ...base, file: found, problem: undefined }])
    void start(id, found, way)
  })

  return {
    items,
    add: (files, inText = false) => {
      let left = Math.min(limit, LINK_BEYOND, room())
      for (const file of files) {
        const id = crypto.randomUUID()
        const way = file.size > left ? 'link' : inText && file.type.startsWith('image/') ? 'inline' : 'attached'
        if (way !== 'link') left -= file.size
        put([...latest.current, { id, file, way, progress: 0, problem: undefined }])
        void keepFile(client, id, file)
        void start(id, file, way)
      }
      tell()
    },
    retry: again,
    remove: (id) => {
      running.get(id)?.abort()
      drop(id)
    },
  }
}
