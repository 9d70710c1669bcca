/** What is said of a person, and what of it is accepted. */
import { Failure } from '#base/failure.ts'
import { foldAddress } from '../people/addresses.ts'
import { parseJoinKey } from './join-key.ts'
import { foldName } from './names.ts'

export interface PersonDetails {
  readonly givenName: string
  readonly familyName: string
  /** YYYY-MM-DD; empty unknown. */
  readonly birthDate?: string
  /** ENTPersonJointure with its académie: `03|12345`. */
  readonly joinKey?: string | null
  /** The person's identifier in `source`. */
  readonly externalId?: string | null
  /** Who says that the person exists: manual, scim, ldap, aaf... */
  readonly source?: string
  /** Where recovery letters go; not verified until its owner proves it. */
  readonly rescueMail?: string
  readonly phone?: string
  /** End of a manual account, in milliseconds. */
  readonly endsAt?: number | null
}

const nameText = (value: string, property: string): string => {
  const clean = value
    .normalize('NFC')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
  if (clean.length > 100) throw new Failure('invalid', 'a name is at most 100 characters', { property })
  return clean
}

/** YYYY-MM-DD of a day that exists, or empty. Throws Failure invalid. */
export const checkBirthDate = (text: string): string => {
  const given = text.trim()
  if (given === '') return ''
  const at = /^\d{4}-\d\d-\d\d$/.test(given) ? Date.parse(`${given}T00:00:00Z`) : Number.NaN
  const year = Number(given.slice(0, 4))
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== given || year < 1900 || year > 2200)
    throw new Failure('invalid', 'a birth date is YYYY-MM-DD', { property: 'birthDate' })
  return given
}

/** Digits with an optional +, without the spaces and dots people type; or empty. Throws Failure invalid. */
export const checkPhone = (text: string): string => {
  const digits = text.replace(/[\s.()-]+/g, '')
  if (digits === '') return ''
  if (!/^\+?\d{4,15}$/.test(digits))
    throw new Failure('invalid', 'this is not a telephone number', { property: 'phone' })
  return digits
}

/** A folded address, or empty. Throws Failure invalid. */
export const checkRescueMail = (text: string): string => {
  if (text.trim() === '') return ''
  const folded = foldAddress(text)
  if (folded === undefined) throw new Failure('invalid', 'this is not a mail address', { property: 'rescueMail' })
  return folded
}

export interface CheckedDetails {
  readonly givenName: string
  readonly familyName: string
  readonly birthDate: string
  readonly joinKey: string | null
  readonly externalId: string | null
  readonly source: string
  readonly rescueMail: string
  readonly phone: string
  readonly endsAt: number | null
}

const checkJoinKey = (text: string | null | undefined): string | null => {
  if (text === undefined || text === null || text.trim() === '') return null
  const key = parseJoinKey(text)
  if (key === undefined)
    throw new Failure('invalid', 'a join key is the académie’s code, a bar and the key: 03|12345', {
      property: 'joinKey',
    })
  return key
}

/** Throws Failure invalid (`property`). */
export const checkDetails = (wanted: PersonDetails): CheckedDetails => {
  const givenName = nameText(wanted.givenName, 'givenName')
  const familyName = nameText(wanted.familyName, 'familyName')
  if (foldName(`${givenName} ${familyName}`) === '')
    throw new Failure('invalid', 'a person needs a name', { property: 'familyName' })
  return {
    givenName,
    familyName,
    birthDate: checkBirthDate(wanted.birthDate ?? ''),
    joinKey: checkJoinKey(wanted.joinKey),
    externalId: wanted.externalId?.slice(0, 200) ?? null,
    source: (wanted.source ?? 'manual').slice(0, 60),
    rescueMail: checkRescueMail(wanted.rescueMail ?? ''),
    phone: checkPhone(wanted.phone ?? ''),
    endsAt: wanted.endsAt ?? null,
  }
}
