/**
 * A new password weighed: why it may not be chosen, and how strong it is. Pure: the web app runs it while the person
 * types (nothing is sent), the server runs it again with the long list of leaked and common words.
 */
import { estimateBits } from './estimate.ts'
import { disguises, fold, informative } from './fold.ts'
import type { PasswordReason, Score } from './reasons.ts'
import { longestPassword, type PasswordRules } from './rules.ts'
import {
  containsBirthDate,
  containsOfficialNumber,
  madeOfPerson,
  madeOfPlace,
  type PasswordSubject,
} from './subject.ts'
import { isRepetition, splitWalks } from './walks.ts'

export interface Assessment {
  readonly ok: boolean
  /** Why it is refused, the one that helps most first. */
  readonly reasons: readonly PasswordReason[]
  /** 0 to 4; never above 1 when it is refused. */
  readonly score: Score
  readonly bits: number
}

export interface AssessOptions {
  readonly rules: PasswordRules
  readonly subject?: PasswordSubject
  /** Knows leaked and common words, folded; the server's list. */
  readonly isCommon?: (word: string) => boolean
}

const classes = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{L}\p{Nd}]/u]

/** The few that even the browser knows without the list. */
const notorious = new Set(
  `azerty password motdepasse qwerty bonjour soleil doudou loulou chouchou marseille jetaime nicolas camille admin
   administrateur bienvenue changeme welcome iloveyou secret princesse coucou`.split(/\s+/),
)

/** Above this many characters nobody looks for words: work is bounded whatever is typed. */
const longestLooked = longestPassword

const isKnown = (password: string, isCommon: (word: string) => boolean): boolean =>
  disguises(password).some(
    (form) => form.length >= 4 && fold(password).length - form.length <= 8 && (notorious.has(form) || isCommon(form)),
  )

const isWalk = (password: string): boolean => {
  const folded = fold(password)
  const pieces = splitWalks(folded)
  if (isRepetition(folded)) return true
  const rest = pieces.filter(({ walk }) => !walk).map(({ text }) => text)
  return pieces.some(({ walk }) => walk) && informative(rest.join('')) < 4 && rest.join('').length < 6
}

interface Rule {
  readonly reason: PasswordReason
  readonly broken: (password: string, options: Required<AssessOptions>, length: number) => boolean
}

/** One rule, one row: in the order in which they are told. */
const table: readonly Rule[] = [
  { reason: 'AUTH-27', broken: (password) => containsOfficialNumber(password) },
  { reason: 'AUTH-25', broken: (password, { subject }) => containsBirthDate(password, subject) },
  { reason: 'AUTH-24', broken: (password, { subject }) => madeOfPerson(password, subject) },
  { reason: 'AUTH-26', broken: (password, { subject }) => madeOfPlace(password, subject) },
  { reason: 'AUTH-23', broken: (password) => isWalk(password) },
  { reason: 'AUTH-22', broken: (password, { isCommon }) => isKnown(password, isCommon) },
  { reason: 'AUTH-20', broken: (_password, { rules }, length) => length < rules.least },
  {
    reason: 'AUTH-28',
    broken: (password, { rules }, length) =>
      length >= rules.least &&
      length < rules.phrase &&
      classes.filter((one) => one.test(password)).length < rules.classes,
  },
]

const scoreOf = (bits: number): Score => {
  if (bits < 20) return 0
  if (bits < 35) return 1
  if (bits < 50) return 2
  return bits < 70 ? 3 : 4
}

/** Weighs a password. An empty one is too short; one beyond the bound is not looked at. */
export const assessPassword = (password: string, given: AssessOptions): Assessment => {
  const text = password.normalize('NFC')
  if (text.length > longestLooked) return { ok: false, reasons: ['AUTH-21'], score: 0, bits: 0 }
  const options = { subject: {}, isCommon: () => false, ...given }
  const length = [...text].length
  const reasons = table.filter(({ broken }) => broken(text, options, length)).map(({ reason }) => reason)
  const bits = text === '' ? 0 : estimateBits(text, options.isCommon)
  if (reasons.length === 0 && bits < options.rules.bits) reasons.push('AUTH-29')
  const score = scoreOf(bits)
  return { ok: reasons.length === 0, reasons, bits, score: reasons.length > 0 && score > 1 ? 1 : score }
}
