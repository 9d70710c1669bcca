/** Text with what matched marked (RFC 8621 §5): HTML-escaped, `<mark>` around the words, cut to the best place. */

import { escapeHtml } from '#format/html/escape.ts'

/** RFC 8621 §5: a preview is at most 255 octets; the marks are counted. */
const maxOctets = 255

/** One character folded as the index folds: without case and accents; may become several or none. */
const foldCharacter = (character: string): string => character.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

interface Folded {
  readonly text: string
  /** For each folded code unit, where its character begins and ends in the original. */
  readonly starts: number[]
  readonly ends: number[]
}

const fold = (original: string): Folded => {
  const starts: number[] = []
  const ends: number[] = []
  let text = ''
  let at = 0
  for (const character of original) {
    const folded = foldCharacter(character)
    for (let i = 0; i < folded.length; i++) {
      starts.push(at)
      ends.push(at + character.length)
    }
    text += folded
    at += character.length
  }
  return { text, starts, ends }
}

/** The words and quoted phrases of what a person typed; a word also matches longer ones that begin with it. */
export const termsOf = (typed: string): string[] => {
  const terms: string[] = []
  for (const match of typed.matchAll(/"([^"]{1,200})"|([^\s"]+)/g)) {
    const folded = fold(match[1] ?? match[2] ?? '').text.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')
    if (folded !== '') terms.push(folded)
  }
  return [...new Set(terms)].slice(0, 30)
}

interface Span {
  readonly start: number
  readonly end: number
}

const isWord = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}]/u.test(character)

/** Shorter forms under which the index also knows a word: plurals and feminine endings. */
const stems = (term: string): string[] => (term.length > 4 ? [term, term.replace(/(?:e?s|x|e)$/, '')] : [term])

const spansOf = (text: string, terms: readonly string[]): Span[] => {
  const folded = fold(text)
  const spans: Span[] = []
  for (const term of terms.flatMap(stems)) {
    for (let at = folded.text.indexOf(term); at >= 0 && spans.length < 200; at = folded.text.indexOf(term, at + 1)) {
      // Words are matched from their beginning, as the index does.
      if (isWord(folded.text[at - 1])) continue
      let last = at + term.length - 1
      while (isWord(folded.text[last + 1])) last++
      spans.push({ start: folded.starts[at]!, end: folded.ends[last]! })
    }
  }
  spans.sort((a, b) => a.start - b.start || b.end - a.end)
  return spans.filter((span, i) => !spans.slice(0, i).some((before) => before.end > span.start))
}

const octets = (text: string): number => Buffer.byteLength(text)

const markedFrom = (text: string, spans: readonly Span[], from: number, max: number): string => {
  let out = from > 0 ? '…' : ''
  let used = octets(out)
  let at = from
  const push = (piece: string, marked: boolean): boolean => {
    if (marked) {
      const whole = `<mark>${escapeHtml(piece)}</mark>`
      if (used + octets(whole) > max) return false
      out += whole
      used += octets(whole)
      return true
    }
    for (const character of piece) {
      const escaped = escapeHtml(character)
      if (used + octets(escaped) > max) return false
      out += escaped
      used += octets(escaped)
    }
    return true
  }
  for (const span of spans) {
    if (span.start < at) continue
    if (!push(text.slice(at, span.start), false) || !push(text.slice(span.start, span.end), true)) return out
    at = span.end
  }
  push(text.slice(at), false)
  return out
}

/** The whole text with the matches marked, or null when there is none (§5). */
export const markSubject = (text: string, terms: readonly string[]): string | null => {
  const spans = spansOf(text, terms)
  return spans.length === 0 ? null : markedFrom(text, spans, 0, 4000)
}

/** The part of the text around the first match, at most 255 octets, or null when nothing matches. */
export const markPreview = (text: string, terms: readonly string[]): string | null => {
  const [first] = spansOf(text, terms)
  if (!first) return null
  // A few words before the match, from the beginning of one.
  const near = Math.max(0, first.start - 60)
  const from = near === 0 ? 0 : text.indexOf(' ', near) + 1
  const start = from === 0 || from > first.start ? (near === 0 ? 0 : first.start) : from
  const window = text.slice(0, start + 1000)
  const spans = spansOf(window, terms).filter((span) => span.start >= start)
  return markedFrom(window, spans, start, maxOctets)
}
