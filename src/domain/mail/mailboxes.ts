/** Mailboxes of an account: the tree, and the verbs that change it. */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, type SqlValue, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Context } from '../context.ts'
import { dropAnnotations } from './annotations.ts'
import { allEntries, entriesOfEmail, putEntry, settleEmail, takeEntry } from './entries.ts'
import {
  checkName,
  checkRole,
  defaultMailboxes,
  maxDepth,
  maxMailboxes,
  type Role,
  separator,
} from './mailbox-rules.ts'
import { Tally } from './tally.ts'

export interface Mailbox {
  readonly id: number
  /** 0 at the top. */
  readonly parentId: number
  readonly name: string
  readonly role: Role | null
  readonly subscribed: boolean
  readonly sortOrder: number
  readonly uidValidity: number
  readonly uidNext: number
  /** IMAP HIGHESTMODSEQ, at least 1. */
  readonly highestModseq: number
  readonly total: number
  readonly unseen: number
  readonly deleted: number
  /** As JMAP counts (RFC 8621 §2): emails, those with neither $seen nor $draft, and the threads of each. */
  readonly emails: number
  readonly unreadEmails: number
  readonly threads: number
  readonly unreadThreads: number
  readonly bytes: number
}

/** A mailbox with its place in the tree. */
export interface MailboxNode extends Mailbox {
  /** Names from the top joined by `/`; the inbox is `INBOX`. */
  readonly path: string
  readonly hasChildren: boolean
}

const columns = [
  'id',
  'parent_id',
  'name',
  'role',
  'subscribed',
  'sort_order',
  'uid_validity',
  'uid_next',
  'message_modseq',
  'total',
  'unseen',
  'deleted',
  'emails',
  'unread_emails',
  'threads',
  'unread_threads',
  'bytes',
] as const

const selectAll = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('mailbox')
    .select(columns)
    .where('account_id', '=', p.account)
    .orderBy('sort_order')
    .orderBy('name')
    .orderBy('id'),
)

/** A row of `columns`: an array is read several times faster than an object of so many names. */
const toMailbox = (row: readonly SqlValue[]): Mailbox => ({
  id: row[0] as number,
  parentId: row[1] as number,
  name: row[2] as string,
  role: row[3] as Role | null,
  subscribed: row[4] === 1,
  sortOrder: row[5] as number,
  uidValidity: row[6] as number,
  uidNext: row[7] as number,
  highestModseq: Math.max(1, row[8] as number),
  total: row[9] as number,
  unseen: row[10] as number,
  deleted: row[11] as number,
  emails: row[12] as number,
  unreadEmails: row[13] as number,
  threads: row[14] as number,
  unreadThreads: row[15] as number,
  bytes: row[16] as number,
})

/** Every mailbox of the account with its path, by sort order and name. */
export const listMailboxes = async (tx: Reader, account: number): Promise<MailboxNode[]> => {
  const mailboxes = (await tx.tuples(selectAll, { account })).map(toMailbox)
  const byId = new Map(mailboxes.map((mailbox) => [mailbox.id, mailbox]))
  const parents = new Set(mailboxes.map(({ parentId }) => parentId))
  const pathOf = ({ parentId, role, name }: Mailbox, depth = 0): string => {
    const parent = depth > maxDepth ? undefined : byId.get(parentId)
    const shown = role === 'inbox' ? 'INBOX' : name
    return parent ? pathOf(parent, depth + 1) + separator + shown : shown
  }
  return mailboxes.map((mailbox) => ({ ...mailbox, path: pathOf(mailbox), hasChildren: parents.has(mailbox.id) }))
}

/** `inbox` in any case is INBOX; other names are compared as they are, in NFC. */
export const normalizePath = (path: string): string => {
  const normal = path.normalize('NFC')
  const [first, ...rest] = normal.split(separator)
  return first!.toUpperCase() === 'INBOX' ? ['INBOX', ...rest].join(separator) : normal
}

const selectInbox = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('mailbox').select('id').where('account_id', '=', p.account).where('role', '=', 'inbox'),
)
const selectChild = statement((q, p: Params<{ account: number; parent: number; name: string }>) =>
  q
    .selectFrom('mailbox')
    .select('id')
    .where('account_id', '=', p.account)
    .where('parent_id', '=', p.parent)
    .where('name', '=', p.name)
    // whatever its name is, in a path the inbox is INBOX
    .where((eb) => eb.or([eb('role', 'is', null), eb('role', '<>', 'inbox')])),
)

/** The id of the mailbox at a path, or undefined: one look-up per level. */
export const mailboxIdByPath = async (tx: Reader, account: number, path: string): Promise<number | undefined> => {
  const [first, ...names] = normalizePath(path).split(separator)
  let at =
    first === 'INBOX'
      ? await tx.first(selectInbox, { account })
      : await tx.first(selectChild, { account, parent: 0, name: first! })
  for (const name of names) if (at) at = await tx.first(selectChild, { account, parent: at.id, name })
  return at?.id
}

const selectOne = statement((q, p: Params<{ account: number; mailbox: number }>) =>
  q.selectFrom('mailbox').select(columns).where('account_id', '=', p.account).where('id', '=', p.mailbox),
)
const selectAnyChild = statement((q, p: Params<{ account: number; parent: number }>) =>
  q.selectFrom('mailbox').select('id').where('account_id', '=', p.account).where('parent_id', '=', p.parent).limit(1),
)

/** The mailbox at a path, or undefined. */
export const mailboxByPath = async (tx: Reader, account: number, path: string): Promise<MailboxNode | undefined> => {
  const wanted = normalizePath(path)
  const mailbox = await mailboxIdByPath(tx, account, wanted)
  const [row] = mailbox === undefined ? [] : await tx.tuples(selectOne, { account, mailbox })
  const found = row && toMailbox(row)
  // Where a program has moved the inbox below something else, only the whole tree tells its path.
  if (!found || (found.role === 'inbox' && found.parentId !== 0))
    return (await listMailboxes(tx, account)).find((mailbox) => mailbox.path === wanted)
  const hasChildren = (await tx.first(selectAnyChild, { account, parent: found.id })) !== undefined
  return { ...found, path: wanted, hasChildren }
}

/** The mailbox with a role, or undefined. */
export const mailboxByRole = async (tx: Reader, account: number, role: Role): Promise<MailboxNode | undefined> =>
  (await listMailboxes(tx, account)).find((mailbox) => mailbox.role === role)

const insertMailbox = statement(
  (
    q,
    p: Params<{
      account: number
      id: number
      parent: number
      name: string
      role: string | null
      subscribed: number
      order: number
      validity: number
      modseq: number
      now: number
    }>,
  ) =>
    q.insertInto('mailbox').values({
      account_id: p.account,
      id: p.id,
      parent_id: p.parent,
      name: p.name,
      role: p.role,
      subscribed: p.subscribed,
      sort_order: p.order,
      uid_validity: p.validity,
      uid_next: 1,
      message_modseq: p.modseq,
      total: 0,
      unseen: 0,
      deleted: 0,
      emails: 0,
      unread_emails: 0,
      threads: 0,
      unread_threads: 0,
      bytes: 0,
      created_at: p.now,
    }),
)

export interface MailboxProperties {
  readonly name: string
  readonly parentId?: number
  readonly role?: string | null
  readonly subscribed?: boolean
  readonly sortOrder?: number
}

/** Throws unless a mailbox may have this parent, name and role beside the others. */
const checkPlace = (
  all: readonly MailboxNode[],
  place: { readonly id: number; readonly parentId: number; readonly name: string; readonly role: Role | null },
): void => {
  const byId = new Map(all.map((mailbox) => [mailbox.id, mailbox]))
  let depth = 1
  for (let at = place.parentId; at !== 0; depth++) {
    const parent = byId.get(at)
    if (!parent) throw new Failure('notFound', 'no such parent', { property: 'parentId' })
    if (at === place.id || depth > maxDepth)
      throw new Failure('invalid', 'the parent is inside the mailbox, or too deep', { property: 'parentId' })
    at = parent.parentId
  }
  const taken = (mailbox: MailboxNode) => mailbox.parentId === place.parentId && mailbox.name === place.name
  if (all.some((mailbox) => mailbox.id !== place.id && taken(mailbox)))
    throw new Failure('alreadyExists', 'there is a mailbox of this name', { property: 'name' })
  if (place.parentId === 0 && place.role !== 'inbox' && place.name.toUpperCase() === 'INBOX')
    throw new Failure('alreadyExists', 'INBOX is reserved', { property: 'name' })
  if (place.role !== null && all.some((mailbox) => mailbox.id !== place.id && mailbox.role === place.role))
    throw new Failure('conflict', 'another mailbox has this role', { property: 'role' })
}

/** Creates a mailbox within a transaction. Throws Failure invalid, notFound, alreadyExists, conflict, tooMany. */
export const createMailboxWithin = async (tx: AccountWriter, properties: MailboxProperties): Promise<MailboxNode> => {
  const all = await listMailboxes(tx, tx.accountId)
  if (all.length >= maxMailboxes) throw new Failure('tooMany', 'too many mailboxes')
  const role = checkRole(properties.role ?? null)
  const place = { id: -1, parentId: properties.parentId ?? 0, name: checkName(properties.name), role }
  checkPlace(all, place)
  const id = tx.nextId()
  await tx.run(insertMailbox, {
    account: tx.accountId,
    id,
    parent: place.parentId,
    name: place.name,
    role,
    subscribed: (properties.subscribed ?? true) ? 1 : 0,
    order: properties.sortOrder ?? 10,
    // Ascending within the account even when a mailbox is made again in the same second (RFC 9051 §2.3.1.1).
    validity: (Math.floor(tx.now / 1000) + id) % 0xffff_ffff,
    modseq: tx.modseq,
    now: tx.now,
  })
  tx.changed('Mailbox', id, 'created')
  return (await listMailboxes(tx, tx.accountId)).find((mailbox) => mailbox.id === id)!
}

export const createMailbox = (ctx: Context, account: number, properties: MailboxProperties): Promise<MailboxNode> =>
  ctx.store.write(account, (tx) => createMailboxWithin(tx, properties))

/** The mailboxes that an account starts with, in its language. Call in the transaction that creates the account. */
export const createDefaultMailboxes = async (tx: AccountWriter, locale: string): Promise<void> => {
  for (const { role, order, names } of defaultMailboxes)
    await createMailboxWithin(tx, { name: names[locale] ?? names.fr!, role, sortOrder: order })
}

const saveMailbox = statement(
  (
    q,
    p: Params<{
      account: number
      id: number
      parent: number
      name: string
      role: string | null
      subscribed: number
      order: number
    }>,
  ) =>
    q
      .updateTable('mailbox')
      .set({ parent_id: p.parent, name: p.name, role: p.role, subscribed: p.subscribed, sort_order: p.order })
      .where('account_id', '=', p.account)
      .where('id', '=', p.id),
)

/**
 * Changes properties of a mailbox; its children move with it. The inbox keeps its name, place and role.
 * Throws Failure notFound, invalid, alreadyExists, conflict, forbidden.
 */
export const updateMailboxWithin = async (
  tx: AccountWriter,
  id: number,
  patch: Partial<MailboxProperties>,
): Promise<void> => {
  const all = await listMailboxes(tx, tx.accountId)
  const before = all.find((mailbox) => mailbox.id === id)
  if (!before) throw new Failure('notFound', `no mailbox ${id}`)
  const place = {
    id,
    parentId: patch.parentId ?? before.parentId,
    name: patch.name === undefined ? before.name : checkName(patch.name),
    role: patch.role === undefined ? before.role : checkRole(patch.role),
  }
  if (before.role === 'inbox') {
    if (place.role !== 'inbox') throw new Failure('forbidden', 'the inbox keeps its role', { property: 'role' })
    if (place.parentId !== 0) throw new Failure('forbidden', 'the inbox stays at the top', { property: 'parentId' })
    if (place.name !== before.name) throw new Failure('forbidden', 'the inbox keeps its name', { property: 'name' })
  }
  checkPlace(all, place)
  await tx.run(saveMailbox, {
    account: tx.accountId,
    id,
    parent: place.parentId,
    name: place.name,
    role: place.role,
    subscribed: (patch.subscribed ?? before.subscribed) ? 1 : 0,
    order: patch.sortOrder ?? before.sortOrder,
  })
  tx.changed('Mailbox', id, 'updated')
}

export const updateMailbox = (
  ctx: Context,
  account: number,
  id: number,
  patch: Partial<MailboxProperties>,
): Promise<void> => ctx.store.write(account, (tx) => updateMailboxWithin(tx, id, patch))

const deleteRow = statement((q, p: Params<{ account: number; id: number }>) =>
  q.deleteFrom('mailbox').where('account_id', '=', p.account).where('id', '=', p.id),
)

/**
 * Deletes a mailbox. With messages inside, `emails` says what becomes of those that are in no other mailbox: true ends
 * them, a number moves them to that mailbox, false refuses.
 * Throws Failure notFound, forbidden (the inbox), conflict with property `mailboxHasChild` or `mailboxHasEmail`.
 */
export const deleteMailboxWithin = async (tx: AccountWriter, id: number, emails: boolean | number): Promise<void> => {
  const all = await listMailboxes(tx, tx.accountId)
  const mailbox = all.find((candidate) => candidate.id === id)
  if (!mailbox) throw new Failure('notFound', `no mailbox ${id}`)
  if (mailbox.role === 'inbox') throw new Failure('forbidden', 'the inbox cannot be deleted')
  if (mailbox.hasChildren) throw new Failure('conflict', 'the mailbox has children', { property: 'mailboxHasChild' })
  if (mailbox.total > 0) {
    if (emails === false || emails === id)
      throw new Failure('conflict', 'the mailbox has messages', { property: 'mailboxHasEmail' })
    const tally = new Tally(tx)
    for (const entry of await allEntries(tx, tx.accountId, id)) {
      const isOnly = emails !== true && (await entriesOfEmail(tx, tx.accountId, entry.emailId)).length === 1
      await takeEntry(tx, tally, entry)
      if (isOnly) await putEntry(tx, tally, emails, entry, entry.flags)
      await settleEmail(tx, entry)
    }
    // Emails that stay elsewhere may have become read there.
    await tally.flush()
  }
  await dropAnnotations(tx, id)
  await tx.run(deleteRow, { account: tx.accountId, id })
  tx.changed('Mailbox', id, 'destroyed')
}

export const deleteMailbox = (ctx: Context, account: number, id: number, removeEmails: boolean): Promise<void> =>
  ctx.store.write(account, (tx) => deleteMailboxWithin(tx, id, removeEmails))
