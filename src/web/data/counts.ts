/**
 * Mailboxes as the person should see them: pending creations, names and deletions applied, and the counts moved by what
 * pending operations do to emails that are known (RFC 8621 §2 says what each count counts).
 */
import type { Mailbox } from '#format/jmap/mail.ts'
import type { EmailSummary } from './contract.ts'
import type { Model } from './model.ts'

type Counts = Record<'totalEmails' | 'unreadEmails' | 'totalThreads' | 'unreadThreads', number>

const isUnread = (email: EmailSummary): boolean => !email.keywords.$seen && !email.keywords.$draft

/**
 * Adds `sign` to the counts that these emails of one thread make. A thread is unread in a mailbox when one of its emails
 * there is (the simplest of the ways that RFC 8621 §2 leaves open, and our server's).
 */
const count = (emails: readonly EmailSummary[], sign: number, of: (mailboxId: string) => Counts): void => {
  const isThreadUnread = new Map<string, boolean>()
  for (const email of emails) {
    for (const mailboxId of Object.keys(email.mailboxIds)) {
      const counts = of(mailboxId)
      counts.totalEmails += sign
      if (isUnread(email)) counts.unreadEmails += sign
      isThreadUnread.set(mailboxId, isThreadUnread.get(mailboxId) === true || isUnread(email))
    }
  }
  for (const [mailboxId, isOne] of isThreadUnread) {
    of(mailboxId).totalThreads += sign
    if (isOne) of(mailboxId).unreadThreads += sign
  }
}

/** What the pending operations add to the counts of each mailbox. */
const pendingCounts = (model: Model): Map<string, Counts> => {
  const deltas = new Map<string, Counts>()
  const of = (mailboxId: string): Counts => {
    const known = deltas.get(mailboxId)
    if (known) return known
    const fresh: Counts = { totalEmails: 0, unreadEmails: 0, totalThreads: 0, unreadThreads: 0 }
    deltas.set(mailboxId, fresh)
    return fresh
  }
  const threads = new Map<string, Set<string>>()
  for (const id of model.pendingEmails()) {
    const base = model.emails.get(id)
    if (!base) continue
    const known = threads.get(base.threadId) ?? new Set(model.threads.get(base.threadId)?.emailIds)
    threads.set(base.threadId, known.add(id))
  }
  for (const ids of threads.values()) {
    count(
      [...ids].flatMap((id) => model.emails.get(id) ?? []),
      -1,
      of,
    )
    count(
      [...ids].flatMap((id) => model.email(id) ?? []),
      1,
      of,
    )
  }
  return deltas
}

/** Everything may be done in it. */
export const ALL_RIGHTS: Mailbox['myRights'] = {
  mayReadItems: true,
  mayAddItems: true,
  mayRemoveItems: true,
  maySetSeen: true,
  maySetKeywords: true,
  mayCreateChild: true,
  mayRename: true,
  mayDelete: true,
  maySubmit: true,
}

/** The records with pending mailbox operations on them. */
const withOperations = (model: Model, records: ReadonlyMap<string, Mailbox>): Map<string, Mailbox> => {
  const views = new Map(records)
  for (const op of model.ops) {
    if (op.kind === 'mailboxCreate' && !views.has(op.tempId)) {
      const counts: Counts = { totalEmails: 0, unreadEmails: 0, totalThreads: 0, unreadThreads: 0 }
      const { tempId: id, name, parentId, role = null } = op
      views.set(id, {
        id,
        name,
        parentId,
        role: role as Mailbox['role'],
        sortOrder: 10,
        ...counts,
        myRights: ALL_RIGHTS,
        isSubscribed: true,
      })
    } else if (op.kind === 'mailboxUpdate') {
      const mailbox = views.get(op.mailboxId)
      if (mailbox) views.set(op.mailboxId, { ...mailbox, ...op.patch })
    } else if (op.kind === 'mailboxDestroy') for (const id of [op.mailboxId, ...(op.below ?? [])]) views.delete(id)
  }
  return views
}

const FIELDS: readonly (keyof Mailbox)[] = [
  'name',
  'parentId',
  'role',
  'sortOrder',
  'totalEmails',
  'unreadEmails',
  'totalThreads',
  'unreadThreads',
  'isSubscribed',
]

const same = (a: Mailbox, b: Mailbox): boolean =>
  FIELDS.every((field) => a[field] === b[field]) && JSON.stringify(a.myRights) === JSON.stringify(b.myRights)

/** `2nde` before `10e`. */
const byName = new Intl.Collator(undefined, { numeric: true })

const byOrder = (a: Mailbox, b: Mailbox): number =>
  a.sortOrder - b.sortOrder || byName.compare(a.name, b.name) || (a.id < b.id ? -1 : 1)

/**
 * The sorted views; those of `before` that did not change are kept as objects, and so is the list itself when nothing did.
 * Undefined while the mailboxes are not known.
 */
export const mailboxViews = (model: Model, before: readonly Mailbox[] | undefined): readonly Mailbox[] | undefined => {
  if (!model.mailboxRecords) return
  const deltas = pendingCounts(model)
  const old = new Map(before?.map((mailbox) => [mailbox.id, mailbox]))
  const views: Mailbox[] = []
  for (const record of withOperations(model, model.mailboxRecords).values()) {
    const delta = deltas.get(record.id)
    const view = delta ? withCounts(record, delta) : record
    const known = old.get(record.id)
    views.push(known && same(known, view) ? known : view)
  }
  views.sort(byOrder)
  if (before && before.length === views.length && before.every((mailbox, i) => mailbox === views[i])) return before
  return views
}

const withCounts = (mailbox: Mailbox, delta: Counts): Mailbox => ({
  ...mailbox,
  totalEmails: Math.max(0, mailbox.totalEmails + delta.totalEmails),
  unreadEmails: Math.max(0, mailbox.unreadEmails + delta.unreadEmails),
  totalThreads: Math.max(0, mailbox.totalThreads + delta.totalThreads),
  unreadThreads: Math.max(0, mailbox.unreadThreads + delta.unreadThreads),
})
