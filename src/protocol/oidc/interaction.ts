/**
 * What has to happen before a service gets its code: somebody signs in (again, or more strongly), chooses a profile that
 * may enter, agrees. The sign-in page is ours and comes back here; nothing in an address is trusted for it.
 */
import type { Interaction, Provider } from 'oidc-provider'
import { Failure, isFailure } from '#base/failure.ts'
import { type EntryRefusal, mayEnter, profileKindOf } from '#domain/access/entry.ts'
import { noteConsent, tellAllowed, type Whence } from '#domain/access/oauth/apps.ts'
import { findRecord, hashId, noteGrantProfile } from '#domain/access/oauth/records.ts'
import { release } from '#domain/access/release.ts'
import type { PartyOf } from '#domain/access/relying-parties.ts'
import type { People } from '#domain/people/people.ts'
import { type Principal, type Strength, strengthOf } from '#domain/people/principal.ts'
import { oidcService } from './clients.ts'
import type { Language } from './pages.ts'
import { strengthNeeded, strengthWanted } from './policy.ts'
import { isScope, type Scope, scopeTexts } from './scopes.data.ts'

/** The person who is asked, in a browser session. */
export type Person = Principal & { readonly sessionId: string }

export const isPerson = (principal: Principal | undefined): principal is Person => principal?.sessionId !== undefined

export type Step =
  | { readonly kind: 'sign-in'; readonly strength: Strength; readonly renew: boolean; readonly hint: string }
  | { readonly kind: 'refused'; readonly why: EntryRefusal | 'identifier'; readonly party: PartyOf<'oidc'> }
  | { readonly kind: 'consent'; readonly party: PartyOf<'oidc'> }
  /** Back to the protocol. */
  | { readonly kind: 'go'; readonly to: string }

const second = 1000

/** Reasons for which the person must prove who they are after they were asked, not before. */
const renewals: ReadonlySet<string> = new Set([
  'login_prompt',
  'select_account_prompt',
  'max_age',
  'id_token_hint',
  'claims_id_token_sub_value',
])

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The path of a full address of ours. */
const pathOf = (address: string): string => {
  const { pathname, search } = new URL(address)
  return pathname + search
}

/** When the request was put (ms): kept by the store, not by the address. */
const askedAt = async (people: People, interaction: Interaction): Promise<number> => {
  const record = await people.ctx.store.read((tx) => findRecord(tx, 'Interaction', hashId(interaction.uid)))
  return record?.createdAt ?? Number.POSITIVE_INFINITY
}

/**
 * An interaction belongs to the session that answers it. Somebody who signed in anew has another session than the one
 * that was asked; the protocol compares them when it goes on.
 */
const bind = async (interaction: Interaction, person: Person): Promise<void> => {
  if (interaction.session?.uid === person.sessionId) return
  const { accountId, sessionId: uid, amr } = person
  interaction.session = { accountId: String(accountId), uid, cookie: uid, amr: [...amr] }
  await interaction.persist()
}

const finish = async (interaction: Interaction, result: NonNullable<Interaction['result']>): Promise<string> => {
  interaction.result = 'error' in result ? result : { ...interaction.lastSubmission, ...result }
  await interaction.persist()
  return pathOf(interaction.returnTo)
}

const hasIdentifier = async (people: People, person: Person, party: PartyOf<'oidc'>): Promise<boolean> => {
  try {
    const rules = { ...party.rules, attributes: [] }
    await people.ctx.store.read((tx) => release(tx, people, person, { ...party, rules }))
    return true
  } catch (error) {
    if (isFailure(error, 'invalid')) return false
    throw error
  }
}

/** The next thing to do for an interaction, whose cookie the browser has shown. */
export const nextStep = async (
  people: People,
  interaction: Interaction,
  principal: Principal | undefined,
): Promise<Step> => {
  const { params, prompt } = interaction
  const party = await oidcService(people, text(params.client_id))
  if (!party) throw new Failure('notFound', 'the service is gone')
  const hint = text(params.login_hint).slice(0, 320)
  const strength = strengthWanted(params, party.rules.acr)
  const signIn = (renew: boolean): Step => ({ kind: 'sign-in', strength, renew, hint })
  if (!isPerson(principal)) return signIn(false)

  const mustRenew = prompt.reasons.some((reason) => renewals.has(reason))
  if (mustRenew && principal.authenticatedAt <= (await askedAt(people, interaction))) return signIn(true)
  if (strengthOf(principal.amr) < strengthNeeded(params, party.rules.acr)) return signIn(false)

  const kind = await people.ctx.store.read((tx) => profileKindOf(tx, principal))
  const why = mayEnter(principal, kind, party)
  if (why !== undefined) return { kind: 'refused', why, party }
  if (!(await hasIdentifier(people, principal, party))) return { kind: 'refused', why: 'identifier', party }

  await bind(interaction, principal)
  if (prompt.name === 'consent') return { kind: 'consent', party }
  const ts = Math.floor(principal.authenticatedAt / second)
  const login = { accountId: String(principal.accountId), ts, amr: [...principal.amr] }
  const selected = prompt.name === 'select_account' ? { select_account: {} } : {}
  return { kind: 'go', to: await finish(interaction, { login, ...selected }) }
}

/** Ends an interaction that cannot succeed: the service is told. */
export const refuse = (interaction: Interaction, why: string): Promise<string> =>
  finish(interaction, { error: 'access_denied', error_description: why })

// ---- consent -------------------------------------------------------------------------------------------------------

export interface ScopeShown {
  readonly id: string
  readonly title: string
  readonly detail: string
}

export const scopesShown = (ids: readonly string[], language: Language): ScopeShown[] =>
  ids.filter(isScope).map((id) => {
    const { title, detail } = scopeTexts[id]
    return { id, title: title[language], detail: detail[language] }
  })

export const scopesAsked = (scope: unknown): Scope[] => [...new Set(text(scope).split(' '))].filter(isScope)

export interface Asking {
  readonly interaction: Interaction
  readonly party: PartyOf<'oidc'>
  readonly scopes: readonly Scope[]
  /** Where the person will be sent, whatever the answer. */
  readonly origin: string
}

/** A consent that this session is asked for. Throws Failure notFound: another session's, or none. */
export const findConsent = async (people: People, provider: Provider, uid: string, person: Person): Promise<Asking> => {
  const interaction = /^[A-Za-z0-9_-]{10,100}$/.test(uid) ? await provider.Interaction.find(uid) : undefined
  const mine = interaction?.prompt.name === 'consent' && interaction.session?.uid === person.sessionId
  const party = mine ? await oidcService(people, text(interaction.params.client_id)) : undefined
  if (!mine || !party) throw new Failure('notFound', 'no such consent')
  const origin = URL.parse(text(interaction.params.redirect_uri))?.origin ?? ''
  return { interaction, party, scopes: scopesAsked(interaction.params.scope), origin }
}

/** Answers a consent; where the browser goes on. */
export const answerConsent = async (
  people: People,
  provider: Provider,
  { interaction, party, scopes }: Asking,
  person: Person,
  answer: Whence & { readonly allow: boolean },
): Promise<string> => {
  if (!answer.allow) return refuse(interaction, 'the person did not agree')
  const { details } = interaction.prompt
  const held = interaction.grantId === undefined ? undefined : await provider.Grant.find(interaction.grantId)
  const mine = held?.accountId === String(person.accountId) ? held : undefined
  const grant = mine ?? new provider.Grant({ accountId: String(person.accountId), clientId: party.key })
  if (scopes.length > 0) grant.addOIDCScope(scopes.join(' '))
  if (Array.isArray(details.missingOIDCClaims)) grant.addOIDCClaims(details.missingOIDCClaims as string[])
  const grantId = await grant.save()
  const now = people.ctx.clock.now()
  const { ip, userAgent } = answer
  const news = await people.ctx.store.writeGlobal(async (tx) => {
    await noteGrantProfile(tx, grantId, person.sessionId, person.profileId)
    return noteConsent(tx, now, person, party, scopes, { ip, userAgent })
  })
  if (news) await tellAllowed(people, person.accountId, party, { ip, userAgent })
  return finish(interaction, { consent: { grantId } })
}
