import { createWriteStream, mkdtempSync, openAsBlob, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { expect, test } from 'vitest'
import { writeZip } from '#format/zip/write.ts'
import { messagesOfMbox } from './mbox.ts'
import { filesOfZip, NoZip } from './unzip.ts'

/** The text in pieces of a few octets, as a slow disk gives it. */
const streamOf = (text: string, size: number) =>
  new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => {
      const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0))
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size))
      controller.close()
    },
  })
const read = async (text: string, size = 7) => {
  const found: { text: string; keywords: object; receivedAt: string | undefined }[] = []
  for await (const { bytes, keywords, receivedAt } of messagesOfMbox(streamOf(text, size)))
    found.push({ text: Buffer.from(bytes).toString('latin1'), keywords, receivedAt })
  return found
}

const one =
  'From a@b Sat Jan  3 01:05:34 1996\nStatus: RO\nX-Status: AF\nSubject: Un\nFrom: a@b\n\nBonjour\n>From ici\n\n'
const two =
  'From - Sat Jan  3 01:05:34 1996\nX-Mozilla-Status: 0001\nDate: Sat, 3 Jan 1998 01:05:34 +0000\nSubject: Deux\n\nTexte\nFrom rien\nfin\n'

test.each([1, 7, 4096])('an mbox is cut at its From lines, whatever the pieces (%i)', async (size) => {
  expect(await read(one + two, size)).toEqual([
    {
      receivedAt: undefined,
      text: 'Subject: Un\r\nFrom: a@b\r\n\r\nBonjour\r\nFrom ici\r\n',
      keywords: { $seen: true, $answered: true, $flagged: true },
    },
    {
      receivedAt: '1998-01-03T01:05:34Z',
      text: 'Date: Sat, 3 Jan 1998 01:05:34 +0000\r\nSubject: Deux\r\n\r\nTexte\r\nFrom rien\r\nfin\r\n',
      keywords: { $seen: true },
    },
  ])
})

test('a single message is one, and what is no message is none', async () => {
  expect((await read('Subject: Seul\r\n\r\nOui\r\n')).length).toBe(1)
  expect(await read('rien du tout')).toEqual([])
})

test('the files of a zip are found and read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bring-'))
  const path = join(folder, 'x.zip')
  const entry = (name: string, text: string) => ({
    name,
    modified: Date.now(),
    content: async function* () {
      yield new TextEncoder().encode(text)
    },
  })
  const zip = writeZip([entry('Boîte/é.mbox', one), entry('b.eml', 'Subject: x\r\n\r\n')])
  await pipeline(Readable.from(zip, { objectMode: false }), createWriteStream(path))
  const files = await filesOfZip(await openAsBlob(path))
  expect(files.map(({ name, size }) => [name, size])).toEqual([
    ['Boîte/é.mbox', one.length],
    ['b.eml', 14],
  ])
  expect(await new Response(await files[1]!.open()).text()).toBe('Subject: x\r\n\r\n')
  await expect(filesOfZip(new Blob(['rien']))).rejects.toThrow(NoZip)
  rmSync(folder, { recursive: true })
})
