/** Real messages, and odd ones: each is imported, read whole, searched through and downloaded as it was. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, type Json, openServer, type Server } from './harness.ts'

const corpus = join(import.meta.dirname, '../../../shared/corpus')
const absent = existsSync(corpus) ? false : 'the corpus is not beside the project'

let server: Server
let client: Client

beforeAll(async () => {
  server = await openServer()
  client = await server.client()
})
afterAll(() => server?.close())

const bodyProperties = [
  'partId',
  'blobId',
  'size',
  'name',
  'type',
  'charset',
  'disposition',
  'cid',
  'language',
  'location',
  'headers',
  'subParts',
]
const properties = [
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
  'sender',
  'from',
  'to',
  'cc',
  'bcc',
  'replyTo',
  'subject',
  'sentAt',
  'headers',
  'bodyStructure',
  'bodyValues',
  'textBody',
  'htmlBody',
  'attachments',
  'hasAttachment',
  'preview',
]

interface Part extends Json {
  blobId: string | null
  size: number
  subParts: Part[] | null
}
const leaves = (part: Part): Part[] => (part.subParts ? part.subParts.flatMap(leaves) : [part])
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

test.skipIf(absent)(
  `every message of the corpus is readable, and its bytes are the bytes received${absent ? ` (${absent})` : ''}`,
  async () => {
    const files = (await readdir(corpus, { recursive: true, withFileTypes: true })).filter(
      (entry) => entry.isFile() && !/^README/.test(entry.name),
    )
    expect(files.length).toBeGreaterThan(10)
    // Every sixth here, so that the run stays short; CORPUS=all takes them all.
    const chosen = process.env.CORPUS === 'all' ? files : files.filter((_, i) => i % 6 === 0)
    for (const file of chosen) {
      const bytes = new Uint8Array(await readFile(join(file.parentPath, file.name)))
      let id: string
      try {
        id = await client.import(bytes)
      } catch (error) {
        // A file that begins with no field at all is no message.
        expect(String(error), file.name).toContain('invalidEmail')
        continue
      }
      const email = await client.get(id, { properties, bodyProperties, fetchAllBodyValues: true })
      expect(Object.keys(email).sort(), file.name).toEqual([...properties].sort())
      expect(JSON.stringify(email).isWellFormed(), file.name).toBe(true)
      const whole = new Uint8Array(await (await client.download(String(email.blobId))).arrayBuffer())
      expect(digest(whole), file.name).toBe(digest(bytes))
      for (const part of leaves(email.bodyStructure as Part).slice(0, 10)) {
        const content = await (await client.download(part.blobId!)).arrayBuffer()
        expect(content.byteLength, file.name).toBe(part.size)
      }
    }
  },
  300_000,
)
