/**
 * The pending operations in order: added by a person's action, sent one batch at a time by the lane, kept in storage
 * until the server has acknowledged them. Here is decided what may go next, what undo means, and what a failure takes
 * back; how an operation is said in JMAP is in senders.ts.
 */
import type { PatchObject } from '#format/jmap/core.ts'
import type { Draft, MailErrorEvent } from './contract.ts'
import type { Model } from './model.ts'
import {
  type DraftOp,
  errorEvent,
  type MailboxUpdateOp,
  MailFailure,
  type NewOp,
  type Op,
  type SubmitOp,
  type UpdateOp,
} from './ops.ts'
import { composePatches, renameMailboxIn, stillInverse } from './patch.ts'
import type { Timers } from './ports.ts'

interface Deferred {
  readonly promise: Promise<void>
  readonly resolve: () => void
  readonly reject: (error: MailFailure) => void
}

export interface OutboxHost {
  readonly model: Model
  readonly clock: Timers
  /** Something may be ready to go. */
  wake(): void
  report(event: MailErrorEvent): void
  changed(): void
}

export interface OutboxState {
  readonly ops: readonly Op[]
  readonly draftIds: ReadonlyMap<string, string>
}

/** Emails changed in one Email/set, at most. */
export const MAX_BATCH = 500
const MAX_ATTEMPTS = 8
/** Compositions remembered. */
const MAX_DRAFTS = 200

export class Outbox {
  ops: readonly Op[] = []
  /** Draft key -> the email that holds its last save. */
  readonly draftIds = new Map<string, string>()
  private seq = 0
  private readonly waiting = new Map<number, Deferred>()
  private readonly failures = new Map<number, MailErrorEvent>()
  private readonly host: OutboxHost
  private timer: unknown

  constructor(host: OutboxHost) {
    this.host = host
  }

  add(op: NewOp): Op {
    this.seq += 1
    const base = {
      phase: 'queued',
      uncertain: false,
      attempts: 0,
      mismatches: 0,
      notBefore: 0,
      emails: new Map(),
    } as const
    const full = { ...base, ...op, seq: this.seq } as Op
    this.set([...this.ops, full])
    return full
  }

  /** Operations of an earlier life of the page, in order, before those of this one. */
  adopt(state: OutboxState): void {
    const adopted = state.ops.filter((op) => op.phase !== 'acked')
    for (const op of adopted) {
      this.seq += 1
      Object.assign(op, {
        seq: this.seq,
        phase: 'queued',
        uncertain: op.uncertain || op.phase === 'sending' || op.kind === 'draft',
      })
    }
    for (const [key, id] of state.draftIds) if (!this.draftIds.has(key)) this.draftIds.set(key, id)
    if (adopted.length) this.set([...adopted, ...this.ops])
  }

  done(op: Op): Promise<void> {
    const known = this.waiting.get(op.seq)
    if (known) return known.promise
    const failure = this.failures.get(op.seq)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    promise.catch(() => {})
    if (failure) reject(new MailFailure(failure))
    else if (op.phase === 'acked' || !this.ops.includes(op)) resolve()
    else this.waiting.set(op.seq, { promise, resolve, reject })
    return promise
  }

  /** Takes an operation back: unsent, it was never there; sent, its inverse follows it. */
  undo(op: Op): void {
    if (this.ops.includes(op) && op.phase === 'queued' && !op.uncertain) {
      this.set(this.ops.filter((one) => one !== op))
      this.settled(op)
    } else if (op.kind === 'update') {
      const emails = new Map<string, PatchObject | null>()
      for (const [id, inverse] of op.inverse) {
        const now = this.host.model.email(id)
        const patch = now ? stillInverse(now, inverse) : inverse
        if (Object.keys(patch).length) emails.set(id, patch)
      }
      if (emails.size) this.add({ kind: 'update', action: 'undo', emails, inverse: new Map(), undoes: op.seq })
    } else if (op.kind === 'mailboxUpdate') {
      const { mailboxId, inverse } = op as MailboxUpdateOp
      this.add({ kind: 'mailboxUpdate', action: 'undo', mailboxId, patch: inverse, inverse: {} })
    } else if (op.kind === 'mailboxCreate') {
      this.add({ kind: 'mailboxDestroy', action: 'undo', mailboxId: op.tempId, withEmails: false })
    }
  }

  /** Removes an operation that was never sent, as if done. */
  drop(op: Op): void {
    this.set(this.ops.filter((one) => one !== op))
    this.settled(op)
  }

  /** What goes next: one operation, or all updates that can share one Email/set. */
  next(): Op[] | undefined {
    const now = this.host.clock.now()
    let soonest = Number.POSITIVE_INFINITY
    for (const [i, op] of this.ops.entries()) {
      if (op.phase !== 'queued') continue
      if (!this.isReady(op, i, now)) {
        if (op.notBefore > now) soonest = Math.min(soonest, op.notBefore)
        continue
      }
      return op.kind === 'update' ? this.updatesFrom(i, now) : [op]
    }
    this.host.clock.clearTimeout(this.timer)
    if (Number.isFinite(soonest)) this.timer = this.host.clock.setTimeout(() => this.host.wake(), soonest - now)
    return
  }

  private isReady(op: Op, i: number, now: number): boolean {
    if (op.kind === 'submit') {
      const isSaving = this.ops.some((one) => one.kind === 'draft' && one.key === op.key && one.phase !== 'acked')
      return !isSaving && op.notBefore <= now
    }
    if (op.notBefore <= now) return true
    // A held deletion goes before a later operation on mailboxes (a new one of the same name).
    return op.kind === 'mailboxDestroy' && this.ops.slice(i + 1).some((one) => one.kind.startsWith('mailbox'))
  }

  private updatesFrom(start: number, now: number): Op[] {
    const batch: Op[] = []
    const ids = new Set<string>()
    for (const op of this.ops.slice(start)) {
      if (op.kind.startsWith('mailbox')) break
      if (op.kind !== 'update' || op.phase !== 'queued') continue
      // A later update of an email must not overtake one that waits to be tried again.
      if (op.notBefore > now) break
      for (const id of op.emails.keys()) ids.add(id)
      if (batch.length && ids.size > MAX_BATCH) break
      batch.push(op)
    }
    return batch
  }

  /** Newer content for a save that has not left. */
  replaceDraft(op: DraftOp, draft: Draft): void {
    op.draft = draft
    this.host.changed()
  }

  /** It could not even be asked how to send these. */
  requeue(batch: readonly Op[]): void {
    for (const op of batch) if (op.phase === 'sending') op.phase = 'queued'
  }

  sending(batch: readonly Op[]): void {
    for (const op of batch) op.phase = 'sending'
    this.host.changed()
  }

  /** Nobody knows whether the server did it. */
  lost(batch: readonly Op[]): void {
    for (const op of batch) Object.assign(op, { phase: 'queued', uncertain: true })
    this.host.changed()
  }

  /** Not done, and worth trying again; false when it has been tried often enough. */
  retry(op: Op, uncertain = op.uncertain): boolean {
    op.attempts += 1
    if (op.attempts >= MAX_ATTEMPTS) return false
    const wait = op.attempts < 2 ? 0 : 250 * 2 ** op.attempts
    Object.assign(op, { phase: 'queued', uncertain, notBefore: wait ? this.host.clock.now() + wait : op.notBefore })
    this.host.changed()
    return true
  }

  /** The server was in another state than the one we knew: the sync that comes with the answer tells, then again. */
  mismatch(op: Op): void {
    op.mismatches += 1
    op.phase = 'queued'
    this.host.changed()
  }

  /** The draft has been saved as this email; a sending that waits for it shows at once. */
  draftSaved(key: string, emailId: string, patchOf: (op: SubmitOp) => PatchObject): void {
    this.draftIds.delete(key)
    this.draftIds.set(key, emailId)
    for (const oldest of this.draftIds.keys()) {
      if (this.draftIds.size <= MAX_DRAFTS) break
      this.draftIds.delete(oldest)
    }
    let isShown = false
    for (const op of this.ops) {
      if (op.kind !== 'submit' || op.key !== key) continue
      op.emails = new Map([[emailId, patchOf(op)]])
      isShown = true
    }
    if (isShown) this.set(this.ops)
    else this.host.changed()
  }

  /** Done at the server; stays in the overlay until `release`. */
  acknowledged(op: Op): void {
    op.phase = 'acked'
    this.settled(op)
    this.host.changed()
  }

  /** The sync has brought the effects of these. */
  release(ops: ReadonlySet<Op>): void {
    if (ops.size) this.set(this.ops.filter((op) => !ops.has(op)))
  }

  /** Some emails of an operation were refused: they go back, and so do the undos of it. */
  refuse(op: Op, errors: ReadonlyMap<string, { type: string; description?: string | undefined }>): void {
    const byType = Map.groupBy(errors, ([, error]) => error.type)
    for (const [type, entries] of byType) {
      const event = errorEvent(
        op.action,
        entries.map(([id]) => id),
        { type, description: entries[0]?.[1].description },
      )
      this.failures.set(op.seq, event)
      this.host.report(event)
    }
    for (const one of this.ops) {
      if (one !== op && !(one.kind === 'update' && one.undoes === op.seq)) continue
      for (const id of errors.keys()) {
        one.emails.delete(id)
        if (one.kind === 'update') (one as UpdateOp).inverse.delete(id)
      }
    }
    this.set(this.ops)
  }

  /** The whole operation failed: it leaves, and with it what depended on it. */
  fail(op: Op, event: MailErrorEvent): void {
    this.failures.set(op.seq, event)
    this.host.report(event)
    if (op.kind === 'update') op.inverse.clear()
    this.set(this.ops.filter((one) => one !== op && !(one.kind === 'update' && one.undoes === op.seq)))
    this.settled(op)
  }

  failure(op: Op): MailErrorEvent | undefined {
    return this.failures.get(op.seq)
  }

  /** A mailbox made offline has its real id: later operations follow. */
  renameMailbox(from: string, to: string): void {
    for (const op of this.ops) {
      for (const [id, patch] of op.emails) if (patch) op.emails.set(id, renameMailboxIn(patch, from, to))
      if ((op.kind === 'mailboxUpdate' || op.kind === 'mailboxDestroy') && op.mailboxId === from) op.mailboxId = to
      if (op.kind === 'mailboxCreate' && op.parentId === from) op.parentId = to
      if (op.kind === 'mailboxCreate' && op.tempId === from) op.tempId = to
      if (op.kind === 'update')
        for (const [id, patch] of op.inverse) op.inverse.set(id, renameMailboxIn(patch, from, to))
    }
    this.set(this.ops)
  }

  /** Several updates as one patch for each email. */
  compose(batch: readonly Op[]): Map<string, PatchObject> {
    const composed = new Map<string, PatchObject>()
    for (const op of batch) {
      for (const [id, patch] of op.emails) if (patch) composed.set(id, composePatches(composed.get(id) ?? {}, patch))
    }
    return composed
  }

  /** Another account: what is pending rests in storage for the first one. */
  reset(): void {
    this.ops = []
    this.draftIds.clear()
    this.host.model.setOps([])
  }

  close(): void {
    this.host.clock.clearTimeout(this.timer)
  }

  private settled(op: Op): void {
    const deferred = this.waiting.get(op.seq)
    if (!deferred) return
    this.waiting.delete(op.seq)
    const failure = this.failures.get(op.seq)
    if (failure) deferred.reject(new MailFailure(failure))
    else deferred.resolve()
  }

  private set(ops: readonly Op[]): void {
    this.ops = ops
    this.host.model.notifier.batch(() => this.host.model.setOps(ops))
    this.host.changed()
    this.host.wake()
  }
}
