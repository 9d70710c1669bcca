/** Which emails of an account are, or are made of, a blob (RFC 9404 §4.3). */
import { type Params, type Reader, statement } from '#store/engine.ts'

const selectEmails = statement((q, p: Params<{ account: number; hash: Uint8Array }>) =>
  q
    .selectFrom('blob')
    .innerJoin('email', 'email.blob_id', 'blob.id')
    .select(['email.id', 'email.thread_id'])
    .where('blob.hash', '=', p.hash)
    .where('email.account_id', '=', p.account)
    .orderBy('email.id')
    .limit(1000),
)
const selectMailboxes = statement((q, p: Params<{ account: number; thread: number; email: number }>) =>
  q
    .selectFrom('message')
    .select('mailbox_id')
    .distinct()
    .where('account_id', '=', p.account)
    .where('thread_id', '=', p.thread)
    .where('email_id', '=', p.email),
)

/** Ids of the emails with this content, of their threads and of their mailboxes, each once. */
export const blobUsers = async (
  tx: Reader,
  account: number,
  hash: Uint8Array,
): Promise<{ readonly emails: number[]; readonly threads: number[]; readonly mailboxes: number[] }> => {
  const rows = await tx.all(selectEmails, { account, hash })
  const mailboxes = new Set<number>()
  for (const { id: email, thread_id: thread } of rows)
    for (const { mailbox_id } of await tx.all(selectMailboxes, { account, thread, email })) mailboxes.add(mailbox_id)
  return {
    emails: rows.map(({ id }) => id),
    threads: [...new Set(rows.map(({ thread_id }) => thread_id))],
    mailboxes: [...mailboxes],
  }
}
