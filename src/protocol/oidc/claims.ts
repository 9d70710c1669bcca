/** Claims (OpenID Connect Core §5.1, §5.4) out of the attributes that a service is given. */
import type { PartyOf } from '#domain/access/relying-parties.ts'
import { claimsOfScope, educationAttributes } from './scopes.data.ts'

type Attributes = Readonly<Record<string, readonly string[]>>

/** Claims of our own lists that hold one value; the attributes of the Éducation nationale are lists. */
const first = (attributes: Attributes, names: readonly string[]): string | undefined => {
  for (const name of names) {
    const value = attributes[name]?.[0]
    if (value !== undefined) return value
  }
  return
}

/** Every claim by the name of its scope, as `oidc-provider` is configured with. */
export const claimsByScope = (): Record<string, string[]> => ({
  // How and when somebody signed in is told to every service: it is what most of them forget to ask.
  openid: ['sub', 'acr', 'amr', 'auth_time'],
  profile: Object.keys(claimsOfScope.profile),
  email: Object.keys(claimsOfScope.email),
  education: [...Object.keys(claimsOfScope.education), ...educationAttributes],
})

/** What attributes become: claims with a value only. The caller's scopes then choose among them. */
export const claimsFrom = (attributes: Attributes): Record<string, string | boolean | readonly string[]> => {
  const claims: Record<string, string | boolean | readonly string[]> = {}
  for (const map of Object.values(claimsOfScope))
    for (const [claim, names] of Object.entries(map)) {
      const value = first(attributes, names)
      if (value === undefined) continue
      // Our own addresses: the mailbox is here.
      claims[claim] = claim === 'email_verified' ? true : value
    }
  for (const name of educationAttributes) {
    const values = attributes[name]
    if (values !== undefined) claims[name] = values
  }
  return claims
}

/** The attributes a new OpenID service gets when its administrator names none: its scopes still decide. */
export const usualAttributes: PartyOf<'oidc'>['rules']['attributes'] = [
  'displayName',
  'givenName',
  'sn',
  'locale',
  'mail',
]
