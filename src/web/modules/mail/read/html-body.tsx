/**
 * The HTML of a message in a frame of an opaque origin. The frame is a document of its own (message-frame.html) with
 * its own Content-Security-Policy, because a `srcdoc` frame inherits the page's policy, under which no message keeps
 * its inline styles. It may run scripts, but its policy names by hash the one script that may: the few lines that
 * measure the height, pass keys and receive this message. Without `allow-same-origin` even that script reaches neither
 * the page, nor its cookies, nor its storage. The alternative, `allow-same-origin` without scripts, would let one
 * forgotten way to run script take the whole mailbox.
 */
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { EmailBody } from '../../../data/index.ts'
import { useClient } from '../../../shell/client.tsx'
import { useMedia } from '../../../shell/media.ts'
import { preferences } from '../../../shell/preferences.ts'
import { useLive } from '../../../shell/value.ts'
import { Button } from '../../../ui/button.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { composeTo } from '../compose/composers.ts'
import css from './html-body.module.css'
import frameUrl from './message-frame.html?url'
import { type CleanHtml, sanitise } from './sanitise.ts'

/** Taller than any message worth showing whole. */
const MAX_HEIGHT = 60_000

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

const Frame = ({
  clean,
  body,
  showImages,
  dark,
}: {
  clean: CleanHtml
  body: EmailBody
  showImages: boolean
  dark: boolean
}) => {
  const { t } = useTranslation()
  const client = useClient()
  const frame = useRef<HTMLIFrameElement>(null)
  const [height, setHeight] = useState(120)
  useEffect(() => {
    const fillImages = async (to: Window) => {
      const blobs = partBlobs(body)
      for (const part of clean.parts) {
        const found = blobs.get(part)
        if (found === undefined) continue
        const response = await fetch(client.downloadUrl(found.blobId, 'image', found.type)).catch(() => undefined)
        if (response?.ok) to.postMessage({ kind: 'image', part, blob: await response.blob() }, '*')
      }
    }
    const onMessage = (event: MessageEvent<unknown>) => {
      const inside = frame.current?.contentWindow
      if (!inside || event.source !== inside || !isFrameMessage(event.data)) return
      const message = event.data
      if (message.kind === 'ready') {
        inside.postMessage({ kind: 'show', html: clean.html, images: showImages, dark }, '*')
        void fillImages(inside)
      } else if (message.kind === 'height' && typeof message.height === 'number')
        setHeight(Math.min(MAX_HEIGHT, Math.max(24, message.height)))
      else if (message.kind === 'key' && frame.current) passKey(frame.current, message)
      else if (message.kind === 'mailto' && typeof message.href === 'string') composeTo(message.href)
    }
    window.addEventListener('message', onMessage)
    return () => window.removeEventListener('message', onMessage)
  }, [client, clean, body, showImages, dark])
  return (
    <iframe
      ref={frame}
      className={css.frame}
      data-dark={dark || undefined}
      style={{ height }}
      src={frameUrl}
      title={t('message.body')}
      sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox"
      referrerPolicy="no-referrer"
    />
  )
}

export const HtmlBody = ({ html, body }: { html: string; body: EmailBody }) => {
  const { t } = useTranslation()
  const [showImages, setShowImages] = useState(false)
  const systemDark = useMedia('(prefers-color-scheme: dark)')
  const { theme } = useLive(preferences)
  const dark = theme === 'dark' || (theme === 'auto' && systemDark)
  const clean = useMemo(() => sanitise(html, showImages), [html, showImages])
  return (
    <>
      {clean.blocked > 0 && !showImages ? (
        <div className={css.bar}>
          <Icon name="image" size={18} />
          <p className={css.text}>{t('message.imagesBlocked')}</p>
          <Button kind="quiet" onPress={() => setShowImages(true)}>
            {t('message.showImages')}
          </Button>
        </div>
      ) : null}
      <Frame key={`${showImages} ${dark}`} clean={clean} body={body} showImages={showImages} dark={dark} />
    </>
  )
}
