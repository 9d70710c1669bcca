/** What a provider tells about somebody, in our words: its claim map applied, and the spellings of the field mended. */
import { Failure } from '#base/failure.ts'
import { parseUai } from '#format/uai/parse.ts'
import type { ProfileKind } from '#store/schema/directory.ts'
import { isLoopback, parseServiceUrl } from '../access/service-url.ts'
import { parseJoinKey } from '../directory/join-key.ts'
import type { Fact, Provider } from './providers.ts'

/** Claims or attributes by name; each a list. */
export type RawClaims = Readonly<Record<string, readonly string[]>>

export interface Told {
  readonly subject: string
  /** `03|12345`, several when the person is in several registers. */
  readonly joinKeys: readonly string[]
  readonly ineHash: string
  readonly mail: string
  /** True when the provider says it has verified the address, or owns it. */
  readonly mailTrusted: boolean
  readonly login: string
  readonly givenName: string
  readonly familyName: string
  readonly birthDate: string
  readonly affiliations: readonly string[]
  /** Profile that the affiliation or function means. */
  readonly profile: ProfileKind | undefined
  readonly uais: readonly string[]
  readonly academy: string
  readonly logoutUrl: string
}

const longest = 500
const mostValues = 50

/** Claims as lists of texts; anything that is neither is left out. */
export const rawClaims = (claims: Readonly<Record<string, unknown>>): RawClaims => {
  const raw: Record<string, readonly string[]> = {}
  for (const [name, value] of Object.entries(claims).slice(0, 200)) {
    const values = (Array.isArray(value) ? value : [value])
      .map((one) => (typeof one === 'boolean' || typeof one === 'number' ? String(one) : one))
      .filter((one): one is string => typeof one === 'string' && one.length <= longest)
    if (values.length > 0) raw[name] = values.slice(0, mostValues)
  }
  return raw
}

/** `0590121l` is 0590121L; of `UAI$UAJ$PU$...` the first field counts; `X` means every school, which is none here. */
export const readUai = (text: string): string | undefined => parseUai(text.split('$')[0] ?? '')

/** `9`, `09`, `009` are what the registers write `09`; `003` is Besançon. */
export const readAcademy = (text: string): string => {
  const digits = /^\d{1,3}$/.exec(text.trim())?.[0]
  return digits === undefined ? '' : digits.replace(/^0+/, '').padStart(2, '0')
}

/** Functions of agents (FrEduFonctAdm) and the profile they mean. */
const functionProfiles: Readonly<Record<string, ProfileKind>> = {
  DIR: 'head',
  ENS: 'teacher',
  DOC: 'teacher',
  EDU: 'school-life',
  AED: 'school-life',
  SUR: 'school-life',
  ADF: 'administrative',
  TEC: 'technical',
  LAB: 'technical',
  OUV: 'technical',
}

const isSafeLogout = (text: string): boolean => {
  const url = parseServiceUrl(text)
  return url !== undefined && (url.protocol === 'https:' || isLoopback(url))
}

/** Reads what was told. Throws Failure invalid when there is no subject. */
export const readTold = ({ config }: Provider, raw: RawClaims): Told => {
  const values = (fact: Fact): readonly string[] => {
    for (const name of config.claims[fact] ?? [])
      if (Object.hasOwn(raw, name)) return (raw[name] ?? []).map((one) => one.trim()).filter(Boolean)
    return []
  }
  const one = (fact: Fact): string => values(fact)[0] ?? ''
  const subject = one('subject')
  if (subject === '') throw new Failure('invalid', 'the provider names nobody')
  const academy = readAcademy(one('academy')) || (config.academy ?? '')
  const joinKeys = values('joinKey').flatMap((key) => parseJoinKey(key, academy || undefined) ?? [])
  const affiliations = values('affiliation')
  const known = affiliations.find((name) => Object.hasOwn(config.affiliations, name))
  const logoutUrl = one('logoutUrl')
  const function_ = one('function').toUpperCase()
  return {
    subject,
    joinKeys: [...new Set(joinKeys)],
    ineHash: one('ineHash').toLowerCase(),
    mail: one('mail').toLowerCase(),
    mailTrusted: config.trustMail || one('mailVerified') === 'true',
    login: one('login').toLowerCase(),
    givenName: one('givenName'),
    familyName: one('familyName'),
    birthDate: one('birthDate').slice(0, 10),
    affiliations,
    profile: known === undefined ? functionProfiles[function_] : config.affiliations[known],
    uais: [...new Set(values('uai').flatMap((text) => readUai(text) ?? []))],
    academy,
    logoutUrl: isSafeLogout(logoutUrl) ? logoutUrl : '',
  }
}

/** True when the provider may vouch for this kind of person: it has no filter, or one of the affiliations passes it. */
export const isAdmitted = ({ config }: Provider, { affiliations }: Pick<Told, 'affiliations'>): boolean =>
  Object.keys(config.affiliations).length === 0 || affiliations.some((name) => Object.hasOwn(config.affiliations, name))
