/**
 * The HTML of a message in a frame of an opaque origin. The frame is a document of its own (message-frame.html) with
 * its own Content-Security-Policy, because a `srcdoc` frame inherits the page's policy, under which no message keeps
 * its inline styles. It may run scripts, but its policy names by hash the one script that may: the few lines that
 * measure the height, pass keys and receive this message. Without `allow-same-origin` even that script reaches neither
 * the page, nor its cookies, nor its storage; and it loads nothing: pictures are handed in.
 */
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { EmailBody } from '../../../data/index.ts'
import { useClient } from '../../../shell/client.tsx'
import { composeTo } from '../compose/composers.ts'
import frameUrl from './message-frame.html?url'
import css from './message-frame.module.css'
import type { CleanHtml } from './sanitise.ts'
import { fetchImages } from './use-images.ts'

/** Taller than most messages: beyond, the frame scrolls by itself (message-frame.html has the same number). */
const MAX_HEIGHT = 60_000

/** `dark`: colours were changed, or there are none; `paper`: as it was made, on white. */
export type Look = '' | 'dark' | 'paper'

interface FrameMessage {
  readonly kind: string
  readonly height?: unknown
  readonly key?: unknown
  readonly shiftKey?: unknown
  readonly href?: unknown
}

const isFrameMessage = (value: unknown): value is FrameMessage =>
  typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string'

/** Repeats in the page a key pressed inside the frame. */
const passKey = (frame: HTMLElement, { key, shiftKey }: FrameMessage): void => {
  if (typeof key !== 'string' || key.length > 20) return
  frame.dispatchEvent(
    new KeyboardEvent('keydown', { key, shiftKey: shiftKey === true, bubbles: true, cancelable: true }),
  )
  if (key === 'Escape') document.getElementById('reader')?.focus()
}

/** The images that travel with the message, by content id or blob id. */
const partBlobs = (body: EmailBody): Map<string, { blobId: string; type: string }> => {
  const found = new Map<string, { blobId: string; type: string }>()
  for (const part of [...body.attachments, ...body.htmlBody]) {
    if (part.blobId === null || !part.type.startsWith('image/') || part.type.includes('svg')) continue
    if (part.cid) found.set(`cid:${part.cid}`, { blobId: part.blobId, type: part.type })
    found.set(`blob:${part.blobId}`, { blobId: part.blobId, type: part.type })
  }
  return found
}

export const MessageFrame = ({
  clean,
  body,
  showImages,
  look,
  onHeight,
  onFailed,
}: {
  clean: CleanHtml
  body: EmailBody
  showImages: boolean
  look: Look
  onHeight?: (height: number) => void
  onFailed?: (count: number) => void
}) => {
  const { t } = useTranslation()
  const client = useClient()
  const frame = useRef<HTMLIFrameElement>(null)
  const [height, setHeight] = useState(120)
  const [inside, setInside] = useState<Window>()
  // Before the frame can speak: on a busy machine it is ready sooner than effects that wait for the paint.
  useLayoutEffect(() => {
    const onMessage = (event: MessageEvent<unknown>) => {
      const from = frame.current?.contentWindow
      if (!from || event.source !== from || !isFrameMessage(event.data)) return
      const message = event.data
      if (message.kind === 'ready') {
        from.postMessage({ kind: 'show', html: clean.html, look }, '*')
        setInside(from)
      } else if (message.kind === 'height' && typeof message.height === 'number') {
        const wanted = Math.min(MAX_HEIGHT, Math.max(24, message.height))
        setHeight(wanted)
        onHeight?.(wanted)
      } else if (message.kind === 'key' && frame.current) passKey(frame.current, message)
      else if (message.kind === 'mailto' && typeof message.href === 'string') composeTo(message.href)
    }
    window.addEventListener('message', onMessage)
    return () => window.removeEventListener('message', onMessage)
  }, [clean, look, onHeight])
  useEffect(() => {
    if (!inside || clean.parts.length === 0) return
    const stop = new AbortController()
    const fill = async () => {
      const blobs = partBlobs(body)
      for (const part of clean.parts) {
        const found = blobs.get(part)
        if (found === undefined || stop.signal.aborted) continue
        const response = await fetch(client.downloadUrl(found.blobId, 'image', found.type)).catch(() => undefined)
        if (response?.ok) inside.postMessage({ kind: 'image', part, blob: await response.blob() }, '*')
      }
    }
    void fill()
    return () => stop.abort()
  }, [client, clean, body, inside])
  useEffect(() => {
    if (!inside || !showImages || clean.remote.length === 0) return
    const stop = new AbortController()
    const take = (remote: number, blob: Blob) => inside.postMessage({ kind: 'image', remote, blob }, '*')
    void fetchImages(clean.remote, take, stop.signal).then((failed) => {
      if (!stop.signal.aborted) onFailed?.(failed)
    })
    return () => stop.abort()
  }, [clean, inside, showImages, onFailed])
  return (
    <iframe
      ref={frame}
      className={css.frame}
      // Not before the page inside is dark itself: between the two, the browser would paint white.
      data-dark={(look === 'dark' && inside !== undefined) || undefined}
      style={{ height }}
      src={frameUrl}
      title={t('message.body')}
      sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox"
      referrerPolicy="no-referrer"
    />
  )
}
