/**
 * mbox (RFC 4155) in its `mboxrd` dialect: a line of the message that begins with `From `, after any number of `>`, is
 * given one more `>`, and loses it when read. Flags are in Status, X-Status and X-Keywords, as mutt, Dovecot and
 * Thunderbird write them; those we put on top of a message are taken off again.
 */
import { createReadStream, createWriteStream, mkdirSync, readdirSync, statSync, type WriteStream } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { finished } from 'node:stream/promises'
import { type FlagSet, fromImapFlags, toImapFlags } from '#domain/mail/flags.ts'
import {
  type ArchivedMessage,
  type ArchiveReader,
  type ArchiveWriter,
  maxArchivedMessage,
  type OutgoingMessage,
  toNetworkLines,
  toUnixLines,
} from './archive.ts'

const newline = 0x0a
const separator = Buffer.from('\nFrom ')

/** Where the next message begins (its `From ` line), or -1: a separator follows an empty line. */
const nextSeparator = (buffer: Buffer, from: number): number => {
  for (let at = from; ; at++) {
    at = buffer.indexOf(separator, at)
    if (at < 0) return -1
    const before = buffer[at - 1]
    const empty = before === newline || (before === 0x0d && buffer[at - 2] === newline)
    if (empty) return at + 1
  }
}

/** The raw pieces of a file, each beginning with its `From ` line. */
async function* pieces(path: string): AsyncGenerator<{ piece: Buffer; end: number }> {
  let rest: Buffer = Buffer.alloc(0)
  let offset = 0
  let searched = 1
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    rest = Buffer.concat([rest, chunk as Buffer])
    if (rest.length > maxArchivedMessage) throw new Error(`${path} holds a message of more than 256 MB`)
    let start = 0
    for (let next = nextSeparator(rest, searched); next > 0; next = nextSeparator(rest, next)) {
      yield { piece: rest.subarray(start, next), end: offset + next }
      start = next
    }
    offset += start
    rest = rest.subarray(start)
    // The separator may lie across two chunks.
    searched = Math.max(1, rest.length - separator.length - 2)
  }
  if (rest.length > 0) yield { piece: rest, end: offset + rest.length }
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** `From a@b Sat Jan  3 01:05:34 1996` is in UTC by RFC 4155. */
const dateOf = (line: string): number | undefined => {
  const match = /(\w{3}) +(\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (?:[A-Z]+ )?(\d{4})/.exec(line)
  const month = months.indexOf(match?.[1] ?? '')
  if (!match || month < 0) return
  return Date.UTC(Number(match[6]), month, Number(match[2]), Number(match[3]), Number(match[4]), Number(match[5]))
}

const statusFlags: Readonly<Record<string, string>> = {
  R: '\\Seen',
  A: '\\Answered',
  F: '\\Flagged',
  T: '\\Draft',
  D: '\\Deleted',
}
const flagHeader = /^(Status|X-Status|X-Keywords):[ \t]*(.*)$/i

/** Flags of the header, wherever they are; unreadable keywords are left out. */
const flagsOf = (header: string): FlagSet => {
  const names = new Set<string>()
  for (const line of header.split(/\r?\n/)) {
    const [, field = '', value = ''] = flagHeader.exec(line) ?? []
    if (field.toLowerCase() === 'x-keywords') for (const word of value.split(/[\s,]+/)) names.add(word)
    else for (const letter of field === '' ? '' : value) names.add(statusFlags[letter] ?? '')
  }
  names.delete('')
  try {
    return fromImapFlags(names)
  } catch {
    return fromImapFlags([...names].filter((name) => name.startsWith('\\')))
  }
}

/** The three fields that `flagLines` puts on top of a message; further down such fields belong to the message. */
const topFlags = /^Status:.*\r?\nX-Status:.*\r?\nX-Keywords:.*\r?\n/

const readPiece = (piece: Buffer): Omit<ArchivedMessage, 'mailbox' | 'position'> => {
  const text = piece.toString('latin1')
  const lineEnd = text.indexOf('\n')
  const line = lineEnd < 0 ? text : text.slice(0, lineEnd)
  // The empty line before the next separator is not part of the message.
  const raw = (lineEnd < 0 ? '' : text.slice(lineEnd + 1)).replace(/(\n)\r?\n$/, '$1')
  const ours = topFlags.exec(raw)?.[0] ?? ''
  const headerEnd = raw.search(/\r?\n\r?\n/)
  const flags = flagsOf(ours !== '' ? ours : headerEnd < 0 ? raw : raw.slice(0, headerEnd))
  const body = raw.slice(ours.length).replace(/(^|\n)>(>*From )/g, '$1$2')
  return { bytes: toNetworkLines(Buffer.from(body, 'latin1')), flags, receivedAt: dateOf(line) }
}

/** The mbox files of a folder, with their mailboxes; Thunderbird keeps children in `NAME.sbd`. */
const filesBelow = (folder: string): { path: string; mailbox: string }[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !/^\.|\.(?:msf|dat|json|html)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({
      path,
      mailbox: relative(folder, path)
        .replace(/\.mbox$/, '')
        .split(/[\\/]/)
        .map((name) => name.replace(/\.sbd$/, ''))
        .join('/'),
    }))

/** Reads one mbox file, or every one below a folder. */
export const readMbox = (source: string): ArchiveReader => {
  const files = statSync(source).isDirectory()
    ? filesBelow(source)
    : [{ path: source, mailbox: basename(source).replace(/\.mbox$/, '') }]
  const size = files.reduce((sum, { path }) => sum + statSync(path).size, 0)
  return {
    size,
    messages: async function* (skip) {
      let left = skip
      let before = 0
      for (const { path, mailbox } of files) {
        let end = 0
        for await (const { piece, end: at } of pieces(path)) {
          end = at
          if (!piece.subarray(0, 5).equals(Buffer.from('From '))) continue
          if (left-- > 0) continue
          yield { ...readPiece(piece), mailbox, position: before + at }
        }
        before += end
      }
    },
  }
}

const asctime = (at: number): string => {
  const [day, date, month, year, time] = new Date(at).toUTCString().replace(',', '').split(' ')
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`
}

/** The flags as three header fields, always the same three, so that they can be taken off again. */
const flagLines = (flags: FlagSet): string => {
  const names = toImapFlags(flags)
  const letter = (name: string, sign: string) => (names.includes(name) ? sign : '')
  const status = `Status: ${letter('\\Seen', 'R')}O\n`
  const marks = Object.entries(statusFlags)
    .filter(([sign]) => sign !== 'R')
    .map(([sign, name]) => letter(name, sign))
    .join('')
  return `${status}X-Status: ${marks}\nX-Keywords: ${flags.keywords.join(' ')}\n`
}

const fileName = (name: string): string => name.replace(/[<>:"\\|?*\p{Cc}]|^\.+/gu, '_')

/** A message as it stands in an mbox, its `From ` line first. */
export const mboxEntry = ({ bytes, flags, receivedAt }: Omit<OutgoingMessage, 'uid'>): Buffer => {
  const text = Buffer.from(toUnixLines(bytes))
    .toString('latin1')
    .replace(/(^|\n)(>*From )/g, '$1>$2')
  const end = text.endsWith('\n') ? '' : '\n'
  return Buffer.from(`From convergence ${asctime(receivedAt)}\n${flagLines(flags)}${text}${end}\n`, 'latin1')
}

/** Writes one file for each mailbox below `folder`. */
export const writeMbox = (folder: string): ArchiveWriter => {
  let stream: WriteStream | undefined
  const end = async () => {
    if (!stream) return
    stream.end()
    await finished(stream)
  }
  return {
    open: async (path) => {
      await end()
      const file = join(folder, `${path.split('/').map(fileName).join('/')}.mbox`)
      mkdirSync(dirname(file), { recursive: true })
      stream = createWriteStream(file, { flags: 'w', flush: true })
      await new Promise((resolve, reject) => stream?.once('open', resolve).once('error', reject))
    },
    write: async (message) => {
      if (stream?.write(mboxEntry(message)) === false) await new Promise((resolve) => stream?.once('drain', resolve))
    },
    close: end,
  }
}
