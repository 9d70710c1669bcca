/** What is done with a message that has passed its checks: delivered here, queued for elsewhere, or both. */

import { concatBytes } from '#base/bytes.ts'
import type { Arrival } from '../filter/arrival.ts'
import { deliverToAccounts } from '../filter/deliver.ts'
import { rememberCorrespondents } from './correspondents.ts'
import type { Accepted, Mail, Outcome } from './mail.ts'
import { enqueue, type QueueOptions } from './queue.ts'
import { reportDelivered } from './report.ts'
import { signMessage } from './sign.ts'
import type { Composed } from './spool.ts'
import { deliveredTo, lines, received, receivedFromAuthor, returnPath } from './trace.ts'

/** What the queue must remember of the envelope. */
export const queueOptions = ({ id, sender }: Mail, skip: number): QueueOptions => ({
  id,
  skip,
  ...(sender.ret ? { ret: sender.ret } : {}),
  ...(sender.envid === undefined ? {} : { envid: sender.envid }),
  ...(sender.smtputf8 ? { smtputf8: true } : {}),
  ...(sender.eightBit ? { eightBit: true } : {}),
  ...(sender.requireTls ? { requireTls: true } : {}),
})

/** The message as it rests, for those who look into it before it is stored. */
const letterOf = ({ spool }: Mail, composed: Composed, header: Uint8Array): Arrival => ({
  ...composed,
  header,
  beginning: async () => concatBytes([header, spool.head.subarray(spool.bodyAt)]),
  body: () => spool.body(),
})

const putIntoQueue = (
  mail: Mail,
  composed: Composed,
  recipients: readonly Accepted[],
  skip: number,
  notBefore: number,
) =>
  enqueue(mail.delivery, {
    accountId: mail.client.account?.id ?? null,
    submissionId: null,
    blob: composed.blob,
    sender: mail.sender.address,
    options: queueOptions(mail, skip),
    recipients,
    notBefore,
  })

/**
 * Delivers to the accounts here. Each address that is the same person counts once. Returns the outcome of each given
 * recipient.
 */
const deliverHere = async (mail: Mail, letter: Arrival, recipients: readonly Accepted[]): Promise<Outcome[]> => {
  const { accepted, delivery, door, junk, now, sender } = mail
  const { address, ...rest } = sender
  const targets = recipients.flatMap(({ route, ...recipient }) =>
    route.kind === 'local' ? [{ ...recipient, accountId: route.accountId }] : [],
  )
  const failures = await deliverToAccounts(delivery, targets, {
    ...rest,
    letter,
    sender: address,
    junk,
    receivedAt: now,
    mayRefuse: door === 'lmtp' || accepted.length === 1,
  })
  return recipients.map(({ route }) => (route.kind === 'local' ? failures.get(route.accountId) : undefined))
}

/**
 * One reply stands for all recipients: when some could not be served, the message has been taken for the others and must
 * not come again. What failed is queued: it is tried again, or reported to the sender.
 */
const settle = async (
  mail: Mail,
  composed: Composed,
  recipients: readonly Accepted[],
  outcomes: readonly Outcome[],
  skip: number,
) => {
  const failed = recipients.filter((_, i) => outcomes[i] !== undefined)
  if (failed.length > 0) await putIntoQueue(mail, composed, failed, skip, mail.now)
  await reportDelivered(
    mail,
    recipients.filter((_, i) => outcomes[i] === undefined),
  )
}

/** Reports about what was passed on go on to those who wrote it. `skip`: octets that only our own mailboxes show. */
const sendBack = async (mail: Mail, composed: Composed, skip: number): Promise<void> => {
  const back = mail.accepted.flatMap((one) =>
    one.route.kind === 'back' ? [{ ...one, address: one.route.address, notify: [], orcpt: '' }] : [],
  )
  if (back.length === 0) return
  await putIntoQueue(mail, composed, back, skip, mail.now)
  mail.delivery.metrics.count('srs_reports_total', {}, back.length)
}

/** From outside: MX and LMTP. */
export const acceptIncoming = async (mail: Mail): Promise<readonly Outcome[]> => {
  const { accepted, client, delivery, id, now, sender } = mail
  const only = accepted.length === 1 ? accepted[0]?.address : undefined
  // Received comes last: should the message begin with a continuation line, it continues nothing that matters.
  const trace = lines(
    returnPath(sender.address),
    only === undefined ? '' : deliveredTo(only),
    mail.results,
    received({
      client,
      hostname: delivery.config.hostname,
      id,
      now,
      ...(only === undefined ? {} : { recipient: only }),
    }),
  )
  const header = mail.header.before(trace).bytes
  const composed = await mail.spool.compose(header)
  // The queue first: if it fails, nothing has happened yet.
  await sendBack(
    mail,
    composed,
    returnPath(sender.address).length + (only === undefined ? 0 : deliveredTo(only).length),
  )
  const outcomes = await deliverHere(mail, letterOf(mail, composed, header), accepted)
  if (mail.door === 'lmtp') {
    await reportDelivered(
      mail,
      accepted.filter((_, i) => outcomes[i] === undefined),
    )
    return outcomes
  }
  const firstFailure = outcomes.find((outcome) => outcome !== undefined)
  if (firstFailure !== undefined && !outcomes.includes(undefined)) throw firstFailure
  await settle(mail, composed, accepted, outcomes, 0)
  return accepted.map(() => undefined)
}

export interface Outgoing extends Composed {
  /** The header block as our own mailboxes show it. */
  readonly header: Uint8Array
  /** Octets at its beginning that only our own mailboxes show. */
  readonly skip: number
}

/** A submitted message as it leaves: traced, signed, with a first line for our own mailboxes. */
export const composeSubmitted = async (mail: Mail): Promise<Outgoing> => {
  const { client, delivery, id, now, sender, spool } = mail
  const trace = lines(receivedFromAuthor(client.protocol, delivery.config.hostname, id, now))
  const header = mail.header.before(trace)
  const signature = await signMessage(delivery, header, () => spool.message(header.bytes))
  const ours = lines(returnPath(sender.address))
  const block = header.before(lines(signature)).before(ours).bytes
  return { ...(await spool.compose(block)), header: block, skip: ours.length }
}

/** Not worth keeping the author waiting for, nor an error of theirs. */
const noteCorrespondents = (mail: Mail): void => {
  const { store, log } = mail.delivery.ctx
  const account = mail.client.account?.id
  if (account === undefined) return
  store
    .writeGlobal((tx) => rememberCorrespondents(tx, account, mail))
    .catch((error) => log.warn('mail.correspondents', { message: String(error) }))
}

/** From our own people over SMTP. */
export const acceptSubmitted = async (mail: Mail): Promise<readonly Outcome[]> => {
  const { accepted, now, sender } = mail
  noteCorrespondents(mail)
  const outgoing = await composeSubmitted(mail)
  const { skip } = outgoing
  const taken = accepted.map(() => undefined)
  if (sender.holdUntil !== undefined && sender.holdUntil > now) {
    await putIntoQueue(mail, outgoing, accepted, skip, sender.holdUntil)
    return taken
  }
  const remote = accepted.filter(({ route }) => route.kind === 'remote')
  const local = accepted.filter(({ route }) => route.kind === 'local')
  // The queue first: if it fails, nothing has happened yet and the client may simply try again.
  if (remote.length > 0) await putIntoQueue(mail, outgoing, remote, skip, now)
  if (local.length === 0) return taken
  const outcomes = await deliverHere(mail, letterOf(mail, outgoing, outgoing.header), local)
  const firstFailure = outcomes.find((outcome) => outcome !== undefined)
  if (firstFailure !== undefined && remote.length === 0 && !outcomes.includes(undefined)) throw firstFailure
  await settle(mail, outgoing, local, outcomes, skip)
  return taken
}
