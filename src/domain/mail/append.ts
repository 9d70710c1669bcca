/** A message enters an account: one email, an entry in each mailbox, its content kept beside the blob. */
import { Failure } from '#base/failure.ts'
import type { PendingBlob } from '#store/blobs/blobs.ts'
import { type Params, statement, type Writer } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Context } from '../context.ts'
import type { ParsedContent } from './content.ts'
import { putEntry } from './entries.ts'
import type { FlagSet } from './flags.ts'
import { mailboxIdByPath } from './mailboxes.ts'
import { Tally } from './tally.ts'
import { joinThread } from './thread.ts'

export interface NewMessage {
  /** Bytes that are ready, or the id of a blob that an earlier, committed transaction attached with its content. */
  readonly blob: PendingBlob | { readonly id: number; readonly size: number }
  readonly content: ParsedContent
  /** At least one. */
  readonly mailboxIds: readonly number[]
  readonly flags: FlagSet
  /** Milliseconds; IMAP's internal date. */
  readonly receivedAt: number
  /** Put it there even when the quota is reached (the owner's own copies are not refused halfway). */
  readonly ignoreQuota?: boolean
}

export interface Appended {
  readonly emailId: number
  readonly threadId: number
  readonly blobId: number
  readonly size: number
  readonly modseq: number
  /** The thread began with it. */
  readonly fresh: boolean
  /** In the order of `mailboxIds`. */
  readonly entries: readonly { readonly mailboxId: number; readonly uidValidity: number; readonly uid: number }[]
}

const insertContent = statement(
  (
    q,
    p: Params<{
      blob: number
      headers: Uint8Array | null
      structure: string
      envelope: Uint8Array
      preview: string
      attachment: number
      subject: string
      base: string
      from: string
      to: string
      sent: number | null
      messageId: string | null
    }>,
  ) =>
    q
      .insertInto('content')
      .values({
        blob_id: p.blob,
        headers: p.headers,
        structure: p.structure,
        envelope: p.envelope,
        preview: p.preview,
        has_attachment: p.attachment,
        subject: p.subject,
        base_subject: p.base,
        from_sort: p.from,
        to_sort: p.to,
        sent_at: p.sent,
        message_id: p.messageId,
      })
      .onConflict((oc) => oc.column('blob_id').doNothing()),
)

const insertEmail = statement(
  (
    q,
    p: Params<{
      account: number
      id: number
      blob: number
      thread: number
      size: number
      received: number
      modseq: number
    }>,
  ) =>
    q.insertInto('email').values({
      account_id: p.account,
      id: p.id,
      blob_id: p.blob,
      thread_id: p.thread,
      size: p.size,
      received_at: p.received,
      created_modseq: p.modseq,
    }),
)

/** PostgreSQL refuses NUL in text; it means nothing in a preview or a sort key either. */
const clean = (text: string): string => (text.includes('\0') ? text.replaceAll('\0', '') : text)

/** Attaches the bytes and their content to the transaction and returns the blob's id. */
export const attachContent = async (
  ctx: Context,
  tx: Writer,
  message: Pick<NewMessage, 'blob' | 'content'>,
): Promise<number> => {
  if ('id' in message.blob) return message.blob.id
  const blob = await ctx.store.blobs.attach(tx, message.blob)
  const { content } = message
  await tx.run(insertContent, {
    blob,
    headers: content.headers,
    structure: clean(content.encoded),
    envelope: content.envelope,
    preview: clean(content.preview),
    attachment: content.hasAttachment ? 1 : 0,
    subject: clean(content.subject),
    base: clean(content.baseSubject),
    from: clean(content.fromSort),
    to: clean(content.toSort),
    sent: content.sentAt,
    messageId: content.messageId === null ? null : clean(content.messageId),
  })
  return blob
}

/**
 * Puts a message into an account within a transaction that the caller holds; the caller flushes the tally.
 * Throws Failure overQuota, notFound (mailbox).
 */
export const appendWithin = async (
  ctx: Context,
  tx: AccountWriter,
  tally: Tally,
  message: NewMessage,
): Promise<Appended> => {
  const { size } = message.blob
  if (!message.ignoreQuota && tx.quotaBytes > 0 && tx.usedBytes + size > tx.quotaBytes)
    throw new Failure('overQuota', 'the mailbox is full')
  const blobId = await attachContent(ctx, tx, message)
  const { threadId, fresh } = await joinThread(tx, message.content.threadRefs)
  if (fresh) tally.freshThread(threadId)
  const emailId = tx.nextId()
  const { accountId: account, modseq } = tx
  const { receivedAt } = message
  await tx.run(insertEmail, {
    account,
    id: emailId,
    blob: blobId,
    thread: threadId,
    size,
    received: receivedAt,
    modseq,
  })
  tx.addUsedBytes(size)
  tx.changed('Email', emailId, 'created')
  const email = { emailId, threadId, blobId, size, receivedAt }
  const entries: Appended['entries'][number][] = []
  for (const mailboxId of message.mailboxIds) {
    const { uid_validity: uidValidity } = await tally.open(mailboxId)
    entries.push({ mailboxId, uidValidity, uid: await putEntry(tx, tally, mailboxId, email, message.flags) })
  }
  return { emailId, threadId, blobId, size, modseq, fresh, entries }
}

/**
 * Puts one or more messages into an account, all or none (IMAP APPEND and MULTIAPPEND, Email/import, delivery).
 * Throws Failure overQuota, notFound (mailbox or account).
 */
export const appendMessages = (ctx: Context, account: number, messages: readonly NewMessage[]): Promise<Appended[]> =>
  ctx.store.write(account, async (tx) => {
    const tally = new Tally(tx)
    const appended: Appended[] = []
    for (const message of messages) appended.push(await appendWithin(ctx, tx, tally, message))
    await tally.flush()
    return appended
  })

/**
 * The same into the mailbox at a path, which is looked up in the same transaction; undefined, and nothing happened, when
 * there is none. Throws Failure overQuota, notFound (account).
 */
export const appendToPath = (
  ctx: Context,
  account: number,
  path: string,
  messages: readonly Omit<NewMessage, 'mailboxIds'>[],
): Promise<Appended[] | undefined> =>
  ctx.store.write(account, async (tx) => {
    const mailboxId = await mailboxIdByPath(tx, account, path)
    if (mailboxId === undefined) return
    const tally = new Tally(tx)
    const appended: Appended[] = []
    for (const message of messages)
      appended.push(await appendWithin(ctx, tx, tally, { ...message, mailboxIds: [mailboxId] }))
    await tally.flush()
    return appended
  })

/** `appendMessages` of one. */
export const appendMessage = async (ctx: Context, account: number, message: NewMessage): Promise<Appended> =>
  (await appendMessages(ctx, account, [message]))[0]!
