/** The place of attached texts that has what somebody looks for. */
import { spansOf } from '#format/search/spans.ts'
import type { AttachedText } from './document.ts'
import type { Passage } from './search.ts'

/** Characters before the first word found, and in all. */
const before = 80
const most = 600
/** A text is looked through in pieces: most are found early. The overlap is longer than any word. */
const piece = 20_000
const overlap = 200

const spaced = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** The first place of the first text that has one of the words (folded); of a passage the word is never the first cut. */
export const passageOf = (texts: readonly AttachedText[], words: readonly string[]): Passage | undefined => {
  for (const { name, text } of texts) {
    for (let at = 0; at < text.length; at += piece - overlap) {
      const [first] = spansOf(text.slice(at, at + piece), words)
      if (!first) continue
      const start = Math.max(0, at + first.start - before)
      const from = start === 0 ? 0 : text.slice(start, at + first.start).search(/\s/) + start + 1
      return { name, text: spaced(text.slice(Math.max(from, start), start + most)) }
    }
  }
  return undefined
}
