/** Mail out of an account and into another: octet by octet, with flags and dates, and after an interruption. */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { appendMessage } from '#domain/mail/append.ts'
import { readContent } from '#domain/mail/content.ts'
import { allEntries } from '#domain/mail/entries.ts'
import { fromImapFlags, toImapFlags } from '#domain/mail/flags.ts'
import { createMailboxAtPath } from '#domain/mail/mailbox-paths.ts'
import { listMailboxes } from '#domain/mail/mailboxes.ts'
import type { ArchiveFormat, ArchiveReader } from '#server/archive/archive.ts'
import { readEml } from '#server/archive/eml.ts'
import { exportArchive } from '#server/archive/export.ts'
import { importArchive } from '#server/archive/import.ts'
import { readMaildir } from '#server/archive/maildir.ts'
import { readMbox } from '#server/archive/mbox.ts'
import type { House } from '#server/house.ts'
import { temporaryFolder } from '../contract/drivers.ts'
import { addAccount, openTestHouse } from './rig.ts'

let house: House
let folder: string
let anne: number
let paul: number
beforeEach(async () => {
  folder = await temporaryFolder()
  house = await openTestHouse(folder)
  anne = await addAccount(house, 'anne')
  paul = await addAccount(house, 'paul')
})
afterEach(() => house.close())

const readers: Record<ArchiveFormat, (path: string) => ArchiveReader> = {
  mbox: readMbox,
  maildir: readMaildir,
  eml: readEml,
}

const put = async (
  path: string,
  text: string | Buffer,
  flags: string[] = [],
  receivedAt = Date.UTC(2026, 4, 3, 10, 20, 30),
) => {
  const mailboxes = await house.store.read((tx) => listMailboxes(tx, anne))
  const found = mailboxes.find((mailbox) => mailbox.path === path)
  const { id } = found ?? (await createMailboxAtPath(house.ctx, anne, path, { subscribed: true }))
  const bytes = typeof text === 'string' ? Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1') : text
  await appendMessage(house.ctx, anne, {
    blob: await house.store.blobs.prepare(bytes),
    content: readContent(bytes),
    mailboxIds: [id],
    flags: fromImapFlags(flags),
    receivedAt,
  })
}

/** Everything of an account that must survive: path, flags, date, bytes. */
const contents = async (account: number): Promise<string[]> => {
  const mailboxes = await house.store.read((tx) => listMailboxes(tx, account))
  const lines: string[] = []
  for (const { id, path } of mailboxes)
    for (const entry of await house.store.read((tx) => allEntries(tx, account, id))) {
      const bytes = await house.store.blobs.bytes(entry.blobId)
      const text = Buffer.from(bytes).toString('latin1')
      const shown = text.length < 2000 ? text : createHash('sha256').update(text).digest('hex')
      lines.push(JSON.stringify([path, toImapFlags(entry.flags), entry.receivedAt, shown]))
    }
  return lines.sort()
}

const transfer = async (format: ArchiveFormat, source = join(folder, format)) => {
  await exportArchive(house, { account: anne, folder: source, format, mailbox: undefined, progress: () => {} })
  return importArchive(house, readers[format](source), {
    account: paul,
    source,
    format,
    mailbox: undefined,
    fresh: false,
    progress: () => {},
  })
}

const varied = async () => {
  await put('INBOX', 'Subject: plain\n\nHello\n', ['\\Seen', '\\Answered'])
  await put('INBOX', 'Subject: quoting\n\nFrom here on\n>From there\n>>From\nfrom\n\nFrom the start\n', [
    '\\Flagged',
    '$forwarded',
    'important',
  ])
  await put(
    'INBOX',
    `Subject: octets\n\n${[...Array(256).keys()]
      .filter((c) => c !== 13 && c !== 10)
      .map((c) => String.fromCharCode(c))
      .join('')}\n`,
  )
  await put('INBOX', 'Status: mine\nX-Status: mine too\nSubject: fields of its own\n\nbody\n', ['\\Draft'])
  await put('Projets/Été à la plage', 'Subject: empty body\n\n', ['\\Seen'])
  await put('Projets/Été à la plage', 'Subject: header only\n')
  await put('Envoyés', `Subject: long\n\n${'une ligne plus longue que les autres '.repeat(40_000)}\n`, ['\\Seen'])
}

test.each(['mbox', 'maildir'] as const)('%s keeps every octet, flag and date', async (format) => {
  await varied()
  const { messages } = await transfer(format)
  expect(messages).toBe(7)
  expect(await contents(paul)).toEqual(await contents(anne))
})

test('eml keeps every octet, and the folders', async () => {
  await varied()
  await transfer('eml')
  const bytesOnly = (lines: string[]) => lines.map((line) => [JSON.parse(line)[0], JSON.parse(line)[3]])
  expect(bytesOnly(await contents(paul)).sort()).toEqual(bytesOnly(await contents(anne)).sort())
})

test('Maildir and eml keep even messages with broken line ends and without a last one', async () => {
  for (const text of [
    'Subject: bare\n\nlone\nline\r\nends',
    'Subject: cr\r\rold Mac\r\n',
    'no header at all\r\n\r\n',
    '\r\n',
  ])
    await put('INBOX', Buffer.from(text, 'latin1'))
  await transfer('maildir')
  expect((await contents(paul)).map((line) => JSON.parse(line)[3]).sort()).toEqual(
    (await contents(anne)).map((line) => JSON.parse(line)[3]).sort(),
  )
})

test('a file of mutt or Thunderbird is read: flags in the middle of the header, Unix line ends', async () => {
  const path = join(folder, 'Vieux courrier')
  writeFileSync(
    path,
    'From a@b Sat Jan  3 01:05:34 1998\nSubject: one\nStatus: RO\nX-Status: AF\n\nbody\n>From me\n\n' +
      'From MAILER-DAEMON Sun Feb 14 10:00:00 1999\r\nSubject: two\r\n\r\nwindows\r\n\r\n',
  )
  await importArchive(house, readMbox(path), {
    account: paul,
    source: path,
    format: 'mbox',
    mailbox: undefined,
    fresh: false,
    progress: () => {},
  })
  expect(await contents(paul)).toEqual([
    JSON.stringify([
      'Vieux courrier',
      ['\\Seen', '\\Answered', '\\Flagged'],
      Date.UTC(1998, 0, 3, 1, 5, 34),
      'Subject: one\r\nStatus: RO\r\nX-Status: AF\r\n\r\nbody\r\nFrom me\r\n',
    ]),
    JSON.stringify(['Vieux courrier', [], Date.UTC(1999, 1, 14, 10), 'Subject: two\r\n\r\nwindows\r\n']),
  ])
})

test('an interrupted import goes on where it stopped: nothing twice, nothing missing', async () => {
  const source = join(folder, 'corpus')
  mkdirSync(source)
  for (let i = 0; i < 450; i++)
    writeFileSync(join(source, `${String(i).padStart(4, '0')}.eml`), `Subject: n${i}\r\n\r\nbody ${i}\r\n`)
  const options = {
    account: paul,
    source,
    format: 'eml',
    mailbox: 'Reprise',
    fresh: false,
    progress: () => {},
  } as const
  const reader = readEml(source)
  const stopping: ArchiveReader = {
    size: reader.size,
    messages: async function* (skip) {
      let given = skip
      for await (const message of reader.messages(skip)) {
        if (given++ === 250) throw new Error('the power went out')
        yield message
      }
    },
  }
  await expect(importArchive(house, stopping, options)).rejects.toThrow('power')
  expect(await contents(paul)).toHaveLength(200)
  expect(await importArchive(house, reader, options)).toEqual({ messages: 250, already: 200 })
  expect(new Set((await contents(paul)).map((line) => JSON.parse(line)[3])).size).toBe(450)
  expect(await contents(paul)).toHaveLength(450)
})

test('an interrupted export goes on, and never writes into a folder that holds something else', async () => {
  await varied()
  const target = join(folder, 'out')
  const options = { account: anne, folder: target, format: 'maildir', mailbox: undefined } as const
  const stopAt = (limit: number) => (done: number) => {
    if (done === limit) throw new Error('interrupted')
  }
  await expect(exportArchive(house, { ...options, progress: stopAt(6) })).rejects.toThrow('interrupted')
  await exportArchive(house, { ...options, progress: () => {} })
  expect(readdirSync(join(target, 'cur'))).toHaveLength(4)
  expect(readdirSync(target)).not.toContain('.convergence-export.json')
  await expect(exportArchive(house, { ...options, progress: () => {} })).rejects.toThrow('not empty')
})

test('Maildir names and keywords are those other programs read', async () => {
  await put('Projets/A.B', 'Subject: x\n\ny\n', ['\\Seen', 'urgent'])
  await exportArchive(house, {
    account: anne,
    folder: join(folder, 'md'),
    format: 'maildir',
    mailbox: 'Projets',
    progress: () => {},
  })
  const at = join(folder, 'md', '.Projets.A&AC4-B')
  expect(readdirSync(join(at, 'cur'))[0]).toMatch(/^\d+\.U0000000001\.convergence,S=\d+:2,Sa$/)
  expect(readFileSync(join(at, 'dovecot-keywords'), 'utf8')).toBe('0 urgent\n')
})
