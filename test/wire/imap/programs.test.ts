/** Real mail programs against our server: mbsync, mutt, curl. A program that is not installed is a stated skip. */
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { appendMessages } from '#domain/mail/append.ts'
import { readContent } from '#domain/mail/content.ts'
import { mailboxByPath } from '#domain/mail/mailboxes.ts'
import { flagsOf, messagesInRange } from '#domain/mail/view.ts'
import { type Bench, sqliteDriver } from '../../contract/drivers.ts'
import { startImap, type TestServer } from './server.ts'

const run = promisify(execFile)
const missing = (program: string): boolean => spawnSync(program, ['--version']).error !== undefined

let bench: Bench
let server: TestServer
let account: { login: string; password: string; id: number }
let folder: string

beforeAll(async () => {
  bench = await sqliteDriver.open()
  server = await startImap(bench)
})
afterAll(async () => {
  await server?.close()
  await bench?.close()
})
beforeEach(async () => {
  account = await server.account()
  folder = await mkdtemp(join(tmpdir(), 'convergence-programs-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const put = async (path: string, ...texts: (string | Uint8Array)[]): Promise<void> => {
  const mailbox = await bench.store.read((tx) => mailboxByPath(tx, account.id, path))
  const messages = await Promise.all(
    texts.map(async (text) => {
      const bytes = typeof text === 'string' ? Buffer.from(text) : text
      return {
        blob: await bench.store.blobs.prepare(bytes),
        content: readContent(bytes),
        mailboxIds: [mailbox!.id],
        flags: { flags: 0, keywords: [] },
        receivedAt: bench.clock.now(),
      }
    }),
  )
  await appendMessages(server.ctx, account.id, messages)
}

/** Subject and flags of each message of a mailbox. */
const contents = async (path: string): Promise<{ text: string; flags: number }[]> => {
  const mailbox = await bench.store.read((tx) => mailboxByPath(tx, account.id, path))
  const rows = await bench.store.read((tx) => messagesInRange(tx, account.id, mailbox!.id, { from: 1, to: 0xffffffff }))
  return Promise.all(
    rows.map(async (row) => ({
      text: Buffer.from(await bench.store.blobs.bytes(row.blobId)).toString('latin1'),
      flags: flagsOf(row).flags,
    })),
  )
}

const mail = (subject: string): string => `From: anne@ac-demo.test\r\nSubject: ${subject}\r\n\r\nText of ${subject}\r\n`

describe.skipIf(missing('mbsync'))('mbsync (skipped when it is not installed)', () => {
  const sync = async (): Promise<void> => {
    const lines = [
      'IMAPAccount us',
      'Host 127.0.0.1',
      `Port ${server.port}`,
      `User ${account.login}`,
      `Pass ${account.password}`,
      'SSLType None',
      'AuthMechs LOGIN',
      '',
      'IMAPStore remote',
      'Account us',
      '',
      'MaildirStore local',
      `Path ${folder}/mail/`,
      `Inbox ${folder}/mail/INBOX`,
      'SubFolders Verbatim',
      '',
      'Channel all',
      'Far :remote:',
      'Near :local:',
      'Patterns *',
      'Create Both',
      'Expunge Both',
      'Sync All',
      'SyncState *',
      '',
    ]
    await mkdir(join(folder, 'mail'), { recursive: true })
    await writeFile(join(folder, 'mbsyncrc'), lines.join('\n'))
    await run('mbsync', ['-c', join(folder, 'mbsyncrc'), '-a'], { env: { ...process.env, HOME: folder } })
  }

  const local = async (path: string): Promise<string[]> => {
    const names: string[] = []
    for (const part of ['cur', 'new'])
      for (const name of await readdir(join(folder, 'mail', path, part)))
        names.push(join(folder, 'mail', path, part, name))
    return names.sort()
  }

  test('carries messages, flags and deletions both ways', async () => {
    await put('INBOX', mail('one'), mail('two'), mail('three'))
    await sync()
    const files = await local('INBOX')
    expect(files.length).toBe(3)
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')))
    const fileOf = (subject: string): string => files[texts.findIndex((text) => text.includes(`Subject: ${subject}`))]!

    // here: one is read and flagged, two is deleted, four is new, and so is a whole mailbox (mbsync leaves names encoded)
    const name = (file: string, flags: string): string =>
      join(
        folder,
        'mail',
        'INBOX',
        'cur',
        `${file
          .split('/')
          .at(-1)!
          .replace(/:2,.*$/, '')}:2,${flags}`,
      )
    await rename(fileOf('one'), name(fileOf('one'), 'FS'))
    await rename(fileOf('two'), name(fileOf('two'), 'T'))
    await writeFile(join(folder, 'mail', 'INBOX', 'cur', '1.four.host:2,S'), mail('four').replaceAll('\r\n', '\n'))
    for (const part of ['cur', 'new', 'tmp']) await mkdir(join(folder, 'mail', '&AMk-coles', part), { recursive: true })
    await writeFile(join(folder, 'mail', '&AMk-coles', 'new', '1.five.host'), mail('five'))
    await sync()

    const inbox = await contents('INBOX')
    expect(inbox.map(({ text }) => /Subject: (\w+)/.exec(text)![1])).toEqual(['one', 'three', 'four'])
    expect(inbox.map(({ flags }) => flags)).toEqual([1 | 4, 0, 1])
    // mbsync adds a field of its own to what it uploads
    expect((await contents('Écoles')).map(({ text }) => text.replace(/^X-TUID: .*\r\n/m, ''))).toEqual([mail('five')])
    await put('INBOX', mail('six'))
    await sync()
    expect((await local('INBOX')).length).toBe(4)
    expect(inbox[0]!.text).toBe(mail('one'))
  })
})

describe.skipIf(missing('curl'))('curl (skipped when it is not installed)', () => {
  const curl = async (path: string, ...options: string[]): Promise<string> => {
    const url = `imap://127.0.0.1:${server.port}/${path}`
    const login = `${account.login}:${account.password}`
    return (await run('curl', ['-s', '-S', '--max-time', '20', url, '-u', login, ...options])).stdout
  }

  test('lists, uploads, fetches and searches', async () => {
    expect(await curl('', '-X', 'LIST "" *')).toContain('INBOX')
    await writeFile(join(folder, 'upload.eml'), mail('uploaded'))
    await curl('INBOX', '-T', join(folder, 'upload.eml'))
    expect(await curl('INBOX;UID=1')).toBe(mail('uploaded'))
    expect(await curl('INBOX?SUBJECT%20uploaded')).toContain('SEARCH 1')
    expect(await curl('INBOX;MAILINDEX=1;SECTION=TEXT')).toBe('Text of uploaded\r\n')
  })
})

describe.skipIf(missing('mutt'))('mutt (skipped when it is not installed)', () => {
  test('reads, flags and saves messages in batch', async () => {
    await put('INBOX', mail('first'), mail('second'))
    const settings = [
      `set folder=imap://127.0.0.1:${server.port}/`,
      `set spoolfile=imap://127.0.0.1:${server.port}/INBOX`,
      `set imap_user=${account.login}`,
      `set imap_pass=${account.password}`,
      'set ssl_starttls=no ssl_force_tls=no imap_check_subscribed=no quit=yes delete=yes confirmappend=no move=no',
      'set imap_idle=no copy=no',
      'push "<delete-pattern>~s first<enter><tag-pattern>~s second<enter><tag-prefix><set-flag>!<sync-mailbox><quit>"',
    ]
    await writeFile(join(folder, 'muttrc'), `${settings.join('\n')}\n`)
    await run('script', ['-qec', `mutt -n -F ${join(folder, 'muttrc')}`, '/dev/null'], {
      env: { ...process.env, HOME: folder, TERM: 'xterm' },
      timeout: 20_000,
    })
    const left = await contents('INBOX')
    expect(left.map(({ text }) => /Subject: (\w+)/.exec(text)![1])).toEqual(['second'])
    expect(left[0]!.flags & 4).toBe(4)
  })
})

const corpus = '../shared/corpus'

describe.skipIf(!existsSync(corpus))('real messages (skipped when the corpus is not beside the project)', () => {
  test('BODY[] gives back the octets that came', async () => {
    const files = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.(eml|txt|\d+)$/.test(name),
    )
    const messages = files.map((name) => readFileSync(join(corpus, name))).filter((bytes) => bytes.length > 0)
    await put('INBOX', ...messages)
    const kept = await contents('INBOX')
    expect(kept.length).toBe(messages.length)
    for (const [i, bytes] of messages.entries()) expect(kept[i]!.text === bytes.toString('latin1'), files[i]).toBe(true)
  })
})
