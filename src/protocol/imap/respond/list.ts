/** LIST responses (RFC 9051 §7.3.1) with special uses (RFC 6154) and the data of LIST-EXTENDED (RFC 5258). */
import { type Role, separator } from '#domain/mail/mailbox-rules.ts'
import type { Session } from '../session.ts'

/** RFC 6154 §2 and RFC 8457; the inbox has no attribute, its name says it. */
const attributes: Readonly<Record<Role, string | undefined>> = {
  inbox: undefined,
  drafts: '\\Drafts',
  sent: '\\Sent',
  archive: '\\Archive',
  junk: '\\Junk',
  trash: '\\Trash',
  flagged: '\\Flagged',
  important: '\\Important',
  scheduled: '\\Scheduled',
  all: '\\All',
  snoozed: '\\Snoozed',
}

export const specialUseOf = (role: Role | null): string | undefined => (role === null ? undefined : attributes[role])

/** The role that a special-use attribute names, in any case. */
export const roleOfSpecialUse = (attribute: string): Role | undefined =>
  (Object.keys(attributes) as Role[]).find((role) => attributes[role]?.toLowerCase() === attribute.toLowerCase())

export interface Listed {
  readonly path: string
  readonly role: Role | null
  readonly hasChildren: boolean
  readonly subscribed: boolean
}

export interface ListShow {
  readonly special: boolean
  readonly children: boolean
  readonly subscribed?: boolean
  /** A name that only leads to others. */
  readonly noSelect?: boolean
  /** A name of which only something below matches: RFC 5258 §3.5. */
  readonly nonExistent?: boolean
  readonly childInfo?: readonly string[]
  /** RFC 9051 §6.3.9.7: the name before a RENAME. */
  readonly oldName?: string
  readonly verb?: 'LIST' | 'LSUB'
}

/** Without `* ` and line end. */
export const listLine = (session: Session, mailbox: Listed, show: ListShow): string => {
  const flags: string[] = []
  if (show.nonExistent) flags.push('\\NonExistent')
  if (show.noSelect) flags.push('\\Noselect')
  if (show.subscribed && mailbox.subscribed) flags.push('\\Subscribed')
  if (show.children) flags.push(mailbox.hasChildren ? '\\HasChildren' : '\\HasNoChildren')
  const special = show.special ? specialUseOf(mailbox.role) : undefined
  if (special !== undefined) flags.push(special)
  let line = `${show.verb ?? 'LIST'} (${flags.join(' ')}) "${separator}" ${session.name(mailbox.path)}`
  if (show.childInfo !== undefined && show.childInfo.length > 0)
    line += ` ("CHILDINFO" (${show.childInfo.map((info) => `"${info}"`).join(' ')}))`
  if (show.oldName !== undefined) line += ` ("OLDNAME" (${session.name(show.oldName)}))`
  return line
}
