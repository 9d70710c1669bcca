/**
 * Cards: what services tell one person (a grade, an absence, a document, an appointment, a message). A service names each
 * card by a key of its own, so that telling it again changes nothing; a card that the person has put away comes back only
 * when it says something else. Services reach only people whom they may receive, by a name that they are told.
 */
import { Failure, isFailure } from '#base/failure.ts'
import { type CardKind, cardKinds } from '#format/jmap/portal.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { RelyingParty } from '../access/relying-parties.ts'
import type { Context } from '../context.ts'
import { findByJoinKey } from '../directory/persons.ts'
import { type ProfileKind, profileKinds, profilesOf } from '../directory/profiles.ts'
import { foldAddress } from '../people/addresses.ts'

export interface CardDraft {
  readonly key: string
  readonly kind: CardKind
  readonly profile: ProfileKind | undefined
  readonly title: string
  readonly text: string
  readonly url: string
  /** Milliseconds. */
  readonly startsAt: number
  readonly expiresAt: number
}

export interface StoredCard {
  readonly id: number
  readonly service: string
  readonly kind: CardKind
  readonly profile: ProfileKind | null
  readonly title: string
  readonly text: string
  readonly url: string
  readonly startsAt: number
  readonly expiresAt: number
  readonly dismissed: boolean
}

const day = 86_400_000
/** Cards of one service that a person holds; put away, they count until they end. */
export const maxCardsOfService = 20
/** A card lives so long at most, and so long when its service does not say. */
export const longestLife = 366 * day
export const usualLife = 30 * day
const maxKey = 100
const maxTitle = 120
const maxText = 500
const maxUrl = 1000

// -- checks ----------------------------------------------------------------------------------------------------------

const invalid = (property: string, why: string): never => {
  throw new Failure('invalid', `${property} ${why}`, { property })
}

/** A link of a card leads to the service itself, or to a page of ours: a card is no way to send people elsewhere. */
const checkUrl = (url: string, party: RelyingParty): void => {
  if (url === '') return
  if (url.length > maxUrl || /[\p{Cc}\s\\]/u.test(url)) invalid('url', 'is not an address')
  if (/^\/(?!\/)/.test(url)) return
  const [parsed, home] = [URL.parse(url), URL.parse(party.rules.url)]
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.username !== '' || parsed.password !== '')
    invalid('url', 'is not an http(s) address')
  else if (home === null || parsed.origin !== home.origin) invalid('url', 'is not an address of the service')
}

/** Throws Failure invalid with the property at fault. */
export const checkCard = (card: CardDraft, party: RelyingParty, now: number): CardDraft => {
  const line = (property: string, text: string, longest: number): string => {
    const tidy = text.trim()
    if (tidy.length > longest) invalid(property, `has at most ${longest} characters`)
    return tidy
  }
  if (card.key === '' || card.key.length > maxKey || /[\p{Cc}]/u.test(card.key))
    invalid('key', `is a text of 1 to ${maxKey} characters`)
  const title = line('title', card.title.replace(/\p{Cc}+/gu, ' '), maxTitle)
  if (title === '') invalid('title', 'is needed')
  const text = line('text', card.text.replace(/[^\P{Cc}\n]+/gu, ' '), maxText)
  checkUrl(card.url, party)
  if (card.expiresAt <= now) invalid('expiresAt', 'is past')
  if (card.expiresAt <= card.startsAt) invalid('expiresAt', 'is before the card starts')
  if (card.expiresAt > now + longestLife) invalid('expiresAt', 'is more than a year away')
  return { ...card, title, text }
}

// -- whom a service may speak to -------------------------------------------------------------------------------------

/** A person by one name; the service must be one that is told this name. */
export type PersonName = { readonly login: string } | { readonly mail: string } | { readonly joinKey: string }

const tellsOf: Readonly<Record<'login' | 'mail' | 'joinKey', readonly string[]>> = {
  login: ['login', 'ENTPersonLogin', 'uid'],
  mail: ['mail', 'email', 'ENTPersonMail'],
  joinKey: ['ENTPersonJointure'],
}

const byLogin = statement((q, p: Params<{ login: string }>) =>
  q.selectFrom('account').select('id').where('login', '=', p.login).where('kind', '=', 'person'),
)
const byAddress = statement((q, p: Params<{ address: string }>) =>
  q
    .selectFrom('address')
    .innerJoin('account', 'account.id', 'address.account_id')
    .select('account.id as id')
    .where('address.address', '=', p.address)
    .where('account.kind', '=', 'person'),
)
const isActive = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('account').select('id').where('id', '=', p.account).where('status', '=', 'active'),
)

/**
 * The account of a person whom a service may tell something. Throws Failure forbidden (it is not told names of this
 * kind) or notFound: nobody, or nobody whom the service may receive, which is not told apart.
 */
export const audienceOf = async (tx: Reader, party: RelyingParty, person: PersonName, now: number): Promise<number> => {
  const nobody = () => new Failure('notFound', 'the service receives nobody of this name', { property: 'person' })
  const kind = 'login' in person ? 'login' : 'mail' in person ? 'mail' : 'joinKey'
  const { identifier, attributes, profiles } = party.rules
  if (identifier !== kind && !tellsOf[kind].some((name) => attributes.includes(name)))
    throw new Failure('forbidden', `the service is not told the ${kind} of people`, { property: 'person' })
  const find = async (): Promise<number | undefined> => {
    if ('login' in person) return (await tx.first(byLogin, { login: person.login.trim().toLowerCase() }))?.id
    if ('joinKey' in person) return (await findByJoinKey(tx, person.joinKey))?.accountId
    const address = foldAddress(person.mail)
    return address === undefined ? undefined : (await tx.first(byAddress, { address }))?.id
  }
  const account = await find()
  if (account === undefined || !(await tx.first(isActive, { account }))) throw nobody()
  if (profiles === '*') return account
  const kinds = (await profilesOf(tx, account, now)).map((profile) => profile.kind)
  if (!kinds.some((one) => profiles.includes(one))) throw nobody()
  return account
}

// -- the cards of an account -----------------------------------------------------------------------------------------

const ofService = statement((q, p: Params<{ account: number; party: number }>) =>
  q
    .selectFrom('portal_card')
    .selectAll()
    .where('account_id', '=', p.account)
    .where('relying_party_id', '=', p.party)
    .orderBy('updated_at')
    .orderBy('id')
    .limit(100),
)

type CardValues = {
  readonly account: number
  readonly id: number
  readonly party: number
  readonly key: string
  readonly kind: string
  readonly profile: string
  readonly title: string
  readonly text: string
  readonly url: string
  readonly starts: number
  readonly expires: number
  readonly shown: number
  readonly now: number
}

const insert = statement((q, p: Params<CardValues>) =>
  q.insertInto('portal_card').values({
    account_id: p.account,
    id: p.id,
    relying_party_id: p.party,
    key: p.key,
    kind: p.kind,
    profile: p.profile,
    title: p.title,
    text: p.text,
    url: p.url,
    starts_at: p.starts,
    expires_at: p.expires,
    shown: p.shown,
    dismissed_at: null,
    created_at: p.now,
    updated_at: p.now,
  }),
)

const update = statement((q, p: Params<Omit<CardValues, 'party' | 'key'>>) =>
  q
    .updateTable('portal_card')
    .set({
      kind: p.kind,
      profile: p.profile,
      title: p.title,
      text: p.text,
      url: p.url,
      starts_at: p.starts,
      expires_at: p.expires,
      shown: p.shown,
      dismissed_at: null,
      updated_at: p.now,
    })
    .where('account_id', '=', p.account)
    .where('id', '=', p.id),
)

const remove = statement((q, p: Params<{ account: number; id: number }>) =>
  q.deleteFrom('portal_card').where('account_id', '=', p.account).where('id', '=', p.id),
)

const drop = async (tx: AccountWriter, row: { readonly id: number; readonly shown: number }): Promise<void> => {
  await tx.run(remove, { account: tx.accountId, id: row.id })
  if (row.shown === 1) tx.changed('Card', row.id, 'destroyed')
}

export type PushOutcome = 'created' | 'updated' | 'unchanged'

/** Makes room for one more: what is over or put away goes first. Throws Failure overQuota. */
const makeRoom = async (tx: AccountWriter, party: number): Promise<void> => {
  const rows = await tx.all(ofService, { account: tx.accountId, party })
  if (rows.length < maxCardsOfService) return
  const spare = rows.find((row) => row.expires_at <= tx.now) ?? rows.find((row) => row.dismissed_at !== null)
  if (!spare) throw new Failure('overQuota', `at most ${maxCardsOfService} cards of a service for one person`)
  await drop(tx, spare)
}

/**
 * Gives a person a card, or changes the one of the same key. The draft is checked. `open`: the service did not say when
 * it starts or ends, so what was first worked out stays: telling it again is no change. Throws Failure overQuota.
 */
export const putCard = async (
  tx: AccountWriter,
  party: number,
  card: CardDraft,
  open: { readonly start: boolean; readonly end: boolean } = { start: false, end: false },
): Promise<PushOutcome> => {
  const { accountId: account, now } = tx
  const rows = await tx.all(ofService, { account, party })
  const before = rows.find((row) => row.key === card.key)
  const { key, kind, title, text, url } = card
  const starts = before && open.start ? before.starts_at : card.startsAt
  const expires = before && open.end && before.expires_at > now ? before.expires_at : card.expiresAt
  const profile = card.profile ?? ''
  const shown = starts <= now ? 1 : 0
  const values = { account, kind, profile, title, text, url, starts, expires, shown, now }
  if (!before) {
    await makeRoom(tx, party)
    const id = tx.nextId()
    await tx.run(insert, { ...values, id, party, key })
    if (shown === 1) tx.changed('Card', id, 'created')
    return 'created'
  }
  const same =
    before.kind === kind &&
    before.profile === profile &&
    before.title === title &&
    before.text === text &&
    before.url === url &&
    before.starts_at === starts &&
    before.expires_at === expires
  if (same) return 'unchanged'
  await tx.run(update, { ...values, id: before.id })
  if (shown === 1) tx.changed('Card', before.id, before.shown === 1 ? 'updated' : 'created')
  else if (before.shown === 1) tx.changed('Card', before.id, 'destroyed')
  return 'updated'
}

/** Takes a card back; false when there is none of this key. */
export const withdrawCard = async (tx: AccountWriter, party: number, key: string): Promise<boolean> => {
  const row = (await tx.all(ofService, { account: tx.accountId, party })).find((one) => one.key === key)
  if (row) await drop(tx, row)
  return row !== undefined
}

const shownCards = statement((q, p: Params<{ account: number; now: number }>) =>
  q
    .selectFrom('portal_card')
    .leftJoin('relying_party', 'relying_party.id', 'portal_card.relying_party_id')
    .selectAll('portal_card')
    .select('relying_party.name as service')
    .where('portal_card.account_id', '=', p.account)
    .where('portal_card.shown', '=', 1)
    .where('portal_card.expires_at', '>', p.now)
    .orderBy('portal_card.starts_at', 'desc')
    .orderBy('portal_card.id', 'desc')
    .limit(1000),
)

/** The cards of an account that have started and not ended, the latest first; those put away too. */
export const listCards = async (tx: Reader, account: number, now: number): Promise<StoredCard[]> =>
  (await tx.all(shownCards, { account, now })).map((row) => ({
    id: row.id,
    service: row.service ?? '',
    kind: cardKinds.find((one) => one === row.kind) ?? 'message',
    profile: profileKinds.find((one) => one === row.profile) ?? null,
    title: row.title,
    text: row.text,
    url: row.url,
    startsAt: row.starts_at,
    expiresAt: row.expires_at,
    dismissed: row.dismissed_at !== null,
  }))

const setDismissed = statement((q, p: Params<{ account: number; id: number; at: number | null }>) =>
  q
    .updateTable('portal_card')
    .set({ dismissed_at: p.at })
    .where('account_id', '=', p.account)
    .where('id', '=', p.id)
    .where('shown', '=', 1),
)

/** Puts a card away, or takes it out again. Throws Failure notFound. */
export const dismissCard = async (tx: AccountWriter, id: number, dismissed: boolean): Promise<void> => {
  const { changes } = await tx.run(setDismissed, { account: tx.accountId, id, at: dismissed ? tx.now : null })
  if (changes === 0) throw new Failure('notFound', 'no such card')
  tx.changed('Card', id, 'updated')
}

// -- the clockwork ---------------------------------------------------------------------------------------------------

const due = statement((q, p: Params<{ now: number; limit: number }>) =>
  q
    .selectFrom('portal_card')
    .select(['account_id', 'id'])
    .where('shown', '=', 0)
    .where('starts_at', '<=', p.now)
    .orderBy('starts_at')
    .limit(p.limit),
)
const over = statement((q, p: Params<{ now: number; limit: number }>) =>
  q
    .selectFrom('portal_card')
    .select(['account_id', 'id'])
    .where('expires_at', '<=', p.now)
    .orderBy('expires_at')
    .limit(p.limit),
)
const ofAccount = statement((q, p: Params<{ account: number; id: number }>) =>
  q.selectFrom('portal_card').select(['id', 'shown']).where('account_id', '=', p.account).where('id', '=', p.id),
)
const show = statement((q, p: Params<{ account: number; id: number }>) =>
  q.updateTable('portal_card').set({ shown: 1 }).where('account_id', '=', p.account).where('id', '=', p.id),
)

const slice = 500

/**
 * Cards whose time has come are shown, those whose time is over go: each in the log of its account, so that browsers
 * hear of it. Returns how many. May run in several processes.
 */
export const turnCards = async (ctx: Context): Promise<number> => {
  const now = ctx.clock.now()
  let count = 0
  for (const ends of [true, false]) {
    for (;;) {
      const rows = await ctx.store.read((tx) => tx.all(ends ? over : due, { now, limit: slice }))
      for (const [account, cards] of Map.groupBy(rows, (row) => row.account_id)) {
        try {
          await ctx.store.write(account, async (tx) => {
            for (const { id } of cards) {
              const row = await tx.first(ofAccount, { account, id })
              if (!row) continue
              if (ends) await drop(tx, row)
              else if (row.shown === 0) {
                await tx.run(show, { account, id })
                tx.changed('Card', id, 'created')
              }
            }
          })
        } catch (error) {
          // Erased meanwhile.
          if (!isFailure(error, 'notFound')) throw error
        }
      }
      count += rows.length
      if (rows.length < slice) break
    }
  }
  return count
}
