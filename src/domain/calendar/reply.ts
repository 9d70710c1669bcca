/** The mail that tells an organiser of an answer (RFC 6047 §2): words for people, the REPLY for their program. */
import { randomBytes } from 'node:crypto'
import { utf8 } from '#base/bytes.ts'
import { formatAddress } from '#format/address/parse.ts'
import { type Component, printComponent } from '#format/icalendar/component.ts'
import { buildMessage, encodeHeaderText } from '#format/mime/build.ts'
import { formatDate } from '#format/mime/headers.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { bodyStart, Header } from '../delivery/header.ts'
import { enqueueWithin } from '../delivery/queue.ts'
import { signMessage } from '../delivery/sign.ts'
import { returnPath, transactionId } from '../delivery/trace.ts'
import type { Identity } from '../mail/identities.ts'
import type { Answer } from './itip.ts'

export interface ReplyRequest {
  readonly identity: Identity
  readonly to: string
  readonly calendar: Component
  readonly title: string
  readonly answer: Answer
  readonly language: Language
}

type Blob = Awaited<ReturnType<Delivery['ctx']['store']['blobs']['prepare']>>

export interface PreparedReply {
  readonly id: string
  readonly blob: Blob
  readonly skip: number
  readonly sender: string
  readonly to: string
}

type Language = 'fr' | 'en'

interface ReplyWords {
  subject(title: string): string
  text(name: string, title: string): string
}

const words: Readonly<Record<Language, Readonly<Record<Answer, ReplyWords>>>> = {
  fr: {
    accepted: {
      subject: (title) => `Accepté : ${title}`,
      text: (name, title) => `${name} accepte votre invitation « ${title} ».\r\n`,
    },
    tentative: {
      subject: (title) => `Peut-être : ${title}`,
      text: (name, title) => `${name} viendra peut-être : « ${title} ».\r\n`,
    },
    declined: {
      subject: (title) => `Refusé : ${title}`,
      text: (name, title) => `${name} décline votre invitation « ${title} ».\r\n`,
    },
  },
  en: {
    accepted: {
      subject: (title) => `Accepted: ${title}`,
      text: (name, title) => `${name} has accepted your invitation “${title}”.\r\n`,
    },
    tentative: {
      subject: (title) => `Tentative: ${title}`,
      text: (name, title) => `${name} has tentatively accepted your invitation “${title}”.\r\n`,
    },
    declined: {
      subject: (title) => `Declined: ${title}`,
      text: (name, title) => `${name} has declined your invitation “${title}”.\r\n`,
    },
  },
}

const selectLocale = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('account').select('locale').where('id', '=', p.account),
)

/** The language that an account writes its answers in: its own. */
export const languageOf = async (tx: Reader, account: number): Promise<Language> =>
  (await tx.first(selectLocale, { account }))?.locale.startsWith('en') ? 'en' : 'fr'

/** The message as it will be sent, signed and in the blob store; nothing is queued yet. */
export const prepareReply = async (
  delivery: Delivery,
  { identity, to, calendar, title, answer, language }: ReplyRequest,
): Promise<PreparedReply> => {
  const { ctx, config } = delivery
  const now = ctx.clock.now()
  const id = transactionId(now)
  const clean = title.replace(/[\p{Cc}]+/gu, ' ').slice(0, 300)
  const { subject, text } = words[language][answer]
  const bytes = buildMessage(
    [
      ['Date', formatDate(now)],
      ['From', formatAddress({ name: identity.name === '' ? null : identity.name, email: identity.email })],
      ['To', `<${to}>`],
      ['Subject', encodeHeaderText(subject(clean))],
      ['Message-ID', `<${id.toLowerCase()}.reply@${config.hostname}>`],
    ],
    {
      type: 'multipart/alternative',
      parts: [
        { type: 'text/plain', text: text(identity.name || identity.email, clean) },
        { type: 'text/calendar; charset=utf-8; method=REPLY', bytes: utf8(printComponent(calendar)) },
      ],
    },
    { boundary: () => `=_${randomBytes(12).toString('hex')}` },
  )
  const signature = await signMessage(delivery, new Header(bytes.subarray(0, bodyStart(bytes))), async function* () {
    yield bytes
  })
  const ours = utf8(returnPath(identity.email))
  const blob = await ctx.store.blobs.prepare(Buffer.concat([ours, utf8(signature), bytes]))
  return { id, blob, skip: ours.length, sender: identity.email, to }
}

/** Puts it into the queue, in the transaction of what it tells. */
export const enqueueReply = async (
  delivery: Delivery,
  tx: AccountWriter,
  { id, blob, skip, sender, to }: PreparedReply,
): Promise<void> => {
  await enqueueWithin(delivery, tx, {
    accountId: tx.accountId,
    submissionId: null,
    blob,
    sender,
    options: { id, skip, eightBit: true, smtputf8: !/^[\0-\x7f]*$/.test(`${to}${sender}`) },
    recipients: [{ address: to, notify: [], orcpt: '' }],
    notBefore: tx.now,
  })
}
