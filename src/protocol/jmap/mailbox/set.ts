/** Mailbox/set (RFC 8621 §2.5). */
import { isFailure } from '#base/failure.ts'
import { formatId, parseId } from '#base/ids.ts'
import {
  createMailboxWithin,
  deleteMailboxWithin,
  listMailboxes,
  type MailboxNode,
  type MailboxProperties,
  updateMailboxWithin,
} from '#domain/mail/mailboxes.ts'
import { type Id, MAIL } from '#format/jmap/core.ts'
import { boolean, type Check, Invalid, id, nullable, text, unsigned, withDefault } from '../check.ts'
import { invalidArguments, invalidProperties, SetFault } from '../failure.ts'
import { numberOf } from '../ids.ts'
import { type AccountCall, accountMethod } from '../method.ts'
import { applyPatch, sameJson } from '../patch.ts'
import {
  checkProperty,
  checkSetLimit,
  objectCount,
  type SetArguments,
  SetOutcome,
  setArguments,
  targetsOf,
} from '../set.ts'
import { checkState } from '../state.ts'
import { mailboxObject } from './object.ts'

type Transaction = Parameters<typeof createMailboxWithin>[0]

const maxSortOrder = 2 ** 31 - 1

const sortOrder: Check<number> = (value, path) => {
  const order = unsigned(value, path)
  if (order > maxSortOrder) throw new Invalid(path, `must be at most ${maxSortOrder}`)
  return order
}

const settable = ['name', 'parentId', 'role', 'sortOrder', 'isSubscribed'] as const

/** The values of the properties that a client may set, checked, in the domain's words. */
const readProperties = (
  object: Readonly<Record<string, unknown>>,
  names: Iterable<string>,
  call: AccountCall,
): Partial<MailboxProperties> => {
  const result: { -readonly [K in keyof MailboxProperties]?: MailboxProperties[K] } = {}
  for (const name of names) {
    const value = object[name]
    if (name === 'name') result.name = checkProperty(name, text, value)
    else if (name === 'role') result.role = checkProperty(name, nullable(text), value)
    else if (name === 'sortOrder') result.sortOrder = checkProperty(name, sortOrder, value)
    else if (name === 'isSubscribed') result.subscribed = checkProperty(name, boolean, value)
    else if (name === 'parentId') {
      const parent = checkProperty(name, nullable(id), value)
      const number = parent === null ? 0 : numberOf('mailbox', parent, call)
      if (number === undefined) throw invalidProperties('There is no such parent', 'parentId')
      result.parentId = number
    }
  }
  return result
}

/** A name that a sibling has is told with the sibling's id (RFC 8620 §5.4, alreadyExists). */
const createNew = async (tx: Transaction, properties: MailboxProperties): Promise<MailboxNode> => {
  try {
    return await createMailboxWithin(tx, properties)
  } catch (error) {
    if (!isFailure(error, 'alreadyExists')) throw error
    const name = properties.name.normalize('NFC')
    const sibling = (await listMailboxes(tx, tx.accountId)).find(
      (mailbox) => mailbox.parentId === (properties.parentId ?? 0) && mailbox.name === name,
    )
    if (!sibling) throw error
    const existingId = formatId('mailbox', sibling.id)
    throw new SetFault('alreadyExists', 'There is a mailbox of this name', { existingId, properties: ['name'] })
  }
}

const create = async (
  tx: Transaction,
  call: AccountCall,
  creation: Id,
  object: Record<string, unknown>,
  outcome: SetOutcome,
): Promise<void> => {
  const unknown = Object.keys(object).filter((name) => !(settable as readonly string[]).includes(name))
  if (unknown.length > 0) throw invalidProperties('These are not for the client to set', ...unknown)
  if (object.name === undefined) throw invalidProperties('A mailbox needs a name', 'name')
  const given = readProperties(object, Object.keys(object), call)
  const node = await createNew(tx, { sortOrder: 0, subscribed: true, ...given, name: given.name ?? '' })
  const full = mailboxObject(node, call.open.rights)
  // What the client does not know yet: what it left out, and what the server made of what it gave (RFC 8620 §5.3).
  const told = Object.entries(full).filter(([name, value]) => !sameJson(object[name], value))
  outcome.wasCreated(creation, { ...Object.fromEntries(told), id: full.id })
}

const defaults = { parentId: null, role: null, sortOrder: 0, isSubscribed: false }

/** Returns false when the mailbox was so already. */
const update = async (
  tx: Transaction,
  call: AccountCall,
  node: MailboxNode | undefined,
  patch: Readonly<Record<string, unknown>>,
): Promise<boolean> => {
  if (!node) throw new SetFault('notFound', 'There is no such mailbox')
  const current = { ...mailboxObject(node, call.open.rights) }
  const { value, touched } = applyPatch(current, patch, defaults)
  const changed = [...touched].filter((name) => !sameJson(value[name], current[name as keyof typeof current]))
  const refused = changed.filter((name) => !(settable as readonly string[]).includes(name))
  if (refused.length > 0) throw invalidProperties('These are not for the client to change', ...refused)
  const properties = readProperties(value, changed, call)
  if (changed.length > 0) await updateMailboxWithin(tx, node.id, properties)
  return changed.length > 0
}

/** A failure that another object of the same call may remove: a name, role or parent that is about to be free. */
const mayPass = (error: unknown): boolean =>
  (isFailure(error) && ['alreadyExists', 'conflict', 'notFound'].includes(error.code)) ||
  (error instanceof SetFault && (error.error.type === 'alreadyExists' || error.error.properties?.[0] === 'parentId'))

/** One object of the call: what is to be done, and how it is told that it cannot be. */
interface Step {
  readonly run: () => Promise<void>
  readonly refuse: (error: unknown) => void
}

interface Waiting extends Step {
  readonly error: unknown
}

/** Works on the steps until none makes progress, for they may wait for one another; returns those that wait still. */
const settle = async (steps: readonly Step[]): Promise<readonly Waiting[]> => {
  let waiting = steps
  for (;;) {
    const again: Waiting[] = []
    for (const step of waiting) {
      try {
        await step.run()
      } catch (error) {
        if (mayPass(error)) again.push({ run: step.run, refuse: step.refuse, error })
        else step.refuse(error)
      }
    }
    if (again.length === 0 || again.length === waiting.length) return again
    waiting = again
  }
}

const destruction = (tx: Transaction, objectId: Id, emails: boolean | number, outcome: SetOutcome): Step => ({
  run: async () => {
    const number = parseId('mailbox', objectId)
    if (number === undefined) throw new SetFault('notFound', 'There is no such mailbox')
    await deleteMailboxWithin(tx, number, emails)
    outcome.wasDestroyed(objectId)
  },
  refuse: (error) => {
    const why = isFailure(error, 'conflict') ? error.property : undefined
    const known = why === 'mailboxHasChild' || why === 'mailboxHasEmail'
    const gone = isFailure(error, 'notFound') ? new SetFault('notFound', 'There is no such mailbox') : error
    outcome.notDestroyedFor(objectId, known ? new SetFault(why, (error as Error).message) : gone)
  },
})

/**
 * A child that is destroyed makes room for its parent, a name or role that is given up or destroyed is free for whom the
 * same call gives it to, in whatever order they are named.
 */
const applyAll = async (
  tx: Transaction,
  call: AccountCall,
  args: SetArguments & { readonly onDestroyRemoveEmails: boolean; readonly onDestroyMoveEmailsTo: Id | null },
): Promise<SetOutcome> => {
  const outcome = new SetOutcome(call)
  const creations = Object.entries(args.create ?? {}).map(
    ([creation, object]): Step => ({
      run: () => create(tx, call, creation, object, outcome),
      refuse: (error) => outcome.notCreatedFor(creation, error),
    }),
  )
  let waiting = await settle(creations)
  const targets = targetsOf(args, call, outcome)
  const updates = targets.update.map(
    ({ id: objectId, patch }): Step => ({
      run: async () => {
        const number = parseId('mailbox', objectId)
        const node = (await listMailboxes(tx, call.account)).find((mailbox) => mailbox.id === number)
        if (await update(tx, call, node, patch)) outcome.wasUpdated(objectId)
        else outcome.wasUnchanged(objectId)
      },
      refuse: (error) => outcome.notUpdatedFor(objectId, error),
    }),
  )
  waiting = await settle([...updates, ...waiting])
  const moveTo = args.onDestroyMoveEmailsTo === null ? undefined : numberOf('mailbox', args.onDestroyMoveEmailsTo, call)
  if (args.onDestroyMoveEmailsTo !== null && moveTo === undefined)
    throw invalidArguments('onDestroyMoveEmailsTo must be the id of a mailbox')
  const emails = moveTo ?? args.onDestroyRemoveEmails
  waiting = await settle([...targets.destroy.map((one) => destruction(tx, one, emails, outcome)), ...waiting])
  for (const { refuse, error } of waiting) refuse(error)
  return outcome
}

export const mailboxSet = accountMethod(
  'Mailbox/set',
  MAIL,
  {
    ...setArguments,
    onDestroyRemoveEmails: withDefault(boolean, false),
    // Our own: emails that are in no other mailbox go there instead of ending.
    onDestroyMoveEmailsTo: nullable(id),
  },
  async (args, call) => {
    checkSetLimit(objectCount(args), call)
    return call.ctx.store.write(call.account, async (tx) => {
      await checkState(tx, call, ['Mailbox'], args.ifInState)
      const outcome = await applyAll(tx, call, args)
      return outcome.respond(tx.modseq)
    })
  },
)
