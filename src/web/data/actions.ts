/** The verbs of mail: each is one pending operation with its inverse recorded at the time of the act. */
import type { PatchObject } from '#format/jmap/core.ts'
import type { EmailSummary, MailActions, Undoable, UndoableWithId } from './contract.ts'
import type { Model } from './model.ts'
import type { MailboxCreateOp, NewOp, Op } from './ops.ts'
import { MAX_BATCH, type Outbox } from './outbox.ts'
import { applyPatch, escapeKey, inversePatch } from './patch.ts'

export interface ActionHost {
  readonly model: Model
  readonly outbox: Outbox
  readonly clock: { now(): number }
  roleId(role: string): string | undefined
  random(): string
}

/** What cannot be undone at the server waits this long before it goes there, so that it can be undone here. */
const HOLD = 5000

type PatchFor = (email: EmailSummary) => PatchObject

/** Makes the verbs. Ids of unknown emails are skipped: nobody can have chosen what was never shown. */
export const actionsOf = (host: ActionHost): MailActions => {
  const { model, outbox } = host

  const undoable = (ops: readonly Op[]): Undoable => {
    let isUndone = false
    const done = Promise.all(ops.map((op) => outbox.done(op))).then(() => {})
    done.catch(() => {})
    return {
      done,
      undo: () => {
        if (isUndone) return
        isUndone = true
        model.notifier.batch(() => {
          for (const op of ops.toReversed()) outbox.undo(op)
        })
      },
    }
  }

  const update = (action: string, ids: readonly string[], patchFor: PatchFor): Undoable => {
    const changes = [...new Set(ids)].flatMap((id) => {
      const email = model.email(id)
      if (!email) return []
      const patch = patchFor(email)
      const after = applyPatch(email, patch)
      return after === email ? [] : [{ id, patch, inverse: inversePatch(email, after) }]
    })
    const ops: Op[] = []
    model.notifier.batch(() => {
      for (let i = 0; i < changes.length; i += MAX_BATCH) {
        const some = changes.slice(i, i + MAX_BATCH)
        const emails = new Map(some.map(({ id, patch }) => [id, patch]))
        const inverse = new Map(some.map(({ id, inverse: back }) => [id, back]))
        ops.push(outbox.add({ kind: 'update', action, emails, inverse }))
      }
    })
    return undoable(ops)
  }

  const add = (op: NewOp): Undoable => undoable([outbox.add(op)])

  /** Into one mailbox: out of `from` when it is there, otherwise out of all. */
  const into = (mailboxId: string, from: string | undefined): PatchFor => {
    return (email) => {
      if (
        from === undefined ||
        from === mailboxId ||
        !email.mailboxIds[from] ||
        Object.keys(email.mailboxIds).length === 1
      )
        return { mailboxIds: { [mailboxId]: true } }
      return { [`mailboxIds/${escapeKey(from)}`]: null, [`mailboxIds/${escapeKey(mailboxId)}`]: true }
    }
  }

  /** The mailbox of a role; without it the act is refused like the server would. */
  const toRole = (
    action: string,
    role: string,
    ids: readonly string[],
    patchFor: (id: string) => PatchFor,
  ): Undoable => {
    const mailboxId = host.roleId(role)
    return update(action, mailboxId === undefined ? [] : ids, patchFor(mailboxId ?? ''))
  }

  const keyword = (name: string, on: boolean): PatchObject => ({ [`keywords/${escapeKey(name)}`]: on ? true : null })

  return {
    archive: (ids, from) => toRole('archive', 'archive', ids, (archive) => into(archive, from ?? host.roleId('inbox'))),
    trash: (ids) => toRole('trash', 'trash', ids, (trash) => into(trash, undefined)),
    move: (ids, mailboxId, from) => update('move', ids, into(mailboxId, from)),
    patch: (action, ids, patchFor) => update(action, ids, patchFor),
    setKeyword: (ids, name, on) => update('setKeyword', ids, () => keyword(name.toLowerCase(), on)),
    markRead: (ids, on) => update('markRead', ids, () => keyword('$seen', on)),
    junk: (ids, on) =>
      toRole(on ? 'junk' : 'notJunk', on ? 'junk' : 'inbox', ids, (mailboxId) => () => ({
        mailboxIds: { [mailboxId]: true },
        ...keyword('$junk', on),
        ...keyword('$notjunk', !on),
      })),
    destroy: (ids) => {
      const known = [...new Set(ids)].flatMap((id) => model.email(id) ?? [])
      const notBefore = host.clock.now() + HOLD
      const ops: Op[] = []
      model.notifier.batch(() => {
        for (let i = 0; i < known.length; i += MAX_BATCH) {
          const some = known.slice(i, i + MAX_BATCH)
          const emails = new Map(some.map(({ id }) => [id, null]))
          const expect = new Map(some.map(({ id, mailboxIds }) => [id, Object.keys(mailboxIds)]))
          ops.push(outbox.add({ kind: 'destroy', action: 'destroy', emails, expect, notBefore }))
        }
      })
      return undoable(ops)
    },
    createMailbox: ({ name, parentId = null, role }): UndoableWithId => {
      const tempId = `new-${host.random()}`
      const op = outbox.add({
        kind: 'mailboxCreate',
        action: 'createMailbox',
        tempId,
        name,
        parentId,
        ...(role === undefined ? {} : { role }),
      }) as MailboxCreateOp
      const made = undoable([op])
      const id = made.done.then(() => op.tempId)
      id.catch(() => {})
      return { ...made, id }
    },
    renameMailbox: (id, change) => {
      const mailbox = model.mailboxes.get()?.find((one) => one.id === id)
      const inverse = Object.fromEntries(
        Object.keys(change).map((name) => [name, mailbox?.[name as keyof typeof change] ?? null]),
      )
      return add({ kind: 'mailboxUpdate', action: 'renameMailbox', mailboxId: id, patch: { ...change }, inverse })
    },
    deleteMailbox: (id, withEmails = false, { moveTo, below } = {}) =>
      add({
        kind: 'mailboxDestroy',
        action: 'deleteMailbox',
        mailboxId: id,
        withEmails,
        ...(moveTo === undefined ? {} : { moveTo }),
        ...(below === undefined ? {} : { below }),
        notBefore: host.clock.now() + HOLD,
      }),
  }
}
