/** The rows that prove who one is: one password, and any number of app passwords. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import type { CredentialKind } from '#store/schema/people.ts'
import type { Context } from '../context.ts'
import { notifyOwner } from './alerts.ts'
import { appendAudit } from './audit.ts'
import { type People, type Service, services } from './people.ts'

const passwordOf = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('credential')
    .select(['id', 'secret', 'data'])
    .where('account_id', '=', p.account)
    .where('kind', '=', 'password')
    .orderBy('id', 'desc'),
)

/** The password's row, or undefined when the account has none. `data`: must-change.ts. */
export const readPassword = (
  tx: Reader,
  account: number,
): Promise<{ id: number; secret: string; data: string } | undefined> => tx.first(passwordOf, { account })

const insert = statement(
  (
    q,
    p: Params<{
      account: number
      kind: 'password' | 'app'
      secret: string
      lookup: string
      label: string
      scopes: string
      at: number
    }>,
  ) =>
    q
      .insertInto('credential')
      .values({
        account_id: p.account,
        kind: p.kind,
        secret: p.secret,
        lookup: p.lookup,
        label: p.label,
        scopes: p.scopes,
        created_at: p.at,
        last_used_at: null,
        last_used_ip: null,
        last_failed_at: null,
      })
      .returning('id'),
)

const dropPassword = statement((q, p: Params<{ account: number }>) =>
  q.deleteFrom('credential').where('account_id', '=', p.account).where('kind', '=', 'password'),
)

/**
 * Within a transaction: replaces the password. The row is a new one, so that whoever signed in with the old password
 * can be told apart and disconnected.
 */
export const replacePassword = async (tx: Writer, now: number, account: number, phc: string): Promise<number> => {
  await tx.run(dropPassword, { account })
  const values = {
    account,
    kind: 'password' as const,
    secret: phc,
    lookup: '',
    label: '',
    scopes: 'web imap smtp jmap dav',
  }
  return ((await tx.first(insert, { ...values, at: now })) as { id: number }).id
}

const rehash = statement((q, p: Params<{ id: number; old: string; secret: string }>) =>
  q.updateTable('credential').set({ secret: p.secret }).where('id', '=', p.id).where('secret', '=', p.old),
)

/** Stores the same password under a stronger hash, unless it changed meanwhile. */
export const upgradeHash = (ctx: Context, id: number, old: string, secret: string): Promise<unknown> =>
  ctx.store.writeGlobal((tx) => tx.run(rehash, { id, old, secret }))

const touch = statement((q, p: Params<{ id: number; at: number; ip: string; before: number }>) =>
  q
    .updateTable('credential')
    .set({ last_used_at: p.at, last_used_ip: p.ip, failures: 0 })
    .where('id', '=', p.id)
    .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', p.before), eb('failures', '>', 0)])),
)

/** Last use is kept to ten minutes: a phone that signs in all day must not write all day. */
const touchEvery = 10 * 60_000

/** Notes that a credential was used. */
export const noteUse = (ctx: Context, id: number, ip: string): Promise<unknown> => {
  const at = ctx.clock.now()
  return ctx.store.writeGlobal((tx) => tx.run(touch, { id, at, ip, before: at - touchEvery }))
}

// ---- app passwords ------------------------------------------------------------------------------------------------

/** Thirty-two letters and digits without look-alikes (i l o 1): easy to read out and to copy from paper. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz234567890'
const appLength = 16
const lookupLength = 4
const maxAppPasswords = 50

/** Sixteen letters of 32: 80 bits, in groups of four. */
const newAppPassword = (): string => {
  const letters = [...randomBytes(appLength)].map((byte) => alphabet[byte & 31]).join('')
  return letters.replace(/(.{4})(?=.)/g, '$1-')
}

/** The sixteen letters, when the text could be an app password: people type it with spaces, dashes, capitals. */
export const asAppPassword = (text: string): string | undefined => {
  if (text.length > 64) return
  const letters = text.replace(/[\s-]+/g, '').toLowerCase()
  return letters.length === appLength && [...letters].every((letter) => alphabet.includes(letter)) ? letters : undefined
}

const appHash = (people: People, account: number, letters: string): string =>
  createHmac('sha256', people.key).update(`${account}:${letters}`).digest('hex')

export interface AppPassword {
  readonly id: number
  readonly label: string
  readonly scopes: readonly Service[]
  readonly createdAt: number
  readonly lastUsedAt: number | null
  readonly lastUsedIp: string | null
  /** When and from where it was last refused: mistyped, or used for what it is not for. */
  readonly lastFailedAt: number | null
  readonly lastFailedIp: string | null
  /** Refusals since it last worked. */
  readonly failures: number
}

const appsOf = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('credential')
    .select([
      'id',
      'label',
      'scopes',
      'created_at',
      'last_used_at',
      'last_used_ip',
      'last_failed_at',
      'last_failed_ip',
      'failures',
    ])
    .where('account_id', '=', p.account)
    .where('kind', '=', 'app')
    .orderBy('id'),
)

/** App passwords of an account, without their secrets. */
export const listAppPasswords = async (people: People, account: number): Promise<AppPassword[]> => {
  const rows = await people.ctx.store.read((tx) => tx.all(appsOf, { account }))
  return rows.map((row) => ({
    id: row.id,
    label: row.label,
    scopes: services.filter((service) => row.scopes.split(' ').includes(service)),
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    lastUsedIp: row.last_used_ip,
    lastFailedAt: row.last_failed_at,
    lastFailedIp: row.last_failed_ip,
    failures: row.failures,
  }))
}

/**
 * Makes an app password and returns it in clear, this once. Throws Failure invalid (no label, no scope), tooMany.
 */
export const createAppPassword = async (
  people: People,
  actor: string,
  account: number,
  options: { readonly label: string; readonly scopes: readonly Service[]; readonly ip?: string },
): Promise<{ id: number; password: string }> => {
  const label = options.label.trim().slice(0, 100)
  if (label === '') throw new Failure('invalid', 'an app password needs a name', { property: 'label' })
  const scopes = services.filter((service) => service !== 'web' && options.scopes.includes(service))
  if (scopes.length === 0) throw new Failure('invalid', 'an app password needs a use', { property: 'scopes' })
  const password = newAppPassword()
  const letters = asAppPassword(password) as string
  const now = people.ctx.clock.now()
  const made = await people.ctx.store.writeGlobal(async (tx) => {
    if ((await tx.all(appsOf, { account })).length >= maxAppPasswords)
      throw new Failure('tooMany', `an account has at most ${maxAppPasswords} app passwords`)
    const row = await tx.first(insert, {
      account,
      kind: 'app',
      secret: appHash(people, account, letters),
      lookup: letters.slice(0, lookupLength),
      label,
      scopes: scopes.join(' '),
      at: now,
    })
    const ip = options.ip ?? ''
    await appendAudit(tx, now, { actor, action: 'app-password.create', accountId: account, target: label, ip })
    return { id: (row as { id: number }).id, password }
  })
  await notifyOwner(people, account, {
    kind: 'app-password-created',
    detail: label,
    ...(options.ip === undefined ? {} : { ip: options.ip }),
  })
  return made
}

const dropApp = statement((q, p: Params<{ account: number; id: number }>) =>
  q
    .deleteFrom('credential')
    .where('account_id', '=', p.account)
    .where('id', '=', p.id)
    .where('kind', '=', 'app')
    .returning('label'),
)

/** Revokes an app password; whoever is connected with it is disconnected. Throws Failure notFound. */
export const revokeAppPassword = async (
  people: People,
  actor: string,
  account: number,
  id: number,
  ip = '',
): Promise<void> => {
  const label = await people.ctx.store.writeGlobal(async (tx) => {
    const row = await tx.first(dropApp, { account, id })
    if (!row) throw new Failure('notFound', 'no such app password')
    const now = people.ctx.clock.now()
    await appendAudit(tx, now, { actor, action: 'app-password.revoke', accountId: account, target: row.label, ip })
    return row.label
  })
  people.ctx.store.bus.publishTopic('people', account)
  const where = ip === '' ? {} : { ip }
  await notifyOwner(people, account, { kind: 'app-password-revoked', detail: label, ...where })
}

const candidates = statement((q, p: Params<{ account: number; lookup: string }>) =>
  q
    .selectFrom('credential')
    .select(['id', 'secret', 'scopes'])
    .where('account_id', '=', p.account)
    .where('kind', '=', 'app')
    .where('lookup', '=', p.lookup),
)

/** The app password that letters are, or nearly are. */
export interface AppMatch {
  readonly id: number
  /** True when it is this one and may be used for this. */
  readonly right: boolean
  /** True when it is this one, but not for this use. */
  readonly scope: boolean
}

/**
 * The app password of the account that these letters are; when they are none, the one that begins like them (a device
 * whose password was mistyped). Undefined when there is neither.
 */
export const matchAppPassword = async (
  tx: Reader,
  people: People,
  account: number,
  letters: string,
  service: Service,
): Promise<AppMatch | undefined> => {
  const given = Buffer.from(appHash(people, account, letters), 'hex')
  const rows = await tx.all(candidates, { account, lookup: letters.slice(0, lookupLength) })
  const same = rows.find((row) => timingSafeEqual(Buffer.from(row.secret, 'hex'), given))
  if (!same) return rows[0] && { id: rows[0].id, right: false, scope: false }
  const right = same.scopes.split(' ').includes(service)
  return { id: same.id, right, scope: !right }
}

const failed = statement((q, p: Params<{ id: number; at: number; ip: string; before: number }>) =>
  q
    .updateTable('credential')
    .set((eb) => ({ last_failed_at: p.at, last_failed_ip: p.ip, failures: eb('failures', '+', 1) }))
    .where('id', '=', p.id)
    .where('kind', '=', 'app')
    .where((eb) => eb.or([eb('last_failed_at', 'is', null), eb('last_failed_at', '<', p.before)])),
)

/** A program tries again every few seconds: one failure a minute is enough to tell. */
const failedEvery = 60_000

/** Notes that an app password was refused. */
export const noteAppFailure = (ctx: Context, id: number, ip: string): Promise<unknown> => {
  const at = ctx.clock.now()
  return ctx.store.writeGlobal((tx) => tx.run(failed, { id, at, ip, before: at - failedEvery }))
}

const stillThere = statement((q, p: Params<{ id: number; account: number; now: number }>) =>
  q
    .selectFrom('credential')
    .innerJoin('account', 'account.id', 'credential.account_id')
    .leftJoin('person', 'person.account_id', 'account.id')
    .select('credential.kind as kind')
    .where('credential.id', '=', p.id)
    .where('credential.account_id', '=', p.account)
    .where('account.status', '=', 'active')
    .where('person.blocked_at', 'is', null)
    .where((eb) => eb.or([eb('person.ends_at', 'is', null), eb('person.ends_at', '>', p.now)])),
)

/** The kind of a credential that exists, of an account that may be opened; undefined when either is not so. */
export const credentialLives = async (
  tx: Reader,
  account: number,
  id: number,
  now: number,
): Promise<CredentialKind | undefined> => (await tx.first(stillThere, { id, account, now }))?.kind
