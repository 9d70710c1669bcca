/** One message being written. */
import { type DragEvent, useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DraftAttachment } from '../../../data/index.ts'
import { useClient } from '../../../shell/client.tsx'
import { toast } from '../../../shell/toasts.tsx'
import { useLive } from '../../../shell/value.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { AttachmentTray } from './attachment-tray.tsx'
import { ComposeFields } from './compose-fields.tsx'
import { type ComposeState, isBlank, toDraft } from './compose-state.ts'
import css from './compose-window.module.css'
import { closeComposer, compose, composerStarted, resizeComposer, type WindowSize } from './composers.ts'
import { EditorBody, FormatBar, useMessageEditor } from './editor.tsx'
import { QuoteBlock } from './quote-block.tsx'
import { SaveLine } from './save-line.tsx'
import { signatureHtml } from './seed.ts'
import { useAutosave } from './use-autosave.ts'
import { useSend } from './use-send.ts'
import { useUploads } from './use-uploads.ts'

/** Everything of the state except the HTML, which the editor holds. */
const useComposition = (first: ComposeState) => {
  const [fields, setFields] = useState(first)
  const latest = useRef(fields)
  latest.current = fields
  const html = useRef(first.html)
  const read = useCallback((): ComposeState => ({ ...latest.current, html: html.current }), [])
  const change = useCallback((part: Partial<ComposeState>) => {
    latest.current = { ...latest.current, ...part }
    setFields(latest.current)
  }, [])
  return { fields, read, change, html }
}

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

export const ComposeWindow = ({ first, size }: { first: ComposeState; size: WindowSize }) => {
  const { t } = useTranslation()
  const client = useClient()
  const identities = useLive(client.identities) ?? []
  const { fields, read, change, html } = useComposition(first)
  const autosave = useAutosave(read, (savedId) => change({ savedId }))
  const { touch } = autosave
  const edit = useCallback(
    (part: Partial<ComposeState>) => {
      change(part)
      touch()
    },
    [change, touch],
  )
  const isAnswer = first.to.length > 0
  const editor = useMessageEditor(
    first.html,
    () => {
      html.current = editor.getHTML()
      touch()
    },
    isAnswer,
  )
  const addAttachment = useCallback(
    (attachment: DraftAttachment) => edit({ attachments: [...read().attachments, attachment] }),
    [edit, read],
  )
  const uploads = useUploads(addAttachment)
  const picker = useRef<HTMLInputElement>(null)
  const [dropping, setDropping] = useState(false)
  const send = useSend({ read, autosave, uploading: uploads.items.length > 0 })

  const identity = identities.find((item) => item.id === fields.identityId) ?? identities[0]
  const close = useCallback(() => {
    const state = read()
    if (state.savedId === undefined && isBlank(state, signatureHtml(identity))) autosave.stop()
    else {
      void autosave.flush()
      if (autosave.status.kind !== 'clean') toast(t('done.draftKept'), { ms: 3000 })
    }
    closeComposer(state.key)
  }, [read, autosave, identity, t])

  const discard = () => {
    const state = read()
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
  useEffect(() => {
    const element = box.current
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault()
        event.stopPropagation()
        void send()
      } else if (event.key === 'Escape' && !event.defaultPrevented) {
        event.preventDefault()
        close()
      }
    }
    element?.addEventListener('keydown', onKey)
    return () => element?.removeEventListener('keydown', onKey)
  }, [send, close])

  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files')
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files may be dropped anywhere on the window; a button does the same
    <div
      ref={box}
      className={css.window}
      onDragOver={(event) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        setDropping(true)
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget instanceof Node ? event.relatedTarget : null))
          setDropping(false)
      }}
      onDrop={(event) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        setDropping(false)
        uploads.add(event.dataTransfer.files)
      }}
      onPaste={(event) => {
        const files = [...event.clipboardData.files]
        if (files.length === 0) return
        event.preventDefault()
        uploads.add(files)
      }}
    >
      <Header composition={fields} size={size} onClose={close} />
      <div className={css.inside} hidden={size === 'minimised'}>
        <ComposeFields state={fields} edit={edit} autoFocus={!isAnswer} />
        <div className={css.text}>
          <EditorBody editor={editor} placeholder={t('compose.placeholder')} />
          {fields.quote === undefined ? null : (
            <QuoteBlock quote={fields.quote} onRemove={() => edit({ quote: undefined })} />
          )}
        </div>
        <AttachmentTray
          attachments={fields.attachments}
          uploads={uploads}
          onRemove={(gone) => edit({ attachments: read().attachments.filter((item) => item !== gone) })}
        />
        <footer className={css.footer}>
          <Button kind="primary" icon="sent" className={css.send} onPress={() => void send()}>
            {t('compose.send')}
          </Button>
          <FormatBar editor={editor} />
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
          <IconButton icon="attach" label={t('compose.attach')} onPress={() => picker.current?.click()} />
          <IconButton icon="trash" label={t('compose.discard')} onPress={discard} />
        </footer>
        <SaveLine status={autosave.status} />
      </div>
      {dropping ? <div className={css.drop}>{t('compose.drop')}</div> : null}
    </div>
  )
}

export const draftOf = toDraft
