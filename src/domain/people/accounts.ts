/** Accounts: made, listed, changed, disabled. Every act is audited in the transaction that does it. */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Population } from '../directory/profiles.ts'
import { createDefaultMailboxes, mailboxByRole } from '../mail/mailboxes.ts'
import { foldAddress, giveAddress } from './addresses.ts'
import { notifyOwner } from './alerts.ts'
import { type AuditAction, appendAudit } from './audit.ts'
import { readPassword, replacePassword } from './credentials.ts'
import { distrustDevices } from './devices.ts'
import { referenceOf } from './elsewhere.ts'
import { markGiven } from './must-change.ts'
import { withdraw } from './one-time.ts'
import type { People } from './people.ts'
import { checkPassword, checkPasswordOf } from './policy.ts'
import { type Principal, principalOf } from './principal.ts'
import { endSessions } from './session-end.ts'
import { foldLogin } from './verify.ts'

export interface NewAccount {
  /** Identifier to sign in with: letters, digits, dots and dashes. */
  readonly login: string
  /** As shown to others: `Anne Martin`. */
  readonly name: string
  /** Primary address; the login at our first domain when absent. */
  readonly address?: string
  readonly aliases?: readonly string[]
  /** Whose rules the password must meet; staff's, or administrators', when absent. */
  readonly population?: Population
  /** Without one, nobody can sign in until a password is set. */
  readonly password?: string
  /** True: whoever signs in with it first has to choose another. */
  readonly mustChange?: boolean
  readonly kind?: 'person' | 'function' | 'system'
  readonly locale?: string
  readonly admin?: boolean
  /** Octets; 0 is no limit. */
  readonly quotaBytes?: number
}

export interface Account {
  readonly id: number
  readonly login: string
  readonly name: string
  readonly email: string
  readonly kind: 'person' | 'function' | 'system'
  readonly status: 'active' | 'disabled'
  readonly locale: string
  readonly admin: boolean
  readonly createdAt: number
  readonly quotaBytes: number
  readonly usedBytes: number
}

const insertAccount = statement(
  (
    q,
    p: Params<{
      login: string
      name: string
      kind: 'person' | 'function' | 'system'
      locale: string
      admin: number
      at: number
      quota: number
    }>,
  ) =>
    q
      .insertInto('account')
      .values({
        login: p.login,
        name: p.name,
        kind: p.kind,
        // Active only once it has its mailboxes: the second transaction of `createAccount`.
        status: 'disabled',
        locale: p.locale,
        admin: p.admin,
        created_at: p.at,
        modseq: 0,
        low_modseq: 0,
        next_id: 1,
        quota_bytes: p.quota,
        used_bytes: 0,
      })
      .returning('id'),
)

const columns = (q: Parameters<Parameters<typeof statement>[0]>[0]) =>
  q
    .selectFrom('account')
    .leftJoin('address', (join) =>
      join.onRef('address.account_id', '=', 'account.id').on('address.kind', '=', 'primary'),
    )
    .select([
      'account.id as id',
      'account.login as login',
      'account.name as name',
      'account.kind as kind',
      'account.status as status',
      'account.locale as locale',
      'account.admin as admin',
      'account.created_at as created_at',
      'account.quota_bytes as quota_bytes',
      'account.used_bytes as used_bytes',
      'address.address as email',
    ])

const byLogin = statement((q, p: Params<{ login: string }>) => columns(q).where('account.login', '=', p.login))
const byId = statement((q, p: Params<{ id: number }>) => columns(q).where('account.id', '=', p.id))
const pageAfter = statement((q, p: Params<{ after: string; limit: number }>) =>
  columns(q).where('account.login', '>', p.after).orderBy('account.login').limit(p.limit),
)

interface AccountRow {
  readonly id: number
  readonly login: string
  readonly name: string
  readonly kind: Account['kind']
  readonly status: Account['status']
  readonly locale: string
  readonly admin: number
  readonly created_at: number
  readonly quota_bytes: number
  readonly used_bytes: number
  readonly email: string | null
}

const accountOf = (row: AccountRow): Account => ({
  id: row.id,
  login: row.login,
  name: row.name,
  email: row.email ?? '',
  kind: row.kind,
  status: row.status,
  locale: row.locale,
  admin: row.admin === 1,
  createdAt: row.created_at,
  quotaBytes: row.quota_bytes,
  usedBytes: row.used_bytes,
})

/** An account by its login or any of its addresses. Throws Failure notFound. */
export const findAccount = async (tx: Reader, name: string): Promise<Account> => {
  const login = foldLogin(name)
  const row = await tx.first(byLogin, { login })
  if (row) return accountOf(row)
  const address = foldAddress(name)
  const found =
    address && (await tx.query((q) => q.selectFrom('address').select('account_id').where('address', '=', address)))
  const id = found ? found[0]?.account_id : undefined
  if (id === undefined) throw new Failure('notFound', `There is no account named ${name}.`)
  return getAccount(tx, id)
}

/** Throws Failure notFound. */
export const getAccount = async (tx: Reader, id: number): Promise<Account> => {
  const row = await tx.first(byId, { id })
  if (!row) throw new Failure('notFound', `There is no account ${id}.`)
  return accountOf(row)
}

/** All accounts in the order of their logins, read a page at a time. */
export async function* listAccounts(people: People): AsyncGenerator<Account> {
  const limit = 500
  for (let after = ''; ; ) {
    const rows = await people.ctx.store.read((tx) => tx.all(pageAfter, { after, limit }))
    for (const row of rows) yield accountOf(row)
    after = rows.at(-1)?.login ?? ''
    if (rows.length < limit) return
  }
}

/** A name on one line: it goes into headers of messages and into forms of others. */
export const shownName = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, 200)

const loginForm = /^[\p{L}\p{N}](?:[\p{L}\p{N}._-]{0,62}[\p{L}\p{N}])?$/u

const checkLogin = (login: string): string => {
  const folded = foldLogin(login)
  if (!loginForm.test(folded))
    throw new Failure('invalid', `${login} is not an identifier: use letters, digits, dots and dashes.`, {
      property: 'login',
    })
  return folded
}

const setStatus = statement((q, p: Params<{ id: number; status: 'active' | 'disabled' }>) =>
  q.updateTable('account').set({ status: p.status }).where('id', '=', p.id),
)

const hasIdentity = statement((q, p: Params<{ account: number; email: string }>) =>
  q.selectFrom('identity').select('id').where('account_id', '=', p.account).where('email', '=', p.email),
)

const insertIdentity = statement((q, p: Params<{ account: number; id: number; name: string; email: string }>) =>
  q.insertInto('identity').values({
    account_id: p.account,
    id: p.id,
    name: p.name,
    email: p.email,
    reply_to: null,
    bcc: null,
    text_signature: '',
    html_signature: '',
    may_delete: 0,
  }),
)

/** What an account has from its first day: mailboxes in its language, and an identity to write under. Idempotent. */
const furnish = async (
  tx: AccountWriter,
  account: Pick<Account, 'id' | 'name' | 'email' | 'locale'>,
): Promise<void> => {
  if (!(await mailboxByRole(tx, account.id, 'inbox'))) await createDefaultMailboxes(tx, account.locale)
  if (account.email !== '' && !(await tx.first(hasIdentity, { account: account.id, email: account.email }))) {
    const id = tx.nextId()
    await tx.run(insertIdentity, { account: account.id, id, name: account.name, email: account.email })
    tx.changed('Identity', id, 'created')
  }
  await tx.run(setStatus, { id: account.id, status: 'active' })
}

/**
 * Makes an account with its addresses, password, mailboxes and identity. `within` adds to the transaction that makes
 * the rows (the person behind the account). Throws Failure invalid (`property` says what), alreadyExists.
 */
export const createAccount = async (
  people: People,
  actor: string,
  wanted: NewAccount,
  within?: (tx: Writer, account: number) => Promise<void>,
): Promise<Account> => {
  const { ctx } = people
  const login = checkLogin(wanted.login)
  const name = shownName(wanted.name)
  if (name === '') throw new Failure('invalid', 'An account needs a name.', { property: 'name' })
  if (wanted.password !== undefined) {
    const population = wanted.population ?? (wanted.admin ? 'administrator' : 'staff')
    const mails = [wanted.address ?? '', ...(wanted.aliases ?? [])]
    await checkPassword(people, wanted.password, population, { login, names: [name], mails })
  }
  const phc = wanted.password === undefined ? undefined : await people.passwords.hash(wanted.password)
  const address = wanted.address ?? `${login}@${people.options.domains[0] ?? 'localhost'}`
  const locale = wanted.locale ?? 'fr'
  const now = ctx.clock.now()
  const made = await ctx.store.writeGlobal(async (tx) => {
    if (await tx.first(byLogin, { login }))
      throw new Failure('alreadyExists', `The identifier ${login} is taken.`, { property: 'login' })
    const row = await tx.first(insertAccount, {
      login,
      name,
      kind: wanted.kind ?? 'person',
      locale,
      admin: wanted.admin ? 1 : 0,
      at: now,
      quota: wanted.quotaBytes ?? 0,
    })
    const id = (row as { id: number }).id
    const email = await giveAddress(tx, now, id, address, 'primary')
    for (const alias of wanted.aliases ?? []) await giveAddress(tx, now, id, alias, 'alias')
    if (phc !== undefined) await replacePassword(tx, now, id, phc)
    if (wanted.mustChange) await markGiven(tx, id, now)
    await appendAudit(tx, now, { actor, action: 'account.create', accountId: id, target: login, detail: email })
    await within?.(tx, id)
    return { id, email }
  })
  await ctx.store.write(made.id, (tx) => furnish(tx, { ...made, name, locale }))
  return ctx.store.read((tx) => getAccount(tx, made.id))
}

/** One privileged change: the account found, the change made and audited together, live connections told. */
const change = async (
  people: People,
  entry: {
    readonly actor: string
    readonly action: AuditAction
    readonly account: number
    readonly detail?: string
    readonly ip?: string
  },
  work: (tx: Writer, account: Account) => Promise<void>,
): Promise<void> => {
  const { actor, action, account: id, detail = '', ip = '' } = entry
  await people.ctx.store.writeGlobal(async (tx) => {
    const account = await getAccount(tx, id)
    await work(tx, account)
    const line = { actor, action, accountId: id, target: account.login, detail, ip }
    await appendAudit(tx, people.ctx.clock.now(), line)
  })
  people.ctx.store.bus.publishTopic('people', id)
}

/**
 * Sets the password and ends every other session and every connection made with the old one. `keepSession` is the
 * session of the person who changes it. Throws Failure invalid (too weak), notFound.
 */
export const setPassword = async (
  people: People,
  actor: string,
  account: number,
  password: string,
  options: {
    readonly keepSession?: string
    readonly ip?: string
    /** True: somebody else gave it, and its owner has to choose another. */
    readonly mustChange?: boolean
    /** Done in the same transaction; the password stays what it was when it throws. */
    readonly within?: (tx: Writer) => Promise<void>
  } = {},
): Promise<void> => {
  await checkPasswordOf(people, account, password)
  const phc = await people.passwords.hash(password)
  const entry = { actor, action: 'account.password' as const, account, ip: options.ip ?? '' }
  await change(people, entry, async (tx) => {
    // The next pass over the directory would take it back, and until then two passwords would open the account.
    if (referenceOf((await readPassword(tx, account))?.secret ?? '') !== undefined)
      throw new Failure('forbidden', 'the password is kept by another directory', { property: 'elsewhere' })
    await options.within?.(tx)
    const now = people.ctx.clock.now()
    await replacePassword(tx, now, account, phc)
    if (options.mustChange) await markGiven(tx, account, now)
    // What was begun with the old one, and links that were sent to replace it, end with it.
    for (const kind of ['sign-in', 'reset']) await withdraw(tx, account, kind)
    await endSessions(tx, account, options.keepSession)
    await distrustDevices(tx, account)
  })
}

/** Nobody signs in any more, no mail is taken, and everybody connected is disconnected. Nothing is deleted. */
export const disableAccount = (people: People, actor: string, account: number, detail = ''): Promise<void> =>
  change(people, { actor, action: 'account.disable', account, detail }, async (tx) => {
    await tx.run(setStatus, { id: account, status: 'disabled' })
    await endSessions(tx, account)
  })

/** The account works again; whatever its first day left unfinished is finished. */
export const enableAccount = async (people: People, actor: string, account: number): Promise<void> => {
  await change(people, { actor, action: 'account.enable', account }, async () => {})
  const row = await people.ctx.store.read((tx) => getAccount(tx, account))
  await people.ctx.store.write(account, (tx) => furnish(tx, row))
}

const updateQuota = statement((q, p: Params<{ id: number; quota: number }>) =>
  q.updateTable('account').set({ quota_bytes: p.quota }).where('id', '=', p.id),
)

/** Sets the octets an account may hold; 0 is no limit. */
export const setQuota = (people: People, actor: string, account: number, quota: number): Promise<void> => {
  if (!Number.isSafeInteger(quota) || quota < 0)
    throw new Failure('invalid', 'A quota is a number of octets.', { property: 'quota' })
  return change(people, { actor, action: 'account.quota', account, detail: String(quota) }, async (tx) => {
    await tx.run(updateQuota, { id: account, quota })
  })
}

const updateAdmin = statement((q, p: Params<{ id: number; admin: number }>) =>
  q.updateTable('account').set({ admin: p.admin }).where('id', '=', p.id),
)

/** Gives or takes the right to administer the platform. */
export const setAdmin = async (people: People, actor: string, account: number, admin: boolean): Promise<void> => {
  await change(people, { actor, action: 'account.admin', account, detail: admin ? 'yes' : 'no' }, async (tx) => {
    await tx.run(updateAdmin, { id: account, admin: admin ? 1 : 0 })
  })
  await notifyOwner(people, account, { kind: 'rights-changed', detail: admin ? '+ admin' : '− admin' })
}

/** An account acting for itself without having proved anything: for the command line and the demonstration. */
export const principalFor = async (tx: Reader, account: number): Promise<Principal> => {
  const row = await getAccount(tx, account)
  return principalOf({ ...row, admin: row.admin ? 1 : 0 }, {})
}
