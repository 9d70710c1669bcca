/**
 * A message of the platform itself, composed for the queue: from a null sender, like bounces. The queue carries its mark
 * beside the message, and delivery here writes it beside the email: no message can give itself one. The field
 * (`noForgedNotice`) says the same to mail programs.
 */
import { randomBytes } from 'node:crypto'
import { utf8 } from '#base/bytes.ts'
import { buildMessage, encodeHeaderText, type PartSource } from '#format/mime/build.ts'
import { formatDate } from '#format/mime/headers.ts'
import { noticeField } from '../delivery/check/origin.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { bodyStart, Header } from '../delivery/header.ts'
import type { QueueEntry } from '../delivery/queue.ts'
import { signMessage } from '../delivery/sign.ts'
import { returnPath, transactionId } from '../delivery/trace.ts'
import type { People } from './people.ts'

export type Language = 'fr' | 'en'

export interface PlatformMail {
  readonly language: Language
  /** Display name of the sender; the address is the postmaster's. */
  readonly from: string
  /** Addresses that get the same message; the first one is shown in To. */
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html: string
  /** What kind of notice it is: one word, shown to our own mailboxes only. */
  readonly mark: string
  /** Address where whoever gets it takes themself off the list, by one POST (RFC 8058). */
  readonly unsubscribe?: string
  /** Where an answer goes; nowhere when absent. */
  readonly replyTo?: string
  /** Message-IDs of what it answers, the latest last, without brackets. */
  readonly references?: readonly string[]
  /** Files that go with it. */
  readonly files?: readonly MailFile[]
}

export interface MailFile {
  readonly name: string
  readonly type: string
  readonly bytes: Uint8Array
}

/** A text from outside on one line, bounded. */
export const oneLine = (text: string, length = 300): string =>
  text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').slice(0, length)

/** Header and body of a message of the platform, as programs outside see it; without `to` it goes to many. */
const compose = (people: People, mail: PlatformMail, id: string): Uint8Array => {
  const { hostname, domains, organization } = people.options
  const sender = organization === undefined ? mail.from : `${mail.from} – ${organization}`
  const language = [mail.language]
  const alternative: PartSource = {
    type: 'multipart/alternative',
    parts: [
      { type: 'text/plain', text: mail.text, language },
      { type: 'text/html', text: mail.html, language },
    ],
  }
  const files = (mail.files ?? []).map(
    ({ name, type, bytes }): PartSource => ({ type, name, bytes, disposition: 'attachment' }),
  )
  const references = (mail.references ?? []).slice(-20).map((one) => `<${one}>`)
  return buildMessage(
    [
      ['Date', formatDate(people.ctx.clock.now())],
      ['From', `${encodeHeaderText(sender)} <postmaster@${domains[0] ?? hostname}>`],
      ['To', mail.to[0] === undefined ? 'undisclosed-recipients:;' : `<${mail.to[0]}>`],
      ['Subject', encodeHeaderText(oneLine(mail.subject))],
      ['Message-ID', `<${id.toLowerCase()}.notice@${hostname}>`],
      // RFC 3834 §5: nothing answers it.
      ['Auto-Submitted', 'auto-generated'],
      ['X-Auto-Response-Suppress', 'All'],
      ...(organization === undefined ? [] : [['Organization', encodeHeaderText(organization)] as const]),
      ...(mail.replyTo === undefined ? [] : [['Reply-To', `<${mail.replyTo}>`] as const]),
      ...(references.length === 0
        ? []
        : [['In-Reply-To', references.at(-1) ?? ''] as const, ['References', references.join('\r\n ')] as const]),
      ...(mail.unsubscribe === undefined
        ? []
        : [
            ['List-Unsubscribe', `<${mail.unsubscribe}>`] as const,
            ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'] as const,
          ]),
    ],
    files.length === 0 ? alternative : { type: 'multipart/mixed', parts: [alternative, ...files] },
    { boundary: () => `=_${randomBytes(12).toString('hex')}` },
  )
}

/** What only our own mailboxes show: the null sender, and the mark that this message is ours. */
const ownFields = (mail: PlatformMail): string => `${returnPath('')}${noticeField}: ${mail.mark}\r\n`

/** A message of the platform as it rests in a mailbox of ours, put there without passing the queue. */
export const composeForMailbox = (people: People, mail: PlatformMail): Uint8Array => {
  const id = transactionId(people.ctx.clock.now())
  return Buffer.concat([utf8(ownFields(mail)), compose(people, mail, id)])
}

/** A message of the platform, ready for the queue. */
export const preparePost = async (delivery: Delivery, mail: PlatformMail): Promise<QueueEntry> => {
  const { ctx, people } = delivery
  const now = ctx.clock.now()
  const id = transactionId(now)
  const bytes = compose(people, mail, id)
  const header = new Header(bytes.subarray(0, bodyStart(bytes)))
  const signature = await signMessage(delivery, header, async function* () {
    yield bytes
  })
  const ours = utf8(ownFields(mail))
  return {
    accountId: null,
    submissionId: null,
    blob: await ctx.store.blobs.prepare(Buffer.concat([ours, utf8(signature), bytes])),
    sender: '',
    options: { id, skip: ours.length, eightBit: true, mark: mail.mark },
    recipients: mail.to.map((address) => ({ address, notify: [], orcpt: '' })),
    notBefore: now,
  }
}
