/** Changes of emails by id: what JMAP Email/set does, and the web app with it. One transaction for one call. */
import { Failure, isFailure } from '#base/failure.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Context } from '../context.ts'
import { type Entry, entriesOfEmail, putEntry, reflagEntry, settleEmail, takeEntry } from './entries.ts'
import { applyFlags, combineFlags, deleted, type FlagSet } from './flags.ts'
import { snooze, unsnooze } from './snooze.ts'
import { Tally } from './tally.ts'

export interface EmailPatch {
  /** Replaces the whole set of keywords (`\Deleted` of IMAP is untouched). */
  readonly keywords?: FlagSet
  /** Added and removed keywords; not together with `keywords`. */
  readonly addKeywords?: FlagSet
  readonly removeKeywords?: FlagSet
  /** Replaces the whole set of mailboxes. */
  readonly mailboxIds?: readonly number[]
  /** Added and removed mailboxes; not together with `mailboxIds`. */
  readonly addMailboxIds?: readonly number[]
  readonly removeMailboxIds?: readonly number[]
  /** When it comes back to the inbox, of an email in the mailbox of role `snoozed`; null: not at all. */
  readonly snoozedUntil?: number | null
}

const flagsAfter = (before: FlagSet, patch: EmailPatch): FlagSet => {
  let after = before
  if (patch.keywords)
    after = { flags: patch.keywords.flags | (before.flags & deleted), keywords: patch.keywords.keywords }
  if (patch.addKeywords) after = applyFlags(after, 'add', patch.addKeywords)
  if (patch.removeKeywords) after = applyFlags(after, 'remove', patch.removeKeywords)
  return after
}

const mailboxesAfter = (entries: readonly Entry[], patch: EmailPatch): Set<number> => {
  const after = new Set(patch.mailboxIds ?? entries.map((entry) => entry.mailboxId))
  for (const id of patch.addMailboxIds ?? []) after.add(id)
  for (const id of patch.removeMailboxIds ?? []) after.delete(id)
  if (after.size === 0) throw new Failure('invalid', 'an email is in at least one mailbox', { property: 'mailboxIds' })
  return after
}

/** Taken out of the mailbox of what is put off: it does not come back. */
const leavesSnoozed = async (tally: Tally, before: Iterable<number>, after: ReadonlySet<number>): Promise<boolean> => {
  for (const id of before) if (!after.has(id) && (await tally.open(id)).role === 'snoozed') return true
  return false
}

/** Applies one patch. Everything that can fail is checked before the first write. */
const updateEmail = async (tx: AccountWriter, tally: Tally, emailId: number, patch: EmailPatch): Promise<void> => {
  const entries = await entriesOfEmail(tx, tx.accountId, emailId)
  if (entries.length === 0) throw new Failure('notFound', `no email ${emailId}`)
  const after = mailboxesAfter(entries, patch)
  for (const id of after) await tally.open(id)
  const reflagged = entries.map((entry) => flagsAfter(entry.flags, patch))
  const combined = flagsAfter(combineFlags(entries.map((entry) => entry.flags)), patch)
  const present = new Set(entries.map((entry) => entry.mailboxId))
  if (patch.snoozedUntil) await snooze(tx, tally, emailId, after, patch.snoozedUntil)
  else if (patch.snoozedUntil === null || (await leavesSnoozed(tally, present, after))) await unsnooze(tx, emailId)
  for (const [i, entry] of entries.entries()) {
    if (after.has(entry.mailboxId)) await reflagEntry(tx, tally, entry, reflagged[i]!)
    else await takeEntry(tx, tally, entry)
  }
  for (const id of after) if (!present.has(id)) await putEntry(tx, tally, id, entries[0]!, combined)
  tx.changed('Email', emailId, 'updated')
}

/** Ends an email: takes every entry of it. Throws Failure notFound. */
const destroyEmail = async (tx: AccountWriter, tally: Tally, emailId: number): Promise<void> => {
  const entries = await entriesOfEmail(tx, tx.accountId, emailId)
  if (entries.length === 0) throw new Failure('notFound', `no email ${emailId}`)
  for (const entry of entries) await takeEntry(tx, tally, entry)
  await settleEmail(tx, entries[0]!)
}

export interface EmailChanges {
  readonly update: ReadonlyMap<number, EmailPatch>
  readonly destroy: readonly number[]
}

/** Per email: undefined when it went well. */
export interface EmailOutcome {
  readonly updated: Map<number, Failure | undefined>
  readonly destroyed: Map<number, Failure | undefined>
  /** Modseq of the transaction. */
  readonly modseq: number
}

const attempt = async (work: () => Promise<void>): Promise<Failure | undefined> => {
  try {
    await work()
    return undefined
  } catch (error) {
    if (isFailure(error)) return error
    throw error
  }
}

/** Updates and destroys emails within a transaction; one that fails leaves the others alone. */
export const changeEmailsWithin = async (
  tx: AccountWriter,
  tally: Tally,
  changes: EmailChanges,
): Promise<EmailOutcome> => {
  const updated = new Map<number, Failure | undefined>()
  const destroyed = new Map<number, Failure | undefined>()
  for (const [id, patch] of changes.update) updated.set(id, await attempt(() => updateEmail(tx, tally, id, patch)))
  for (const id of changes.destroy) destroyed.set(id, await attempt(() => destroyEmail(tx, tally, id)))
  return { updated, destroyed, modseq: tx.modseq }
}

/** Updates and destroys emails in one transaction. */
export const changeEmails = (ctx: Context, account: number, changes: EmailChanges): Promise<EmailOutcome> =>
  ctx.store.write(account, async (tx) => {
    const tally = new Tally(tx)
    const outcome = await changeEmailsWithin(tx, tally, changes)
    await tally.flush()
    return outcome
  })
