/** One message being written. */
import { type DragEvent, useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../../shell/client.tsx'
import { toast } from '../../../shell/toasts.tsx'
import { useLive } from '../../../shell/value.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { AttachmentTray } from './attachment-tray.tsx'
import { ChecksDialog } from './checks-dialog.tsx'
import { ComposeFields } from './compose-fields.tsx'
import { type ComposeState, isBlank } from './compose-state.ts'
import css from './compose-window.module.css'
import { closeComposer, compose, composerStarted, resizeComposer, type WindowSize } from './composers.ts'
import { EditorBody, FormatBar, PlainBody } from './editor.tsx'
import { OptionsMenu } from './options-menu.tsx'
import { QuoteBlock } from './quote-block.tsx'
import { RestLine } from './rest-line.tsx'
import { SaveLine } from './save-line.tsx'
import { SendControls } from './send-controls.tsx'
import { endShared } from './shared-files.ts'
import { signatureHtml } from './signature.ts'
import { type Composition, useComposition } from './use-composition.ts'
import { useQuote } from './use-quote.ts'
import { useSend } from './use-send.ts'

const Header = ({
  composition,
  size,
  onClose,
}: {
  composition: ComposeState
  size: WindowSize
  onClose: () => void
}) => {
  const { t } = useTranslation()
  const { key, subject } = composition
  const isSmall = size === 'minimised'
  return (
    <header className={css.header}>
      <button
        type="button"
        className={css.title}
        aria-expanded={!isSmall}
        onClick={() => resizeComposer(key, isSmall ? 'normal' : 'minimised')}
      >
        {subject.trim() || t('compose.title')}
      </button>
      {isSmall ? null : (
        <span className={css.sizes}>
          <IconButton
            icon="minus"
            size={17}
            label={t('compose.minimise')}
            onPress={() => resizeComposer(key, 'minimised')}
          />
          <IconButton
            icon={size === 'maximised' ? 'shrink' : 'expand'}
            size={17}
            label={size === 'maximised' ? t('compose.restore') : t('compose.maximise')}
            onPress={() => resizeComposer(key, size === 'maximised' ? 'normal' : 'maximised')}
          />
        </span>
      )}
      <IconButton icon="close" size={17} label={t('app.close')} onPress={onClose} />
    </header>
  )
}

const Footer = ({
  composition,
  onSend,
  onDiscard,
}: {
  composition: Composition
  onSend: (until?: number) => void
  onDiscard: () => void
}) => {
  const { t } = useTranslation()
  const { fields, editor, uploads } = composition
  const picker = useRef<HTMLInputElement>(null)
  const pictures = useRef<HTMLInputElement>(null)
  return (
    <footer className={css.footer}>
      <SendControls onSend={onSend} />
      {fields.plain === undefined ? <FormatBar editor={editor} /> : null}
      <span className={css.space} />
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          uploads.add(event.target.files ?? [])
          event.target.value = ''
        }}
      />
      <input
        ref={pictures}
        type="file"
        accept="image/*"
        multiple
        hidden
        onChange={(event) => {
          uploads.add(event.target.files ?? [], true)
          event.target.value = ''
        }}
      />
      <IconButton icon="attach" label={t('compose.attach')} onPress={() => picker.current?.click()} />
      {fields.plain === undefined ? (
        <IconButton icon="image" label={t('compose.insertImage')} onPress={() => pictures.current?.click()} />
      ) : null}
      <OptionsMenu composition={composition} />
      <IconButton icon="trash" label={t('compose.discard')} onPress={onDiscard} />
    </footer>
  )
}

/** Files dropped or pasted: pictures go into the text when they are dropped or pasted on it. */
const useFiles = ({ uploads, read }: Composition) => {
  const [dropping, setDropping] = useState(false)
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files')
  const isOnText = (target: EventTarget) =>
    read().plain === undefined && target instanceof Element && target.closest('.ProseMirror') !== null
  return {
    dropping,
    handlers: {
      onDragOver: (event: DragEvent) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        setDropping(true)
      },
      onDragLeave: (event: DragEvent) => {
        if (!event.currentTarget.contains(event.relatedTarget instanceof Node ? event.relatedTarget : null))
          setDropping(false)
      },
      onDropCapture: (event: DragEvent) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        event.stopPropagation()
        setDropping(false)
        uploads.add(event.dataTransfer.files, isOnText(event.target))
      },
      onPasteCapture: (event: React.ClipboardEvent) => {
        const files = [...event.clipboardData.files]
        // Text copied from an office program comes with a picture of itself.
        if (files.length === 0 || event.clipboardData.types.includes('text/plain')) return
        event.preventDefault()
        event.stopPropagation()
        uploads.add(files, isOnText(event.target))
      },
    },
  }
}

const useKeys = (box: React.RefObject<HTMLElement | null>, onSend: () => void, onClose: () => void): void => {
  useEffect(() => {
    const element = box.current
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault()
        event.stopPropagation()
        onSend()
      } else if (event.key === 'Escape' && !event.defaultPrevented) {
        event.preventDefault()
        onClose()
      }
    }
    element?.addEventListener('keydown', onKey)
    return () => element?.removeEventListener('keydown', onKey)
  }, [box, onSend, onClose])
}

export const ComposeWindow = ({ first, size }: { first: ComposeState; size: WindowSize }) => {
  const { t } = useTranslation()
  const client = useClient()
  const identities = useLive(client.identities) ?? []
  const isAnswer = first.to.length > 0
  const isOffline = useLive(client.status) === 'offline'
  const composition = useComposition(client, first, isAnswer)
  const { fields, editor, autosave, uploads, read, edit, sign } = composition
  const { send, question } = useSend(composition)
  const { dropping, handlers } = useFiles(composition)
  const quote = useQuote(composition)

  const identity = identities.find((item) => item.id === fields.identityId) ?? identities[0]
  const isUploading = uploads.items.length > 0
  const close = useCallback(() => {
    const state = read()
    if (isUploading) {
      resizeComposer(state.key, 'minimised')
      toast(t('compose.keptOpen'))
      return
    }
    if (state.savedId === undefined && isBlank(state, signatureHtml(identity))) autosave.stop()
    else {
      void autosave.flush()
      if (autosave.status.kind !== 'clean') toast(t('done.draftKept'), { ms: 3000 })
    }
    closeComposer(state.key)
  }, [read, autosave, identity, t, isUploading])

  const discard = () => {
    const state = read()
    for (const { id } of uploads.items) uploads.remove(id)
    autosave.stop()
    const action = state.savedId === undefined ? undefined : client.drafts.discard(state.key)
    action?.done.catch(() => undefined)
    closeComposer(state.key)
    toast(t('done.discarded'), {
      undo: () => {
        action?.undo()
        compose({ kind: 'state', state })
      },
    })
  }

  useEffect(() => composerStarted(first.key), [first.key])
  const box = useRef<HTMLDivElement>(null)
  const sendNow = useCallback(() => void send(), [send])
  useKeys(box, sendNow, close)

  return (
    <div ref={box} className={css.window} {...handlers}>
      <Header composition={fields} size={size} onClose={close} />
      <div className={css.inside} hidden={size === 'minimised'}>
        <ComposeFields state={fields} edit={edit} onIdentity={sign} autoFocus={!isAnswer} />
        <div className={css.text}>
          {fields.plain === undefined ? (
            <EditorBody editor={editor} placeholder={t('compose.placeholder')} />
          ) : (
            <PlainBody
              text={fields.plain}
              placeholder={t('compose.placeholder')}
              onChange={(plain) => edit({ plain })}
            />
          )}
          {fields.quote === undefined ? null : (
            <QuoteBlock quote={fields.quote} onEdit={quote.open} onRemove={quote.remove} />
          )}
        </div>
        <AttachmentTray
          attachments={fields.attachments}
          links={fields.links}
          uploads={uploads}
          onRemove={(gone) => edit({ attachments: read().attachments.filter((item) => item !== gone) })}
          onUnlink={(gone) => {
            edit({ links: read().links.filter((item) => item !== gone) })
            // Sent to nobody yet: its bytes make room for others.
            void endShared(gone.id)
          }}
        />
        {fields.leaves === undefined ? null : (
          <p className={css.leaves} role="status">
            {t(isOffline ? 'compose.leavesOffline' : 'compose.leaves')}{' '}
            <Button kind="quiet" onPress={() => edit({ leaves: undefined })}>
              {t('compose.leavesNot')}
            </Button>
          </p>
        )}
        {fields.receipt ? <p className={css.note}>{t('compose.receiptOn')}</p> : null}
        <RestLine
          hasRecipients={fields.to.length + fields.cc.length + fields.bcc.length > 0}
          onSend={(until) => void send(until)}
        />
        <Footer composition={composition} onSend={(until) => void send(until)} onDiscard={discard} />
        <SaveLine status={autosave.status} />
      </div>
      {dropping ? <div className={css.drop}>{t('compose.drop')}</div> : null}
      {question === undefined ? null : <ChecksDialog question={question} />}
    </div>
  )
}
