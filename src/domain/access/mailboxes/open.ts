/** Which mailboxes of functions a person may open now, and how far. Asked anew at each use: nothing here is remembered. */
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { Context } from '../../context.ts'
import { groupsOf } from '../../directory/groups.ts'
import { type MailboxRight, type MailboxRole, mailboxRoles, rightsOfRole } from './roles.data.ts'

export interface OpenMailbox {
  readonly accountId: number
  readonly login: string
  readonly name: string
  /** Primary address; empty when it has none. */
  readonly email: string
  /** The strongest role, when several grants reach the person. */
  readonly role: MailboxRole
  /** Of all grants together. */
  readonly rights: ReadonlySet<MailboxRight>
}

const grantedGroups = statement((q, p: Params<{ now: number }>) =>
  q
    .selectFrom('mailbox_grant')
    .select('group_key')
    .distinct()
    .where('group_key', '!=', '')
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', p.now)])),
)

/** The groups of the person that any mailbox is open to. Most installations grant to few: the others are not worked out. */
const groupsThatOpen = async (tx: Reader, person: number, now: number): Promise<string[]> => {
  const granted = new Set((await tx.all(grantedGroups, { now })).map(({ group_key }) => group_key))
  if (granted.size === 0) return []
  return (await groupsOf(tx, person, now)).filter((key) => granted.has(key))
}

const grantsFor = (tx: Reader, person: number, groups: readonly string[], now: number, account?: number) =>
  tx.query<{
    readonly id: number
    readonly login: string
    readonly name: string
    readonly email: string | null
    readonly role: MailboxRole
  }>((q) => {
    const rows = q
      .selectFrom('mailbox_grant as granted')
      .innerJoin('account', 'account.id', 'granted.account_id')
      .leftJoin('address', (join) =>
        join.onRef('address.account_id', '=', 'account.id').on('address.kind', '=', 'primary'),
      )
      .select([
        'account.id as id',
        'account.login as login',
        'account.name as name',
        'address.address as email',
        'granted.role as role',
      ])
      .where('account.kind', '=', 'function')
      .where('account.status', '=', 'active')
      .where((eb) => eb.or([eb('granted.expires_at', 'is', null), eb('granted.expires_at', '>', now)]))
      .where((eb) => {
        const own = eb.and([eb('granted.person_id', '=', person), eb('granted.group_key', '=', '')])
        return groups.length === 0 ? own : eb.or([own, eb('granted.group_key', 'in', [...groups])])
      })
      .orderBy('account.name')
      .orderBy('account.id')
    return account === undefined ? rows : rows.where('granted.account_id', '=', account)
  })

/** Every mailbox of a function that the person may open, by name. */
export const openMailboxes = async (
  tx: Reader,
  person: number,
  now: number,
  account?: number,
): Promise<OpenMailbox[]> => {
  const groups = await groupsThatOpen(tx, person, now)
  const open = new Map<number, OpenMailbox>()
  for (const { id, login, name, email, role } of await grantsFor(tx, person, groups, now, account)) {
    const before = open.get(id)
    const stronger = before && mailboxRoles.indexOf(before.role) > mailboxRoles.indexOf(role) ? before.role : role
    const rights = new Set([...(before?.rights ?? []), ...rightsOfRole[role]])
    open.set(id, { accountId: id, login, name, email: email ?? '', role: stronger, rights })
  }
  return [...open.values()]
}

/** One of them; undefined when the person may not open it (or there is none). */
export const openMailbox = async (
  tx: Reader,
  person: number,
  account: number,
  now: number,
): Promise<OpenMailbox | undefined> => (await openMailboxes(tx, person, now, account))[0]

/** Calls `changed` when grants of some mailbox changed: whoever has one open asks again. Returns how to stop. */
export const watchGrants = (ctx: Context, changed: () => void): (() => void) =>
  ctx.store.bus.subscribeTopic('mailboxes', () => changed())
