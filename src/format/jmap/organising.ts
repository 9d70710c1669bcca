/**
 * Order in one's mail as JMAP types (`urn:convergence:organising`), shared by the server and the web app: labels, saved
 * searches, preferences, what is put off, and acts on as many messages as one likes. docs/organising.md describes them.
 */
import type { Id, UTCDate } from './core.ts'

export const ORGANISING = 'urn:convergence:organising'

/** Names of tokens of the theme, each readable in light and dark. */
export const labelColours = ['grey', 'red', 'orange', 'yellow', 'green', 'teal', 'blue', 'violet', 'pink'] as const
export type LabelColour = (typeof labelColours)[number]

/** A name and a colour for a keyword of messages; other programs see the keyword. */
export interface MailLabel {
  readonly id: Id
  readonly name: string
  /** Made by the server from the name, or given when a deleted label is brought back; never changes. */
  readonly keyword: string
  readonly colour: LabelColour
  readonly sortOrder: number
}

/**
 * The keyword that a label of this name gets when no other label has it; never one of the system's, which begin with `$`.
 * Undefined when the name gives none, or one that means something else to other programs.
 */
export const labelKeyword = (name: string): string | undefined => {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
  return plain === '' || /^(?:junk|nonjunk|forwarded|mdnsent)$/.test(plain) ? undefined : plain
}

/** SearchState/get: whether searches find every message of the account. */
export interface SearchState {
  readonly isComplete: boolean
  /** Messages that are not searched yet. */
  readonly waiting: number
  /** The text of the newest attachments is not searched yet. */
  readonly attachmentsWait: boolean
}

export interface SavedSearch {
  readonly id: Id
  readonly name: string
  /** As typed in the search field. */
  readonly text: string
  readonly sortOrder: number
}

/** Whose mail counts in the view that follows only some people. */
export interface Focus {
  /** The heads of one's schools. */
  readonly heads: boolean
  /** Those who work where one works. */
  readonly service: boolean
  /** Those one has written to. */
  readonly contacts: boolean
  /** Addresses added by hand. */
  readonly people: readonly string[]
}

export const mailLayouts = ['beside', 'below', 'alone'] as const
export const mailDensities = ['compact', 'normal', 'spacious'] as const
export const mailOrders = ['newest', 'oldest'] as const

/** How lists and conversations are laid out, on every screen wide enough. */
export interface MailView {
  /** Where the open conversation is: to the right of the list, under it, or instead of it. */
  readonly layout: (typeof mailLayouts)[number]
  readonly density: (typeof mailDensities)[number]
  /** Lines of a message's words in the list: 0, 1 or 2. */
  readonly previewLines: number
  /** Which conversation comes first in a list. */
  readonly listOrder: (typeof mailOrders)[number]
  /** Which message comes first in a conversation. */
  readonly threadOrder: (typeof mailOrders)[number]
  /** Message by message instead of by conversation. */
  readonly flat: boolean
}

/** One for each account, which always exists; its id is `singleton`. */
export interface MailPreferences {
  readonly id: Id
  /** `year`: in a mailbox for each year, within the archive. */
  readonly archiveBy: 'single' | 'year'
  readonly focus: Focus
  /** Colours of mailboxes, by id. */
  readonly mailboxColours: Readonly<Record<Id, LabelColour>>
  /** Null until the person has chosen. */
  readonly view: MailView | null
}

/** An email that comes back to the inbox; its id is that of the email. Made and ended by Email/set's `snoozed`. */
export interface Snooze {
  readonly id: Id
  readonly until: UTCDate
}

/** What is done to every message. */
export type MailAct =
  | { readonly kind: 'move'; readonly mailboxId: Id; readonly fromId?: Id | null }
  | { readonly kind: 'archive'; readonly fromId?: Id | null }
  | { readonly kind: 'trash' }
  | { readonly kind: 'junk'; readonly on: boolean }
  | { readonly kind: 'keyword'; readonly keyword: string; readonly on: boolean }

/** One act on every email of a filter, done by the server whether or not anybody waits for it. */
export interface MailJob {
  readonly id: Id
  readonly act: MailAct
  readonly state: 'running' | 'done' | 'undoing' | 'undone'
  readonly total: number
  readonly done: number
  /** Emails that could not be changed: gone meanwhile, or full of keywords. */
  readonly failed: number
  readonly createdAt: UTCDate
}

/** Mailboxes whose messages are not cleared away by age and size: what is being written or waits, and what goes anyway. */
const sparedRoles: readonly string[] = ['drafts', 'scheduled', 'snoozed', 'junk', 'trash']
export const isSpared = ({ role }: { readonly role: string | null }): boolean =>
  role !== null && sparedRoles.includes(role)

/** Octets from which a message counts in each column of `MailUsage.months`. */
export const usageSizes = [0, 1_000_000, 5_000_000, 10_000_000] as const

/** Messages and their octets. */
export interface UsageAmount {
  readonly emails: number
  readonly octets: number
}

/**
 * MailUsage/get: what takes the room of an account. Flagged messages, drafts and spared mailboxes (`isSpared`) count in
 * `mailboxes` only.
 */
export interface MailUsage {
  /** An email in two mailboxes counts in both. */
  readonly mailboxes: readonly (UsageAmount & { readonly id: Id })[]
  /** What may be cleared away by month of arrival (`2024-03`, UTC), ascending; amounts by `usageSizes`, each email once. */
  readonly months: readonly { readonly month: string; readonly sizes: readonly UsageAmount[] }[]
  /** Those who sent most of what is large (from 100 kB on), most first. */
  readonly senders: readonly (UsageAmount & { readonly email: string; readonly name: string })[]
  /** The largest that may be cleared away, largest first. */
  readonly largest: readonly Id[]
}
