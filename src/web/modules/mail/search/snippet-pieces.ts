/** Escaped HTML with `<mark>` (RFC 8621 §5) -> plain pieces; anything else in it stays text. Never set as HTML. */
export interface SnippetPiece {
  readonly text: string
  readonly marked: boolean
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  '#39': "'",
  nbsp: ' ',
}

const unescaped = (text: string): string =>
  text.replace(/&(#?\w{1,8});/g, (all, name: string) => {
    if (Object.hasOwn(entities, name)) return entities[name]!
    const code = /^#x([\da-f]{1,6})$/i.exec(name) ?? /^#(\d{1,7})$/.exec(name)
    if (code === null) return all
    const point = Number.parseInt(code[1]!, name[1] === 'x' || name[1] === 'X' ? 16 : 10)
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : all
  })

/** In one line of a row, what matched must be near its beginning to be seen; `before`: at most this many characters. */
export const snippetPieces = (html: string, before = 28): SnippetPiece[] => {
  const pieces = splitMarks(html)
  const [first, second] = pieces
  if (first === undefined || second === undefined || first.marked || first.text.length <= before) return pieces
  const tail = first.text.slice(-before)
  // A word longer than that is cut: what matched comes first.
  const [, kept] = /^\S*\s(.*\S.*)$/s.exec(tail) ?? []
  return [{ text: `…${kept ?? ''}`, marked: false }, ...pieces.slice(1)]
}

const splitMarks = (html: string): SnippetPiece[] => {
  const pieces: SnippetPiece[] = []
  let marked = false
  for (const part of html.split(/(<\/?mark>)/)) {
    if (part === '<mark>') marked = true
    else if (part === '</mark>') marked = false
    else if (part !== '') pieces.push({ text: unescaped(part), marked })
  }
  return pieces
}
