/** Each kind of pending operation as JMAP method calls, and what the answers mean for it. */
import type { PatchObject } from '#format/jmap/core.ts'
import { type DestroyOp, errorEvent, type MailboxCreateOp, type Op } from './ops.ts'
import { planDraft, planSubmit } from './send-message.ts'
import {
  bond,
  type Confirmed,
  doneAll,
  errorsOf,
  goodAnswer,
  type Plan,
  type SendContext,
  setCall,
} from './send-plan.ts'

/** Updates share one Email/set. */
const planUpdates = (context: SendContext, batch: readonly Op[]): Plan => {
  const { outbox } = context
  const update = Object.fromEntries(outbox.compose(batch))
  if (!Object.keys(update).length) return doneAll(context, batch)
  return {
    is: 'send',
    calls: [setCall(context, 'Email/set', { update, ...bond(context.model, batch) })],
    settle: (answers) => {
      const args = goodAnswer(context, batch, answers)
      if (!args) return
      const refused = errorsOf(args, 'notUpdated')
      for (const op of batch) {
        const own = new Map([...refused].filter(([id]) => op.emails.has(id)))
        if (own.size) outbox.refuse(op, own)
        outbox.acknowledged(op)
      }
    },
    confirmed: ([answer]) => (answer?.[0]?.ok ? confirmedBy(answer[0].args, update) : undefined),
  }
}

/** The updates that were done exactly as asked. */
const confirmedBy = (
  args: Readonly<Record<string, unknown>>,
  update: Readonly<Record<string, PatchObject>>,
): Confirmed | undefined => {
  const { oldState, newState } = args
  if (typeof oldState !== 'string' || typeof newState !== 'string') return
  const updated = (args.updated ?? {}) as Record<string, unknown>
  const patches = new Map(Object.entries(update).filter(([id]) => updated[id] === null))
  return { oldState, newState, patches }
}

const sameMailboxes = (expected: readonly string[], now: Readonly<Record<string, true>>): boolean =>
  expected.length === Object.keys(now).length && expected.every((id) => now[id])

/**
 * Destruction cannot be undone: when something has changed since the state we know, the sync comes first, and an email
 * that someone has moved elsewhere is spared.
 */
const planDestroy = (context: SendContext, op: DestroyOp): Plan => {
  const { model, outbox } = context
  const spared = new Map<string, { type: string }>()
  const destroy: string[] = []
  for (const id of op.emails.keys()) {
    const base = model.emails.get(id)
    const expected = op.expect.get(id)
    if (base && expected && !sameMailboxes(expected, base.mailboxIds)) spared.set(id, { type: 'stateMismatch' })
    else destroy.push(id)
  }
  if (spared.size) outbox.refuse(op, spared)
  if (!destroy.length) return doneAll(context, [op])
  return {
    is: 'send',
    calls: [setCall(context, 'Email/set', { destroy, ...bond(model, [op]) })],
    settle: (answers) => {
      const args = goodAnswer(context, [op], answers)
      if (!args) return
      const refused = errorsOf(args, 'notDestroyed')
      for (const [id, error] of refused) if (error.type === 'notFound') refused.delete(id)
      if (refused.size) outbox.refuse(op, refused)
      outbox.acknowledged(op)
    },
  }
}

const planMailboxCreate = (context: SendContext, op: MailboxCreateOp): Plan => {
  const { model, outbox } = context
  if (op.uncertain) {
    const made = [...(model.mailboxRecords?.values() ?? [])].find(
      (m) => m.name === op.name && m.parentId === op.parentId,
    )
    if (made) {
      outbox.renameMailbox(op.tempId, made.id)
      return doneAll(context, [op])
    }
  }
  const given = { name: op.name, parentId: op.parentId, ...(op.role === undefined ? {} : { role: op.role }) }
  return {
    is: 'send',
    calls: [setCall(context, 'Mailbox/set', { create: { m: given } })],
    settle: (answers) => {
      const args = goodAnswer(context, [op], answers)
      if (!args) return
      const created = (args.created as Record<string, { id: string }> | null | undefined)?.m
      const error = errorsOf(args, 'notCreated').get('m')
      if (created) {
        outbox.renameMailbox(op.tempId, created.id)
        outbox.acknowledged(op)
      } else outbox.fail(op, errorEvent(op.action, [op.tempId], error ?? { type: 'serverFail' }))
    },
  }
}

const planMailboxChange = (context: SendContext, op: Op, id: string, args: Record<string, unknown>): Plan => ({
  is: 'send',
  calls: [setCall(context, 'Mailbox/set', args)],
  settle: (answers) => {
    const result = goodAnswer(context, [op], answers)
    if (!result) return
    const error = errorsOf(result, 'notUpdated').get(id) ?? errorsOf(result, 'notDestroyed').get(id)
    const isGone = error?.type === 'notFound' && op.kind === 'mailboxDestroy'
    if (error && !isGone) context.outbox.fail(op, errorEvent(op.action, [id], error))
    else context.outbox.acknowledged(op)
  },
})

/** How the batch (operations of one kind) is said to the server. */
export const planFor = async (context: SendContext, batch: readonly Op[]): Promise<Plan> => {
  const [op] = batch
  if (!op) return { is: 'done' }
  switch (op.kind) {
    case 'update':
      return planUpdates(context, batch)
    case 'destroy':
      return planDestroy(context, op)
    case 'mailboxCreate':
      return planMailboxCreate(context, op)
    case 'mailboxUpdate':
      return planMailboxChange(context, op, op.mailboxId, { update: { [op.mailboxId]: op.patch } })
    case 'mailboxDestroy':
      return planMailboxChange(context, op, op.mailboxId, {
        destroy: [...(op.below ?? []), op.mailboxId],
        onDestroyRemoveEmails: op.withEmails,
        ...(op.moveTo === undefined ? {} : { onDestroyMoveEmailsTo: op.moveTo }),
      })
    case 'draft':
      return planDraft(context, op)
    case 'submit':
      return planSubmit(context, op)
  }
}
