/**
 * What a service would be told about a person, under each of their profiles, with the rules it has or those a form is
 * about to give it: an administrator sees what a declaration means before anybody enters.
 */
import { isFailure } from '#base/failure.ts'
import type { Reader } from '#store/engine.ts'
import type { ProfileKind } from '#store/schema/directory.ts'
import { profilesOf } from '../directory/profiles.ts'
import { findAccount, principalFor } from '../people/accounts.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import { mayEnter } from './entry.ts'
import { release } from './release.ts'
import { checkRules, type PartyRules, type RelyingParty } from './relying-parties.ts'

export interface ProfilePreview {
  /** Absent for a person without any profile. */
  readonly profile?: { readonly kind: ProfileKind; readonly uai: string; readonly schoolName: string }
  /** False: the service is not for this profile. */
  readonly enters: boolean
  /** Absent when the person has no identifier of the kind the service wants: they would be refused. */
  readonly identifier?: string
  readonly attributes: Readonly<Record<string, readonly string[]>>
}

export interface Preview {
  readonly login: string
  readonly name: string
  readonly profiles: readonly ProfilePreview[]
}

/** The party of a service that is not declared yet: its pairwise identifiers will be others. */
const undeclared = 0

/** A proof strong enough for every service: the preview is about who and what, not about how they signed in. */
const strongest = ['hwk', 'user', 'mfa']

/**
 * Works the preview out for one person (identifier or address); audited, for it shows a person's data. Throws Failure
 * notFound (nobody of that name), invalid (the rules).
 */
export const previewRelease = async (
  people: People,
  actor: string,
  asked: { readonly login: string; readonly party?: Pick<RelyingParty, 'id' | 'name'>; readonly rules: PartyRules },
): Promise<Preview> => {
  checkRules(asked.rules)
  const { ctx } = people
  const now = ctx.clock.now()
  const party = { id: asked.party?.id ?? undeclared, status: 'active' as const, rules: asked.rules }
  const found = await ctx.store.read(async (tx) => {
    const { id: account } = await findAccount(tx, asked.login)
    const principal = await principalFor(tx, account)
    const own = await profilesOf(tx, account, now)
    const one = async (reader: Reader, profile: (typeof own)[number] | undefined): Promise<ProfilePreview> => {
      const enters = mayEnter({ amr: strongest }, profile?.kind, party) === undefined
      const shown = profile && { kind: profile.kind, uai: profile.uai, schoolName: profile.schoolName }
      const as = { ...principal, ...(profile === undefined ? {} : { profileId: profile.id }) }
      const told = await release(reader, people, as, party).catch((error: unknown) => {
        if (isFailure(error, 'invalid') && error.property === 'identifier') return undefined
        throw error
      })
      return {
        ...(shown === undefined ? {} : { profile: shown }),
        enters,
        ...(told === undefined ? {} : { identifier: told.identifier }),
        attributes: told?.attributes ?? {},
      }
    }
    const profiles: ProfilePreview[] = []
    for (const profile of own.length === 0 ? [undefined] : own.slice(0, 20)) profiles.push(await one(tx, profile))
    return { account, login: principal.login, name: principal.name, profiles }
  })
  const { account, ...preview } = found
  await ctx.store.writeGlobal((tx) =>
    appendAudit(tx, now, { actor, action: 'service.preview', accountId: account, target: asked.party?.name ?? '' }),
  )
  return preview
}
