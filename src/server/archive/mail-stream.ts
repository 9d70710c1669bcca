/** A person's own mail as a file for other programs: one mailbox as an mbox, or all of them as a zip of mboxes. */
import { Failure } from '#base/failure.ts'
import type { Context } from '#domain/context.ts'
import { allEntries } from '#domain/mail/entries.ts'
import { listMailboxes } from '#domain/mail/mailboxes.ts'
import { writeZip, type ZipEntry } from '#format/zip/write.ts'
import { mboxEntry } from './mbox.ts'

export interface MailFile {
  /** With its extension. */
  readonly name: string
  readonly type: string
  readonly content: AsyncIterable<Uint8Array>
}

/** The zip format without its extension ends there (format/zip); some room for the lines we add to each message. */
const largestZip = 3_600_000_000

async function* mbox(ctx: Context, account: number, mailbox: number): AsyncGenerator<Uint8Array> {
  const entries = await ctx.store.read((tx) => allEntries(tx, account, mailbox))
  for (const { blobId, flags, receivedAt } of entries)
    yield mboxEntry({ bytes: await ctx.store.blobs.bytes(blobId), flags, receivedAt })
}

const fileName = (path: string): string => path.replace(/[<>:"\\|?*\p{Cc}]|^\.+/gu, '_')

/** Throws Failure notFound for a mailbox that is not there. */
export const openMailbox = async (ctx: Context, account: number, mailbox: number): Promise<MailFile> => {
  const found = (await ctx.store.read((tx) => listMailboxes(tx, account))).find(({ id }) => id === mailbox)
  if (found === undefined) throw new Failure('notFound', 'no such mailbox')
  const last = found.path.split('/').at(-1) ?? ''
  return { name: `${fileName(last)}.mbox`, type: 'application/mbox', content: mbox(ctx, account, mailbox) }
}

/** Throws Failure tooLarge for mail that no zip of this kind holds: then mailbox by mailbox. */
export const openAllMail = async (ctx: Context, account: number): Promise<MailFile> => {
  const mailboxes = await ctx.store.read((tx) => listMailboxes(tx, account))
  let octets = 0
  for (const { id } of mailboxes)
    octets += (await ctx.store.read((tx) => allEntries(tx, account, id))).reduce((sum, { size }) => sum + size + 200, 0)
  if (octets > largestZip) throw new Failure('tooLarge', 'too large for one file: take it mailbox by mailbox')
  const entries = mailboxes.map(
    ({ id, path }): ZipEntry => ({
      name: `${path.split('/').map(fileName).join('/')}.mbox`,
      modified: ctx.clock.now(),
      content: () => mbox(ctx, account, id),
    }),
  )
  return { name: 'convergence.zip', type: 'application/zip', content: writeZip(entries) }
}
