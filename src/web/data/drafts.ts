/** Drafts: saved as they are written, sent once, discarded into the trash (where undo can find them). */

import type { ActionHost } from './actions.ts'
import type { Draft, Drafts, Hold, MailActions, Sending, Undoable } from './contract.ts'
import { Cell } from './live.ts'
import type { DraftOp, Op } from './ops.ts'
import { leavingPatch } from './send-message.ts'

export interface DraftHost extends ActionHost {
  readonly actions: MailActions
}

const nothingToUndo: Undoable = { undo: () => {}, done: Promise.resolve() }

export class DraftDesk implements Drafts {
  readonly sending: Cell<readonly string[]>
  private readonly host: DraftHost
  /** The last save of each key, to know whether sending must save again. */
  private readonly lastSaved = new Map<string, { readonly content: string; readonly op: DraftOp }>()

  constructor(host: DraftHost) {
    this.host = host
    this.sending = new Cell<readonly string[]>(host.model.notifier, [])
  }

  async save(draft: Draft): Promise<string> {
    const { outbox } = this.host
    const op = this.put(draft)
    await outbox.done(op)
    return outbox.draftIds.get(draft.key) ?? ''
  }

  /** Queues a save; one that has not left yet takes the new content instead. */
  private put(draft: Draft): DraftOp {
    const { outbox, clock } = this.host
    const content = JSON.stringify(draft)
    const last = this.lastSaved.get(draft.key)
    if (last?.content === content && !outbox.failure(last.op)) return last.op
    this.rememberOpened(draft.key)
    const queued = outbox.ops.find(
      (op): op is DraftOp => op.kind === 'draft' && op.key === draft.key && op.phase === 'queued' && !op.uncertain,
    )
    if (queued) {
      outbox.replaceDraft(queued, draft)
      this.lastSaved.set(draft.key, { content, op: queued })
      return queued
    }
    const messageId = `${this.host.random()}@${draft.from?.email.split('@')[1] ?? 'localhost'}`
    const op = outbox.add({
      kind: 'draft',
      action: 'saveDraft',
      key: draft.key,
      draft,
      messageId,
      savedAt: clock.now(),
    })
    if (op.kind !== 'draft') throw new TypeError('not a draft operation')
    this.lastSaved.set(draft.key, { content, op })
    return op
  }

  /** The key of an opened draft is its email id. */
  private rememberOpened(key: string): void {
    const { outbox, model } = this.host
    if (!outbox.draftIds.has(key) && model.emails.has(key)) outbox.draftIds.set(key, key)
  }

  discard(key: string): Undoable {
    const { outbox } = this.host
    this.rememberOpened(key)
    const unsent = outbox.ops.filter(
      (op) => op.kind === 'draft' && op.key === key && op.phase === 'queued' && !op.uncertain,
    )
    for (const op of unsent) outbox.drop(op)
    this.lastSaved.delete(key)
    const flying = outbox.ops.find((op) => op.kind === 'draft' && op.key === key && op.phase !== 'acked')
    if (flying) return this.discardLater(key, flying)
    const id = outbox.draftIds.get(key)
    return id === undefined ? nothingToUndo : this.trashSaved(id)
  }

  /** A save is on its way: what it makes is discarded when it is there. */
  private discardLater(key: string, flying: Op): Undoable {
    const { outbox } = this.host
    let isUndone = false
    let trashed: Undoable | undefined
    const done = outbox.done(flying).then(async () => {
      const id = outbox.draftIds.get(key)
      if (isUndone || id === undefined) return
      trashed = this.trashSaved(id)
      await trashed.done
    })
    done.catch(() => {})
    return {
      done,
      undo: () => {
        isUndone = true
        trashed?.undo()
      },
    }
  }

  /** The email that holds a save is known to exist, but need not be in the cache. */
  private trashSaved(id: string): Undoable {
    const { outbox, roleId, actions, model } = this.host
    if (model.email(id)) return actions.trash([id])
    const [drafts, trash] = [roleId('drafts'), roleId('trash')]
    if (drafts === undefined || trash === undefined) return nothingToUndo
    const emails = new Map([[id, { mailboxIds: { [trash]: true } }]])
    const inverse = new Map([[id, { mailboxIds: { [drafts]: true } }]])
    const op = outbox.add({ kind: 'update', action: 'discard', emails, inverse })
    return { undo: () => outbox.undo(op), done: outbox.done(op) }
  }

  send(draft: Draft, hold?: Hold): Sending {
    const { outbox, model, roleId } = this.host
    const saved = this.put(draft)
    const emailId = outbox.draftIds.get(draft.key)
    const isSaved = saved.phase === 'acked' || !outbox.ops.includes(saved)
    const emails = new Map(isSaved && emailId !== undefined ? [[emailId, leavingPatch(roleId, hold)]] : [])
    const held = hold === undefined ? {} : { hold }
    const op = outbox.add({ kind: 'submit', action: 'send', key: draft.key, draft, emails, ...held })
    this.lastSaved.delete(draft.key)
    const done = outbox.done(op)
    done.catch(() => {})
    model.notifier.batch(() => this.refresh())
    return {
      done,
      drop: () => {
        if (!outbox.ops.includes(op) || op.phase !== 'queued' || op.uncertain) return false
        outbox.drop(op)
        return true
      },
      submissionId: () => (op.kind === 'submit' ? op.submissionId : undefined),
      emailId: () => outbox.draftIds.get(draft.key),
    }
  }

  /** Brings `sending` up to date. */
  refresh(): void {
    const keys = this.host.outbox.ops.flatMap((op) => (op.kind === 'submit' && op.phase !== 'acked' ? [op.key] : []))
    const before = this.sending.get() ?? []
    if (keys.length !== before.length || keys.some((key, i) => key !== before[i])) this.sending.set(keys)
  }
}
