/**
 * Schools as the Éducation nationale names them: the UAI (formerly RNE), seven digits and a check letter. The directory
 * grows here: structures, their people by function, feeds (AAF), one file each.
 */
import { Failure } from '#base/failure.ts'

/** Twenty-three letters: I, O and Q are left out. */
const letters = 'ABCDEFGHJKLMNPRSTUVWXYZ'

/** The UAI in its one form (upper case), or undefined when the check letter does not fit. */
export const parseUai = (text: string): string | undefined => {
  const match = /^(\d{7})([A-Z])$/.exec(text.trim().toUpperCase())
  if (!match) return
  const [uai, digits, letter] = match
  return letters[Number(digits) % letters.length] === letter ? uai : undefined
}

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
