/**
 * What the registers call people (SDET, AAF): both series of profile words, the codes of ENTPersonFonctions, and the
 * composite values whose parts are separated by a dollar sign. Both series are understood; which one a service is told
 * is its own setting.
 */

import { parseUai } from '#format/uai/parse.ts'
import type { ClassMembership } from './classes.ts'
import type { NewProfile, ProfileKind } from './profiles.ts'

/** Number or mnemonic of the series `National_`, AAF category, and the plain words of other directories. */
const kinds: Readonly<Record<string, ProfileKind>> = {
  national_1: 'pupil',
  national_elv: 'pupil',
  eleve: 'pupil',
  student: 'pupil',
  national_2: 'parent',
  national_tut: 'parent',
  persreleleve: 'parent',
  national_3: 'teacher',
  national_ens: 'teacher',
  faculty: 'teacher',
  national_4: 'head',
  national_dir: 'head',
  national_5: 'school-life',
  national_evs: 'school-life',
  national_6: 'administrative',
  national_eta: 'administrative',
  staff: 'administrative',
  national_7: 'academy',
  national_aca: 'academy',
  teacher: 'teacher',
  head: 'head',
  'school-life': 'school-life',
  administrative: 'administrative',
  technical: 'technical',
  pupil: 'pupil',
  parent: 'parent',
  academy: 'academy',
}

/** The profile a register's word means, or undefined. */
export const profileKindOf = (word: string): ProfileKind | undefined => {
  const key = word.trim().toLowerCase()
  return Object.hasOwn(kinds, key) ? kinds[key] : undefined
}

const byFunction: Readonly<Record<string, ProfileKind>> = {
  ENS: 'teacher',
  DOC: 'teacher',
  DIR: 'head',
  EDU: 'school-life',
  AED: 'school-life',
  SUR: 'school-life',
  TEC: 'technical',
  LAB: 'technical',
  ALB: 'technical',
  OUV: 'technical',
}

const meant = (text: string | undefined): string => {
  const trimmed = text?.trim() ?? ''
  return trimmed === '-' ? '' : trimmed
}

/** `struct$code$label$disciplineCode$disciplineLabel` as a profile; undefined for `-` and what is no such value. */
export const profileOfFunction = (
  text: string,
  uaiOf: (structure: string) => string | undefined,
): NewProfile | undefined => {
  const [structure = '', code = '', label, , discipline] = text.split('$')
  const functionCode = meant(code).toUpperCase()
  const uai = uaiOf(structure.trim())
  if (functionCode === '' || uai === undefined) return
  const kind = byFunction[functionCode] ?? 'administrative'
  return {
    kind,
    uai,
    functionCode,
    // Only teaching makes a discipline group; any other function is one by its code.
    discipline: kind === 'teacher' ? meant(discipline) : '',
    title: meant(label),
  }
}

/** `struct$class` or `struct$class$matter` as a membership; undefined when it is no such value. */
export const membershipOf = (
  text: string,
  role: ClassMembership['role'],
  kind: ClassMembership['kind'],
  uaiOf: (structure: string) => string | undefined,
): ClassMembership | undefined => {
  const [structure = '', name, matter] = text.split('$')
  const uai = uaiOf(structure.trim())
  const inClass = meant(name)
  return uai === undefined || inClass === '' ? undefined : { uai, class: inClass, kind, role, subject: meant(matter) }
}

/** A UAI wherever it stands: alone, in lower case (as the agents' gate writes it), or in a distinguished name. */
export const uaiIn = (text: string): string | undefined => {
  const match = /(?<![0-9A-Za-z])(\d{7}[A-Za-z])(?![0-9A-Za-z])/.exec(text)
  return match?.[1] === undefined ? undefined : parseUai(match[1])
}

/** `dd/MM/yyyy`, `yyyymmdd…` or ISO as YYYY-MM-DD; empty when it is none. */
export const dateIn = (text: string): string => {
  const given = text.trim()
  const french = /^(\d\d)\/(\d\d)\/(\d{4})$/.exec(given)
  if (french) return `${french[3]}-${french[2]}-${french[1]}`
  const plain = /^(\d{4})-?(\d\d)-?(\d\d)/.exec(given)
  return plain ? `${plain[1]}-${plain[2]}-${plain[3]}` : ''
}
