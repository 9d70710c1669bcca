/** A person's data as one file (tar.gz): `data.json`, and every message of every mailbox as `mail/MAILBOX/UID.eml`. */
import { Readable } from 'node:stream'
import { createGzip, type Gzip } from 'node:zlib'
import { utf8 } from '#base/bytes.ts'
import type { Context } from '#domain/context.ts'
import { allEntries } from '#domain/mail/entries.ts'
import { listMailboxes } from '#domain/mail/mailboxes.ts'
import { audit } from '#domain/people/audit.ts'
import type { People } from '#domain/people/people.ts'
import { personalData } from '#domain/people/personal.ts'
import { type TarEntry, tar } from './tar.ts'

async function* messages(ctx: Context, account: number): AsyncGenerator<TarEntry> {
  const mailboxes = await ctx.store.read((tx) => listMailboxes(tx, account))
  for (const { id, path } of mailboxes)
    for (const entry of await ctx.store.read((tx) => allEntries(tx, account, id))) {
      const name = `mail/${path}/${String(entry.uid).padStart(10, '0')}.eml`
      yield { name, size: entry.size, at: entry.receivedAt, content: ctx.store.blobs.open(entry.blobId) }
    }
}

async function* entries(people: People, account: number): AsyncGenerator<TarEntry> {
  const data = utf8(`${JSON.stringify(await personalData(people, account), null, 2)}\n`)
  yield { name: 'data.json', size: data.length, at: people.ctx.clock.now(), content: [data] }
  yield* messages(people.ctx, account)
}

/** The stream of the archive; the export is in the audit log before its first octet. Throws Failure notFound. */
export const openPersonalArchive = async (
  people: People,
  who: { readonly actor: string; readonly ip?: string },
  account: number,
): Promise<Gzip> => {
  const { account: row } = await personalData(people, account)
  const target = String(row.login ?? account)
  await audit(people.ctx, { ...who, action: 'account.export', accountId: account, target })
  const archive = createGzip({ level: 4 })
  const source = Readable.from(tar(entries(people, account)), { objectMode: false })
  // An archive that breaks off must not look complete.
  source.on('error', (error) => archive.destroy(error))
  archive.on('close', () => source.destroy())
  return source.pipe(archive)
}
