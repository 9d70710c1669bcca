/**
 * What a person wants their devices to be told of: mail of which mailboxes, from whom, and not in the quiet hours they
 * have chosen for everything (domain/notify). Decided here, before anything is sent: a phone that should be quiet is not
 * woken.
 */
import { Failure } from '#base/failure.ts'
import { envelopeOf } from '#format/mime/envelope.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import { openMailbox } from '../access/mailboxes/open.ts'
import type { Context } from '../context.ts'
import { seen } from '../mail/flags.ts'
import { readChanges } from '../mail/history.ts'
import { readPreferences } from '../notify/preferences.ts'
import { quietUntil } from '../notify/quiet.ts'

export const pushPlaces = ['inbox', 'chosen', 'all'] as const
export const pushSenders = ['everyone', 'known', 'chosen'] as const

export interface PushRules {
  /** `inbox`: what arrives there; `chosen`: the mailboxes named; `all`: every mailbox but junk and trash. */
  readonly places: (typeof pushPlaces)[number]
  readonly mailboxes: readonly number[]
  /** `known`: those the person has written to; `chosen`: the addresses named. */
  readonly senders: (typeof pushSenders)[number]
  /** Addresses, lower case. They are told of whatever the mailbox. */
  readonly favourites: readonly string[]
  /** Whether the quiet hours hold for mail. */
  readonly quiet: boolean
  /** Whether sender and subject may be shown on a locked screen. */
  readonly preview: boolean
  /** Accounts of functions whose inbox is told of too, to who may read them. */
  readonly functions: readonly number[]
}

export const usualRules: PushRules = {
  places: 'inbox',
  mailboxes: [],
  senders: 'everyone',
  favourites: [],
  quiet: true,
  preview: true,
  functions: [],
}

const stored = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('push_rule').select('rules').where('account_id', '=', p.account),
)

/** The rules of an account; the usual ones when it has chosen nothing. */
export const readPushRules = async (tx: Reader, account: number): Promise<PushRules> => {
  const row = await tx.first(stored, { account })
  return row === undefined ? usualRules : { ...usualRules, ...(JSON.parse(row.rules) as Partial<PushRules>) }
}

const put = statement((q, p: Params<{ account: number; rules: string; now: number }>) =>
  q
    .insertInto('push_rule')
    .values({ account_id: p.account, rules: p.rules, updated_at: p.now })
    .onConflict((on) => on.column('account_id').doUpdateSet({ rules: p.rules, updated_at: p.now })),
)

export const maxFavourites = 200
const maxMailboxes = 200
const maxFunctions = 50
const address = /^[^\s@]{1,64}@[^\s@]{1,255}$/

const invalid = (property: string, why: string): never => {
  throw new Failure('invalid', `${property} ${why}`, { property })
}

/** Keeps the rules. Throws Failure invalid, with the property that is wrong. */
export const savePushRules = async (tx: AccountWriter, wanted: PushRules): Promise<PushRules> => {
  if (!pushPlaces.includes(wanted.places)) invalid('places', 'is none of those there are')
  if (!pushSenders.includes(wanted.senders)) invalid('senders', 'is none of those there are')
  if (wanted.mailboxes.length > maxMailboxes) invalid('mailboxes', `holds more than ${maxMailboxes}`)
  if (wanted.favourites.length > maxFavourites) invalid('favourites', `holds more than ${maxFavourites}`)
  if (wanted.functions.length > maxFunctions) invalid('functions', `holds more than ${maxFunctions}`)
  const favourites = [...new Set(wanted.favourites.map((one) => one.trim().toLowerCase()))]
  if (favourites.some((one) => !address.test(one))) invalid('favourites', 'holds what is no address')
  const rules: PushRules = {
    ...wanted,
    favourites,
    mailboxes: [...new Set(wanted.mailboxes)],
    functions: [...new Set(wanted.functions)],
  }
  await tx.run(put, { account: tx.accountId, rules: JSON.stringify(rules), now: tx.now })
  return rules
}

const placesOf = statement((q, p: Params<{ account: number; email: number }>) =>
  q
    .selectFrom('message')
    .innerJoin('mailbox', (join) =>
      join.onRef('mailbox.account_id', '=', 'message.account_id').onRef('mailbox.id', '=', 'message.mailbox_id'),
    )
    .innerJoin('content', 'content.blob_id', 'message.blob_id')
    .select(['mailbox.id as id', 'mailbox.role as role', 'message.flags as flags', 'content.headers as headers'])
    .where('message.account_id', '=', p.account)
    .where('message.email_id', '=', p.email),
)
const wroteTo = statement((q, p: Params<{ account: number; address: string }>) =>
  q
    .selectFrom('correspondent')
    .select('uses')
    .where('account_id', '=', p.account)
    .where('address', '=', p.address)
    .where('uses', '>', 0),
)

/** Mailboxes that nobody wants to hear of. */
const silent: ReadonlySet<string | null> = new Set(['junk', 'trash', 'drafts', 'sent'])

const senderOf = (headers: Uint8Array | null): string => {
  const [from] = headers === null ? [] : envelopeOf(headers).from
  return from === undefined ? '' : `${from.mailbox ?? ''}@${from.host ?? ''}`.toLowerCase()
}

const isWorth = async (tx: Reader, account: number, email: number, rules: PushRules): Promise<boolean> => {
  const entries = (await tx.all(placesOf, { account, email })).filter(
    ({ flags, role }) => (flags & seen) === 0 && !silent.has(role),
  )
  const [first] = entries
  if (first === undefined) return false
  const sender = senderOf(first.headers)
  if (rules.favourites.includes(sender)) return true
  const isThere = entries.some(
    ({ id, role }) =>
      rules.places === 'all' || (rules.places === 'inbox' ? role === 'inbox' : rules.mailboxes.includes(id)),
  )
  if (!isThere) return false
  if (rules.senders === 'everyone') return true
  return rules.senders === 'known' && (await tx.first(wroteTo, { account, address: sender })) !== undefined
}

/** Emails looked at for one push: beyond them, that there are many is all that is to be said. */
const most = 50

export interface Delivered {
  /** The emails to be told of, the oldest first. */
  readonly emails: readonly number[]
  readonly preview: boolean
  /** Of the mailbox of a function. */
  readonly name?: string
}

/**
 * Which emails delivered after the change number `since` the person's devices are to be told of; undefined when none,
 * or in quiet hours.
 */
export const worthTelling = (ctx: Context, account: number, since: number): Promise<Delivered | undefined> =>
  ctx.store.read(async (tx) => {
    const rules = await readPushRules(tx, account)
    if (await isQuiet(ctx, tx, account, rules)) return
    return deliveredIn(tx, account, since, rules)
  })

const isQuiet = async (ctx: Context, tx: Reader, account: number, rules: PushRules): Promise<boolean> =>
  rules.quiet && quietUntil((await readPreferences(tx, account)).quiet, ctx.clock.now()) !== undefined

const deliveredIn = async (
  tx: Reader,
  account: number,
  since: number,
  rules: PushRules,
): Promise<Delivered | undefined> => {
  const { created, updated } = await readChanges(tx, account, 'EmailDelivery', { modseq: since, skip: 0 }, most)
  const emails: number[] = []
  for (const email of [...created, ...updated]) if (await isWorth(tx, account, email, rules)) emails.push(email)
  return emails.length === 0 ? undefined : { emails, preview: rules.preview }
}

/**
 * The same of the mailbox of a function, for one of those who chose to be told of it: what arrives in its inbox, from
 * whomever, while they may read it, and not in their quiet hours. `name` is the mailbox's.
 */
export const worthTellingOf = (
  ctx: Context,
  person: number,
  account: number,
  since: number,
): Promise<Delivered | undefined> =>
  ctx.store.read(async (tx) => {
    const rules = await readPushRules(tx, person)
    if (!rules.functions.includes(account) || (await isQuiet(ctx, tx, person, rules))) return
    const open = await openMailbox(tx, person, account, ctx.clock.now())
    if (!open?.rights.has('read')) return
    const delivered = await deliveredIn(tx, account, since, { ...usualRules, preview: rules.preview })
    return delivered && { ...delivered, name: open.name }
  })

/** Of each mailbox of a function, the persons among these who chose to be told of it. */
export const functionListeners = (
  ctx: Context,
  persons: readonly number[],
): Promise<ReadonlyMap<number, readonly number[]>> =>
  ctx.store.read(async (tx) => {
    const listeners = new Map<number, number[]>()
    for (const person of persons) {
      for (const account of (await readPushRules(tx, person)).functions)
        listeners.set(account, [...(listeners.get(account) ?? []), person])
    }
    return listeners
  })

/** Keeps the rules of a person and lets those who tell of mailboxes of functions know. Throws as savePushRules does. */
export const choosePushRules = async (ctx: Context, account: number, wanted: PushRules): Promise<PushRules> => {
  const rules = await ctx.store.write(account, (tx) => savePushRules(tx, wanted))
  ctx.store.bus.publishTopic('mailboxes')
  return rules
}
