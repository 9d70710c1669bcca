/** Emails and threads by id: JMAP's reads (RFC 8621 §3, §4). */
import { type Params, type Reader, statement } from '#store/engine.ts'
import { threadOf } from './entries.ts'
import { combineFlags, type FlagSet, splitKeywords } from './flags.ts'

export interface EmailRecord {
  readonly id: number
  readonly threadId: number
  readonly blobId: number
  /** SHA-256 of the message. */
  readonly blobHash: Uint8Array
  readonly size: number
  readonly receivedAt: number
  /** What kind of message of the platform it is; empty for every other. */
  readonly mark: string
  /** Combined over its entries, see flags.ts. */
  readonly flags: FlagSet
  readonly mailboxIds: readonly number[]
  readonly content: EmailContent
}

/** What is kept beside the blob, see domain/mail/content.ts. */
export interface EmailContent {
  readonly headers: Uint8Array | null
  readonly structure: string
  readonly preview: string
  readonly hasAttachment: boolean
  readonly subject: string
  readonly sentAt: number | null
}

const selectEmail = statement((q, p: Params<{ account: number; email: number }>) =>
  q
    .selectFrom('email')
    .innerJoin('content', 'content.blob_id', 'email.blob_id')
    .innerJoin('blob', 'blob.id', 'email.blob_id')
    .select([
      'email.id',
      'email.thread_id',
      'email.blob_id',
      'blob.hash',
      'email.size',
      'email.received_at',
      'email.mark',
      'content.headers',
      'content.structure',
      'content.preview',
      'content.has_attachment',
      'content.subject',
      'content.sent_at',
    ])
    .where('email.account_id', '=', p.account)
    .where('email.id', '=', p.email),
)

const selectEntries = statement((q, p: Params<{ account: number; email: number }>) =>
  q
    .selectFrom('message')
    .select(['mailbox_id', 'flags', 'keywords'])
    .where('account_id', '=', p.account)
    .where('email_id', '=', p.email)
    .where('thread_id', '=', threadOf(q, p))
    .orderBy('mailbox_id')
    .orderBy('uid'),
)

/** One email, or undefined. */
export const getEmail = async (tx: Reader, account: number, email: number): Promise<EmailRecord | undefined> => {
  const row = await tx.first(selectEmail, { account, email })
  if (!row) return undefined
  const entries = await tx.all(selectEntries, { account, email })
  return {
    id: row.id,
    threadId: row.thread_id,
    blobId: row.blob_id,
    blobHash: row.hash,
    size: row.size,
    receivedAt: row.received_at,
    mark: row.mark,
    flags: combineFlags(entries.map((e) => ({ flags: e.flags, keywords: splitKeywords(e.keywords) }))),
    mailboxIds: [...new Set(entries.map((entry) => entry.mailbox_id))],
    content: {
      headers: row.headers,
      structure: row.structure,
      preview: row.preview,
      hasAttachment: row.has_attachment === 1,
      subject: row.subject,
      sentAt: row.sent_at,
    },
  }
}

const selectThread = statement((q, p: Params<{ account: number; thread: number }>) =>
  q
    .selectFrom('message')
    .innerJoin('email', (join) =>
      join.onRef('email.account_id', '=', 'message.account_id').onRef('email.id', '=', 'message.email_id'),
    )
    .select(['email.id as email_id', 'email.received_at as received_at'])
    .distinct()
    .where('message.account_id', '=', p.account)
    .where('message.thread_id', '=', p.thread)
    .orderBy('email.received_at')
    .orderBy('email.id'),
)

/** Ids of a thread's emails, oldest first; empty when there is no such thread. */
export const getThread = async (tx: Reader, account: number, thread: number): Promise<number[]> =>
  (await tx.all(selectThread, { account, thread })).map((row) => row.email_id)

const selectByHash = statement((q, p: Params<{ account: number; hash: Uint8Array }>) =>
  q
    .selectFrom('blob')
    .innerJoin('email', 'email.blob_id', 'blob.id')
    .select(['blob.id', 'blob.size', 'email.id as email_id'])
    .where('blob.hash', '=', p.hash)
    .where('email.account_id', '=', p.account)
    .limit(1),
)
const selectUploaded = statement((q, p: Params<{ account: number; hash: Uint8Array }>) =>
  q
    .selectFrom('blob')
    .innerJoin('upload', 'upload.blob_id', 'blob.id')
    .select(['blob.id', 'blob.size', 'upload.type'])
    .where('blob.hash', '=', p.hash)
    .where('upload.account_id', '=', p.account)
    .limit(1),
)

const selectScript = statement((q, p: Params<{ account: number; hash: Uint8Array }>) =>
  q
    .selectFrom('blob')
    .innerJoin('sieve_script', 'sieve_script.blob_id', 'blob.id')
    .select(['blob.id', 'blob.size'])
    .where('blob.hash', '=', p.hash)
    .where('sieve_script.account_id', '=', p.account)
    .limit(1),
)

const selectContactBlob = statement((q, p: Params<{ account: number; hash: Uint8Array }>) =>
  q
    .selectFrom('blob')
    .innerJoin('contact_blob', 'contact_blob.blob_id', 'blob.id')
    .select(['blob.id', 'blob.size', 'contact_blob.type'])
    .where('blob.hash', '=', p.hash)
    .where('contact_blob.account_id', '=', p.account)
    .limit(1),
)

export interface ReachableBlob {
  readonly id: number
  readonly size: number
  /** The media type given at upload, or message/rfc822. */
  readonly type: string
}

/** The blob of a hash when the account may read it: it holds an email, a script or a contact's photo of it, or uploaded it. */
export const reachableBlob = async (
  tx: Reader,
  account: number,
  hash: Uint8Array,
): Promise<ReachableBlob | undefined> => {
  const email = await tx.first(selectByHash, { account, hash })
  if (email) return { id: email.id, size: email.size, type: 'message/rfc822' }
  const script = await tx.first(selectScript, { account, hash })
  if (script) return { ...script, type: 'application/sieve' }
  return (await tx.first(selectContactBlob, { account, hash })) ?? tx.first(selectUploaded, { account, hash })
}
