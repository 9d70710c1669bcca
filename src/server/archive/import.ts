/**
 * Takes an archive into an account. How far it has come is written in the same transaction as the messages, so that an
 * interrupted import goes on exactly where it stopped: nothing twice, nothing missing.
 */
import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { appendWithin, type NewMessage } from '#domain/mail/append.ts'
import { readContent } from '#domain/mail/content.ts'
import { createMailboxAtPath } from '#domain/mail/mailbox-paths.ts'
import { mailboxByPath, mailboxByRole } from '#domain/mail/mailboxes.ts'
import { Tally } from '#domain/mail/tally.ts'
import { type Params, statement } from '#store/engine.ts'
import type { House } from '../house.ts'
import type { ArchivedMessage, ArchiveFormat, ArchiveReader } from './archive.ts'

const readProgress = statement((q, p: Params<{ name: string }>) =>
  q.selectFrom('setting').select('value').where('name', '=', p.name),
)

const writeProgress = statement((q, p: Params<{ name: string; value: string }>) =>
  q
    .insertInto('setting')
    .values({ name: p.name, value: p.value })
    .onConflict((on) => on.column('name').doUpdateSet({ value: p.value })),
)

const dropProgress = statement((q, p: Params<{ name: string }>) => q.deleteFrom('setting').where('name', '=', p.name))

/** Messages and octets that share one transaction. */
const batchMessages = 200
const batchBytes = 16 * 1024 * 1024

export interface ImportOptions {
  readonly account: number
  /** The archive, as it was named: the same archive goes on where it stopped. */
  readonly source: string
  readonly format: ArchiveFormat
  /** Everything goes there, or below it when the archive has mailboxes of its own. */
  readonly mailbox: string | undefined
  /** Begin again even if an earlier import stopped halfway. */
  readonly fresh: boolean
  readonly progress: (done: number, position: number) => void
}

export interface Imported {
  readonly messages: number
  /** Messages that an earlier, interrupted run had already taken. */
  readonly already: number
}

/** Usual names of mailboxes in other programs, by the role of ours. */
const roleOfName: Readonly<Record<string, 'inbox' | 'drafts' | 'sent' | 'archive' | 'junk' | 'trash'>> = {
  inbox: 'inbox',
  drafts: 'drafts',
  brouillons: 'drafts',
  sent: 'sent',
  'sent items': 'sent',
  'sent messages': 'sent',
  envoyés: 'sent',
  'éléments envoyés': 'sent',
  archive: 'archive',
  archives: 'archive',
  junk: 'junk',
  spam: 'junk',
  'junk e-mail': 'junk',
  indésirables: 'junk',
  trash: 'trash',
  corbeille: 'trash',
  'deleted items': 'trash',
  'deleted messages': 'trash',
}

/** Finds or makes the mailbox for a path of the archive. */
const createPlacer = (house: House, { account, mailbox: below }: ImportOptions) => {
  const known = new Map<string, number>()
  return async (path: string): Promise<number> => {
    const wanted = [below, path].filter(Boolean).join('/') || 'INBOX'
    const cached = known.get(wanted)
    if (cached !== undefined) return cached
    const role = below === undefined ? roleOfName[wanted.toLowerCase()] : undefined
    const found = await house.store.read(async (tx) =>
      role === undefined ? mailboxByPath(tx, account, wanted) : mailboxByRole(tx, account, role),
    )
    const { id } = found ?? (await createMailboxAtPath(house.ctx, account, wanted, { subscribed: true }))
    known.set(wanted, id)
    return id
  }
}

const prepare = async (
  house: House,
  place: (path: string) => Promise<number>,
  message: ArchivedMessage,
): Promise<NewMessage> => {
  const content = readContent(message.bytes)
  return {
    blob: await house.store.blobs.prepare(message.bytes),
    content,
    mailboxIds: [await place(message.mailbox)],
    flags: message.flags,
    receivedAt: message.receivedAt ?? content.sentAt ?? house.ctx.clock.now(),
    ignoreQuota: true,
  }
}

/** Imports an archive. Throws Failure notFound (account) or what reading the archive throws. */
export const importArchive = async (house: House, reader: ArchiveReader, options: ImportOptions): Promise<Imported> => {
  const { account, source, format } = options
  const identity = JSON.stringify([account, resolve(source), format, options.mailbox ?? ''])
  const name = `import.${createHash('sha256').update(identity).digest('hex').slice(0, 32)}`
  const before = options.fresh ? undefined : await house.store.read((tx) => tx.first(readProgress, { name }))
  const already = Number(before?.value ?? 0)
  const place = createPlacer(house, options)
  let done = already
  let batch: NewMessage[] = []
  let bytes = 0
  const commit = async (position: number): Promise<void> => {
    if (batch.length === 0) return
    const value = String(done + batch.length)
    await house.store.write(account, async (tx) => {
      const tally = new Tally(tx)
      for (const message of batch) await appendWithin(house.ctx, tx, tally, message)
      await tally.flush()
      await tx.run(writeProgress, { name, value })
    })
    done += batch.length
    batch = []
    bytes = 0
    options.progress(done, position)
  }
  for await (const message of reader.messages(already)) {
    batch.push(await prepare(house, place, message))
    bytes += message.bytes.length
    if (batch.length >= batchMessages || bytes >= batchBytes) await commit(message.position)
  }
  await commit(reader.size)
  await house.store.writeGlobal((tx) => tx.run(dropProgress, { name }))
  return { messages: done - already, already }
}
