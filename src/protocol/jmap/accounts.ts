/**
 * The accounts of a person (RFC 8620 §1.6.2): their own, and the mailboxes of functions that are open to them. What may
 * be done in each is the domain's (domain/access/mailboxes); here it becomes capabilities, and refusals.
 */
import { formatId, parseId } from '#base/ids.ts'
import { openMailbox, openMailboxes } from '#domain/access/mailboxes/open.ts'
import { type MailboxRight, maySend, ownRights } from '#domain/access/mailboxes/roles.data.ts'
import type { Context } from '#domain/context.ts'
import { mailboxIdByPath } from '#domain/mail/mailboxes.ts'
import { CORE, type Id, MAIL, RECIPIENTS, SUBMISSION } from '#format/jmap/core.ts'
import { MDN } from '#format/jmap/mdn.ts'
import { ORGANISING } from '#format/jmap/organising.ts'
import { READING } from '#format/jmap/reading.ts'
import { FILTERS, SIEVE, VACATION } from '#format/jmap/sieve.ts'
import { BLOB, QUOTA } from './capability.ts'
import type { JmapPrincipal } from './method.ts'

export interface OpenAccount {
  readonly account: number
  readonly accountId: Id
  readonly name: string
  readonly isPersonal: boolean
  readonly rights: ReadonlySet<MailboxRight>
  /** The person's role in the mailbox of a function, and that function's name. */
  readonly function?: { readonly role: string; readonly name: string }
  /** The person's inbox, named in the session so that its list can be asked for in the first request. */
  readonly inbox?: Id | undefined
}

type Rights = ReadonlySet<MailboxRight>

const always = () => true

/** Which capabilities the mailbox of a function has for somebody with these rights; those that are missing it never has. */
const ofFunctions: Readonly<Record<string, (rights: Rights) => boolean>> = {
  [CORE]: always,
  [MAIL]: always,
  [BLOB]: always,
  [QUOTA]: always,
  [READING]: always,
  [RECIPIENTS]: always,
  [ORGANISING]: always,
  [SUBMISSION]: maySend,
  [MDN]: (rights) => rights.has('sendAs'),
  [SIEVE]: (rights) => rights.has('manage'),
  [FILTERS]: (rights) => rights.has('manage'),
  [VACATION]: (rights) => rights.has('manage'),
}

/** Whether the account has the capability, for this person. */
export const hasCapability = ({ isPersonal, rights }: OpenAccount, capability: string): boolean =>
  isPersonal || ofFunctions[capability]?.(rights) === true

const ownAccount = (principal: JmapPrincipal): OpenAccount => ({
  account: principal.accountId,
  accountId: formatId('account', principal.accountId),
  name: principal.email === '' ? principal.login : principal.email,
  isPersonal: true,
  rights: ownRights,
})

type Opened = NonNullable<Awaited<ReturnType<typeof openMailbox>>>

const functionAccount = ({ accountId, login, name, email, role, rights }: Opened): OpenAccount => ({
  account: accountId,
  accountId: formatId('account', accountId),
  name: email === '' ? login : email,
  isPersonal: false,
  rights,
  function: { role, name },
})

/** Every account of the person, their own first. */
export const accountsOf = async (ctx: Context, principal: JmapPrincipal): Promise<OpenAccount[]> => {
  const { inbox, open } = await ctx.store.read(async (tx) => ({
    inbox: await mailboxIdByPath(tx, principal.accountId, 'INBOX'),
    open: await openMailboxes(tx, principal.accountId, ctx.clock.now()),
  }))
  const own = { ...ownAccount(principal), inbox: inbox === undefined ? undefined : formatId('mailbox', inbox) }
  return [own, ...open.map(functionAccount)]
}

/** One account of the person, as it is open to them at this moment; undefined for any other. */
export const findAccount = async (
  ctx: Context,
  principal: JmapPrincipal,
  accountId: Id,
): Promise<OpenAccount | undefined> => {
  const account = parseId('account', accountId)
  if (account === undefined) return undefined
  if (account === principal.accountId) return ownAccount(principal)
  const open = await ctx.store.read((tx) => openMailbox(tx, principal.accountId, account, ctx.clock.now()))
  return open && functionAccount(open)
}
