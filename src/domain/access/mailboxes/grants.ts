/**
 * Who has access to the mailbox of a function: given, changed and taken by its owners and by administrators. Each act is
 * audited in its transaction and told to the owners; whoever has the mailbox open learns it at once.
 */
import { Failure, isFailure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import { groupLabel, parseGroupKey } from '../../directory/group-keys.ts'
import { getManualGroup } from '../../directory/manual-groups.ts'
import { type Account, findAccount, getAccount } from '../../people/accounts.ts'
import { notifyOwner } from '../../people/alerts.ts'
import { type AuditAction, appendAudit } from '../../people/audit.ts'
import type { People } from '../../people/people.ts'
import { openMailbox } from './open.ts'
import { type MailboxRole, mailboxRoles } from './roles.data.ts'

/** Who gives or takes access. `everywhere`: an administrator of the platform, or the command line. */
export interface Granter {
  readonly actor: string
  readonly accountId?: number
  readonly everywhere: boolean
  readonly ip?: string
}

export interface Grant {
  readonly id: number
  /** Person or group. */
  readonly kind: 'person' | 'group'
  /** Account of the person; 0 for a group. */
  readonly personId: number
  /** Key of the group; empty for a person. */
  readonly groupKey: string
  /** Name as people read it. */
  readonly name: string
  /** Login of the person; empty for a group. */
  readonly login: string
  readonly role: MailboxRole
  /** Milliseconds; null for ever. */
  readonly expiresAt: number | null
  readonly grantedAt: number
  readonly grantedBy: string
  /** When the person last opened the mailbox; null never, or for a group. */
  readonly lastUsedAt: number | null
}

const maxGrants = 200

const rowsOf = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('mailbox_grant as granted')
    .leftJoin('account', 'account.id', 'granted.person_id')
    .leftJoin('mailbox_use as used', (join) =>
      join.onRef('used.account_id', '=', 'granted.account_id').onRef('used.person_id', '=', 'granted.person_id'),
    )
    .select([
      'granted.id as id',
      'granted.person_id as personId',
      'granted.group_key as groupKey',
      'granted.role as role',
      'granted.expires_at as expiresAt',
      'granted.granted_at as grantedAt',
      'granted.granted_by as grantedBy',
      'account.name as name',
      'account.login as login',
      'used.last_at as lastUsedAt',
    ])
    .where('granted.account_id', '=', p.account)
    .orderBy('granted.id'),
)

const groupName = async (tx: Reader, key: string): Promise<string> => {
  const group = parseGroupKey(key)
  if (!group) return key
  if (group.type !== 'manual') return groupLabel(group, 'fr')
  try {
    return (await getManualGroup(tx, group.id)).name
  } catch {
    return key
  }
}

/** Everybody who has access, those whose time is over included. */
export const listGrants = async (tx: Reader, account: number): Promise<Grant[]> => {
  const grants: Grant[] = []
  for (const row of await tx.all(rowsOf, { account })) {
    const isGroup = row.groupKey !== ''
    const name = isGroup ? await groupName(tx, row.groupKey) : (row.name ?? '')
    grants.push({ ...row, kind: isGroup ? 'group' : 'person', name, login: row.login ?? '' })
  }
  return grants
}

/** The account of a function. Throws Failure notFound for none, and for what is not a function's. */
export const functionAccount = async (tx: Reader, id: number): Promise<Account> => {
  const account = await getAccount(tx, id)
  if (account.kind !== 'function') throw new Failure('notFound', `${account.login} is not the mailbox of a function`)
  return account
}

/**
 * Throws Failure notFound (no such mailbox, or none that this person knows of) and forbidden (it is open to them, but
 * who has access is for its owners to see and say).
 */
export const requireOwner = async (tx: Reader, by: Granter, account: number, now: number): Promise<Account> => {
  if (by.everywhere) return functionAccount(tx, account)
  const open = by.accountId === undefined ? undefined : await openMailbox(tx, by.accountId, account, now)
  if (!open) throw new Failure('notFound', 'no such mailbox')
  if (!open.rights.has('manage'))
    throw new Failure('forbidden', 'access is given by the owners', { property: 'mailbox' })
  return functionAccount(tx, account)
}

const save = statement(
  (
    q,
    p: Params<{
      account: number
      person: number
      group: string
      role: MailboxRole
      expires: number | null
      at: number
      by: string
    }>,
  ) =>
    q
      .insertInto('mailbox_grant')
      .values({
        account_id: p.account,
        person_id: p.person,
        group_key: p.group,
        role: p.role,
        expires_at: p.expires,
        granted_at: p.at,
        granted_by: p.by,
      })
      .onConflict((on) =>
        on
          .columns(['account_id', 'person_id', 'group_key'])
          .doUpdateSet({ role: p.role, expires_at: p.expires, granted_at: p.at, granted_by: p.by }),
      ),
)

/** Within a transaction, without a word to anybody: for the demonstration, whose members find it so. */
export const insertGrant = async (
  tx: Writer,
  given: { account: number; person: number; role: MailboxRole; at: number; by: string },
): Promise<void> => {
  await tx.run(save, { group: '', expires: null, ...given })
}

const remove = statement((q, p: Params<{ account: number; id: number }>) =>
  q.deleteFrom('mailbox_grant').where('account_id', '=', p.account).where('id', '=', p.id),
)

const isOwner = (grant: Pick<Grant, 'role' | 'expiresAt'>, now: number): boolean =>
  grant.role === 'owner' && (grant.expiresAt === null || grant.expiresAt > now)

/** Owners of the mailbox by name (not through a group), to whom changes are told. */
const ownersOf = (grants: readonly Grant[], now: number): number[] =>
  grants.filter((grant) => grant.personId !== 0 && isOwner(grant, now)).map(({ personId }) => personId)

/**
 * Throws Failure conflict when nobody would be left to say who has access: an administrator may leave a mailbox so,
 * its owners may not.
 */
const checkOwnerLeft = async (tx: Writer, by: Granter, account: number, now: number): Promise<void> => {
  if (by.everywhere) return
  const left = (await listGrants(tx, account)).some((grant) => isOwner(grant, now))
  if (!left) throw new Failure('conflict', 'the mailbox would have no owner', { property: 'mailbox.owner' })
}

interface Change {
  readonly action: AuditAction
  readonly account: Account
  readonly whom: string
  readonly role: string
  /** The person whose access it is, when it is one. */
  readonly personId: number
  /** Owners before and after: each is told. */
  readonly owners: readonly number[]
}

const announce = async (people: People, by: Granter, change: Change): Promise<void> => {
  people.ctx.store.bus.publishTopic('mailboxes', change.account.id)
  const { account, whom, role, owners, personId } = change
  const detail = `${account.name} <${account.email}> : ${whom} (${role}), ${by.actor}`
  for (const owner of owners) await notifyOwner(people, owner, { kind: 'mailbox-access', detail })
  if (personId !== 0 && !owners.includes(personId))
    await notifyOwner(people, personId, { kind: 'mailbox-yours', detail })
}

const auditChange = (tx: Writer, by: Granter, now: number, { action, account, whom, role }: Omit<Change, 'owners'>) =>
  appendAudit(tx, now, {
    actor: by.actor,
    action,
    accountId: account.id,
    target: account.login,
    detail: `${whom}: ${role}`,
    ip: by.ip ?? '',
  })

export interface WantedGrant {
  /** Login or address of a person. */
  readonly person?: string
  /** Key of a group of the directory. */
  readonly group?: string
  readonly role: MailboxRole
  /** Milliseconds; null for ever. */
  readonly expiresAt?: number | null
}

interface Grantee {
  readonly person: number
  readonly group: string
  readonly name: string
}

const granteeOf = async (tx: Reader, { person = '', group = '' }: WantedGrant): Promise<Grantee> => {
  const unknown = () =>
    new Failure('invalid', 'access is given to persons and groups that exist', { property: 'mailbox.person' })
  const known = <T>(found: Promise<T>): Promise<T> =>
    found.catch((error) => {
      throw isFailure(error, 'notFound') ? unknown() : error
    })
  if (group !== '') {
    const parsed = parseGroupKey(group)
    if (!parsed) throw unknown()
    if (parsed.type === 'manual') await known(getManualGroup(tx, parsed.id))
    return { person: 0, group, name: await groupName(tx, group) }
  }
  const account = await known(findAccount(tx, person))
  if (account.kind !== 'person') throw unknown()
  return { person: account.id, group: '', name: account.name }
}

/**
 * Gives access, or changes what was given to the same person or group. Throws Failure notFound (mailbox), forbidden,
 * invalid (role, expiry, no such person or group), tooMany, conflict (the last owner).
 */
export const grantMailbox = async (
  people: People,
  by: Granter,
  mailbox: number,
  wanted: WantedGrant,
): Promise<readonly Grant[]> => {
  const { store, clock } = people.ctx
  const now = clock.now()
  if (!mailboxRoles.includes(wanted.role)) throw new Failure('invalid', 'no such role', { property: 'role' })
  const expires = wanted.expiresAt ?? null
  if (expires !== null && (!Number.isSafeInteger(expires) || expires <= now))
    throw new Failure('invalid', 'the end is in the past', { property: 'mailbox.expiry' })
  const done = await store.writeGlobal(async (tx) => {
    const account = await requireOwner(tx, by, mailbox, now)
    const { person, group, name } = await granteeOf(tx, wanted)
    const before = await listGrants(tx, mailbox)
    const isNew = !before.some((grant) => grant.personId === person && grant.groupKey === group)
    if (isNew && before.length >= maxGrants) throw new Failure('tooMany', `at most ${maxGrants} have access`)
    await tx.run(save, { account: mailbox, person, group, role: wanted.role, expires, at: now, by: by.actor })
    await checkOwnerLeft(tx, by, mailbox, now)
    const until = expires === null ? '' : ` until ${new Date(expires).toISOString()}`
    const change = { action: 'mailbox.grant', account, whom: name, role: wanted.role, personId: person } as const
    await auditChange(tx, by, now, { ...change, role: `${wanted.role}${until}` })
    const grants = await listGrants(tx, mailbox)
    return { grants, change: { ...change, owners: [...new Set([...ownersOf(before, now), ...ownersOf(grants, now)])] } }
  })
  await announce(people, by, done.change)
  return done.grants
}

/** Takes access away. Throws Failure notFound, forbidden, conflict (the last owner). */
export const revokeMailbox = async (
  people: People,
  by: Granter,
  mailbox: number,
  grantId: number,
): Promise<readonly Grant[]> => {
  const { store, clock } = people.ctx
  const now = clock.now()
  const done = await store.writeGlobal(async (tx) => {
    const account = await requireOwner(tx, by, mailbox, now)
    const before = await listGrants(tx, mailbox)
    const grant = before.find(({ id }) => id === grantId)
    if (!grant) throw new Failure('notFound', 'nobody has this access')
    await tx.run(remove, { account: mailbox, id: grantId })
    await checkOwnerLeft(tx, by, mailbox, now)
    const whom = grant.name || grant.login
    const change = { action: 'mailbox.revoke', account, whom, role: grant.role, personId: grant.personId } as const
    await auditChange(tx, by, now, change)
    return { grants: before.filter(({ id }) => id !== grantId), change: { ...change, owners: ownersOf(before, now) } }
  })
  await announce(people, by, done.change)
  return done.grants
}
