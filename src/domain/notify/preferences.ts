/** What each person wants to be told of, how and when; by profile for those who have chosen nothing. */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import { type ProfileKind, profilesOf } from '../directory/profiles.ts'
import { type Category, type ChannelChoice, categoryNames, type MailWay, mailWays, ruleOf } from './categories.data.ts'
import { type Digest, type Quiet, quietUntil } from './quiet.ts'
import { checkQuiet, type QuietTable, readQuietTable, usualQuiet } from './usual-quiet.ts'

export interface Preferences {
  readonly channels: Readonly<Record<Category, ChannelChoice>>
  readonly quiet: Quiet
  readonly digest: Digest
}

const hours = (n: number): number => n * 60

const usualFor = (quiet: Quiet): Preferences => ({
  channels: Object.fromEntries(categoryNames.map((name) => [name, ruleOf(name).usual])) as Preferences['channels'],
  quiet,
  digest: { every: 'day', weekday: 1, at: hours(7) },
})

/** What somebody with these profiles gets who has chosen nothing; `table`: what administrators set. */
export const usualPreferences = (kinds: readonly (ProfileKind | string)[], table: QuietTable = {}): Preferences =>
  usualFor(usualQuiet(kinds, table))

const merged = (kinds: readonly string[], data: string | undefined, table: QuietTable): Preferences => {
  const otherwise = usualPreferences(kinds, table)
  if (data === undefined) return otherwise
  const own = JSON.parse(data) as Partial<Preferences>
  return {
    channels: { ...otherwise.channels, ...own.channels },
    quiet: { ...otherwise.quiet, ...own.quiet },
    digest: { ...otherwise.digest, ...own.digest },
  }
}

/** The preferences of some accounts, in three questions. */
export const preferencesOf = async (
  tx: Reader,
  accounts: readonly number[],
): Promise<ReadonlyMap<number, Preferences>> => {
  if (accounts.length === 0) return new Map()
  const own = await tx.query((q) =>
    q
      .selectFrom('notification_preference')
      .select(['account_id as account', 'data'])
      .where('account_id', 'in', [...accounts]),
  )
  const kinds = await tx.query((q) =>
    q
      .selectFrom('profile')
      .select(['account_id as account', 'kind'])
      .where('account_id', 'in', [...accounts]),
  )
  const table = await readQuietTable(tx)
  const byAccount = Map.groupBy(kinds, ({ account }) => account)
  const chosen = new Map(own.map(({ account, data }) => [account, data]))
  return new Map(
    accounts.map((account) => [
      account,
      merged(
        (byAccount.get(account) ?? []).map(({ kind }) => kind),
        chosen.get(account),
        table,
      ),
    ]),
  )
}

/** The preferences of one account. */
export const readPreferences = async (tx: Reader, account: number): Promise<Preferences> =>
  (await preferencesOf(tx, [account])).get(account) ?? usualPreferences([])

/**
 * When the rest that is usual for the profiles of an account ends, milliseconds; undefined outside of it. It is the rule
 * of the house and not what the person chose for themselves: it tells when those like them would rather not be written to.
 */
export const usualRestUntil = async (tx: Reader, account: number, now: number): Promise<number | undefined> => {
  const kinds = (await profilesOf(tx, account, now)).map(({ kind }) => kind)
  return quietUntil(usualQuiet(kinds, await readQuietTable(tx)), now)
}

const invalid = (property: string, why: string): never => {
  throw new Failure('invalid', `${property} ${why}`, { property })
}

const isMinutes = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < 1440
const isWeekday = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= 7

/** Throws Failure invalid (`property` channels, quiet or digest). */
export const checkPreferences = ({ channels, quiet, digest }: Preferences): Preferences => {
  const leftAlone = checkQuiet(quiet)
  if (!isMinutes(digest.at) || !isWeekday(digest.weekday) || !['day', 'week'].includes(digest.every))
    invalid('digest', 'is daily or weekly, at a minute of the day')
  const checked = categoryNames.map((name) => {
    const { portal, push, mail } = channels[name] ?? ruleOf(name).usual
    if (!mailWays.includes(mail as MailWay)) invalid('channels', 'have a way of mail that is none')
    return [name, { portal: portal || ruleOf(name).must === 'portal', push, mail }] as const
  })
  return {
    channels: Object.fromEntries(checked) as Preferences['channels'],
    quiet: leftAlone,
    digest: { every: digest.every, weekday: digest.weekday, at: digest.at },
  }
}

const put = statement((q, p: Params<{ account: number; data: string; now: number }>) =>
  q
    .insertInto('notification_preference')
    .values({ account_id: p.account, data: p.data, updated_at: p.now })
    .onConflict((on) => on.column('account_id').doUpdateSet({ data: p.data, updated_at: p.now })),
)
const forget = statement((q, p: Params<{ account: number }>) =>
  q.deleteFrom('notification_preference').where('account_id', '=', p.account),
)

/** Keeps what a person has chosen; null: what is usual for their profiles again. Throws Failure invalid. */
export const savePreferences = async (tx: AccountWriter, wanted: Preferences | null): Promise<void> => {
  const { accountId: account } = tx
  if (wanted === null) await tx.run(forget, { account })
  else await tx.run(put, { account, data: JSON.stringify(checkPreferences(wanted)), now: tx.now })
}
