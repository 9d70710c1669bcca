/** Text with what matched marked (RFC 8621 §5): HTML-escaped, `<mark>` around the words, cut to the best place. */

import { escapeHtml } from '#format/html/escape.ts'
import { type Span, spansOf } from '#format/search/spans.ts'

/** RFC 8621 §5: a preview is at most 255 octets; the marks are counted. */
const maxOctets = 255

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
