/** Who is acting, once proved; how strongly; and how long ago. */
import { Failure } from '#base/failure.ts'

/** RFC 8176 words, as far as we use them. */
export type Method = 'pwd' | 'otp' | 'hwk' | 'swk' | 'user' | 'mfa' | 'kba' | 'fed'

export interface Principal {
  readonly accountId: number
  readonly login: string
  readonly name: string
  /** Primary address; empty when the account has none. */
  readonly email: string
  readonly locale: string
  readonly admin: boolean
  /** The credential row that proved it. */
  readonly credentialId?: number
  /** The browser session it came by. */
  readonly sessionId?: string
  /** The profile the session acts under. */
  readonly profileId?: number
  /** How it was proved: RFC 8176 words. */
  readonly amr: readonly string[]
  /** When every factor asked was proved (OpenID auth_time), in milliseconds. */
  readonly authenticatedAt: number
  /** When it was last proved again for a sensitive act, in milliseconds; 0 never. */
  readonly steppedUpAt: number
  /** The identity provider that vouched, when it was not us. */
  readonly provider?: string
  /** The session is on a shared computer: nothing may stay there. */
  readonly shared?: boolean
  /** Why the session may do nothing but change the password. */
  readonly held?: 'reset' | 'weak' | 'old'
  /** The OAuth access token it came by, and what it allows. */
  readonly tokenId?: string
  readonly scopes?: readonly string[]
}

/** The columns of an account that make a principal; `email` is its primary address. */
export interface PrincipalRow {
  readonly id: number
  readonly login: string
  readonly name: string
  readonly locale: string
  readonly admin: number
  readonly email: string | null
}

type Proof = Partial<
  Pick<
    Principal,
    | 'credentialId'
    | 'sessionId'
    | 'profileId'
    | 'amr'
    | 'authenticatedAt'
    | 'steppedUpAt'
    | 'provider'
    | 'shared'
    | 'held'
    | 'tokenId'
    | 'scopes'
  >
>

export const principalOf = (row: PrincipalRow, proof: Proof): Principal => ({
  accountId: row.id,
  login: row.login,
  name: row.name,
  email: row.email ?? '',
  locale: row.locale,
  admin: row.admin === 1,
  amr: [],
  authenticatedAt: 0,
  steppedUpAt: 0,
  ...proof,
})

/** Levels of proof: 1 one factor, 2 two factors, 3 a passkey or key that cannot be phished, its holder verified. */
export type Strength = 1 | 2 | 3

/** How strong a proof is, by its methods. A provider's word is one factor unless it says more. */
export const strengthOf = (amr: readonly string[]): Strength => {
  // `user` is only ever said of a WebAuthn assertion with user verification (RFC 8176: presence and verification).
  if (amr.includes('user') && (amr.includes('hwk') || amr.includes('swk'))) return 3
  return amr.includes('mfa') ? 2 : 1
}

const acrPrefix = 'urn:convergence:acr:'

/** The authentication context class of a proof. */
export const acrOf = (amr: readonly string[]): `urn:convergence:acr:${Strength}` => `${acrPrefix}${strengthOf(amr)}`

/** The strength that a service asks for by a class name; undefined when we do not know the name. */
export const strengthAsked = (acr: string): Strength | undefined => {
  switch (acr) {
    case `${acrPrefix}1`:
    case 'eidas1':
      return 1
    case `${acrPrefix}2`:
    case 'https://refeds.org/profile/mfa':
      return 2
    case `${acrPrefix}3`:
      return 3
    default:
      return
  }
}

/** Throws Failure forbidden (property `enrol`) unless two factors or a passkey opened the session. */
export const requireStrong = (principal: Principal): void => {
  if (strengthOf(principal.amr) < 2)
    throw new Failure('forbidden', 'administration needs a second factor', { property: 'enrol' })
}

/** How long a proof given for a sensitive act is good for (FACTS 3.8: under five minutes). */
export const stepUpLife = 5 * 60_000

/** When the right to sensitive acts ends, in milliseconds; 0 when the person has to prove it first. */
export const steppedUpUntil = (principal: Principal, now: number, maxAge = stepUpLife): number => {
  const until = principal.steppedUpAt + maxAge
  return principal.steppedUpAt > 0 && until > now ? until : 0
}

/** Throws Failure stepUpRequired unless the person proved who they are within `maxAge` milliseconds. */
export const requireStepUp = (principal: Principal, now: number, maxAge = stepUpLife): void => {
  if (steppedUpUntil(principal, now, maxAge) === 0)
    throw new Failure('stepUpRequired', 'this needs a fresh proof of who you are')
}
