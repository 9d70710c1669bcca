/**
 * Every message of the shared corpus of real mail parsed: structures nest, texts decode, the odd ones are understood.
 * The project does not copy those messages, so these tests are skipped where they are absent.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseAddresses } from '../../src/format/address/parse.ts'
import { bodyLists, fileNameOf, partRefs, previewOf, searchableText, textOf } from '../../src/format/mime/body.ts'
import { decodeTransfer } from '../../src/format/mime/decode.ts'
import { envelopeOf } from '../../src/format/mime/envelope.ts'
import { decodeText, firstHeader, headerValue, parseDate, parseHeaderBlock } from '../../src/format/mime/headers.ts'
import { createMimeParser, parseMime } from '../../src/format/mime/parse.ts'
import { decodeStructure, encodeStructure, type MimePart, partByNumber } from '../../src/format/mime/structure.ts'

const root = new URL('../../../shared/corpus/', import.meta.url).pathname
const folders = ['ham', 'spam', 'odd-mikel', 'odd-cpython', 'attachments-rspamd'].filter((name) =>
  existsSync(join(root, name)),
)

const read = (folder: string, file: string): Uint8Array => new Uint8Array(readFileSync(join(root, folder, file)))

const flat = (part: MimePart): MimePart[] => [part, ...part.parts.flatMap(flat)]

const checkNesting = (part: MimePart, from: number, to: number): void => {
  expect(part.headerStart).toBeGreaterThanOrEqual(from)
  expect(part.headerEnd).toBeGreaterThanOrEqual(part.headerStart)
  expect(part.bodyEnd).toBeGreaterThanOrEqual(part.bodyStart)
  expect(part.bodyEnd).toBeLessThanOrEqual(to)
  let at = part.bodyStart
  for (const child of part.parts) {
    checkNesting(child, at, part.bodyEnd)
    at = child.bodyEnd
  }
}

describe.skipIf(folders.length === 0)('the shared corpus (skipped where ../shared/corpus is absent)', () => {
  test.each(folders)('every message of %s has a sound structure, however it arrives', (folder) => {
    for (const file of readdirSync(join(root, folder))) {
      const bytes = read(folder, file)
      const s = parseMime(bytes)
      expect([s.size, s.truncated, s.root.headerStart, s.root.bodyEnd], file).toEqual([
        bytes.length,
        false,
        0,
        bytes.length,
      ])
      checkNesting(s.root, 0, bytes.length)
      expect(decodeStructure(encodeStructure(s)), file).toEqual(s)
      const parser = createMimeParser()
      for (let at = 0; at < bytes.length; at += 37) parser.push(bytes.subarray(at, at + 37))
      expect(parser.end(), file).toEqual(s)
    }
  })

  test.each(folders)('every message of %s can be shown, searched and listed', (folder) => {
    for (const file of readdirSync(join(root, folder))) {
      const bytes = read(folder, file)
      const s = parseMime(bytes)
      const { textBody, htmlBody, attachments } = bodyLists(s)
      const shown = new Set([...textBody, ...htmlBody, ...attachments].map((ref) => ref.partId))
      // Nothing a message holds is lost to the reader, but the other half of an alternative.
      if (!flat(s.root).some((part) => part.subtype === 'alternative')) {
        expect([...shown].sort(), file).toEqual(
          partRefs(s.root)
            .map((ref) => ref.partId)
            .sort(),
        )
      }
      for (const { part, partId } of partRefs(s.root)) {
        expect(partByNumber(s.root, partId.split('.').map(Number)), file).toBe(part)
        if (part.type === 'text') expect(textOf(bytes, part).isWellFormed(), file).toBe(true)
        decodeTransfer(bytes.subarray(part.bodyStart, part.bodyEnd), part.encoding)
      }
      const block = bytes.subarray(0, s.root.headerEnd)
      for (const header of parseHeaderBlock(block)) {
        expect(decodeText(headerValue(block, header)), file).not.toMatch(/[\0\r\n]/)
      }
      expect(previewOf(bytes, s).length).toBeLessThanOrEqual(256)
      expect(searchableText(bytes, s, 50_000).length).toBeLessThanOrEqual(50_000)
    }
  })

  test.skipIf(!folders.includes('ham'))('ordinary mail always has a sender, a date and something to read', () => {
    for (const file of readdirSync(join(root, 'ham'))) {
      const bytes = read('ham', file)
      const s = parseMime(bytes)
      const envelope = envelopeOf(bytes.subarray(0, s.root.headerEnd))
      expect(envelope.from, file).toHaveLength(1)
      expect(envelope.from[0]?.host, file).toMatch(/\./)
      expect(parseDate(envelope.date ?? ''), file).toBeDefined()
      expect(previewOf(bytes, s), file).not.toBe('')
    }
  })
})

/** Types with their nesting: `multipart/mixed(text/plain, image/gif)`. */
const shape = (part: MimePart): string =>
  `${part.type}/${part.subtype}` + (part.parts.length > 0 ? `(${part.parts.map(shape).join(', ')})` : '')

const facts = (folder: string, file: string) => {
  const bytes = read(folder, file)
  const s = parseMime(bytes)
  const block = bytes.subarray(0, s.root.headerEnd)
  return {
    shape: shape(s.root),
    subject: decodeText(firstHeader(block, 'subject') ?? ''),
    from: parseAddresses(firstHeader(block, 'from') ?? '').map((m) => m.name ?? m.email),
    preview: previewOf(bytes, s),
    names: flat(s.root).flatMap((part) => fileNameOf(part) ?? []),
  }
}

describe.skipIf(!folders.includes('odd-cpython'))('the odd messages of CPython (skipped where they are absent)', () => {
  test.each([
    [
      '0001.eml',
      `multipart/mixed(text/plain, text/plain, multipart/digest(${Array(5).fill('message/rfc822(text/plain)').join(', ')}), text/plain)`,
    ],
    ['0014.eml', 'text/plain'],
    ['0016.eml', 'multipart/report(text/plain, message/delivery-status, message/rfc822(text/plain))'],
    // Its boundary is cut off in the header: shown as text.
    ['0025.eml', 'text/plain'],
    ['0028.eml', 'multipart/digest(message/rfc822(text/plain), message/rfc822(text/plain))'],
    ['0034.eml', 'multipart/digest(text/plain, message/rfc822(text/plain))'],
    // Parts without header and body.
    ['0037.eml', 'multipart/mixed(text/x-one, text/plain, text/x-two, text/plain, text/plain, text/plain, text/x-two)'],
    // Inner text contains the outer boundary.
    [
      '0038.eml',
      'multipart/mixed(multipart/mixed(multipart/alternative(text/plain), text/plain), text/plain, text/plain)',
    ],
    // Boundaries that begin with each other.
    [
      '0039.eml',
      `multipart/mixed(multipart/mixed(${Array(3).fill('multipart/alternative(application/octet-stream, application/octet-stream)').join(', ')}), text/plain)`,
    ],
    // A boundary parameter on a part that is no multipart.
    ['0040.eml', 'text/html'],
    ['0042.eml', 'multipart/mixed(text/plain, message/rfc822(text/plain))'],
    ['0046.eml', 'message/rfc822(text/plain)'],
  ])('%s is %s', (file, expected) => {
    expect(facts('odd-cpython', file).shape).toBe(expected)
  })

  test('a missing blank line between header and body loses no text', () => {
    expect(facts('odd-cpython', '0035.eml').preview).toBe("counter to RFC 2822, there's no separating newline here")
  })
})

describe.skipIf(!folders.includes('odd-mikel'))('the odd messages of Ruby mail (skipped where they are absent)', () => {
  test.each([
    [
      '0003.eml',
      'multipart/mixed(multipart/related(multipart/alternative(text/html), image/png), message/rfc822(text/plain))',
    ],
    ['0027.eml', 'multipart/mixed(text/plain, application/msword)'],
    // A multipart that has no part.
    ['0033.eml', 'text/plain'],
    ['0053.eml', 'multipart/signed(multipart/mixed(text/plain, image/png), application/pkcs7-signature)'],
    [
      '0065.eml',
      'multipart/report(message/delivery-status, message/delivery-status, message/rfc822(multipart/alternative(text/plain, text/html)))',
    ],
  ])('%s is %s', (file, expected) => {
    expect(facts('odd-mikel', file).shape).toBe(expected)
  })

  test.each([
    ['0004.eml', ['ciële.txt']],
    ['0012.eml', ['Eelanalüüsi päring.jpg']],
    ['0013.eml', ['This is a test.txt']],
    ['0058.eml', ['てすと.txt']],
    ['0059.eml', [`${'かきくけこ'.repeat(5)}.txt`]],
  ])('the attachments of %s are named %j', (file, names) => {
    expect(facts('odd-mikel', file).names).toEqual(names)
  })

  test.each([
    ['0016.eml', 'TEST'],
    ['0017.eml', 'MySurvey.com:  You have a survey waiting!  91123105'],
    ['0032.eml', 'Formação FrenetikPolis: Mega Campanha Final Verão | Cursos de Setembro'],
    ['0048.eml', 'Nicolas Fouché has accepted your invitation to Gmail'],
    ['0057.eml', 'まみむめも'],
    ['0071.eml', 'NOTE: 한국말로 하는 것'],
    ['0087.eml', 'Re: Test: "漢字" mid "漢字" tail'],
    ['0101.eml', 'Re: TEST  テストテスト'],
    ['0102.eml', 'Säying Hello'],
  ])('the subject of %s is %s', (file, subject) => {
    expect(facts('odd-mikel', file).subject).toBe(subject)
  })

  test.each([
    ['0017.eml', ['MySurvey.com & Carol Adams']],
    ['0031.eml', ['Jørn Støylen']],
    ['0090.eml', ['Joe Q. Public']],
    ['0091.eml', ['Pete']],
  ])('the sender of %s is %j', (file, from) => {
    expect(facts('odd-mikel', file).from).toEqual(from)
  })

  test.each([
    ['0060.eml', 'すみません。'],
    ['0061.eml', 'あいうえお このメールはテスト用のメールです。 今後ともよろしくお願い申し上げます！'],
    ['0062.eml', '스티해'],
    ['0071.eml', '대부분의 마찬가지로, 우리는 하나님을 믿습니다. 제 이름은 Jamis입니다.'],
  ])('the text of %s is readable', (file, preview) => {
    expect(facts('odd-mikel', file).preview).toBe(preview)
  })
})
