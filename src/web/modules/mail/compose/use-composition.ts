/** A message being written as state: the fields, the text of the editor, and its files. */
import { useCallback, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Identity, MailClient } from '../../../data/index.ts'
import type { ComposeState } from './compose-state.ts'
import { useMessageEditor } from './editor.tsx'
import { linkWords } from './link-words.ts'
import { resignHtml, resignText } from './signature.ts'
import { type Autosave, useAutosave } from './use-autosave.ts'
import { LINK_BEYOND, type Uploads, useUploads } from './use-uploads.ts'

/** Everything of the state except the HTML, which the editor holds. */
const useFields = (first: ComposeState) => {
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

export interface Composition {
  readonly fields: ComposeState
  readonly editor: ReturnType<typeof useMessageEditor>
  readonly autosave: Autosave
  readonly uploads: Uploads
  read(): ComposeState
  edit(part: Partial<ComposeState>): void
  /** Puts other HTML into the editor. */
  write(html: string): void
  sign(identity: Identity): void
}

/** @param client where pictures of the text are shown from */
export const useComposition = (client: MailClient, first: ComposeState, autoFocus: boolean): Composition => {
  const { t, i18n } = useTranslation()
  const { fields, read, change, html } = useFields(first)
  const words = useMemo(() => linkWords(t, i18n.language), [t, i18n.language])
  const autosave = useAutosave(read, (savedId) => change({ savedId }), words)
  const { touch } = autosave
  const edit = useCallback(
    (part: Partial<ComposeState>) => {
      change(part)
      touch()
    },
    [change, touch],
  )
  const pictures = useRef(new Map<string, string>())
  const resolve = useCallback(
    (cid: string): string | undefined => {
      const file = read().attachments.find((one) => one.cid === cid)
      return pictures.current.get(cid) ?? (file && client.downloadUrl(file.blobId, file.name, file.type))
    },
    [client, read],
  )
  const editor = useMessageEditor(
    first.html,
    () => {
      html.current = editor.getHTML()
      touch()
    },
    autoFocus,
    resolve,
  )
  const write = useCallback(
    (next: string) => {
      editor.commands.setContent(next)
      html.current = editor.getHTML()
      touch()
    },
    [editor, html, touch],
  )
  const targets = useMemo(
    () => ({
      attached: (file: ComposeState['attachments'][number]) => edit({ attachments: [...read().attachments, file] }),
      link: (file: ComposeState['links'][number]) => edit({ links: [...read().links, file] }),
      waiting: (waiting: ComposeState['waiting']) => edit({ waiting }),
      inline: (file: ComposeState['attachments'][number], url: string) => {
        const { cid = '' } = file
        pictures.current.set(cid, url)
        edit({ attachments: [...read().attachments, file] })
        const attrs = { src: `cid:${cid}`, alt: file.name.replace(/\.[a-z0-9]+$/i, '') }
        editor.chain().focus().insertContent({ type: 'inlineImage', attrs }).run()
      },
    }),
    [edit, read, editor],
  )
  const room = useCallback(() => LINK_BEYOND - read().attachments.reduce((sum, { size }) => sum + size, 0), [read])
  const uploads = useUploads(targets, room, first.waiting)
  const sign = useCallback(
    (identity: Identity) => {
      const { plain } = read()
      if (plain === undefined) write(resignHtml(html.current, identity))
      edit({ identityId: identity.id, ...(plain === undefined ? {} : { plain: resignText(plain, identity) }) })
    },
    [read, write, html, edit],
  )
  return { fields, editor, autosave, uploads, read, edit, write, sign }
}
