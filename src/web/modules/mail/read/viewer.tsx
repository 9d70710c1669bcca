/** Attachments one after another in the page: pictures, PDF, text, events, contacts. Nothing of them is run. */
import { lazy, Suspense, useEffect, useState } from 'react'
import { Dialog, Heading } from 'react-aria-components/Dialog'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { useTranslation } from 'react-i18next'
import type { EmailBodyPart } from '../../../data/index.ts'
import { useClient } from '../../../shell/client.tsx'
import { useLive } from '../../../shell/value.ts'
import { IconButton } from '../../../ui/button.tsx'
import { classes } from '../../../ui/classes.ts'
import { Icon } from '../../../ui/icon.tsx'
import { useBytes, useText } from './attachment-bytes.ts'
import { useAttachmentName } from './attachment-list.tsx'
import { ContactView, EventView } from './card-view.tsx'
import { longest, type View, viewable } from './viewable.ts'
import css from './viewer.module.css'

const PdfView = lazy(() => import('./pdf-view.tsx').then((module) => ({ default: module.PdfView })))
const AttachedMessage = lazy(() =>
  import('./attached-message.tsx').then((module) => ({ default: module.AttachedMessage })),
)

const zooms = [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4] as const
const PLAIN = zooms.indexOf(1)

const ImageView = ({ blob, type, name, zoom }: { blob: Blob; type: string; name: string; zoom: number }) => {
  const { t } = useTranslation()
  const [url, setUrl] = useState<string>()
  /** The address that could not be shown: an earlier one, given up, says nothing of this one. */
  const [bad, setBad] = useState<string>()
  const [width, setWidth] = useState<number>()
  useEffect(() => {
    // Shown as the picture it is said to be and as nothing else.
    const made = URL.createObjectURL(new Blob([blob], { type }))
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [blob, type])
  if (url !== undefined && bad === url) return <p className={css.note}>{t('reading.viewer.failed')}</p>
  return (
    <div className={css.centre}>
      <img
        className={css.image}
        data-zoomed={zoom === 1 ? undefined : true}
        src={url}
        alt={name}
        style={zoom === 1 || width === undefined ? undefined : { width: width * zoom }}
        onLoad={({ currentTarget }) => {
          const { clientWidth } = currentTarget
          setWidth((known) => known ?? clientWidth)
        }}
        onError={() => setBad(url)}
      />
    </div>
  )
}

const SHOWN_TEXT = 500_000

const TextView = ({ blob, zoom }: { blob: Blob; zoom: number }) => {
  const { t } = useTranslation()
  const text = useText(blob, SHOWN_TEXT)
  if (text === undefined) return null
  return (
    <div className={css.sheet}>
      <pre className={css.text} style={{ fontSize: `${0.875 * zoom}rem` }}>
        {text === '' ? t('reading.viewer.empty') : text}
      </pre>
      {blob.size > SHOWN_TEXT ? <p className={css.note}>{t('reading.viewer.truncated')}</p> : null}
    </div>
  )
}

const CardText = ({ blob, view, blobId }: { blob: Blob; view: 'event' | 'contact'; blobId: string }) => {
  const text = useText(blob, longest[view])
  if (text === undefined) return null
  return (
    <div className={css.sheet}>
      {view === 'event' ? <EventView text={text} blobId={blobId} /> : <ContactView text={text} />}
    </div>
  )
}

interface ShownProps {
  readonly part: EmailBodyPart
  readonly name: string
  readonly zoom: number
}

const Shown = ({ view, ...shown }: ShownProps & { view: View }) => {
  const { t } = useTranslation()
  // The server takes a message apart: its bytes are not fetched.
  if (view !== 'message') return <ShownBytes view={view} {...shown} />
  return (
    <Suspense fallback={<p className={css.note}>{t('app.loading')}</p>}>
      <div className={css.sheet}>
        <AttachedMessage blobId={shown.part.blobId ?? ''} />
      </div>
    </Suspense>
  )
}

const ShownBytes = ({ part, view, name, zoom }: ShownProps & { view: Exclude<View, 'message'> }) => {
  const { t } = useTranslation()
  const client = useClient()
  const loaded = useBytes(client.downloadUrl(part.blobId ?? '', name, 'application/octet-stream'))
  const isOffline = useLive(client.status) === 'offline'
  if (loaded.kind === 'failed')
    return <p className={css.note}>{t(isOffline ? 'reading.viewer.offline' : 'reading.viewer.failed')}</p>
  if (loaded.kind === 'loading')
    return (
      <p className={css.note} role="status">
        {t('app.loading')}
      </p>
    )
  const { blob } = loaded
  switch (view) {
    case 'image':
      return <ImageView blob={blob} type={part.type} name={name} zoom={zoom} />
    case 'pdf':
      return (
        <Suspense fallback={<p className={css.note}>{t('app.loading')}</p>}>
          <PdfView blob={blob} zoom={zoom} />
        </Suspense>
      )
    case 'text':
      return <TextView blob={blob} zoom={zoom} />
    default:
      return <CardText blob={blob} view={view} blobId={part.blobId ?? ''} />
  }
}

export const Viewer = ({
  parts,
  at,
  onMove,
  onClose,
}: {
  parts: readonly EmailBodyPart[]
  at: number
  onMove: (at: number) => void
  onClose: () => void
}) => {
  const { t } = useTranslation()
  const client = useClient()
  const nameOf = useAttachmentName()
  const [level, setLevel] = useState<number>(PLAIN)
  const part = parts[at]
  const view = part && viewable(part)
  const go = (step: number) => {
    const next = at + step
    if (next < 0 || next >= parts.length) return
    setLevel(PLAIN)
    onMove(next)
  }
  const resize = (step: number) => setLevel((now) => Math.min(zooms.length - 1, Math.max(0, now + step)))
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const acts: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => go(-1),
      ArrowRight: () => go(1),
      '+': () => resize(1),
      '-': () => resize(-1),
      '0': () => setLevel(PLAIN),
      // What had the focus may have gone with the attachment before: the message below must not be closed instead.
      Escape: onClose,
    }
    const act = acts[event.key]
    if (!act) return
    event.preventDefault()
    event.stopPropagation()
    act()
  }
  // The focus may be on the sheet itself, above everything drawn here.
  useEffect(() => {
    document.addEventListener('keydown', onKeyDown, true)
    return () => document.removeEventListener('keydown', onKeyDown, true)
  })
  if (!part || !view) return null
  const name = nameOf(part)
  const isCard = view === 'event' || view === 'contact' || view === 'message'
  return (
    <ModalOverlay
      className={classes(css.veil)}
      isOpen
      isDismissable
      onOpenChange={(open) => (open ? undefined : onClose())}
    >
      <Modal className={classes(css.modal)}>
        <Dialog className={classes(css.dialog)}>
          <header className={css.bar}>
            <Heading slot="title" className={classes(css.title)}>
              {name}
            </Heading>
            {parts.length > 1 ? (
              <>
                <IconButton
                  icon="back"
                  label={t('reading.viewer.previous')}
                  shortcut="←"
                  isDisabled={at === 0}
                  onPress={() => go(-1)}
                />
                <span className={css.position} role="status">
                  {t('reading.viewer.position', { at: at + 1, count: parts.length })}
                </span>
                <IconButton
                  icon="next"
                  label={t('reading.viewer.next')}
                  shortcut="→"
                  isDisabled={at === parts.length - 1}
                  onPress={() => go(1)}
                />
              </>
            ) : null}
            {isCard ? null : (
              <>
                <IconButton
                  icon="minus"
                  label={t('reading.viewer.zoomOut')}
                  shortcut="-"
                  isDisabled={level === 0}
                  onPress={() => resize(-1)}
                />
                <IconButton
                  icon="plus"
                  label={t('reading.viewer.zoomIn')}
                  shortcut="+"
                  isDisabled={level === zooms.length - 1}
                  onPress={() => resize(1)}
                />
              </>
            )}
            <a
              className={css.get}
              href={client.downloadUrl(part.blobId ?? '', name, part.type)}
              download={name}
              aria-label={t('message.download', { name })}
            >
              <Icon name="download" size={20} />
            </a>
            <IconButton icon="close" label={t('app.close')} onPress={onClose} />
          </header>
          <section
            className={css.stage}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
            tabIndex={0}
            aria-label={t('reading.viewer.label', { name })}
          >
            {part.size > longest[view] ? (
              <p className={css.note}>{t('reading.viewer.tooLarge')}</p>
            ) : (
              <Shown key={part.blobId} part={part} view={view} name={name} zoom={zooms[level] ?? 1} />
            )}
          </section>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
