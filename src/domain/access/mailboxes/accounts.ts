/** Accounts of functions: made, and made of an account that people shared a password of. */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import { type Account, createAccount, getAccount, type NewAccount } from '../../people/accounts.ts'
import { appendAudit } from '../../people/audit.ts'
import type { People } from '../../people/people.ts'
import { endSessions } from '../../people/session-end.ts'
import { type Granter, grantMailbox } from './grants.ts'

/** Makes the mailbox of a function with its first owner. It has no password: nobody signs in as a function. */
export const createFunctionMailbox = async (
  people: People,
  by: Granter,
  wanted: Pick<NewAccount, 'login' | 'name' | 'address' | 'aliases' | 'locale' | 'quotaBytes'>,
  owner?: string,
): Promise<Account> => {
  if (!by.everywhere) throw new Failure('forbidden', 'mailboxes are made by administrators', { property: 'task' })
  const account = await createAccount(people, by.actor, { ...wanted, kind: 'function' })
  if (owner !== undefined && owner !== '') await grantMailbox(people, by, account.id, { person: owner, role: 'owner' })
  return account
}

const setKind = statement((q, p: Params<{ id: number }>) =>
  q.updateTable('account').set({ kind: 'function', admin: 0 }).where('id', '=', p.id),
)
const dropCredentials = statement((q, p: Params<{ id: number }>) =>
  q.deleteFrom('credential').where('account_id', '=', p.id),
)

/**
 * Makes an account whose password people shared the mailbox of a function: its mail stays, its passwords and sessions
 * end. Throws Failure notFound, and invalid for a system account.
 */
export const becomeFunction = async (people: People, by: Granter, id: number): Promise<Account> => {
  const { store, clock } = people.ctx
  await store.writeGlobal(async (tx) => {
    const account = await getAccount(tx, id)
    if (account.kind === 'system') throw new Failure('invalid', 'this account is the system’s', { property: 'login' })
    await tx.run(setKind, { id })
    await tx.run(dropCredentials, { id })
    await endSessions(tx, id)
    const line = { actor: by.actor, action: 'mailbox.function', accountId: id, target: account.login } as const
    await appendAudit(tx, clock.now(), line)
  })
  store.bus.publishTopic('people', id)
  return store.read((tx) => getAccount(tx, id))
}

const all = statement((q, p: Params<{ limit: number }>) =>
  q
    .selectFrom('account')
    .leftJoin('address', (join) =>
      join.onRef('address.account_id', '=', 'account.id').on('address.kind', '=', 'primary'),
    )
    .select((eb) => [
      'account.id as id',
      'account.login as login',
      'account.name as name',
      'account.status as status',
      'address.address as email',
      eb
        .selectFrom('mailbox_grant')
        .select((inner) => inner.fn.countAll<number>().as('n'))
        .whereRef('mailbox_grant.account_id', '=', 'account.id')
        .as('grants'),
    ])
    .where('account.kind', '=', 'function')
    .orderBy('account.name')
    .orderBy('account.id')
    .limit(p.limit),
)

export interface FunctionLine {
  readonly id: number
  readonly login: string
  readonly name: string
  readonly email: string
  readonly active: boolean
  readonly grants: number
}

const mostListed = 2000

/** Every mailbox of a function, by name. */
export const listFunctionMailboxes = async (tx: Reader): Promise<FunctionLine[]> =>
  (await tx.all(all, { limit: mostListed })).map(({ id, login, name, email, status, grants }) => ({
    id,
    login,
    name,
    email: email ?? '',
    active: status === 'active',
    grants: Number(grants ?? 0),
  }))
