/** The arguments of STORE after its set: `store-modifiers` and `store-att-flags` (RFC 9051 §9, RFC 7162 §3.1.3). */
import { BadSyntax, onceOnly, type Scanner } from './scanner.ts'

export interface StoreArguments {
  readonly mode: 'add' | 'remove' | 'replace'
  readonly silent: boolean
  readonly flags: readonly string[]
  readonly unchangedSince?: number
}

const unchangedSince = (scanner: Scanner): number => {
  let modseq: number | undefined
  const seen = new Set<string>()
  scanner.list(() => {
    if (onceOnly(scanner, seen) !== 'UNCHANGEDSINCE') throw new BadSyntax('Unknown STORE modifier')
    scanner.sp()
    modseq = scanner.modSequence()
  })
  return modseq ?? scanner.fail('UNCHANGEDSINCE')
}

const modes = { '+': 'add', '-': 'remove', '': 'replace' } as const

export const storeArguments = (scanner: Scanner): StoreArguments => {
  let since: number | undefined
  if (scanner.peek('(')) {
    since = unchangedSince(scanner)
    scanner.sp()
  }
  const sign = scanner.take('+') ? '+' : scanner.take('-') ? '-' : ''
  const word = scanner.sectionWord()
  if (word !== 'FLAGS' && word !== 'FLAGS.SILENT') throw new BadSyntax('Unknown STORE item')
  scanner.sp()
  const flags: string[] = []
  if (scanner.peek('(')) flags.push(...scanner.flagList())
  else
    do flags.push(scanner.flag())
    while (scanner.takeSp())
  scanner.crlf()
  const common = { mode: modes[sign], silent: word === 'FLAGS.SILENT', flags }
  return since === undefined ? common : { ...common, unchangedSince: since }
}
