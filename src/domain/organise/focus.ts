/**
 * Whose mail a person follows: the heads of their schools, those who work where they work, those they have written to,
 * and addresses they have added. Worked out from the directory at each question, so that a new colleague counts at once.
 */
import { type Params, type Reader, statement } from '#store/engine.ts'
import { readPreferences } from './preferences.ts'

/** Addresses looked for at once: each is a look-up in the full-text index. */
export const maxFollowed = 250
const maxContacts = 100

const staff = ['teacher', 'head', 'school-life', 'administrative', 'technical', 'academy'] as const

const places = statement((q, p: Params<{ account: number; now: number }>) =>
  q
    .selectFrom('profile')
    .select('uai')
    .distinct()
    .where('account_id', '=', p.account)
    .where('uai', '!=', '')
    .where((eb) => eb.or([eb('ends_at', 'is', null), eb('ends_at', '>', p.now)]))
    .limit(20),
)

/** Primary and other addresses of those who have one of these profiles at a place. */
const addressesAt = (kinds: readonly (typeof staff)[number][]) =>
  statement((q, p: Params<{ uai: string; now: number; limit: number }>) =>
    q
      .selectFrom('profile')
      .innerJoin('address', 'address.account_id', 'profile.account_id')
      .select('address.address')
      .distinct()
      .where('profile.uai', '=', p.uai)
      .where('profile.kind', 'in', kinds)
      .where((eb) => eb.or([eb('profile.ends_at', 'is', null), eb('profile.ends_at', '>', p.now)]))
      .orderBy('address.address')
      .limit(p.limit),
  )
const headsAt = addressesAt(['head'])
const colleaguesAt = addressesAt(staff)

const contacts = statement((q, p: Params<{ account: number; limit: number }>) =>
  q
    .selectFrom('correspondent')
    .select('address')
    .where('account_id', '=', p.account)
    .orderBy('last_at', 'desc')
    .limit(p.limit),
)

/** Lower-case addresses, those named by hand first, at most `maxFollowed`. */
export const followedAddresses = async (tx: Reader, account: number, now: number): Promise<string[]> => {
  const { focus } = await readPreferences(tx, account)
  const found = new Set(focus.people)
  const add = (rows: readonly { address: string }[]) => {
    for (const { address } of rows) if (found.size < maxFollowed) found.add(address.toLowerCase())
  }
  const mine = focus.heads || focus.service ? await tx.all(places, { account, now }) : []
  if (focus.heads) for (const { uai } of mine) add(await tx.all(headsAt, { uai, now, limit: maxFollowed }))
  if (focus.contacts) add(await tx.all(contacts, { account, limit: maxContacts }))
  if (focus.service) for (const { uai } of mine) add(await tx.all(colleaguesAt, { uai, now, limit: maxFollowed }))
  return [...found]
}
