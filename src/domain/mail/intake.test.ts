import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { concatBytes, utf8 } from '#base/bytes.ts'
import { readContent } from './content.ts'
import { readMessage } from './intake.ts'

const letter = (n: number, lines = 3): Uint8Array<ArrayBuffer> =>
  utf8(
    `From: =?UTF-8?Q?Zo=C3=A9?= <zoe${n}@example.org>\r\nTo: =?UTF-8?Q?=ED=A0=BD?= <jean@example.org>\r\nSubject: Réunion n° ${n} \u0001\r\n` +
      `Date: Mon, 7 Sep 2026 10:00:00 +0200\r\nMessage-ID: <${n}@example.org>\r\nReferences: <a@example.org> <b${n}@example.org>\r\n` +
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nÀ jeudi \u{1f642}.\r\n` +
      `--b\r\nContent-Type: application/pdf; name="p.pdf"\r\nContent-Disposition: attachment\r\n\r\n${`${'QUJD'.repeat(19)}\r\n`.repeat(lines)}--b--\r\n`,
  )

/** What the thread reads from a copy is what is read here. */
const check = async (messages: readonly Uint8Array[]): Promise<void> => {
  const expected = messages.map((bytes) => ({
    bytes: bytes.slice(),
    content: readContent(bytes.slice()),
    hash: createHash('sha256').update(bytes).digest('hex'),
  }))
  const read = await Promise.all(messages.map(readMessage))
  for (const [i, { bytes, content, hash }] of read.entries()) {
    const { content: wanted, hash: digest, bytes: original } = expected[i]!
    expect(Buffer.from(hash).toString('hex')).toBe(digest)
    expect(Buffer.compare(bytes, original)).toBe(0)
    expect(content.structure).toEqual(wanted.structure)
    expect(content.headers && Buffer.from(content.headers)).toEqual(wanted.headers && Buffer.from(wanted.headers))
    expect(Buffer.from(content.envelope)).toEqual(Buffer.from(wanted.envelope))
    const { encoded, preview, hasAttachment, subject, baseSubject, fromSort, toSort, sentAt, messageId, threadRefs } =
      wanted
    expect(content).toMatchObject({
      ...{ encoded, preview, hasAttachment, subject, baseSubject },
      ...{ fromSort, toSort, sentAt, messageId, threadRefs },
    })
  }
}

describe('messages on their way in', () => {
  test('a large message goes to the thread once it is there, and is read here until then', async () => {
    const handedOver = async (): Promise<boolean> => {
      const large = letter(0, 20_000)
      await Promise.all([readMessage(large), readMessage(letter(1))])
      return large.length === 0
    }
    await expect.poll(handedOver, { timeout: 30_000 }).toBe(true)
  })

  test('one that comes alone and a crowd of them are read alike', async () => {
    await check([letter(0)])
    await check(Array.from({ length: 150 }, (_none, n) => letter(n)))
  })

  test('large ones come back from the thread as they went, long ones are read in steps', async () => {
    await check([
      letter(1),
      letter(2, 3_000),
      letter(3),
      letter(4, 20_000),
      letter(5),
      letter(8, 60_000),
      letter(9, 15_000),
    ])
    await check([letter(6, 3_000)])
    await check([letter(10, 10_000)])
    // a view of a larger buffer is not given away, and read here in steps
    const shared = concatBytes([utf8('xx'), letter(7, 30_000)])
    await check([shared.subarray(2)])
    expect(shared.length).toBeGreaterThan(2)
  })

  test('anything is a message: nothing, noise, and a header without an end', async () => {
    const noise = Uint8Array.from({ length: 5_000 }, (_none, i) => (i * 7919) & 0xff)
    const endless = utf8(`Subject: ${'x'.repeat(40_000)}`)
    await check([new Uint8Array(), noise, endless, utf8('\r\n'), letter(1)])
  })
})
