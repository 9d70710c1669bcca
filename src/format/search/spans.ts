/** Where a text has the words that somebody looks for, as the index understands them. */

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

export interface Span {
  readonly start: number
  readonly end: number
}

const isWord = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}]/u.test(character)

/** Shorter forms under which the index also knows a word: plurals and feminine endings. */
const stems = (term: string): string[] => (term.length > 4 ? [term, term.replace(/(?:e?s|x|e)$/, '')] : [term])

/** Where the terms are in the text, in order and apart from each other; at most 200 of each. */
export const spansOf = (text: string, terms: readonly string[]): Span[] => {
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
