/** Rules for mailbox names and roles, as tables that an auditor can read. */
import { Failure } from '#base/failure.ts'

/** Separates levels in a path, as IMAP shows it. */
export const separator = '/'

/** Octets of UTF-8 in one name, levels in a path, mailboxes in an account. */
export const maxNameBytes = 255
export const maxDepth = 20
export const maxMailboxes = 2000

/** RFC 8621 §2 roles: the IMAP special uses of RFC 6154 and RFC 8457, and the places of what is put off or held. */
export const roles = [
  'inbox',
  'drafts',
  'sent',
  'archive',
  'junk',
  'trash',
  'flagged',
  'important',
  'all',
  'snoozed',
  'scheduled',
] as const
export type Role = (typeof roles)[number]

/** Mailboxes that every account has from the first day: role, order, and the name by language. */
export const defaultMailboxes: readonly {
  readonly role: Role
  readonly order: number
  readonly names: Record<string, string>
}[] = [
  { role: 'inbox', order: 1, names: { fr: 'INBOX', en: 'INBOX' } },
  { role: 'drafts', order: 2, names: { fr: 'Brouillons', en: 'Drafts' } },
  { role: 'sent', order: 3, names: { fr: 'Envoyés', en: 'Sent' } },
  { role: 'archive', order: 4, names: { fr: 'Archives', en: 'Archive' } },
  { role: 'junk', order: 5, names: { fr: 'Indésirables', en: 'Junk' } },
  { role: 'trash', order: 6, names: { fr: 'Corbeille', en: 'Trash' } },
]

const encoder = new TextEncoder()

/**
 * The name in the form in which it is stored (NFC). Throws Failure invalid (property name) when it is empty, too long,
 * has a separator or a control character, or begins or ends with white space.
 */
export const checkName = (name: string): string => {
  const normal = name.normalize('NFC')
  const bad = (why: string): never => {
    throw new Failure('invalid', `mailbox name ${why}`, { property: 'name' })
  }
  if (normal === '') bad('is empty')
  if (encoder.encode(normal).length > maxNameBytes) bad('is too long')
  if (normal.includes(separator)) bad(`has a ${separator}`)
  if (/[\x00-\x1f\x7f-\x9f\u2028\u2029]/.test(normal) || !normal.isWellFormed()) bad('has a control character')
  if (normal.trim() !== normal) bad('begins or ends with white space')
  return normal
}

/** Throws Failure invalid (property role) for a role that we do not know. */
export const checkRole = (role: string | null): Role | null => {
  if (role === null) return null
  const known = roles.find((name) => name === role)
  if (!known) throw new Failure('invalid', 'unknown role', { property: 'role' })
  return known
}
