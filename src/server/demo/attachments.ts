/** Small files for the demonstration, made on the spot: a PDF, a picture, a table, an invitation. */
import { crc32, deflateSync } from 'node:zlib'
import { workingDay } from './dates.ts'
import type { DemoAttachment } from './messages.data.ts'

/** Text as the standard fonts of PDF know it (WinAnsi), with the characters that end a string escaped. */
const pdfText = (text: string): string => text.replace(/[\\()]/g, (character) => `\\${character}`)

/** One page with a title and lines (PDF 1.4, no embedded font). */
export const makePdf = (lines: readonly string[]): Buffer => {
  const [title = '', ...rest] = lines
  const content = [
    'BT /F2 18 Tf 56 780 Td',
    `(${pdfText(title)}) Tj`,
    '/F1 11 Tf 0 -36 Td 20 TL',
    ...rest.map((line) => `(${pdfText(line)}) Tj T*`),
    'ET',
  ].join('\n')
  const font = (name: string) => `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>',
    `<< /Length ${Buffer.byteLength(content, 'latin1')} >>\nstream\n${content}\nendstream`,
    font('Helvetica'),
    font('Helvetica-Bold'),
  ]
  let document = '%PDF-1.4\n'
  const offsets = objects.map((object, index) => {
    const at = Buffer.byteLength(document, 'latin1')
    document += `${index + 1} 0 obj\n${object}\nendobj\n`
    return at
  })
  const start = Buffer.byteLength(document, 'latin1')
  document += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`
  document += offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')
  document += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(document, 'latin1')
}

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

/** A picture of coloured rooms, different for each name (PNG, RFC 2083). */
export const makePng = (name: string, width = 480, height = 300): Buffer => {
  const seed = crc32(name)
  const rows = Buffer.alloc((width * 3 + 1) * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const wall = x % 120 < 3 || y % 100 < 3
      const room = Math.floor(x / 120) + 4 * Math.floor(y / 100)
      const at = y * (width * 3 + 1) + 1 + x * 3
      for (let c = 0; c < 3; c++) rows[at + c] = wall ? 60 : 150 + ((seed >> ((room * 3 + c) % 24)) & 63) + (x + y) / 20
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const stamp = (at: Date): string => at.toISOString().replace(/[-:]|\.\d+/g, '')

export interface Attendee {
  readonly name: string
  readonly address: string
}

/** An invitation (RFC 5545, RFC 5546 REQUEST) for six days from now, two hours. */
export const makeInvitation = (
  about: string,
  now: number,
  organizer: Attendee,
  attendees: readonly Attendee[],
): string => {
  const [summary = '', place = ''] = about.split('|')
  const start = workingDay(now, 6)
  start.setUTCHours(15, 0, 0, 0)
  const fold = (line: string) => line.replace(/(.{70})(?=.)/gu, '$1\r\n ')
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Convergence//Demonstration//FR',
    'METHOD:REQUEST',
    'BEGIN:VEVENT',
    `UID:conseil-pedagogique-${stamp(start)}@${organizer.address.split('@')[1]}`,
    `DTSTAMP:${stamp(new Date(now))}`,
    `DTSTART:${stamp(start)}`,
    `DTEND:${stamp(new Date(start.getTime() + 2 * 3_600_000))}`,
    `SUMMARY:${summary}`,
    `LOCATION:${place.replace(/,/g, '\\,')}`,
    `ORGANIZER;CN=${organizer.name}:mailto:${organizer.address}`,
    ...attendees.map(({ name, address }) => `ATTENDEE;CN=${name};PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:${address}`),
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ]
    .map(fold)
    .join('\r\n')
}

const types: Readonly<Record<DemoAttachment['kind'], string>> = {
  pdf: 'application/pdf',
  png: 'image/png',
  csv: 'text/csv; charset=windows-1252',
  ics: 'text/calendar; charset=utf-8; method=REQUEST',
  text: 'text/plain; charset=utf-8',
}

export interface MadeAttachment {
  readonly filename: string
  readonly contentType: string
  readonly content: Buffer
}

/** The bytes of an attachment; `invitation` is the text of the one kind that needs to know people. */
export const makeAttachment = (one: DemoAttachment, invitation: () => string): MadeAttachment => {
  const content = {
    pdf: () => makePdf(one.about.split('|')),
    png: () => makePng(one.name),
    // As spreadsheets write it in France.
    csv: () => Buffer.from(`${one.about.replace(/’/g, "'").replace(/\n/g, '\r\n')}\r\n`, 'latin1'),
    ics: () => Buffer.from(invitation()),
    text: () => Buffer.from(one.about),
  }[one.kind]()
  return { filename: one.name, contentType: types[one.kind], content }
}
