/** Parameters of SELECT and EXAMINE: CONDSTORE and QRESYNC (RFC 7162 §3.1.8 and §3.2.5). */
import { BadSyntax, onceOnly, type Scanner } from './scanner.ts'
import { plainRanges, type Range, rangesSize } from './sequence-set.ts'

export interface Resynchronisation {
  readonly uidValidity: number
  readonly modseq: number
  readonly knownUids?: readonly Range[]
  /** Message numbers and the UIDs they had when the client last looked; of equal length. */
  readonly matching?: { readonly sequence: readonly Range[]; readonly uids: readonly Range[] }
}

export interface SelectParameters {
  readonly condstore: boolean
  readonly resync?: Resynchronisation
}

const resynchronisation = (scanner: Scanner): Resynchronisation => {
  scanner.sp()
  scanner.expect('(')
  const uidValidity = scanner.nzNumber()
  scanner.sp()
  const modseq = scanner.modSequence()
  let knownUids: Range[] | undefined
  let matching: Resynchronisation['matching']
  while (scanner.takeSp()) {
    if (scanner.take('(')) {
      const sequence = plainRanges(scanner)
      scanner.sp()
      const uids = plainRanges(scanner)
      scanner.expect(')')
      if (rangesSize(sequence) !== rangesSize(uids)) throw new BadSyntax('Sequence match data of unequal length')
      matching = { sequence, uids }
      break
    }
    if (knownUids !== undefined) scanner.fail('")"')
    knownUids = plainRanges(scanner)
  }
  scanner.expect(')')
  return {
    uidValidity,
    modseq,
    ...(knownUids === undefined ? {} : { knownUids }),
    ...(matching === undefined ? {} : { matching }),
  }
}

/** `(CONDSTORE)`, `(QRESYNC (...))`, when there are any. */
export const selectParameters = (scanner: Scanner): SelectParameters => {
  if (!scanner.takeSp()) return { condstore: false }
  let resync: Resynchronisation | undefined
  const seen = new Set<string>()
  scanner.list(() => {
    const word = onceOnly(scanner, seen)
    if (word === 'QRESYNC') resync = resynchronisation(scanner)
    else if (word !== 'CONDSTORE') throw new BadSyntax('Unknown SELECT parameter')
  })
  return resync === undefined ? { condstore: true } : { condstore: true, resync }
}
