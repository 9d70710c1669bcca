/**
 * The record cache: what the server last told (base) and, over it, the pending operations in order (view). Everything a
 * screen reads is a view. Views are memoised, so that an unchanged record is the same object.
 */
import type { Identity, Mailbox, Thread } from '#format/jmap/mail.ts'
import type { EmailBody, EmailSummary, ThreadView } from './contract.ts'
import { mailboxViews } from './counts.ts'
import { Cell, Notifier, Topics } from './live.ts'
import type { Op } from './ops.ts'
import { applyPatch, type Placed } from './patch.ts'

export type RecordType = 'Mailbox' | 'Email' | 'Thread' | 'Identity'

/** A list that wants to know when pending operations may move its rows. */
export interface OverlaidList {
  overlayChanged(): void
}

export class Model {
  readonly notifier = new Notifier()
  readonly topics = new Topics(this.notifier)
  readonly emails = new Map<string, EmailSummary>()
  readonly threads = new Map<string, Thread>()
  readonly bodies = new Map<string, EmailBody>()
  readonly states: Partial<Record<RecordType, string>> = {}
  readonly mailboxes = new Cell<readonly Mailbox[]>(this.notifier)
  readonly identities = new Cell<readonly Identity[]>(this.notifier)
  readonly lists = new Set<OverlaidList>()
  /** Records changed since the last write to storage. */
  readonly unsaved = new Set<string>()
  mailboxRecords: ReadonlyMap<string, Mailbox> | undefined
  ops: readonly Op[] = []
  private pendingByEmail = new Map<string, Op[]>()
  private readonly views = new Map<string, EmailSummary | null>()
  private readonly threadViews = new Map<string, ThreadView>()
  private overlayDirty = false

  constructor() {
    this.notifier.beforeFlush = () => this.refresh()
  }

  /** The email as the person should see it; undefined when unknown or destroyed. */
  email(id: string): EmailSummary | undefined {
    const known = this.views.get(id)
    if (known !== undefined) return known ?? undefined
    const base = this.emails.get(id)
    if (!base) return
    const view = this.overlay(id, base)
    this.views.set(id, view ?? null)
    return view
  }

  /** Mailboxes and keywords with the pending operations; undefined when they destroy it. */
  private overlay(id: string, base: EmailSummary): EmailSummary | undefined {
    let view = base
    for (const op of this.pendingByEmail.get(id) ?? []) {
      const patch = op.emails.get(id)
      if (patch === null) return
      if (patch) view = applyPatch(view, patch)
    }
    return view
  }

  thread(id: string): ThreadView | undefined {
    const known = this.threadViews.get(id)
    if (known) return known
    const thread = this.threads.get(id)
    if (!thread) return
    const emails = thread.emailIds.flatMap((emailId) => this.email(emailId) ?? [])
    const complete = thread.emailIds.every((emailId) => this.emails.has(emailId))
    const view: ThreadView = { id, emails, complete }
    this.threadViews.set(id, view)
    return view
  }

  /** Emails that pending operations touch. */
  pendingEmails(): IterableIterator<string> {
    return this.pendingByEmail.keys()
  }

  hasPending(): boolean {
    return this.pendingByEmail.size > 0
  }

  setEmail(record: EmailSummary): void {
    const old = this.emails.get(record.id)
    // An email's other properties never change: the known object keeps its place when nothing did.
    if (old && applyPatch(old, { mailboxIds: record.mailboxIds, keywords: record.keywords }) === old) return
    this.emails.set(record.id, record)
    this.emailChanged(record.id, record.threadId)
  }

  /** New values of the two properties that can change. */
  placeEmail(id: string, placed: Placed): void {
    const old = this.emails.get(id)
    if (old) this.setEmail(applyPatch(old, { mailboxIds: placed.mailboxIds, keywords: placed.keywords }))
  }

  removeEmail(id: string): void {
    const old = this.emails.get(id)
    this.bodies.delete(id)
    if (!old) return
    this.emails.delete(id)
    this.emailChanged(id, old.threadId)
  }

  /** Lets go of what nobody looks at, the oldest first, when there is too much. */
  evict(max: number, inUse: () => ReadonlySet<string>): void {
    if (this.emails.size <= max) return
    const kept = inUse()
    for (const [id, email] of this.emails) {
      if (this.emails.size <= max * 0.8) break
      if (kept.has(id)) continue
      this.emails.delete(id)
      this.views.delete(id)
      this.threadViews.delete(email.threadId)
      this.threads.delete(email.threadId)
    }
  }

  setThread(thread: Thread): void {
    const old = this.threads.get(thread.id)
    if (
      old &&
      old.emailIds.length === thread.emailIds.length &&
      old.emailIds.every((id, i) => id === thread.emailIds[i])
    )
      return
    this.threads.set(thread.id, thread)
    this.threadChanged(thread.id)
    this.unsaved.add(`thread/${thread.id}`)
    if (this.hasPending()) this.overlayDirty = true
  }

  removeThread(id: string): void {
    if (!this.threads.delete(id)) return
    this.threadChanged(id)
    this.unsaved.add(`thread/${id}`)
  }

  setMailboxes(records: ReadonlyMap<string, Mailbox>): void {
    this.mailboxRecords = records
    this.overlayDirty = true
    this.unsaved.add('mailboxes')
  }

  setBody(body: EmailBody): void {
    if (this.bodies.has(body.id)) return
    this.bodies.set(body.id, body)
    this.unsaved.add(`body/${body.id}`)
    this.topics.emit(`body:${body.id}`)
  }

  setState(type: RecordType, state: string): void {
    if (this.states[type] === state) return
    this.states[type] = state
    this.unsaved.add('states')
  }

  /** Forgets everything: another account. */
  reset(): void {
    for (const id of [...this.emails.keys()]) this.removeEmail(id)
    for (const id of [...this.threads.keys()]) this.removeThread(id)
    this.bodies.clear()
    for (const type of Object.keys(this.states)) delete this.states[type as RecordType]
    this.setMailboxes(new Map())
    this.identities.set([])
    this.unsaved.clear()
  }

  /** The pending operations changed: emails touched before or after are seen anew. */
  setOps(ops: readonly Op[]): void {
    const before = this.pendingByEmail
    this.ops = ops
    const after = new Map<string, Op[]>()
    for (const op of ops) {
      for (const id of op.emails.keys()) {
        const list = after.get(id)
        if (list) list.push(op)
        else after.set(id, [op])
      }
    }
    this.pendingByEmail = after
    for (const id of before.keys()) this.reviewEmail(id)
    for (const id of after.keys()) if (!before.has(id)) this.reviewEmail(id)
    this.overlayDirty = true
  }

  private reviewEmail(id: string): void {
    const old = this.views.get(id)
    const base = this.emails.get(id)
    if (!base) return
    const view = this.overlay(id, base) ?? null
    if (old !== undefined && sameView(old, view)) return
    this.views.set(id, view)
    this.topics.emit(`email:${id}`)
    this.threadChanged(base.threadId)
  }

  private emailChanged(id: string, threadId: string): void {
    this.views.delete(id)
    this.unsaved.add(`email/${id}`)
    this.topics.emit(`email:${id}`)
    this.threadChanged(threadId)
    if (this.pendingByEmail.size) this.overlayDirty = true
  }

  private threadChanged(id: string): void {
    this.threadViews.delete(id)
    this.topics.emit(`thread:${id}`)
  }

  /** Brings the derived values up to date, once per batch. */
  private refresh(): void {
    if (!this.overlayDirty) return
    this.overlayDirty = false
    const views = mailboxViews(this, this.mailboxes.get())
    if (views) this.mailboxes.set(views)
    for (const list of this.lists) list.overlayChanged()
  }
}

const sameView = (a: EmailSummary | null, b: EmailSummary | null): boolean =>
  a === b || (a !== null && b !== null && applyPatch(a, { mailboxIds: b.mailboxIds, keywords: b.keywords }) === a)
