/** The MIME parser's speed: microseconds per 4 kB message, and MB/s over large ones. Prints; asserts nothing. */

import { previewOf, searchableText } from '../../src/format/mime/body.ts'
import { decodeTransfer } from '../../src/format/mime/decode.ts'
import { envelopeOf } from '../../src/format/mime/envelope.ts'
import { htmlToText } from '../../src/format/mime/html.ts'
import { createMimeParser, parseMime } from '../../src/format/mime/parse.ts'
import { decodeStructure, encodeStructure } from '../../src/format/mime/structure.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const received = Array.from(
  { length: 4 },
  (_, i) =>
    `Received: from mx${i}.example.org (mx${i}.example.org [192.0.2.${i}])\r\n\tby relay.example.net with ESMTPS id ${i}abcdef;\r\n\tMon, 1 Sep 2026 08:00:0${i} +0200\r\n`,
).join('')
const head =
  `${received}From: =?UTF-8?Q?Jos=C3=A9phine?= Martin <josephine.martin@example.org>\r\nTo: "Dupont, Jean" <jean@example.org>, Classe 3B <3b@example.org>\r\n` +
  'Subject: =?UTF-8?Q?R=C3=A9union_de_rentr=C3=A9e?=\r\nDate: Mon, 1 Sep 2026 08:00:00 +0200\r\nMessage-ID: <a1b2c3@example.org>\r\n' +
  'References: <x1@example.org> <x2@example.org>\r\nMIME-Version: 1.0\r\n'
const paragraph = 'Bonjour, la r=C3=A9union de rentr=C3=A9e aura lieu jeudi en salle polyvalente.\r\n'
const alternative = (lines: number): string =>
  `${head}Content-Type: multipart/alternative; boundary="b1"\r\n\r\n--b1\r\nContent-Type: text/plain; charset=utf-8\r\n` +
  `Content-Transfer-Encoding: quoted-printable\r\n\r\n${paragraph.repeat(lines)}\r\n--b1\r\nContent-Type: text/html; charset=utf-8\r\n` +
  `Content-Transfer-Encoding: quoted-printable\r\n\r\n<html><body>${`<p>${paragraph.trim()}</p>\r\n`.repeat(lines)}</body></html>\r\n--b1--\r\n`

const large = (line: string, size: number, encoding: string, type: string): Uint8Array =>
  bytes(
    `${head}Content-Type: multipart/mixed; boundary="b1"\r\n\r\n--b1\r\nContent-Type: text/plain\r\n\r\n${paragraph}\r\n--b1\r\n` +
      `Content-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${line.repeat(Math.ceil(size / line.length))}\r\n--b1--\r\n`,
  )

/** The median of five rounds, in milliseconds per call. */
const time = (calls: number, work: () => unknown): number => {
  const rounds: number[] = []
  for (let round = 0; round < 6; round++) {
    const start = performance.now()
    for (let i = 0; i < calls; i++) work()
    rounds.push((performance.now() - start) / calls)
  }
  return rounds.slice(1).sort((a, b) => a - b)[2] ?? 0
}

const micro = (name: string, work: () => unknown): void =>
  console.log(`${name.padEnd(44)} ${(time(2000, work) * 1000).toFixed(1).padStart(8)} µs`)
const speed = (name: string, size: number, work: () => unknown): void =>
  console.log(`${name.padEnd(44)} ${(size / 1000 / time(3, work)).toFixed(0).padStart(8)} MB/s`)

const small = bytes(alternative(16))
const structure = parseMime(small)
const block = small.subarray(0, structure.root.headerEnd)
const stored = encodeStructure(structure)
console.log(`message of ${small.length} bytes, stored structure of ${stored.length} characters`)
micro('parse', () => parseMime(small))
micro('encodeStructure', () => encodeStructure(structure))
micro('decodeStructure', () => decodeStructure(stored))
micro('envelope', () => envelopeOf(block))
micro('preview', () => previewOf(small, structure))
micro('searchable text', () => searchableText(small, structure, 100_000))

const size = 25_000_000
const base64Line = `${'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAx'.padEnd(76, 'A')}\r\n`
const base64 = large(base64Line, size, 'base64', 'application/pdf')
const text = large(paragraph, size, 'quoted-printable', 'text/plain')
const dashes = large('--------\r\n', size, '7bit', 'text/plain')
speed('parse 25 MB, base64 attachment', base64.length, () => parseMime(base64))
speed('parse 25 MB, base64, chunks of 64 kB', base64.length, () => {
  const parser = createMimeParser()
  for (let at = 0; at < base64.length; at += 65_536) parser.push(base64.subarray(at, at + 65_536))
  return parser.end()
})
speed('parse 25 MB, text', text.length, () => parseMime(text))
speed('parse 25 MB, nothing but dashes', dashes.length, () => parseMime(dashes))
const [, attachment] = parseMime(base64).root.parts
const [, quoted] = parseMime(text).root.parts
if (attachment) {
  const body = base64.subarray(attachment.bodyStart, attachment.bodyEnd)
  speed('decode base64', body.length, () => decodeTransfer(body, 'base64'))
}
if (quoted) {
  const body = text.subarray(quoted.bodyStart, quoted.bodyEnd)
  speed('decode quoted-printable', body.length, () => decodeTransfer(body, 'quoted-printable'))
}
const html = '<div class="a"><p>Bonjour &agrave; tous, <b>jeudi</b></p></div>\r\n'.repeat(80_000)
speed('html to text', html.length, () => htmlToText(html, html.length))
