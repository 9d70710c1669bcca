/**
 * The mailboxes of functions as the namespace of other users (RFC 2342): `Other Users/ce.0250001r/INBOX`. Which are open,
 * and how far, is the domain's word, asked at each command.
 */
import { type OpenMailbox, openMailbox, openMailboxes } from '#domain/access/mailboxes/open.ts'
import { type MailboxRight, ownRights } from '#domain/access/mailboxes/roles.data.ts'
import { noteMailboxUse } from '#domain/access/mailboxes/use.ts'
import { separator } from '#domain/mail/mailbox-rules.ts'
import { listMailboxes, type MailboxNode, mailboxByPath } from '#domain/mail/mailboxes.ts'
import { no, type Reply } from './command.ts'
import type { Session } from './session.ts'

export const othersRoot = 'Other Users'

/** Where a name leads: an account, and a path in it. */
export interface Place {
  readonly account: number
  readonly path: string
  readonly rights: ReadonlySet<MailboxRight>
  /** What stands before the path in the names of this connection; empty for one's own. */
  readonly prefix: string
}

/** A mailbox that a name leads to; `path` of the mailbox is as this connection names it. */
export interface Located extends Place {
  readonly mailbox: MailboxNode
}

const prefixOf = (login: string): string => `${othersRoot}${separator}${login}${separator}`

/** Everything of functions that is open to the signed-in person. */
export const opened = (session: Session): Promise<OpenMailbox[]> =>
  session.ctx.store.read((tx) => openMailboxes(tx, session.account, session.ctx.clock.now()))

/** Where a path leads; undefined for a name among other users' that is not open. */
export const placeOf = async (session: Session, path: string): Promise<Place | undefined> => {
  const own: Place = { account: session.account, path, rights: ownRights, prefix: '' }
  const [root = '', login, ...rest] = path.split(separator)
  if (root.toLowerCase() !== othersRoot.toLowerCase() || login === undefined) return own
  const open = (await opened(session)).find((one) => one.login === login.toLowerCase())
  // A folder of one's own may bear the name too.
  if (!open) return own
  return { account: open.accountId, path: rest.join(separator), rights: open.rights, prefix: prefixOf(open.login) }
}

const named = (mailbox: MailboxNode, prefix: string): MailboxNode =>
  prefix === '' ? mailbox : { ...mailbox, path: prefix + mailbox.path }

/** The mailbox of a path; undefined when there is none, or it is not open. */
export const locate = async (session: Session, path: string): Promise<Located | undefined> => {
  const place = await placeOf(session, path)
  if (place === undefined) return undefined
  const mailbox = await session.ctx.store.read((tx) => mailboxByPath(tx, place.account, place.path))
  if (mailbox === undefined) return undefined
  if (place.prefix !== '') noteMailboxUse(session.ctx, place.account, session.account)
  return { ...place, mailbox: named(mailbox, place.prefix) }
}

/** For a name that leads nowhere: of a mailbox the person knows, and may not change so. */
export const notAllowed = (): Reply => no('Your role in this mailbox does not allow it', 'NOPERM')

/** A name to be listed: a mailbox of a function, or what stands above it and can only be looked into. */
export interface ListedOther extends MailboxNode {
  readonly noSelect: boolean
  readonly account: number
}

/** A name that only leads to others. */
export const branch = (path: string): Omit<ListedOther, 'account'> => ({
  id: 0,
  parentId: 0,
  name: path,
  role: null,
  subscribed: true,
  sortOrder: 0,
  uidValidity: 0,
  uidNext: 0,
  highestModseq: 0,
  total: 0,
  unseen: 0,
  deleted: 0,
  emails: 0,
  unreadEmails: 0,
  threads: 0,
  unreadThreads: 0,
  bytes: 0,
  path,
  hasChildren: true,
  noSelect: true,
})

/** All mailboxes of functions that are open, below the root of their namespace. */
export const listOthers = async (session: Session): Promise<ListedOther[]> => {
  const open = await opened(session)
  if (open.length === 0) return []
  const listed: ListedOther[] = [{ ...branch(othersRoot), account: 0 }]
  for (const { accountId: account, login } of open) {
    const prefix = prefixOf(login)
    listed.push({ ...branch(prefix.slice(0, -separator.length)), account })
    const nodes = await session.ctx.store.read((tx) => listMailboxes(tx, account))
    // No special use: a program would take the function's Sent for the person's own.
    for (const node of nodes) listed.push({ ...named(node, prefix), role: null, noSelect: false, account })
  }
  return listed
}

/**
 * Asks again whether the selected mailbox of a function is open: what is no longer is not told of any more. False when
 * the connection has to end.
 */
export const stillOpen = async (session: Session): Promise<boolean> => {
  const { selected } = session
  if (selected === undefined || selected.account === session.account) return true
  const { store, clock } = session.ctx
  const open = await store.read((tx) => openMailbox(tx, session.account, selected.account, clock.now()))
  if (open === undefined) {
    session.unselect()
    session.end('[NOPERM] Access was revoked')
    return false
  }
  if (!open.rights.has('write')) selected.readOnly = true
  return true
}
