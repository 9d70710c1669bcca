/** Plain text as a tree of paragraphs, quotations and links. Pure; linear in the length of the text. */

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }

export type Block =
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[]; readonly lines: number }
  | { readonly kind: 'signature'; readonly lines: readonly string[] }

/** Quotations deeper than this are shown as text. */
const MAX_DEPTH = 12

const unquoted = (line: string): string => line.replace(/^> ?/, '')

/** Groups lines into text, quotations (`>`), and the signature after `-- `. */
export const textBlocks = (text: string, depth = 0): Block[] =>
  linesToBlocks(text.replaceAll('\r\n', '\n').split('\n'), depth)

const linesToBlocks = (lines: readonly string[], depth: number): Block[] => {
  const blocks: Block[] = []
  let plain: string[] = []
  const flush = () => {
    if (plain.some((line) => line.trim() !== '')) blocks.push({ kind: 'lines', lines: trimBlank(plain) })
    plain = []
  }
  for (let i = 0; i < lines.length; ) {
    const line = lines[i]!
    if (line.startsWith('>') && depth < MAX_DEPTH) {
      flush()
      const start = i
      while (i < lines.length && lines[i]!.startsWith('>')) i++
      const inside = lines.slice(start, i).map(unquoted)
      blocks.push({ kind: 'quote', blocks: linesToBlocks(inside, depth + 1), lines: inside.length })
    } else if (depth === 0 && line === '-- ') {
      flush()
      blocks.push({ kind: 'signature', lines: trimBlank(lines.slice(i + 1)) })
      return blocks
    } else {
      plain.push(line)
      i++
    }
  }
  flush()
  return blocks
}

const trimBlank = (lines: readonly string[]): string[] => {
  let [start, end] = [0, lines.length]
  while (start < end && lines[start]!.trim() === '') start++
  while (end > start && lines[end - 1]!.trim() === '') end--
  return lines.slice(start, end)
}

const LINK =
  /\bhttps?:\/\/[^\s<>"'`{}|\\^]+|\bwww\.(?![\w.+-]*@)[a-z0-9-]{1,63}\.[^\s<>"'`{}|\\^@]+|\bmailto:[^\s<>"]+|\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/gi

/** Where what was found leads: people write `www.` without the scheme, and mail addresses bare. */
const targetOf = (found: string): string =>
  /^(?:https?|mailto):/i.test(found) ? found : found.includes('@') ? `mailto:${found}` : `https://${found}`

/** Finds web and mail addresses; what follows a sentence (`.`, `)`) is not part of them. */
export const linkPieces = (text: string): Piece[] => {
  const pieces: Piece[] = []
  let at = 0
  for (const match of text.matchAll(LINK)) {
    let found = match[0]
    let tail = /[.,;:!?»’)\]]+$/.exec(found)?.[0] ?? ''
    if (tail.includes(')') && found.includes('(')) tail = tail.replace(/^\)/, '')
    if (tail !== '') found = found.slice(0, -tail.length)
    if (match.index > at) pieces.push({ kind: 'text', text: text.slice(at, match.index) })
    pieces.push({ kind: 'link', text: found, href: targetOf(found) })
    at = match.index + found.length
  }
  if (at < text.length) pieces.push({ kind: 'text', text: text.slice(at) })
  return pieces
}
