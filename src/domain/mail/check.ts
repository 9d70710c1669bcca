/** Does an account hold together? Used by `convergence doctor`, and by the tests after every crash. */

import { readState } from '#store/changes.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import { deleted, seen } from './flags.ts'
import { unreadEmails } from './tally.ts'

const mailboxes = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('mailbox')
    .select([
      'id',
      'parent_id',
      'name',
      'uid_next',
      'total',
      'unseen',
      'deleted',
      'emails',
      'unread_emails',
      'threads',
      'unread_threads',
      'bytes',
      'message_modseq',
    ])
    .where('account_id', '=', p.account),
)
const messages = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('message')
    .leftJoin('email', (join) =>
      join.onRef('email.account_id', '=', 'message.account_id').onRef('email.id', '=', 'message.email_id'),
    )
    .select([
      'message.mailbox_id',
      'message.uid',
      'message.email_id',
      'message.flags',
      'message.size',
      'message.modseq',
      'message.thread_id',
      'message.blob_id',
      'email.thread_id as email_thread',
      'email.blob_id as email_blob',
      'email.size as email_size',
    ])
    .where('message.account_id', '=', p.account),
)
const emails = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('email')
    .leftJoin('content', 'content.blob_id', 'email.blob_id')
    .leftJoin('blob', 'blob.id', 'email.blob_id')
    .select(['email.id', 'email.size', 'content.blob_id as content', 'blob.size as blob_size'])
    .where('email.account_id', '=', p.account),
)
const account = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('account').select(['used_bytes', 'next_id']).where('id', '=', p.account),
)

const newCount = () => ({
  total: 0,
  unseen: 0,
  deleted: 0,
  bytes: 0,
  emails: new Set<number>(),
  unreadEmails: new Set<number>(),
  threads: new Set<number>(),
  unreadThreads: new Set<number>(),
})

/** What is wrong, in plain sentences; empty when nothing is. Throws Failure notFound. */
export const checkAccount = async (tx: Reader, id: number): Promise<string[]> => {
  const problems: string[] = []
  const { modseq } = await readState(tx, id)
  const held = (await tx.first(account, { account: id }))!
  const boxes = new Map((await tx.all(mailboxes, { account: id })).map((row) => [row.id, row]))
  const counted = new Map([...boxes.keys()].map((box) => [box, newCount()]))
  const inSomeMailbox = new Set<number>()
  const entries = await tx.all(messages, { account: id })
  const unread = unreadEmails(entries)
  for (const row of entries) {
    const name = `message ${row.uid} of mailbox ${row.mailbox_id}`
    inSomeMailbox.add(row.email_id)
    const box = boxes.get(row.mailbox_id)
    const count = counted.get(row.mailbox_id)
    if (!box || !count) {
      problems.push(`${name} is in a mailbox that is not there`)
      continue
    }
    count.total++
    if ((row.flags & seen) === 0) count.unseen++
    if ((row.flags & deleted) !== 0) count.deleted++
    count.bytes += row.size
    count.emails.add(row.email_id)
    count.threads.add(row.thread_id)
    if (unread.has(row.email_id)) {
      count.unreadEmails.add(row.email_id)
      count.unreadThreads.add(row.thread_id)
    }
    if (row.uid >= box.uid_next) problems.push(`${name} is not below UIDNEXT ${box.uid_next}`)
    if (row.modseq > box.message_modseq) problems.push(`${name} is above HIGHESTMODSEQ ${box.message_modseq}`)
    if (row.email_thread === null) problems.push(`${name} has no email ${row.email_id}`)
    else if (row.email_thread !== row.thread_id || row.email_blob !== row.blob_id || row.email_size !== row.size)
      problems.push(`${name} differs from its email ${row.email_id}`)
  }
  for (const [box, count] of counted) {
    const row = boxes.get(box)!
    const truth = {
      total: count.total,
      unseen: count.unseen,
      deleted: count.deleted,
      bytes: count.bytes,
      emails: count.emails.size,
      unread_emails: count.unreadEmails.size,
      threads: count.threads.size,
      unread_threads: count.unreadThreads.size,
    }
    for (const [key, counted] of Object.entries(truth)) {
      const noted = row[key as keyof typeof truth]
      if (noted !== counted) problems.push(`mailbox ${box}: ${key} is ${noted}, counted ${counted}`)
    }
    if (row.message_modseq > modseq) problems.push(`mailbox ${box}: HIGHESTMODSEQ is above the account's`)
    if (row.parent_id !== 0 && !boxes.has(row.parent_id)) problems.push(`mailbox ${box}: no parent ${row.parent_id}`)
  }
  let bytes = 0
  for (const row of await tx.all(emails, { account: id })) {
    bytes += row.size
    if (!inSomeMailbox.has(row.id)) problems.push(`email ${row.id} is in no mailbox`)
    if (row.content === null) problems.push(`email ${row.id} has no content row`)
    if (row.blob_size === null) problems.push(`email ${row.id} has no blob`)
    else if (row.blob_size !== row.size) problems.push(`email ${row.id}: size ${row.size}, blob ${row.blob_size}`)
    if (row.id >= held.next_id) problems.push(`email ${row.id} is not below the next id`)
  }
  if (bytes !== held.used_bytes) problems.push(`account: ${held.used_bytes} octets noted, counted ${bytes}`)
  return problems
}
