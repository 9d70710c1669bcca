/** The arguments of LIST and LSUB: RFC 9051 §6.3.9 (EXTENDED 5258, STATUS 5819, SPECIAL-USE 6154, MYRIGHTS 8440). */

import { type EntryName, entryNames } from './metadata.ts'
import { BadSyntax, type Scanner } from './scanner.ts'
import { type StatusItem, statusItems } from './status.ts'

export type ListSelection = 'SUBSCRIBED' | 'REMOTE' | 'RECURSIVEMATCH' | 'SPECIAL-USE'
export type ListReturn = 'SUBSCRIBED' | 'CHILDREN' | 'SPECIAL-USE' | 'MYRIGHTS'

export interface ListArguments {
  /** True when anything of LIST-EXTENDED was used: only then may extended data be returned. */
  readonly extended: boolean
  readonly select: ReadonlySet<ListSelection>
  /** Reference and patterns as octets; the caller knows which encoding names have. */
  readonly reference: Buffer
  readonly patterns: readonly Buffer[]
  readonly returns: ReadonlySet<ListReturn>
  readonly status?: readonly StatusItem[]
  /** Entries of METADATA (RFC 9590). */
  readonly metadata?: readonly EntryName[]
}

const selections: ReadonlySet<string> = new Set<ListSelection>([
  'SUBSCRIBED',
  'REMOTE',
  'RECURSIVEMATCH',
  'SPECIAL-USE',
])
const returnOptions: ReadonlySet<string> = new Set<ListReturn>(['SUBSCRIBED', 'CHILDREN', 'SPECIAL-USE', 'MYRIGHTS'])

const maxPatterns = 100

const selectOptions = (scanner: Scanner): Set<ListSelection> => {
  const options = new Set<ListSelection>()
  scanner.list(() => {
    const word = scanner.keyword()
    if (!selections.has(word)) throw new BadSyntax('Unknown LIST selection option')
    options.add(word as ListSelection)
  })
  // RFC 5258 §3.1: RECURSIVEMATCH cannot stand alone, nor with REMOTE only
  if (options.has('RECURSIVEMATCH') && !options.has('SUBSCRIBED') && !options.has('SPECIAL-USE'))
    throw new BadSyntax('RECURSIVEMATCH needs another selection option')
  return options
}

const patterns = (scanner: Scanner): { list: Buffer[]; several: boolean } => {
  if (!scanner.peek('(')) return { list: [scanner.listMailbox()], several: false }
  const list: Buffer[] = []
  scanner.list(() => {
    if (list.length >= maxPatterns) throw new BadSyntax('Too many patterns')
    list.push(scanner.listMailbox())
  })
  if (list.length === 0) scanner.fail('a mailbox pattern')
  return { list, several: true }
}

type ReturnList = Pick<ListArguments, 'returns' | 'status' | 'metadata'>

const returnList = (scanner: Scanner): ReturnList => {
  const returns = new Set<ListReturn>()
  let status: StatusItem[] | undefined
  let metadata: EntryName[] | undefined
  scanner.list(() => {
    const word = scanner.keyword()
    if (word === 'STATUS') {
      scanner.sp()
      status = statusItems(scanner)
    } else if (word === 'METADATA') {
      scanner.sp()
      metadata = entryNames(scanner)
    } else if (returnOptions.has(word)) returns.add(word as ListReturn)
    else throw new BadSyntax('Unknown LIST return option')
  })
  return {
    returns,
    ...(status === undefined ? {} : { status }),
    ...(metadata === undefined ? {} : { metadata }),
  }
}

/** Reads everything after `LIST`. */
export const listArguments = (scanner: Scanner): ListArguments => {
  scanner.sp()
  let select = new Set<ListSelection>()
  const selected = scanner.peek('(')
  if (selected) {
    select = selectOptions(scanner)
    scanner.sp()
  }
  const reference = scanner.astring()
  scanner.sp()
  const { list, several } = patterns(scanner)
  let options: ReturnList = { returns: new Set() }
  const returning = scanner.takeSp()
  if (returning) {
    if (!scanner.takeKeyword('RETURN')) scanner.fail('RETURN')
    scanner.sp()
    options = returnList(scanner)
  }
  scanner.crlf()
  return { extended: selected || several || returning, select, reference, patterns: list, ...options }
}

/**
 * Whether names match `pattern`, given as text in the same encoding as the name: `*` is anything, `%` anything without
 * a separator. Linear in the length of both, whatever the client sends.
 */
export const matcher = (pattern: string): ((name: string) => boolean) => {
  // Greedy matching of `*`, and of `%` within one level, by dynamic sets of positions.
  const compact = pattern.replace(/[*%]*\*[*%]*/g, '*').replace(/%+/g, '%')
  return (name) => {
    let states = new Set<number>([0])
    const closeOver = (set: Set<number>): Set<number> => {
      for (const at of set) if (compact[at] === '*' || compact[at] === '%') set.add(at + 1)
      return set
    }
    closeOver(states)
    for (let i = 0; i < name.length; i++) {
      const character = name[i]
      const next = new Set<number>()
      for (const at of states) {
        const expected = compact[at]
        if (expected === '*' || (expected === '%' && character !== '/')) next.add(at)
        else if (expected === character && expected !== '%') next.add(at + 1)
      }
      if (next.size === 0) return false
      states = closeOver(next)
    }
    return states.has(compact.length)
  }
}
