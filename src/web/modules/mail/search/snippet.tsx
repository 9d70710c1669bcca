import { useTranslation } from 'react-i18next'
import type { ListQuery } from '../../../data/index.ts'
import { useFound } from '../../../shell/client.tsx'
import { Icon } from '../../../ui/icon.tsx'
import css from './snippet.module.css'
import { snippetPieces } from './snippet-pieces.ts'

/** What matched, with the words found marked; the plain text until the server has said. */
export const Snippet = ({
  query,
  id,
  part,
  otherwise,
}: {
  query: ListQuery
  id: string
  part: 'subject' | 'preview'
  otherwise: string
}) => {
  const found = useFound(id, (client, key) => client.snippet(query, key))
  const html = found?.[part]
  if (html === undefined || html === null || html === '') return otherwise
  const attachment = part === 'preview' ? found?.attachmentName : undefined
  return (
    <>
      {attachment === undefined ? null : <Attached name={attachment} />}
      <Pieces html={html} before={attachment === undefined ? undefined : BESIDE_A_NAME} />
    </>
  )
}

/** The name of the file takes half of the line. */
const BESIDE_A_NAME = 10

const Pieces = ({ html, before }: { html: string; before: number | undefined }) =>
  // biome-ignore lint/suspicious/noArrayIndexKey: pieces of an immutable text
  snippetPieces(html, before).map((piece, index) => (piece.marked ? <mark key={index}>{piece.text}</mark> : piece.text))

/** The words are those of a file, not of the message. */
const Attached = ({ name }: { name: string }) => {
  const { t } = useTranslation()
  return (
    <span
      className={css.attached}
      role="img"
      aria-label={t('search.inAttachment', { name: name || t('list.attachment') })}
    >
      <Icon name="attach" size={13} />
      {name}
    </span>
  )
}
