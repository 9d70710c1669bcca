import type { ListQuery } from '../../../data/index.ts'
import { useFound } from '../../../shell/client.tsx'
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
  // biome-ignore lint/suspicious/noArrayIndexKey: pieces of an immutable text
  return snippetPieces(html).map((piece, index) => (piece.marked ? <mark key={index}>{piece.text}</mark> : piece.text))
}
