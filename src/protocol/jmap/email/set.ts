/** Email/set (RFC 8621 §4.6): one transaction for the whole call. */
import { formatId, parseId } from '#base/ids.ts'
import { type Appended, appendWithin } from '#domain/mail/append.ts'
import { listMailboxes } from '#domain/mail/mailboxes.ts'
import { Tally } from '#domain/mail/tally.ts'
import { changeEmailsWithin, type EmailPatch } from '#domain/mail/update.ts'
import { type Id, MAIL } from '#format/jmap/core.ts'
import { formatBlobId } from '../blob/reference.ts'
import { invalidProperties, SetFault } from '../failure.ts'
import { numberOf } from '../ids.ts'
import { type AccountCall, accountMethod } from '../method.ts'
import { checkSetLimit, objectCount, type SetArguments, SetOutcome, setArguments, targetsOf } from '../set.ts'
import { checkState } from '../state.ts'
import { type Prepared, prepareEmail } from './create.ts'
import { checkImmutable, emailPatch, touchesImmutable } from './update.ts'

export type Transaction = Parameters<typeof appendWithin>[1]

/** What Email/set and Email/import tell of an email they made (§4.6, §4.8). */
export const createdEmail = (appended: Appended, hash: Uint8Array) => ({
  id: formatId('email', appended.emailId),
  blobId: formatBlobId({ hash, slices: [] }),
  threadId: formatId('thread', appended.threadId),
  size: appended.size,
})

/** Puts prepared emails into the account within a transaction; one that is refused leaves the others alone. */
export const appendPrepared = async (
  tx: Transaction,
  tally: Tally,
  call: AccountCall,
  prepared: ReadonlyMap<Id, Prepared>,
  outcome: SetOutcome,
): Promise<void> => {
  if (prepared.size === 0) return
  const mailboxes = new Set((await listMailboxes(tx, call.account)).map(({ id }) => id))
  for (const [creation, email] of prepared) {
    try {
      if (!email.mailboxIds.every((id) => mailboxes.has(id)))
        throw invalidProperties('There is no such mailbox', 'mailboxIds')
      const appended = await appendWithin(call.ctx, tx, tally, email)
      outcome.wasCreated(creation, createdEmail(appended, email.blob.hash))
    } catch (error) {
      outcome.notCreatedFor(creation, error)
    }
  }
}

interface Refused {
  readonly create: Map<Id, unknown>
  readonly update: Map<Id, unknown>
}

/** Writes the new messages and looks at what needs reading, before the transaction: it must await nothing else. */
const prepare = async (
  args: SetArguments,
  call: AccountCall,
): Promise<{ readonly emails: Map<Id, Prepared>; readonly refused: Refused }> => {
  const emails = new Map<Id, Prepared>()
  const refused: Refused = { create: new Map(), update: new Map() }
  for (const [creation, object] of Object.entries(args.create ?? {})) {
    try {
      emails.set(creation, await prepareEmail(call, object))
    } catch (error) {
      refused.create.set(creation, error)
    }
  }
  for (const [id, patch] of Object.entries(args.update ?? {})) {
    const number = numberOf('email', id, call)
    if (number === undefined || !touchesImmutable(patch)) continue
    try {
      await checkImmutable(call, number, patch)
    } catch (error) {
      refused.update.set(id, error)
    }
  }
  return { emails, refused }
}

const applyChanges = async (
  tx: Transaction,
  tally: Tally,
  call: AccountCall,
  targets: ReturnType<typeof targetsOf>,
  refused: ReadonlyMap<Id, unknown>,
  outcome: SetOutcome,
): Promise<void> => {
  const patches = new Map<number, EmailPatch>()
  const missing = () => new SetFault('notFound', 'There is no such email')
  for (const { id, patch } of targets.update) {
    const number = parseId('email', id)
    try {
      if (refused.has(id)) throw refused.get(id)
      if (number === undefined) throw missing()
      patches.set(number, emailPatch(patch, call))
    } catch (error) {
      outcome.notUpdatedFor(id, error)
    }
  }
  const doomed: number[] = []
  for (const id of targets.destroy) {
    const number = parseId('email', id)
    if (number === undefined) outcome.notDestroyedFor(id, missing())
    else doomed.push(number)
  }
  const { updated, destroyed } = await changeEmailsWithin(tx, tally, { update: patches, destroy: doomed })
  for (const [number, failure] of updated) {
    const id = formatId('email', number)
    if (failure) outcome.notUpdatedFor(id, failure)
    else outcome.wasUpdated(id)
  }
  for (const [number, failure] of destroyed) {
    const id = formatId('email', number)
    if (failure) outcome.notDestroyedFor(id, failure)
    else outcome.wasDestroyed(id)
  }
}

/** The whole of Email/set; EmailSubmission/set calls it too (RFC 8621 §7.5). Throws MethodFault. */
export const setEmails = async (args: SetArguments, call: AccountCall): Promise<object> => {
  checkSetLimit(objectCount(args), call)
  const { emails, refused } = await prepare(args, call)
  return call.ctx.store.write(call.account, async (tx) => {
    await checkState(tx, call, ['Email'], args.ifInState)
    const outcome = new SetOutcome(call)
    for (const [creation, error] of refused.create) outcome.notCreatedFor(creation, error)
    const tally = new Tally(tx)
    await appendPrepared(tx, tally, call, emails, outcome)
    await applyChanges(tx, tally, call, targetsOf(args, call, outcome), refused.update, outcome)
    await tally.flush()
    return outcome.respond(tx.modseq)
  })
}

export const emailSet = accountMethod('Email/set', MAIL, setArguments, setEmails)
