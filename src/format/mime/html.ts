/**
 * HTML to plain text, for previews and search: one linear pass over the source, no tree. It shows what a reader would
 * see without pictures, roughly, and never more than it is asked for. Not a sanitiser.
 */
import { htmlEntities } from './entities.data.ts'

/** Elements whose content is not text of the message. */
const hidden = new Set([
  'style',
  'script',
  'head',
  'title',
  'noscript',
  'template',
  'svg',
  'object',
  'select',
  'textarea',
])

const blocks = new Set([
  'address',
  'article',
  'aside',
  'blockquote',
  'br',
  'center',
  'dd',
  'div',
  'dl',
  'dt',
  'fieldset',
  'footer',
  'form',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'header',
  'hr',
  'li',
  'main',
  'nav',
  'ol',
  'p',
  'pre',
  'section',
  'table',
  'tbody',
  'tfoot',
  'thead',
  'tr',
  'ul',
])

const isNameCharacter = (c: number): boolean => isLetter(c) || (c >= 48 && c <= 57)

const isLetter = (c: number): boolean => (c >= 97 && c <= 122) || (c >= 65 && c <= 90)

/** Windows-1252 characters that numeric references 128-159 mean in practice (HTML §13.2.5.80). */
const western = new TextDecoder('windows-1252')

const numericReference = (code: number): string => {
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return '\ufffd'
  if (code >= 128 && code < 160) return western.decode(Uint8Array.of(code))
  return String.fromCodePoint(code)
}

const reference = /&(?:#(\d{1,8});?|#[xX]([0-9a-fA-F]{1,7});?|([a-zA-Z][a-zA-Z0-9]{1,30});?)/g

/** Character references decoded; unknown ones are left as they are. */
export const decodeEntities = (text: string): string =>
  text.includes('&')
    ? text.replace(reference, (whole, decimal?: string, hex?: string, name?: string) => {
        if (decimal !== undefined) return numericReference(Number(decimal))
        if (hex !== undefined) return numericReference(Number.parseInt(hex, 16))
        return htmlEntities.get(name ?? '') ?? htmlEntities.get((name ?? '').toLowerCase()) ?? whole
      })
    : text

/** The end of a tag that begins at `from`: after its `>`, quotes respected while they close in a reasonable distance. */
const tagEnd = (html: string, from: number): number => {
  let quote = 0
  const limit = Math.min(html.length, from + maxTag)
  for (let i = from; i < limit; i++) {
    const c = html.charCodeAt(i)
    if (quote !== 0) {
      if (c === quote) quote = 0
    } else if (c === 62) return i + 1
    else if ((c === 34 || c === 39) && html.charCodeAt(i - 1) === 61) quote = c
  }
  // A quote that never closes: the first `>` ends the tag.
  const close = html.indexOf('>', from)
  return close < 0 ? html.length : close + 1
}

/** Attributes longer than this (data: pictures) are skipped without looking at quotes. */
const maxTag = 4096

const isBlank = (c: number): boolean => c <= 32 || c === 160

/** Soft hyphens, direction marks, joiners and zero-width spaces: padding in previews, noise in search. */
const invisible = /[\u00ad\u061c\u200b-\u200f\u2060\ufeff]+|\u034f/g

class TextCollector {
  readonly #max: number
  #parts: string[] = []
  #length = 0
  /** 0: nothing pending, 1: a space, 2: a line end. */
  #gap = 0

  constructor(max: number) {
    this.#max = max
  }

  get full(): boolean {
    return this.#length >= this.#max
  }

  gap(kind: 1 | 2): void {
    if (this.#length > 0 && kind > this.#gap) this.#gap = kind
  }

  /** The characters `from` to `to` of a source, between two tags. */
  text(html: string, from: number, to: number): void {
    // References shrink: enough source is looked at for a word, and no more than is of use.
    const longest = (this.#max - this.#length) * 8 + 100
    let i = from
    while (i < to && !this.full) {
      if (isBlank(html.charCodeAt(i))) {
        this.gap(1)
        i++
        continue
      }
      const start = i
      let plain = true
      for (; i < to && i - start < longest; i++) {
        const c = html.charCodeAt(i)
        if (isBlank(c)) break
        if (c === 38 || c > 172) plain = false
      }
      const word = html.slice(start, i)
      if (plain) this.#add(word)
      else this.#rich(word)
    }
  }

  /** A word with references or characters beyond ASCII: some of them are blanks or invisible. */
  #rich(word: string): void {
    const pieces = decodeEntities(word)
      .replace(invisible, '')
      .split(/[\s\u00a0]+/)
    for (let i = 0; i < pieces.length && !this.full; i++) {
      if (i > 0) this.gap(1)
      const piece = pieces[i] as string
      if (piece !== '') this.#add(piece)
    }
  }

  #add(word: string): void {
    const gap = this.#gap === 2 ? '\n' : this.#gap === 1 ? ' ' : ''
    this.#gap = 0
    this.#parts.push(gap + word)
    this.#length += gap.length + word.length
  }

  toString(): string {
    return this.#parts.join('').slice(0, this.#max).toWellFormed()
  }
}

/** Elements whose content is no markup: unclosed, they take the rest of the document, in browsers too. */
const rawText = new Set(['style', 'script', 'title', 'textarea'])

/**
 * Where the content of a hidden element ends. An element that is never closed hides nothing, unless it is raw text;
 * `unclosed` remembers those, so that each is looked for once.
 */
const skipHidden = (html: string, from: number, name: string, unclosed: Set<string>): number => {
  if (unclosed.has(name)) return from
  const end = name === 'head' ? headEnd : new RegExp(`</${name}(?![a-z0-9])`, 'gi')
  end.lastIndex = from
  const found = end.exec(html)
  if (found) return found[0].startsWith('</') ? tagEnd(html, found.index) : found.index
  if (rawText.has(name)) return html.length
  unclosed.add(name)
  return from
}

/** An unclosed head ends where the body begins, lest it hide the message. */
const headEnd = /<\/head(?![a-z0-9])|<body(?![a-z0-9])/gi

/**
 * The text of an HTML document in at most `maxLength` characters: white space collapsed, one line per block, style,
 * script and head left out, references decoded. Linear in the length of the source, whatever it contains.
 */
export const htmlToText = (html: string, maxLength: number): string => {
  const out = new TextCollector(maxLength)
  const unclosed = new Set<string>()
  let at = 0
  while (at < html.length && !out.full) {
    const open = html.indexOf('<', at)
    if (open < 0) {
      out.text(html, at, html.length)
      break
    }
    if (open > at) out.text(html, at, open)
    at = readTag(html, open, out, unclosed)
  }
  return out.toString()
}

const readTag = (html: string, open: number, out: TextCollector, unclosed: Set<string>): number => {
  const next = html.charCodeAt(open + 1)
  if (next === 33) {
    if (!html.startsWith('<!--', open)) return tagEnd(html, open + 2)
    const end = html.indexOf('-->', open + 4)
    // An unclosed comment hides all that follows, in browsers too.
    return end < 0 ? html.length : end + 3
  }
  if (next === 63) return tagEnd(html, open + 2)
  const closing = next === 47
  let i = open + (closing ? 2 : 1)
  if (!isLetter(html.charCodeAt(i))) {
    out.text('<', 0, 1)
    return open + 1
  }
  const start = i
  while (i - start < 20 && isNameCharacter(html.charCodeAt(i))) i++
  const name = html.slice(start, i).toLowerCase()
  const end = tagEnd(html, i)
  if (blocks.has(name)) out.gap(2)
  else if (name === 'td' || name === 'th' || name === 'img') out.gap(1)
  if (!closing && hidden.has(name) && html[end - 2] !== '/') return skipHidden(html, end, name, unclosed)
  return end
}
