/**
 * The person's side of the device flow (RFC 8628 §3.3): a code shown by a television or a script is typed here, by
 * somebody who is signed in and who is shown what they allow and from where it was asked (§5.4, remote phishing).
 */
import type { DeviceCode, Provider } from 'oidc-provider'
import { Failure } from '#base/failure.ts'
import { mayEnter, profileKindOf } from '#domain/access/entry.ts'
import { tellAllowed, type Whence } from '#domain/access/oauth/apps.ts'
import { noteGrantProfile } from '#domain/access/oauth/records.ts'
import type { PartyOf } from '#domain/access/relying-parties.ts'
import { appendAudit } from '#domain/people/audit.ts'
import type { People } from '#domain/people/people.ts'
import { acrOf } from '#domain/people/principal.ts'
import { oidcService } from './clients.ts'
import { type Person, scopesAsked } from './interaction.ts'
import type { Scope } from './scopes.data.ts'

export interface DeviceAsking {
  readonly code: DeviceCode
  /** As it is shown on the device. */
  readonly shown: string
  readonly party: PartyOf<'oidc'>
  readonly scopes: readonly Scope[]
  readonly askedFrom: { readonly ip: string; readonly agent: string; readonly at: number }
}

/** Letters as the device showed them: typed in small ones, with or without the dash. */
const normal = (typed: string): string => typed.replace(/[^a-z0-9]/gi, '').toUpperCase()

const shownAs = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1-')

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/**
 * What a code asks for. Throws Failure notFound (unknown, used or expired: said the same), forbidden (not for this
 * profile), stepUpRequired (the service wants a stronger sign-in).
 */
export const findDevice = async (
  people: People,
  provider: Provider,
  typed: string,
  person: Person,
): Promise<DeviceAsking> => {
  const letters = normal(typed.slice(0, 100))
  const code = letters.length === 8 ? await provider.DeviceCode.findByUserCode(letters) : undefined
  const party = code?.clientId === undefined ? undefined : await oidcService(people, code.clientId)
  const open = code !== undefined && !code.accountId && !code.error && !code.consumed && !code.isExpired
  if (!open || !party) throw new Failure('notFound', 'no such code')
  const kind = await people.ctx.store.read((tx) => profileKindOf(tx, person))
  const refusal = mayEnter(person, kind, party)
  if (refusal !== undefined) throw new Failure('forbidden', `not for this person: ${refusal}`, { property: refusal })
  const { ip, ua } = code.deviceInfo ?? {}
  const askedFrom = { ip: text(ip), agent: text(ua), at: (code.iat ?? 0) * 1000 }
  return { code, shown: shownAs(letters), party, scopes: scopesAsked(code.params?.scope), askedFrom }
}

/** Allows or denies a code. */
export const answerDevice = async (
  people: People,
  provider: Provider,
  { code, party, scopes }: DeviceAsking,
  person: Person,
  { allow, ip, userAgent }: Whence & { readonly allow: boolean },
): Promise<void> => {
  const { store, clock } = people.ctx
  const now = clock.now()
  if (allow) {
    const accountId = String(person.accountId)
    const grant = new provider.Grant({ accountId, clientId: party.key })
    if (scopes.length > 0) grant.addOIDCScope(scopes.join(' '))
    const grantId = await grant.save()
    await store.writeGlobal((tx) => noteGrantProfile(tx, grantId, person.sessionId, person.profileId))
    // Not bound to this session: the television goes on when the person closes the browser. It is taken back by name.
    Object.assign(code, {
      accountId,
      acr: acrOf(person.amr),
      amr: [...person.amr],
      authTime: Math.floor(person.authenticatedAt / 1000),
      grantId,
      scope: scopes.join(' '),
    })
  } else Object.assign(code, { error: 'access_denied', errorDescription: 'the person did not agree' })
  await code.save()
  const entry = { actor: person.login, action: 'oauth.device' as const, accountId: person.accountId }
  const detail = allow ? scopes.join(' ') : 'denied'
  await store.writeGlobal((tx) => appendAudit(tx, now, { ...entry, target: party.name, detail, ip }))
  if (allow) await tellAllowed(people, person.accountId, party, { ip, userAgent })
}
