/** What filters send: messages passed on, answers, notifications, refusals; each ready for the queue. */

import { isAscii } from 'node:buffer'
import { hash, randomBytes } from 'node:crypto'
import { concatBytes, utf8 } from '#base/bytes.ts'
import { formatAddress } from '#format/address/parse.ts'
import { buildMessage, encodeHeaderText } from '#format/mime/build.ts'
import { formatDate } from '#format/mime/headers.ts'
import type { PendingBlob } from '#store/blobs/blobs.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { splitAddress } from '../delivery/envelope.ts'
import { bodyStart, Header } from '../delivery/header.ts'
import type { QueueEntry } from '../delivery/queue.ts'
import { sealFields } from '../delivery/seal.ts'
import { signMessage } from '../delivery/sign.ts'
import { originalSender, rewriteSender } from '../delivery/srs.ts'
import { returnPath, transactionId } from '../delivery/trace.ts'
import { isLocalDomain } from '../people/addresses.ts'
import { type Arrival, withoutReturnPath } from './arrival.ts'
import type { Action } from './filter.ts'
import { readMailto } from './mailto.ts'
import { type FilterMessage, readable } from './message.ts'
import type { Owner } from './vacation.ts'

/** Bears the marks of the accounts that have passed the message on. */
export const loopField = 'X-Convergence-Loop'
/** A message that came so far is passed on no more. */
const maxHops = 30

/** Stands for an account in `loopField`; nobody outside can tell whose it is. */
export const loopMark = (delivery: Delivery, account: number): string =>
  hash('sha256', Buffer.concat([delivery.people.key, utf8(`loop ${account}`)]), 'hex').slice(0, 24)

/** True when the account may pass the message on: it has not done so already, and it does not go round in circles. */
export const mayRedirect = (delivery: Delivery, account: number, header: Header): boolean =>
  header.hops() <= maxHops && !header.all(loopField.toLowerCase()).includes(loopMark(delivery, account))

const bare = (id: string, recipients: readonly string[], skip: number) => ({
  accountId: null,
  submissionId: null,
  options: { id, skip, smtputf8: !recipients.every((address) => /^[\0-\x7f]*$/.test(address)) },
})

interface PassedOn {
  /** With our word about what was verified (ARC). */
  readonly seal?: boolean
  readonly sender: string
  readonly smtputf8?: boolean
  readonly requireTls?: boolean
}

/**
 * The message on its way to other addresses (RFC 5228 §4.2): under its own sender to those who are here, and to other
 * servers under a sender of ours that leads back to it. Mail from our own domains may leave under its sender: SPF names us.
 */
export const prepareRedirect = async (
  delivery: Delivery,
  account: number,
  letter: Arrival,
  envelope: PassedOn,
  addresses: readonly string[],
): Promise<QueueEntry[]> => {
  const { config, ctx, metrics, people } = delivery
  const isHere = (address: string): boolean => isLocalDomain(people, splitAddress(address).domain)
  const here = addresses.filter(isHere)
  const away = addresses.filter((address) => !isHere(address))
  const foreign = config.srs && envelope.sender !== '' && !isHere(envelope.sender)
  const written = foreign
    ? rewriteSender(people, envelope.sender, people.options.domains[0] ?? config.hostname, ctx.clock.now())
    : undefined
  if (foreign && away.length > 0)
    metrics.count('srs_senders_total', { result: written === undefined ? 'kept' : 'rewritten' })
  const entries: QueueEntry[] = []
  if (here.length > 0) entries.push(await passOn(delivery, account, letter, envelope, here))
  if (away.length > 0)
    entries.push(
      await passOn(
        delivery,
        account,
        letter,
        { ...envelope, sender: written ?? envelope.sender, seal: config.arc },
        away,
      ),
    )
  return entries
}

const passOn = async (
  delivery: Delivery,
  account: number,
  letter: Arrival,
  envelope: PassedOn,
  addresses: readonly string[],
): Promise<QueueEntry> => {
  const { ctx } = delivery
  const ours = utf8(returnPath(envelope.sender))
  const mark = utf8(`${loopField}: ${loopMark(delivery, account)}\r\n`)
  const block = concatBytes([mark, withoutReturnPath(letter.header).bytes])
  const seal = envelope.seal ? await sealFields(delivery, block, () => letter.body()) : ''
  const sink = ctx.store.blobs.receive()
  let blob: PendingBlob
  try {
    await sink.write(concatBytes([ours, Buffer.from(seal, 'latin1'), block]))
    for await (const chunk of letter.body()) await sink.write(chunk)
    blob = await sink.finish()
  } catch (error) {
    await sink.abort()
    throw error
  }
  const now = ctx.clock.now()
  const entry = bare(transactionId(now), [...addresses, envelope.sender], ours.length)
  return {
    ...entry,
    accountId: account,
    blob,
    sender: envelope.sender,
    options: {
      ...entry.options,
      smtputf8: entry.options.smtputf8 || (envelope.smtputf8 === true && !isAscii(letter.header)),
      ...(envelope.requireTls ? { requireTls: true } : {}),
    },
    recipients: addresses.map((address) => ({ address, notify: [], orcpt: '' })),
    notBefore: now,
  }
}

/** A message that a filter wrote, signed, from the null sender: nothing answers it. */
export const prepareOwn = async (
  delivery: Delivery,
  account: number,
  bytes: Uint8Array,
  to: readonly string[],
): Promise<QueueEntry> => {
  const { ctx } = delivery
  const header = new Header(bytes.subarray(0, bodyStart(bytes)))
  const signature = await signMessage(delivery, header, async function* () {
    yield bytes
  })
  const now = ctx.clock.now()
  const ours = utf8(returnPath(''))
  // What we once passed on may have come back under the sender that we wrote.
  const whom = to.map((address) => originalSender(delivery.people, address, now) ?? address)
  return {
    ...bare(transactionId(now), whom, ours.length),
    accountId: account,
    blob: await ctx.store.blobs.prepare(concatBytes([ours, utf8(signature), bytes])),
    sender: '',
    // RFC 3461 §4.1: nobody is told when it cannot be delivered.
    recipients: whom.map((address) => ({ address, notify: ['NEVER'], orcpt: '' })),
    notBefore: now,
  }
}

export const ownMessageId = (delivery: Delivery): string =>
  `<${randomBytes(12).toString('hex')}.filter@${delivery.config.hostname}>`

const importances = { 1: 'High', 2: 'Normal', 3: 'Low' } as const

/** A notification by mail (RFC 5436 §2); undefined when there must be none: a notification is not notified of. */
export const buildNotification = (
  delivery: Delivery,
  owner: Owner,
  message: FilterMessage,
  action: Extract<Action, { kind: 'notify' }>,
): { readonly bytes: Uint8Array; readonly to: readonly string[] } | undefined => {
  const wanted = readMailto(action.method)
  const [address] = owner.addresses
  const from = message.fields('from')[0]
  const automatic = message.fields('auto-submitted')[0]?.value.trim() ?? 'no'
  if (!wanted || address === undefined || /^auto-(?:notified|replied)/i.test(automatic)) return
  const before = message.fields('subject')[0]
  const subject = wanted.subject ?? action.message ?? `${before ? readable(before) : ''}`
  const text = wanted.body ?? action.message ?? (from ? readable(from) : '')
  const bytes = buildMessage(
    [
      ['Date', formatDate(delivery.ctx.clock.now())],
      ['From', formatAddress({ name: owner.name, email: address })],
      ['To', wanted.to.map((to) => `<${to}>`).join(',\r\n ')],
      ['Subject', encodeHeaderText(subject.replace(/\p{Cc}+/gu, ' ').slice(0, 250))],
      ['Message-ID', ownMessageId(delivery)],
      ['Importance', importances[action.importance]],
      ['Auto-Submitted', `auto-notified; owner-email="${address.replace(/["\\\r\n]/g, '')}"`],
      ['X-Auto-Response-Suppress', 'All'],
    ],
    { type: 'text/plain', text: `${text}\r\n` },
    { boundary: () => `=_${randomBytes(12).toString('hex')}` },
  )
  return { bytes, to: wanted.to }
}
