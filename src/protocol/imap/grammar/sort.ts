/** The arguments of SORT and THREAD (RFC 5256 §5), with ESORT (RFC 5267) and SORT=DISPLAY (RFC 5957). */
import { BadSyntax, type Scanner } from './scanner.ts'
import { charset, type Returns, type SearchKey, searchKeys, searchReturn } from './search.ts'

export type SortKey = 'ARRIVAL' | 'CC' | 'DATE' | 'DISPLAYFROM' | 'DISPLAYTO' | 'FROM' | 'SIZE' | 'SUBJECT' | 'TO'

export interface SortCriterion {
  readonly key: SortKey
  readonly reverse: boolean
}

export interface SortProgram {
  readonly returns?: Returns
  readonly criteria: readonly SortCriterion[]
  readonly key: SearchKey
}

export type ThreadAlgorithm = 'ORDEREDSUBJECT' | 'REFERENCES' | 'REFS'

export interface ThreadProgram {
  readonly algorithm: ThreadAlgorithm
  readonly key: SearchKey
}

const sortKeys: ReadonlySet<string> = new Set<SortKey>([
  'ARRIVAL',
  'CC',
  'DATE',
  'DISPLAYFROM',
  'DISPLAYTO',
  'FROM',
  'SIZE',
  'SUBJECT',
  'TO',
])
const algorithms: ReadonlySet<string> = new Set<ThreadAlgorithm>(['ORDEREDSUBJECT', 'REFERENCES', 'REFS'])

const isSortKey = (word: string): word is SortKey => sortKeys.has(word)
const isAlgorithm = (word: string): word is ThreadAlgorithm => algorithms.has(word)

const sortCriteria = (scanner: Scanner): SortCriterion[] => {
  const criteria: SortCriterion[] = []
  scanner.list(() => {
    let word = scanner.keyword()
    const reverse = word === 'REVERSE'
    if (reverse) {
      scanner.sp()
      word = scanner.keyword()
    }
    if (!isSortKey(word)) throw new BadSyntax('Unknown sort key')
    const key = word
    // A key that has decided nothing the first time decides nothing the second.
    if (!criteria.some((known) => known.key === key)) criteria.push({ key, reverse })
  })
  if (criteria.length === 0) scanner.fail('a sort key')
  return criteria
}

/** Reads everything after `SORT`. Throws UnknownCharset. */
export const sortProgram = (scanner: Scanner): SortProgram => {
  scanner.sp()
  const returns = searchReturn(scanner)
  const criteria = sortCriteria(scanner)
  scanner.sp()
  const decode = charset(scanner)
  scanner.sp()
  return { criteria, key: searchKeys(scanner, decode), ...returns }
}

/** Reads everything after `THREAD`. Throws UnknownCharset. */
export const threadProgram = (scanner: Scanner): ThreadProgram => {
  scanner.sp()
  const algorithm = scanner.keyword()
  if (!isAlgorithm(algorithm)) throw new BadSyntax('Unknown threading algorithm')
  scanner.sp()
  const decode = charset(scanner)
  scanner.sp()
  return { algorithm, key: searchKeys(scanner, decode) }
}
