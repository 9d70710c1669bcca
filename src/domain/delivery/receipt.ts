/**
 * Receipts of reading (RFC 8098), sent only because the person says so: once for a message, from a null sender so that
 * nothing answers, in one commit with the keyword `$mdnsent`.
 */
import { randomBytes } from 'node:crypto'
import { utf8 } from '#base/bytes.ts'
import { Failure } from '#base/failure.ts'
import { formatAddress, parseAddresses } from '#format/address/parse.ts'
import { buildMessage, encodeHeaderText, type PartSource } from '#format/mime/build.ts'
import { allHeaders, firstHeader, formatDate } from '#format/mime/headers.ts'
import { type DispositionFields, writeDisposition } from '#format/mime/mdn.ts'
import { getEmail } from '../mail/emails.ts'
import { entriesOfEmail } from '../mail/entries.ts'
import { listIdentities } from '../mail/identities.ts'
import { Tally } from '../mail/tally.ts'
import { changeEmailsWithin } from '../mail/update.ts'
import type { Delivery } from './delivery.ts'
import { bodyStart, Header } from './header.ts'
import { announceQueue, enqueueWithin } from './queue.ts'
import { signMessage } from './sign.ts'
import { returnPath, transactionId } from './trace.ts'

export interface ReceiptRequest {
  readonly emailId: number
  readonly identityId: number
  readonly disposition: DispositionFields['disposition']
  readonly subject: string | null
  readonly text: string | null
  readonly includeOriginal: boolean
  readonly reportingUA: string | null
  readonly extensionFields: Readonly<Record<string, string>>
}

export interface SentReceipt {
  readonly subject: string
  readonly text: string
  readonly fields: DispositionFields
}

const sentKeyword = '$mdnsent'
/** Addresses that one receipt goes to. */
const maxAsked = 5
const maxText = 10_000
const maxHeader = 1 << 20

const words = {
  subject: (subject: string) => `Lu : ${subject}`,
  text: (to: string, at: number) =>
    `Le message que vous avez envoyé à ${to} a été affiché le ${formatDate(at)}. Cela ne dit pas qu’il a été lu en entier ni compris.\r\n\r\n` +
    `The message that you sent to ${to} was displayed on ${formatDate(at)}. This does not say that all of it was read, or understood.\r\n`,
}

/** Whom a message asks to be told, from its header block. */
export const receiptAsked = (header: Uint8Array): string[] => [
  ...new Set(
    allHeaders(header, 'disposition-notification-to')
      .flatMap((value) => parseAddresses(value))
      .map(({ email }) => email)
      .filter((email) => /^[^\s<>@\p{Cc}]{1,64}@[^\s<>@\p{Cc}]{1,255}$/u.test(email)),
  ),
]

const invalid = (why: string, property: string): Failure => new Failure('invalid', why, { property })

const read = async ({ ctx }: Delivery, account: number, request: ReceiptRequest) => {
  const [email, identities] = await ctx.store.read(async (tx) => [
    await getEmail(tx, account, request.emailId),
    await listIdentities(tx, account),
  ])
  if (!email) throw new Failure('notFound', 'no such email', { property: 'forEmailId' })
  const identity = identities.find(({ id }) => id === request.identityId)
  if (!identity) throw new Failure('notFound', 'no such identity', { property: 'identityId' })
  if ((request.text?.length ?? 0) > maxText) throw invalid('the text is too long', 'textBody')
  const beginning =
    email.content.headers ??
    (await ctx.store.blobs.bytes(email.blobId, { start: 0, end: Math.min(email.size, maxHeader) }))
  return { email, identity, header: beginning.subarray(0, bodyStart(beginning)) }
}

/** RFC 8098 §3: a multipart/report of three parts; the original's header only, unless all of it is asked for. */
const compose = (
  { ctx, config }: Delivery,
  {
    id,
    from,
    to,
    receipt,
    original,
  }: {
    readonly id: string
    readonly from: string
    readonly to: readonly string[]
    readonly receipt: SentReceipt
    readonly original: Uint8Array | undefined
  },
): Uint8Array => {
  const { originalMessageId } = receipt.fields
  const parts: PartSource[] = [
    { type: 'text/plain', text: receipt.text },
    { type: 'message/disposition-notification', bytes: utf8(writeDisposition(receipt.fields)) },
    ...(original ? [{ type: 'text/rfc822-headers', bytes: original }] : []),
  ]
  return buildMessage(
    [
      ['Date', formatDate(ctx.clock.now())],
      ['From', from],
      ['To', to.map((address) => `<${address}>`).join(', ')],
      ['Subject', encodeHeaderText(receipt.subject.replace(/[\p{Cc}]+/gu, ' ').slice(0, 500))],
      ['Message-ID', `<${id.toLowerCase()}.receipt@${config.hostname}>`],
      ...(originalMessageId === null
        ? []
        : ([
            ['In-Reply-To', originalMessageId],
            ['References', originalMessageId],
          ] as const)),
      // RFC 3834 §5: nothing answers it.
      ['Auto-Submitted', 'auto-replied'],
    ],
    { type: 'multipart/report; report-type=disposition-notification', parts },
    { boundary: () => `=_${randomBytes(12).toString('hex')}` },
  )
}

/**
 * Tells whoever asked that a message was displayed (or deleted...). Throws Failure notFound (property forEmailId or
 * identityId), invalid (property forEmailId: it asks for no receipt; textBody), alreadyExists (one was sent).
 */
export const sendReceipt = async (
  delivery: Delivery,
  account: number,
  request: ReceiptRequest,
): Promise<SentReceipt> => {
  const { ctx, config } = delivery
  const { email, identity, header } = await read(delivery, account, request)
  const to = receiptAsked(header).slice(0, maxAsked)
  if (to.length === 0) throw invalid('the message asks for no receipt', 'forEmailId')
  const now = ctx.clock.now()
  const messageId = firstHeader(header, 'message-id')?.trim() ?? null
  const receipt: SentReceipt = {
    subject: request.subject ?? words.subject(email.content.subject),
    text: request.text ?? words.text(identity.email, now),
    fields: {
      reportingUA: request.reportingUA ?? `${config.hostname}; Convergence`,
      mdnGateway: null,
      originalRecipient: firstHeader(header, 'original-recipient')?.trim() ?? null,
      finalRecipient: `rfc822; ${identity.email}`,
      originalMessageId: messageId !== null && /^<[^<>\s]{1,900}>$/.test(messageId) ? messageId : null,
      disposition: request.disposition,
      error: [],
      extensionFields: request.extensionFields,
    },
  }
  const id = transactionId(now)
  const from = formatAddress({ name: identity.name === '' ? null : identity.name, email: identity.email })
  const original = request.includeOriginal ? header : undefined
  const bytes = compose(delivery, { id, from, to, receipt, original })
  const signature = await signMessage(delivery, new Header(bytes.subarray(0, bodyStart(bytes))), async function* () {
    yield bytes
  })
  const ours = utf8(returnPath(''))
  const blob = await ctx.store.blobs.prepare(Buffer.concat([ours, utf8(signature), bytes]))
  await ctx.store.write(account, async (tx) => {
    const entries = await entriesOfEmail(tx, account, request.emailId)
    if (entries.some(({ flags }) => flags.keywords.includes(sentKeyword)))
      throw new Failure('alreadyExists', 'a receipt was sent already')
    const tally = new Tally(tx)
    const keyword = { flags: 0, keywords: [sentKeyword] }
    await changeEmailsWithin(tx, tally, { update: new Map([[request.emailId, { addKeywords: keyword }]]), destroy: [] })
    await tally.flush()
    await enqueueWithin(delivery, tx, {
      accountId: account,
      submissionId: null,
      blob,
      // RFC 8098 §3: the null reverse-path.
      sender: '',
      options: { id, skip: ours.length, eightBit: true, smtputf8: to.some((address) => !/^[\0-\x7f]*$/.test(address)) },
      recipients: to.map((address) => ({ address, notify: [], orcpt: '' })),
      notBefore: now,
    })
  })
  announceQueue(delivery)
  return receipt
}
