/** The table of errors of others as the decoder looks into it: maps and folded sentences. Pure. */
import { fold } from './fold.ts'
import { type ErrorPattern, errorPatterns } from './patterns.data.ts'

export interface ErrorIndex {
  readonly patterns: readonly ErrorPattern[]
  readonly byCode: ReadonlyMap<string, ErrorPattern>
  /** `5.*`, by its beginning; the longest first. */
  readonly byClass: readonly { readonly start: string; readonly pattern: ErrorPattern }[]
  readonly sentences: readonly {
    readonly parts: readonly string[]
    readonly text: string
    readonly pattern: ErrorPattern
  }[]
}

/** What stands between the ` * ` of a sentence, as it is looked for. */
export const partsOf = (text: string): string[] => text.split(' * ').map((part) => ` ${fold(part)} `)

/** Of two that have the same code the later one has it: editors' come after the program's. */
export const indexErrors = (patterns: readonly ErrorPattern[]): ErrorIndex => {
  const byCode = new Map<string, ErrorPattern>()
  const byClass = new Map<string, ErrorPattern>()
  for (const pattern of patterns)
    for (const code of pattern.codes ?? [])
      if (code.endsWith('*')) byClass.set(code.slice(0, -1).toUpperCase(), pattern)
      else byCode.set(code.toUpperCase(), pattern)
  return {
    patterns,
    byCode,
    byClass: [...byClass]
      .map(([start, pattern]) => ({ start, pattern }))
      .sort((a, b) => b.start.length - a.start.length || (a.start < b.start ? -1 : 1)),
    sentences: patterns.flatMap((pattern) =>
      (pattern.says ?? []).map((text) => ({ parts: partsOf(text), text, pattern })),
    ),
  }
}

/** As the program has them. */
export const programErrors: ErrorIndex = indexErrors(errorPatterns)

/** A short beginning stands for such codes only: else `5.*` would be any word with a five and a point. */
const classShape = /^(?:[45]\.\d{1,3}\.\d{1,3}|Y\d{5,6})$/
/** A beginning so long stands for whatever follows it. */
const sureBeginning = 4

/** What a word in capitals is, when it is a code. */
export const patternOfCode = (
  { byCode, byClass }: ErrorIndex,
  word: string,
): { readonly pattern: ErrorPattern; readonly isExact: boolean } | undefined => {
  const exact = byCode.get(word)
  if (exact) return { pattern: exact, isExact: true }
  const begun = byClass.find(
    ({ start }) => word.startsWith(start) && (start.length >= sureBeginning || classShape.test(word)),
  )
  return begun && { pattern: begun.pattern, isExact: false }
}
