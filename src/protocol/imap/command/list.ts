/** LIST with LIST-EXTENDED, LIST-STATUS, LIST-MYRIGHTS and SPECIAL-USE, and LSUB (RFC 9051 §6.3.9, RFC 3501 §6.3.9). */
import { type MailboxRight, ownRights } from '#domain/access/mailboxes/roles.data.ts'
import { separator } from '#domain/mail/mailbox-rules.ts'
import { listMailboxes, type MailboxNode } from '#domain/mail/mailboxes.ts'
import { leftSubscriptions } from '#domain/mail/subscriptions.ts'
import { type Call, type Command, ok, type Reply, signedIn } from '../command.ts'
import { type ListArguments, listArguments, matcher } from '../grammar/list.ts'
import { fromUtf7 } from '../grammar/mailbox-name.ts'
import { BadSyntax, utf8Text } from '../grammar/scanner.ts'
import { entriesText } from '../metadata.ts'
import { branch, type ListedOther, listOthers, opened } from '../others.ts'
import { startPace } from '../pace.ts'
import { type ListShow, listLine, specialUseOf } from '../respond/list.ts'
import { statusLine } from '../respond/status.ts'
import type { Session } from '../session.ts'
import { lettersOf } from './acl.ts'

/** Octets of a pattern with its reference. */
const maxPattern = 1000

/** Octets of an annotation that a list tells. */
const maxListed = 4096

/** A LIST and what its patterns match. */
type Listing = ListArguments & {
  readonly matches: (path: string) => boolean
  /** Of the account that a mailbox belongs to; nothing when rights are not asked for. */
  readonly rights: ReadonlyMap<number, ReadonlySet<MailboxRight>>
}

/** Rights are the same in all mailboxes of an account. */
const rightsBy = async (session: Session, { returns }: ListArguments): Promise<Listing['rights']> => {
  if (!returns.has('MYRIGHTS')) return new Map()
  const others = await opened(session)
  return new Map([[session.account, ownRights], ...others.map(({ accountId, rights }) => [accountId, rights] as const)])
}

/** A pattern after its reference, in the encoding of names on this connection. */
const fullPattern = (session: Session, reference: Buffer, pattern: Buffer): string => {
  if (reference.length + pattern.length > maxPattern) throw new BadSyntax('Pattern too long')
  const text = utf8Text(reference) + utf8Text(pattern)
  const plain = session.utf8 || /[^\x00-\x7f]/.test(text) ? text : (fromUtf7(text) ?? text)
  // INBOX is special in any case (RFC 9051 §5.1), and `inb*` is a pattern like others.
  return plain.normalize('NFC').replace(/^inbox(?=$|\/)/i, 'INBOX')
}

const matchAny = (patterns: readonly string[]): ((path: string) => boolean) => {
  const matchers = patterns.map(matcher)
  const insensitive = patterns.map((pattern) => matcher(pattern.toUpperCase()))
  return (path) =>
    matchers.some((matches) => matches(path)) || (path === 'INBOX' && insensitive.some((matches) => matches(path)))
}

const isSelected = (mailbox: MailboxNode, select: ListArguments['select']): boolean => {
  if (select.has('SUBSCRIBED') && !mailbox.subscribed) return false
  if (select.has('SPECIAL-USE') && specialUseOf(mailbox.role) === undefined) return false
  return true
}

/**
 * RFC 9051 §6.3.9.6: which selection options hold for mailboxes below this one. What the patterns find by themselves is
 * not announced a second time.
 */
const childInfo = (all: readonly MailboxNode[], mailbox: MailboxNode, list: Listing): string[] => {
  const below = (candidate: MailboxNode): boolean =>
    candidate.path.startsWith(mailbox.path + separator) && !list.matches(candidate.path)
  const infos: string[] = []
  for (const option of ['SUBSCRIBED', 'SPECIAL-USE'] as const)
    if (list.select.has(option) && all.some((other) => below(other) && isSelected(other, new Set([option]))))
      infos.push(option)
  return infos
}

const isLeft = (mailbox: MailboxNode): boolean => 'nonExistent' in mailbox

const listOne = async (
  session: Session,
  all: readonly MailboxNode[],
  mailbox: MailboxNode | ListedOther,
  list: Listing,
  show: ListShow,
): Promise<void> => {
  const chosen = isSelected(mailbox, list.select)
  const info = list.select.has('RECURSIVEMATCH') ? childInfo(all, mailbox, list) : []
  if (!chosen && info.length === 0) return
  const noSelect = 'noSelect' in mailbox && mailbox.noSelect
  const shown = isLeft(mailbox) ? { ...show, children: false, nonExistent: true } : { ...show, noSelect }
  session.untagged(listLine(session, mailbox, { ...shown, childInfo: info }))
  if (!chosen || noSelect) return
  const account = 'account' in mailbox ? mailbox.account : session.account
  const rights = list.rights.get(account)
  if (rights !== undefined) session.untagged(`MYRIGHTS ${session.name(mailbox.path)} ${lettersOf(rights)}`)
  if (list.metadata !== undefined) {
    const subject = { account, id: mailbox.id, role: mailbox.role }
    const { items } = await entriesText(session, subject, list.metadata, { maxSize: maxListed, depth: 0 })
    session.untagged(`METADATA ${session.name(mailbox.path)} (${items.join(' ')})`)
  }
  if (list.status !== undefined) session.untagged(await statusLine(session, mailbox, list.status, account))
}

/** A name without a mailbox: one that is still subscribed, or a level above such a name. */
interface LeftName extends ListedOther {
  readonly nonExistent: true
}

const leftNames = async (session: Session, there: readonly MailboxNode[]): Promise<LeftName[]> => {
  const paths = new Set(there.map(({ path }) => path))
  const left = (await session.ctx.store.read((tx) => leftSubscriptions(tx, session.account))).filter(
    (path) => !paths.has(path),
  )
  const above = left.flatMap((path) => {
    const names = path.split(separator)
    return names.slice(1).map((_name, i) => names.slice(0, i + 1).join(separator))
  })
  const subscribed = new Set(left)
  return [...new Set([...above, ...left])]
    .filter((path) => !paths.has(path))
    .map((path) => ({
      ...branch(path),
      account: session.account,
      subscribed: subscribed.has(path),
      nonExistent: true,
    }))
}

/** One's own mailboxes, then those of functions that are open. */
const everything = async (session: Session): Promise<(MailboxNode | ListedOther)[]> => [
  ...(await session.ctx.store.read((tx) => listMailboxes(tx, session.account))),
  ...(await listOthers(session)),
]

const runList = async ({ session, args }: Call): Promise<Reply> => {
  const list = listArguments(args)
  if (!list.extended && list.patterns[0]!.length === 0) {
    // RFC 3501 §6.3.8: an empty pattern asks for the separator and the root of the reference
    const root = utf8Text(list.reference)
    const first = root.startsWith(separator) ? separator : ''
    session.untagged(`LIST (\\Noselect) "${separator}" "${first}"`)
    return ok('List completed')
  }
  const matches = matchAny(list.patterns.map((pattern) => fullPattern(session, list.reference, pattern)))
  const there = await everything(session)
  const all = list.select.has('SUBSCRIBED') ? [...there, ...(await leftNames(session, there))] : there
  const listing: Listing = { ...list, matches, rights: await rightsBy(session, list) }
  const show: ListShow = {
    // Both cost nothing here and spare clients a second question.
    children: true,
    special: true,
    subscribed: list.select.has('SUBSCRIBED') || list.returns.has('SUBSCRIBED'),
  }
  const pace = startPace()
  for (const mailbox of all) {
    if (pace.due) await pace.rest()
    if (matches(mailbox.path)) await listOne(session, all, mailbox, listing, show)
  }
  return ok('List completed')
}

/** RFC 3501 §6.3.9: `%` also shows a parent, as \Noselect, of which only a child is subscribed. */
const runLsub = async ({ session, args }: Call): Promise<Reply> => {
  args.sp()
  const reference = args.astring()
  args.sp()
  const pattern = fullPattern(session, reference, args.listMailbox())
  args.crlf()
  const matches = matchAny([pattern])
  const there = await everything(session)
  const all: (MailboxNode | ListedOther)[] = [...there, ...(await leftNames(session, there))]
  const subscribed = all.filter((mailbox) => mailbox.subscribed)
  const pace = startPace()
  for (const mailbox of all) {
    if (pace.due) await pace.rest()
    if (!matches(mailbox.path)) continue
    const below = subscribed.some((other) => other.path.startsWith(mailbox.path + separator))
    if (mailbox.subscribed) {
      const children = !isLeft(mailbox)
      const noSelect = 'noSelect' in mailbox && mailbox.noSelect
      session.untagged(listLine(session, mailbox, { children, special: true, noSelect, verb: 'LSUB' }))
    } else if (below && pattern.endsWith('%'))
      session.untagged(`LSUB (\\Noselect \\HasChildren) "${separator}" ${session.name(mailbox.path)}`)
  }
  return ok('Lsub completed')
}

export const list: Command = {
  name: 'LIST',
  states: signedIn,
  capabilities: [
    { name: 'CHILDREN' },
    { name: 'LIST-EXTENDED' },
    { name: 'LIST-STATUS' },
    { name: 'LIST-MYRIGHTS' },
    { name: 'LIST-METADATA' },
    { name: 'SPECIAL-USE' },
  ],
  run: runList,
}

export const lsub: Command = { name: 'LSUB', states: signedIn, run: runLsub }
