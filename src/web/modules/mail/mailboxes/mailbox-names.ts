/** Names, icons and order of mailboxes as they are shown. */
import type { TFunction } from 'i18next'
import type { Mailbox, MailClient } from '../../../data/index.ts'
import { joinPlace } from '../../../shell/function-place.ts'
import type { IconName } from '../../../ui/icon.tsx'

const roles = {
  inbox: 'inbox',
  drafts: 'drafts',
  scheduled: 'clock',
  sent: 'sent',
  archive: 'archive',
  junk: 'junk',
  trash: 'trash',
  snoozed: 'clock',
} as const satisfies Record<string, IconName>

type KnownRole = keyof typeof roles
const knownRole = (mailbox: Mailbox): KnownRole | undefined =>
  mailbox.role !== null && mailbox.role in roles ? (mailbox.role as KnownRole) : undefined

export const roleOrder: readonly KnownRole[] = [
  'inbox',
  'snoozed',
  'drafts',
  'scheduled',
  'sent',
  'archive',
  'junk',
  'trash',
]

/** Standard mailboxes are named in the person's language whatever the server calls them. */
export const mailboxName = (mailbox: Mailbox, t: TFunction): string => {
  const role = knownRole(mailbox)
  return role === undefined ? mailbox.name : t(`mailbox.${role}`)
}

export const mailboxIcon = (mailbox: Mailbox): IconName => {
  const role = knownRole(mailbox)
  return role === undefined ? 'folder' : roles[role]
}

/** What names it in an address: its role, else its id; in the mailbox of a function, after its account. */
export const mailboxParam = (mailbox: Mailbox, account?: string): string =>
  joinPlace(account, mailbox.role ?? mailbox.id)

export const findMailbox = (mailboxes: readonly Mailbox[], param: string): Mailbox | undefined =>
  mailboxes.find((mailbox) => mailbox.role === param) ?? mailboxes.find((mailbox) => mailbox.id === param)

export const inboxOf = (client: MailClient): Mailbox | undefined =>
  client.mailboxes.get()?.find(({ role }) => role === 'inbox')

/** The number beside a mailbox: unread messages; for drafts and junk, all or none. */
export const mailboxCount = (mailbox: Mailbox): number =>
  mailbox.role === 'drafts' || mailbox.role === 'scheduled' || mailbox.role === 'snoozed'
    ? mailbox.totalEmails
    : mailbox.role === 'trash' || mailbox.role === 'sent'
      ? 0
      : mailbox.unreadEmails

export interface MailboxNode {
  readonly mailbox: Mailbox
  readonly depth: number
  readonly children: readonly MailboxNode[]
}

/** A tree as it is read from top to bottom. */
export const flat = (nodes: readonly MailboxNode[]): MailboxNode[] =>
  nodes.flatMap((node) => [node, ...flat(node.children)])

/** The folders within a folder, the deepest first. */
export const below = (mailboxes: readonly Mailbox[], id: string, depth = 0): readonly Mailbox[] =>
  depth > 20
    ? []
    : mailboxes
        .filter(({ parentId }) => parentId === id)
        .flatMap((child) => [...below(mailboxes, child.id, depth + 1), child])

/** Standard mailboxes at the root first, in the usual order; then the others as a tree. */
export const mailboxTree = (
  mailboxes: readonly Mailbox[],
): { standard: readonly MailboxNode[]; own: readonly MailboxNode[] } => {
  const childrenOf = (parentId: string | null, depth: number): MailboxNode[] =>
    depth > 20
      ? []
      : mailboxes
          .filter((mailbox) => mailbox.parentId === parentId && (parentId !== null || knownRole(mailbox) === undefined))
          .map((mailbox) => ({ mailbox, depth, children: childrenOf(mailbox.id, depth + 1) }))
  const standard = roleOrder.flatMap((role) =>
    mailboxes
      .filter((mailbox) => mailbox.role === role)
      .map((mailbox) => ({ mailbox, depth: 0, children: childrenOf(mailbox.id, 1) })),
  )
  return { standard, own: childrenOf(null, 0) }
}

/** What is wrong with a folder's name beside its siblings, as the server would say it. */
export const nameProblem = (
  mailboxes: readonly Mailbox[],
  name: string,
  parentId: string | null,
  except: string | undefined,
): 'nameTaken' | 'nameWrong' | undefined => {
  if (name.includes('/')) return 'nameWrong'
  const isReserved = parentId === null && name.toUpperCase() === 'INBOX'
  const isTaken = mailboxes.some(
    (other) => other.id !== except && other.parentId === parentId && other.name.normalize('NFC') === name,
  )
  return isReserved || isTaken ? 'nameTaken' : undefined
}

/** One of a person's own folders: not one that the house gives. */
export const isOwn = (mailbox: Mailbox): boolean => knownRole(mailbox) === undefined

/** Whether a folder may be put in another: not in itself, nor below itself, nor where drafts and waste are. */
export const mayHold = (mailboxes: readonly Mailbox[], parentId: string, id: string): boolean => {
  const byId = new Map(mailboxes.map((mailbox) => [mailbox.id, mailbox]))
  const parent = byId.get(parentId)
  if (parent === undefined || ['drafts', 'scheduled', 'junk', 'trash', 'snoozed'].includes(parent.role ?? ''))
    return false
  for (let at: Mailbox | undefined = parent, depth = 0; at; at = byId.get(at.parentId ?? ''), depth++)
    if (at.id === id || depth > 18) return false
  return true
}
