/** The mailbox that every school has, named by its UAI. */
import { Failure } from '#base/failure.ts'
import { parseUai } from '#format/uai/parse.ts'

export interface School {
  readonly uai: string
  readonly name: string
  readonly town: string
  readonly kind: 'école' | 'collège' | 'lycée'
}

/** Local part of the mailbox that every school has: `ce.` and its UAI. Throws Failure invalid. */
export const schoolMailbox = (uai: string): string => {
  const valid = parseUai(uai)
  if (valid === undefined) throw new Failure('invalid', `${uai} is not a UAI`, { property: 'uai' })
  return `ce.${valid.toLowerCase()}`
}
