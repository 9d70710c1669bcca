/** Email/import (RFC 8621 §4.8). */
import { Tally } from '#domain/mail/tally.ts'
import { type Id, MAIL } from '#format/jmap/core.ts'
import { headerValue, parseDate, parseHeaderBlock } from '#format/mime/headers.ts'
import { findBlob, readBlob, streamBlob } from '../blob/open.ts'
import { anyObject, id, mapOf, nullable, text } from '../check.ts'
import { invalidProperties, SetFault } from '../failure.ts'
import { dereference } from '../ids.ts'
import { type AccountCall, accountMethod } from '../method.ts'
import { checkProperty, checkSetLimit, SetOutcome } from '../set.ts'
import { checkState } from '../state.ts'
import { type Prepared, readKeywords, readMailboxIds, readReceivedAt, receive } from './create.ts'
import { appendPrepared } from './set.ts'

const headerSample = 65_536

/** The time that the last server wrote, which is the first Received field of the message (§4.8). */
const receivedTime = (block: Uint8Array): number | undefined => {
  const field = parseHeaderBlock(block).find(({ name }) => name.toLowerCase() === 'received')
  if (!field) return undefined
  const value = headerValue(block, field)
  return parseDate(value.slice(value.lastIndexOf(';') + 1))?.time
}

const known = new Set(['blobId', 'mailboxIds', 'keywords', 'receivedAt'])

/** Throws SetFault. */
const prepareImport = async (call: AccountCall, object: Readonly<Record<string, unknown>>): Promise<Prepared> => {
  const unknown = Object.keys(object).filter((name) => !known.has(name))
  if (unknown.length > 0) throw invalidProperties('These are not properties of an EmailImport', ...unknown)
  const missing = ['blobId', 'mailboxIds'].filter((name) => object[name] === undefined || object[name] === null)
  if (missing.length > 0) throw invalidProperties('An import names a blob and mailboxes', ...missing)
  const blobId = checkProperty('blobId', text, object.blobId)
  const mailboxIds = readMailboxIds(object.mailboxIds, call)
  const flags = readKeywords(object.keywords)
  const found = await findBlob(call.ctx, call.account, dereference(blobId, call) ?? '')
  // §4.8: not blobNotFound, which is for the parts of a message that is written.
  if (!found) throw invalidProperties('There is no such blob', 'blobId')
  const head = await readBlob(call.ctx, found, headerSample, { start: 0, end: headerSample })
  if (parseHeaderBlock(head).length === 0) throw new SetFault('invalidEmail', 'The blob is not a message')
  const receivedAt = readReceivedAt(object.receivedAt, receivedTime(head) ?? call.ctx.clock.now())
  const received = await receive(call, streamBlob(call.ctx, found), call.limits.maxSizeUpload)
  return { ...received, mailboxIds, flags, receivedAt }
}

export const emailImport = accountMethod(
  'Email/import',
  MAIL,
  { ifInState: nullable(text), emails: mapOf(anyObject, id) },
  async (args, call) => {
    const entries = Object.entries(args.emails)
    checkSetLimit(entries.length, call)
    const prepared = new Map<Id, Prepared>()
    const refused = new Map<Id, unknown>()
    for (const [creation, object] of entries) {
      try {
        prepared.set(creation, await prepareImport(call, object))
      } catch (error) {
        refused.set(creation, error)
      }
    }
    return call.ctx.store.write(call.account, async (tx) => {
      await checkState(tx, call, ['Email'], args.ifInState)
      const outcome = new SetOutcome(call)
      for (const [creation, error] of refused) outcome.notCreatedFor(creation, error)
      const tally = new Tally(tx)
      await appendPrepared(tx, tally, call, prepared, outcome)
      await tally.flush()
      return outcome.respondCreations(tx.modseq)
    })
  },
)
