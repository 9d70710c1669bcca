/**
 * Every message of the shared corpus through the whole server: in by IMAP and LMTP, out by IMAP and JMAP, octet by
 * octet, each answer read with parsers that are not ours.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import SmtpConnection from 'nodemailer/lib/smtp-connection/index.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytesOf, RawImap } from '../peers/imap-grammar.ts'
import { basicAuth, domain, imapClient, openPeerServer, type PeerServer, password } from '../peers/rig.ts'
import { asSent, type CorpusMessage, corpusFolders, readCorpus } from './corpus.ts'

const run = promisify(execFile)

let server: PeerServer
let corpus: CorpusMessage[]
let imap: RawImap
let archivist: number

beforeAll(async () => {
  if (corpusFolders.length === 0) return
  corpus = readCorpus()
  server = await openPeerServer()
  archivist = await server.account('archiviste')
  await server.account('facteur')
  imap = await RawImap.open(server.ports.imaps, 'archiviste', password)
})
afterAll(async () => {
  imap?.close()
  await server?.close()
})

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

interface JmapPart {
  readonly partId: string | null
  readonly blobId: string | null
  readonly size: number
  readonly type: string
  readonly subParts?: JmapPart[]
}
interface JmapEmail {
  readonly id: string
  readonly blobId: string
  readonly size: number
  readonly subject: string | null
  readonly bodyStructure: JmapPart
  readonly textBody: JmapPart[]
  readonly htmlBody: JmapPart[]
  readonly attachments: JmapPart[]
  readonly bodyValues: Record<string, { value: string; isTruncated: boolean; isEncodingProblem: boolean }>
  readonly headers: { name: string; value: string }[]
  readonly preview: string
  readonly receivedAt: string
  readonly [property: string]: unknown
}

const accountId = async (): Promise<string> => {
  const session = await fetch(`${server.url}/jmap/session`, { headers: { authorization: basicAuth('archiviste') } })
  const { primaryAccounts } = (await session.json()) as { primaryAccounts: Record<string, string> }
  return String(primaryAccounts['urn:ietf:params:jmap:mail'])
}

const jmap = async (name: string, args: object): Promise<Record<string, unknown>> => {
  const response = await fetch(`${server.url}/jmap/api`, {
    method: 'POST',
    headers: { authorization: basicAuth('archiviste'), 'content-type': 'application/json' },
    body: JSON.stringify({
      using: ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail'],
      methodCalls: [[name, { accountId: await accountId(), ...args }, 'c']],
    }),
  })
  expect(response.status).toBe(200)
  const { methodResponses } = (await response.json()) as { methodResponses: [string, Record<string, unknown>][] }
  const [answered, result] = methodResponses[0] ?? ['', {}]
  expect(answered, JSON.stringify(result)).toBe(name)
  return result
}

const properties = [
  ...[
    'id',
    'blobId',
    'threadId',
    'mailboxIds',
    'keywords',
    'size',
    'receivedAt',
    'messageId',
    'inReplyTo',
    'references',
  ],
  ...['sender', 'from', 'to', 'cc', 'bcc', 'replyTo', 'subject', 'sentAt', 'hasAttachment', 'preview', 'bodyValues'],
  ...[
    'textBody',
    'htmlBody',
    'attachments',
    'bodyStructure',
    'headers',
    'header:List-Post:asURLs',
    'header:Date:asDate',
  ],
  ...['header:Received:all', 'header:From:asGroupedAddresses', 'header:Subject:asText', 'header:X-None:asRaw:all'],
]
const bodyProperties = [
  ...['partId', 'blobId', 'size', 'headers', 'name', 'type', 'charset', 'disposition', 'cid', 'language', 'location'],
  'subParts',
]

const parts = (part: JmapPart): JmapPart[] => [part, ...(part.subParts ?? []).flatMap(parts)]

/** RFC 8621 section 4.1.4: a part has either content or parts of its own. */
const checkEmail = (name: string, email: JmapEmail): void => {
  expect(Object.keys(email).sort(), name).toEqual(properties.toSorted())
  expect(email.receivedAt, name).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?!\.0+Z)(\.\d+)?Z$/)
  expect(email.preview.length, name).toBeLessThanOrEqual(256)
  const all = parts(email.bodyStructure)
  for (const part of all) {
    const multipart = part.type.startsWith('multipart/')
    expect([part.partId === null, part.blobId === null], `${name} ${part.type}`).toEqual([multipart, multipart])
    expect(part.type, name).toMatch(/^[^/\s]+\/[^/\s]+$/)
  }
  const known = new Set(all.map((part) => part.partId))
  for (const part of [...email.textBody, ...email.htmlBody, ...email.attachments]) {
    expect(known, name).toContain(part.partId)
  }
  for (const part of [...email.textBody, ...email.htmlBody])
    if (part.type.startsWith('text/')) expect(email.bodyValues[String(part.partId)], name).toBeDefined()
  for (const { value } of Object.values(email.bodyValues)) expect(value.isWellFormed(), name).toBe(true)
}

describe.skipIf(corpusFolders.length === 0)('the shared corpus (skipped where ../shared/corpus is absent)', () => {
  test('every message appended is given back octet by octet', async () => {
    await imap.ok('CREATE Corpus')
    for (const { bytes } of corpus) await imap.ok('APPEND Corpus ', bytes)
    await imap.ok('SELECT Corpus')
    for (let from = 0; from < corpus.length; from += 50) {
      const fetched = await imap.fetch(
        `${from + 1}:${from + 50}`,
        'RFC822.SIZE BODY.PEEK[] BODY.PEEK[HEADER] BODY.PEEK[TEXT]',
      )
      for (const [uid, values] of fetched) {
        const { name, bytes } = corpus[uid - 1] ?? { name: 'none', bytes: Buffer.of() }
        const whole = bytesOf(values.get('BODY[]'))
        expect(whole?.equals(bytes), name).toBe(true)
        const halves = [values.get('BODY[HEADER]'), values.get('BODY[TEXT]')].map(
          (half) => bytesOf(half) ?? Buffer.of(),
        )
        expect(Buffer.concat(halves).equals(bytes), name).toBe(true)
        expect(values.get('RFC822.SIZE'), name).toEqual({ kind: 'atom', text: String(bytes.length) })
      }
      expect(fetched.size).toBe(Math.min(50, corpus.length - from))
    }
  }, 240_000)

  test('envelope, structure and parts of every message keep to the grammar', async () => {
    const items =
      'ENVELOPE BODY BODYSTRUCTURE BODY.PEEK[1] BODY.PEEK[1.MIME] BODY.PEEK[1.1] BODY.PEEK[2] BINARY.SIZE[1] BINARY.PEEK[1]'
    const refused: string[] = []
    for (const [i, { name }] of corpus.entries()) {
      try {
        const values = (await imap.fetch(String(i + 1), items)).get(i + 1)
        expect(values?.get('BODY[1]'), name).toBeDefined()
        const binary = bytesOf(values?.get('BINARY[1]'))
        const size = values?.get('BINARY.SIZE[1]')
        if (binary) expect(size, name).toEqual({ kind: 'atom', text: String(binary.length) })
      } catch (error) {
        // RFC 3516: a transfer encoding that nobody knows cannot be taken off
        if (!String(error).includes('[UNKNOWN-CTE]')) throw new Error(name, { cause: error })
        refused.push(name)
        await imap.fetch(String(i + 1), items.replace(/ BINARY.*/, ''))
      }
    }
    expect(refused.length).toBeLessThan(12)
  }, 240_000)

  test('imapflow reads every message and finds the parts it is told of', async () => {
    const client = await imapClient(server, 'archiviste')
    try {
      await client.mailboxOpen('Corpus')
      let count = 0
      for await (const message of client.fetch('1:*', {
        uid: true,
        envelope: true,
        bodyStructure: true,
        headers: true,
        source: true,
      })) {
        const { name, bytes } = corpus[message.uid - 1] ?? { name: 'none', bytes: Buffer.of() }
        expect(message.source?.equals(bytes), name).toBe(true)
        expect(
          [message.envelope, message.bodyStructure].map((one) => typeof one),
          name,
        ).toEqual(['object', 'object'])
        count++
      }
      expect(count).toBe(corpus.length)
    } finally {
      await client.logout()
    }
  }, 120_000)

  test('every message delivered by LMTP is kept octet by octet after its trace', async () => {
    const connection = new SmtpConnection({ host: '127.0.0.1', port: server.ports.lmtp, lmtp: true, ignoreTLS: true })
    await new Promise<void>((resolve, reject) => {
      connection.once('error', reject)
      connection.connect(() => resolve())
    })
    const envelope = { from: 'quelqu-un@ailleurs.test', to: [`facteur@${domain}`], use8BitMime: true }
    for (const { name, bytes } of corpus)
      await new Promise<void>((resolve, reject) => {
        connection.send(envelope, asSent(bytes), (error) =>
          error ? reject(new Error(name, { cause: error })) : resolve(),
        )
      })
    connection.quit()
    const reader = await RawImap.open(server.ports.imaps, 'facteur', password)
    await reader.ok('SELECT INBOX')
    for (const [i, { name, bytes }] of corpus.entries()) {
      const values = (await reader.fetch(String(i + 1), 'ENVELOPE BODYSTRUCTURE BODY.PEEK[]')).get(i + 1)
      const kept = bytesOf(values?.get('BODY[]')) ?? Buffer.of()
      const sent = asSent(bytes)
      const trace = kept.subarray(0, kept.length - sent.length).toString('latin1')
      expect(kept.subarray(kept.length - sent.length).equals(sent), name).toBe(true)
      expect(trace, name).toMatch(
        /^Return-Path: <quelqu-un@ailleurs\.test>\r\n[\s\S]*\r\nReceived: from .*\r\n(?:[ \t].*\r\n)*$/,
      )
    }
    reader.close()
  }, 240_000)

  test('JMAP tells everything of every message, and gives every part', async () => {
    const account = await accountId()
    const { list: mailboxes } = (await jmap('Mailbox/get', {})) as {
      list: { id: string; name: string; totalEmails: number }[]
    }
    const mailbox = mailboxes.find(({ name }) => name === 'Corpus')
    expect(mailbox?.totalEmails).toBeGreaterThan(corpus.length * 0.9)
    const ids: string[] = []
    for (;;) {
      const page = await jmap('Email/query', { filter: { inMailbox: mailbox?.id }, position: ids.length, limit: 200 })
      if ((page.ids as string[]).length === 0) break
      ids.push(...(page.ids as string[]))
    }
    const originals = new Map(corpus.map(({ name, bytes }) => [hash(bytes), name]))
    const seen = new Set<string>()
    for (let from = 0; from < ids.length; from += 20) {
      const { list, notFound } = await jmap('Email/get', {
        ids: ids.slice(from, from + 20),
        properties,
        bodyProperties,
        fetchAllBodyValues: true,
      })
      expect(notFound).toEqual([])
      for (const email of list as JmapEmail[]) {
        const download = async (blobId: string): Promise<Buffer> => {
          const response = await fetch(`${server.url}/jmap/download/${account}/${blobId}/x`, {
            headers: { authorization: basicAuth('archiviste') },
          })
          expect(response.status, `${email.subject} ${blobId}`).toBe(200)
          return Buffer.from(await response.arrayBuffer())
        }
        const whole = await download(email.blobId)
        const name = originals.get(hash(whole)) ?? `not one of ours: ${email.subject}`
        seen.add(name)
        expect(whole.length, name).toBe(email.size)
        checkEmail(name, email)
        for (const part of parts(email.bodyStructure))
          if (part.blobId !== null)
            expect((await download(part.blobId)).length, `${name} ${part.partId}`).toBe(part.size)
      }
    }
    expect([...seen].sort()).toEqual([...new Set(originals.values())].sort())
  }, 240_000)

  test('words of messages find them, over JMAP and IMAP', async () => {
    await server.running.house.store.search.caughtUp(archivist)
    for (const [word, least] of [
      ['spamassassin', 20],
      ['linux', 20],
      ['"user agent"', 1],
    ] as const) {
      const { total } = await jmap('Email/query', { filter: { text: word }, calculateTotal: true, limit: 1 })
      expect(total, word).toBeGreaterThanOrEqual(least)
    }
    const [found] = await imap.ok('UID SEARCH SUBJECT "linux"')
    expect(found?.toString().split(' ').length).toBeGreaterThan(5)
  }, 120_000)
})

/** What an archive must hold: line ends of Unix programs become those of mail. */
const canonical = (bytes: Buffer): string =>
  hash(Buffer.from(bytes.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1'))

describe.skipIf(corpusFolders.length === 0)(
  'the corpus as an archive (skipped where ../shared/corpus is absent)',
  () => {
    const command = async (data: string, ...words: string[]): Promise<string> => {
      const child = run(process.execPath, ['src/server/main.ts', ...words, '--data', data], {
        env: { ...process.env, CONVERGENCE_DOMAINS: domain },
      })
      child.child.stdin?.end(`${password}\n`)
      return (await child).stdout
    }
    const files = (folder: string): string[] =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter(
          (entry) => entry.isFile() && !entry.name.startsWith('.') && !/^(subscriptions|dovecot)/.test(entry.name),
        )
        .map((entry) => join(entry.parentPath, entry.name))

    test('comes in from .eml files and goes out as Maildir and .eml, octet by octet', async () => {
      const folder = join(server.folder, 'archive')
      const data = join(folder, 'data')
      mkdirSync(folder, { recursive: true })
      await command(data, 'account', 'add', 'greffier')
      for (const one of corpusFolders) {
        const source = new URL(`../../../shared/corpus/${one}`, import.meta.url).pathname
        await command(data, 'import', 'greffier', source, '--format', 'eml', '--mailbox', `Fonds/${one}`)
      }
      const expected = corpus.map(({ bytes }) => canonical(bytes)).sort()
      for (const format of ['maildir', 'eml']) {
        const out = join(folder, format)
        await command(data, 'export', 'greffier', out, '--format', format)
        const found = files(out)
          .filter((path) => format === 'eml' || /\/(cur|new)\//.test(path))
          .map((path) => canonical(readFileSync(path)))
        expect(found.sort(), format).toEqual(expected)
      }
    }, 240_000)

    test('comes in from an mbox and goes out as one', async () => {
      const folder = join(server.folder, 'mbox')
      const data = join(folder, 'data')
      mkdirSync(folder, { recursive: true })
      await command(data, 'account', 'add', 'greffier')
      // mboxrd: what begins like a separator is quoted, each message ends with an empty line
      const lines = (bytes: Buffer): string => {
        const text = bytes.toString('latin1').replace(/\r?\n/g, '\n')
        return text.endsWith('\n') ? text : `${text}\n`
      }
      const mbox = corpus.map(
        ({ bytes }) => `From someone Sat Jan  3 01:05:34 2026\n${lines(bytes).replace(/^(>*From )/gm, '>$1')}\n`,
      )
      writeFileSync(join(folder, 'all.mbox'), mbox.join(''), 'latin1')
      await command(data, 'import', 'greffier', join(folder, 'all.mbox'), '--mailbox', 'Fonds')
      await command(data, 'export', 'greffier', join(folder, 'eml'), '--format', 'eml')
      const expected = corpus.map(({ bytes }) => canonical(Buffer.from(lines(bytes), 'latin1'))).sort()
      expect(
        files(join(folder, 'eml'))
          .map((path) => canonical(readFileSync(path)))
          .sort(),
      ).toEqual(expected)
    }, 240_000)
  },
)
