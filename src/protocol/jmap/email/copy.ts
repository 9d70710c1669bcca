/** Email/copy (RFC 8621 §4.7): from one account of a person into another. The bytes are stored once. */
import { getEmail } from '#domain/mail/emails.ts'
import { Tally } from '#domain/mail/tally.ts'
import { type Id, MAIL } from '#format/jmap/core.ts'
import { anyObject, boolean, id, mapOf, nullable, text, withDefault } from '../check.ts'
import { invalidArguments, invalidProperties, SetFault } from '../failure.ts'
import { numberOf } from '../ids.ts'
import { type AccountCall, accountMethod, accountOf } from '../method.ts'
import { checkProperty, checkSetLimit, SetOutcome } from '../set.ts'
import { checkState } from '../state.ts'
import { type Prepared, readKeywords, readMailboxIds, readReceivedAt, receive } from './create.ts'
import { appendPrepared, setEmails } from './set.ts'

const known = new Set(['id', 'mailboxIds', 'keywords', 'receivedAt'])

/** Throws SetFault. */
const prepareCopy = async (
  call: AccountCall,
  from: number,
  object: Readonly<Record<string, unknown>>,
): Promise<Prepared> => {
  const unknown = Object.keys(object).filter((name) => !known.has(name))
  if (unknown.length > 0) throw invalidProperties('Only its place, its keywords and its date can differ', ...unknown)
  const number = numberOf('email', checkProperty('id', id, object.id), call)
  const email = number === undefined ? undefined : await call.ctx.store.read((tx) => getEmail(tx, from, number))
  if (!email) throw new SetFault('notFound', 'There is no such email in that account')
  const mailboxIds = readMailboxIds(object.mailboxIds, call)
  const flags = readKeywords(object.keywords)
  const receivedAt = readReceivedAt(object.receivedAt, email.receivedAt)
  const received = await receive(call, call.ctx.store.blobs.open(email.blobId), call.limits.maxSizeUpload)
  return { ...received, mailboxIds, flags, receivedAt }
}

export const emailCopy = accountMethod(
  'Email/copy',
  MAIL,
  {
    fromAccountId: text,
    ifFromInState: nullable(text),
    ifInState: nullable(text),
    create: mapOf(anyObject, id),
    onSuccessDestroyOriginal: withDefault(boolean, false),
    destroyFromIfInState: nullable(text),
  },
  async (args, call) => {
    const need = args.onSuccessDestroyOriginal ? 'write' : 'read'
    const from = await accountOf(args.fromAccountId, call, { need, capability: MAIL, from: true })
    if (from.account === call.account)
      throw invalidArguments('"fromAccountId" must be another account than "accountId"')
    const entries = Object.entries(args.create)
    checkSetLimit(entries.length, call)
    const source: AccountCall = { ...call, account: from.account, accountId: args.fromAccountId, open: from }
    await call.ctx.store.read((tx) => checkState(tx, source, ['Email'], args.ifFromInState))
    const prepared = new Map<Id, Prepared>()
    const refused = new Map<Id, unknown>()
    for (const [creation, object] of entries) {
      try {
        prepared.set(creation, await prepareCopy(call, from.account, object))
      } catch (error) {
        refused.set(creation, error)
      }
    }
    const { outcome, response } = await call.ctx.store.write(call.account, async (tx) => {
      await checkState(tx, call, ['Email'], args.ifInState)
      const outcome = new SetOutcome(call)
      for (const [creation, error] of refused) outcome.notCreatedFor(creation, error)
      const tally = new Tally(tx)
      await appendPrepared(tx, tally, call, prepared, outcome)
      await tally.flush()
      return { outcome, response: outcome.respondCreations(tx.modseq) }
    })
    if (args.onSuccessDestroyOriginal) {
      const copied = new Set(Object.keys(outcome.created))
      const destroy = entries.filter(([creation]) => copied.has(creation)).map(([, object]) => String(object.id))
      if (destroy.length > 0) {
        const ifInState = args.destroyFromIfInState
        const after = await setEmails({ ifInState, create: null, update: null, destroy }, source)
        call.implicit.push(['Email/set', { accountId: args.fromAccountId, ...after }])
      }
    }
    return { fromAccountId: args.fromAccountId, ...response }
  },
)
