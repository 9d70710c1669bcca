/**
 * Which passwords may be set: the pure rules of `format/password` with what only the server has: the list of leaked
 * and common words, and what the directory knows of the person.
 */
import { Failure } from '#base/failure.ts'
import { type Assessment, assessPassword } from '#format/password/assess.ts'
import { type PasswordReason, reasonText } from '#format/password/reasons.ts'
import { type PasswordRules, type Population, rulesFor } from '#format/password/rules.ts'
import type { PasswordSubject } from '#format/password/subject.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import { populationOf } from '../directory/profiles.ts'
import { deniedWords } from './denied.ts'
import type { People } from './people.ts'

/** A password that may not be chosen; `reasons` are codes for the guides, the first one the most helpful. */
export class WeakPassword extends Failure {
  readonly reasons: readonly PasswordReason[]
  readonly rules: PasswordRules

  constructor(reasons: readonly PasswordReason[], rules: PasswordRules) {
    super('invalid', reasons.map((reason) => reasonText(reason, rules, 'en')).join(' '), { property: 'password' })
    this.name = 'WeakPassword'
    this.reasons = reasons
    this.rules = rules
  }
}

/** The rules of a population as this académie set them. */
export const rulesOf = (people: People, population: Population): PasswordRules =>
  rulesFor(population, people.options.passwordLengths[population])

/** Weighs a password for somebody; no exception. */
export const assessFor = async (
  people: People,
  password: string,
  population: Population,
  subject: PasswordSubject,
): Promise<Assessment> =>
  assessPassword(password, { rules: rulesOf(people, population), subject, isCommon: await deniedWords() })

/**
 * Reads the list and weighs a password that is nobody's: the first time costs as much as fifty others, and is not to fall
 * into the minute when everybody signs in.
 */
export const warmPolicy = async (people: People): Promise<void> => {
  const subject = { login: 'a', names: ['A B'], mails: ['a@b.test'], birthDate: '2000-01-01', places: ['C'], uais: [] }
  await assessFor(people, 'Correct-cheval-2000', 'staff', subject)
}

/** Throws WeakPassword unless the password may be chosen by somebody of this population. */
export const checkPassword = async (
  people: People,
  password: string,
  population: Population,
  subject: PasswordSubject,
): Promise<void> => {
  const { ok, reasons } = await assessFor(people, password, population, subject)
  if (!ok) throw new WeakPassword(reasons, rulesOf(people, population))
}

const personOf = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('account')
    .leftJoin('person', 'person.account_id', 'account.id')
    .select([
      'account.login as login',
      'account.name as name',
      'person.given_name as given',
      'person.family_name as family',
      'person.birth_date as birth',
      'person.rescue_mail as rescue',
    ])
    .where('account.id', '=', p.account),
)

const addressesOf = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('address').select('address').where('account_id', '=', p.account).limit(20),
)

const schoolsOf = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('profile')
    .innerJoin('school', 'school.uai', 'profile.uai')
    .select(['school.uai as uai', 'school.name as name', 'school.city as city'])
    .where('profile.account_id', '=', p.account)
    .limit(20),
)

/** What others know of the owner of an account. */
export const passwordSubject = async (tx: Reader, account: number): Promise<PasswordSubject> => {
  const row = await tx.first(personOf, { account })
  const addresses = await tx.all(addressesOf, { account })
  const schools = await tx.all(schoolsOf, { account })
  return {
    login: row?.login ?? '',
    names: [row?.name, row?.given, row?.family].filter((name) => typeof name === 'string'),
    mails: [...addresses.map(({ address }) => address), ...(row?.rescue ? [row.rescue] : [])],
    birthDate: row?.birth ?? '',
    places: schools.flatMap(({ name, city }) => [name, city]),
    uais: schools.map(({ uai }) => uai),
  }
}

/** What the web app needs to weigh a new password while it is typed, for the owner of the account alone. */
export const passwordGuidance = (
  people: People,
  account: number,
): Promise<{ population: Population; rules: PasswordRules; subject: PasswordSubject }> =>
  people.ctx.store.read(async (tx) => {
    const population = await populationOf(tx, account, people.ctx.clock.now())
    return { population, rules: rulesOf(people, population), subject: await passwordSubject(tx, account) }
  })

/** Throws WeakPassword unless the owner of the account may choose this password. */
export const checkPasswordOf = async (people: People, account: number, password: string): Promise<void> => {
  const { population, subject } = await passwordGuidance(people, account)
  await checkPassword(people, password, population, subject)
}
