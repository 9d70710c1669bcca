/** Writes the messages of the demonstration as real mail programs would (RFC 5322), odd charsets included. */
import MailComposer from 'nodemailer/lib/mail-composer/index.js'
import { makeAttachment, makeInvitation } from './attachments.ts'
import { momentOf, withDates } from './dates.ts'
import type { DemoMessage } from './messages.data.ts'
import { newsletter, notice, phishing } from './pages.data.ts'

export interface Party {
  readonly name: string
  readonly address: string
  /** One of our accounts. */
  readonly ours: boolean
  readonly signature: string
}

export interface Composing {
  readonly now: number
  readonly hostname: string
  /** Who a key of the data stands for. */
  readonly party: (key: string) => Party
  /** The message that an `answers` names. */
  readonly original: (id: string) => DemoMessage
}

const messageId = (id: string, hostname: string): string => `<${id}.demonstration@${hostname}>`

/** Every message this one answers, the oldest first. */
const ancestry = (message: DemoMessage, { original }: Composing): DemoMessage[] =>
  message.answers === undefined
    ? []
    : [...ancestry(original(message.answers), { original } as Composing), original(message.answers)]

const fullText = (message: DemoMessage, author: Party, now: number): string => {
  const text = withDates(message.text, now)
  return author.signature === '' ? text : `${text}\n\n-- \n${author.signature}`
}

const htmlOf = (message: DemoMessage, text: string): string | undefined => {
  if (message.html === 'newsletter') return newsletter
  if (message.html === 'phishing') return phishing
  return message.html === 'notice' ? notice(text.split('\n\n')) : undefined
}

/** windows-1252 and latin1 agree but for these. */
const windows1252: Readonly<Record<string, number>> = {
  '€': 0x80,
  '…': 0x85,
  '‘': 0x91,
  '’': 0x92,
  '“': 0x93,
  '”': 0x94,
  '–': 0x96,
  '—': 0x97,
  œ: 0x9c,
  Œ: 0x8c,
}

const encode1252 = (text: string): Buffer =>
  Buffer.from([...text].map((character) => windows1252[character] ?? Math.min(255, character.codePointAt(0) ?? 63)))

const quotedPrintable = (text: string): string => {
  const lines: string[] = []
  for (const line of text.split('\n')) {
    let out = ''
    for (const octet of encode1252(line)) {
      const plain = (octet >= 32 && octet < 127 && octet !== 61) || octet === 9
      const piece = plain ? String.fromCharCode(octet) : `=${octet.toString(16).toUpperCase().padStart(2, '0')}`
      if (out.length + piece.length > 75) {
        lines.push(`${out}=`)
        out = ''
      }
      out += piece
    }
    lines.push(out.replace(/ $/, '=20'))
  }
  return lines.join('\r\n')
}

const word = (text: string): string =>
  /[^ -~]/.test(text)
    ? `=?iso-8859-1?Q?${quotedPrintable(text).replace(/=\r\n/g, '').replace(/ /g, '_').replace(/\?/g, '=3F')}?=`
    : text

const date = (at: number): string => new Date(at).toUTCString().replace('GMT', '+0000')

/** A message of an old program: one part, in a charset of the nineties. */
const oldStyle = (message: DemoMessage, composing: Composing, at: number): Buffer => {
  const { party, hostname } = composing
  const author = party(message.from)
  const line = (key: string) => `${word(party(key).name)} <${party(key).address}>`
  const before = ancestry(message, composing).map(({ id }) => messageId(id, hostname))
  const header = [
    `From: ${line(message.from)}`,
    `To: ${message.to.map(line).join(', ')}`,
    ...(message.cc ? [`Cc: ${message.cc.map(line).join(', ')}`] : []),
    `Subject: ${word(message.subject)}`,
    `Date: ${date(at)}`,
    `Message-ID: ${messageId(message.id, hostname)}`,
    ...(before.length > 0 ? [`In-Reply-To: ${before.at(-1)}`, `References: ${before.join(' ')}`] : []),
    'MIME-Version: 1.0',
  ]
  const text = fullText(message, author, composing.now)
  const [type, encoding, body] =
    message.charset === 'latin1-quoted-printable'
      ? ['windows-1252', 'quoted-printable', Buffer.from(quotedPrintable(text))]
      : ['windows-1252', '8bit', encode1252(text.replace(/\n/g, '\r\n'))]
  header.push(`Content-Type: text/plain; charset=${type}`, `Content-Transfer-Encoding: ${encoding}`, '', '')
  return Buffer.concat([Buffer.from(header.join('\r\n')), body, Buffer.from('\r\n')])
}

export interface ComposedMessage {
  readonly bytes: Buffer
  /** Milliseconds. */
  readonly at: number
}

/** The bytes of a message and the moment it was sent. */
export const composeMessage = async (message: DemoMessage, composing: Composing): Promise<ComposedMessage> => {
  const { now, hostname, party } = composing
  const at = momentOf(now, message.day, message.at)
  if (message.charset !== undefined) return { bytes: oldStyle(message, composing, at), at }
  const author = party(message.from)
  const people = [...message.to, ...(message.cc ?? [])].map(party)
  const text = fullText(message, author, now)
  const html = htmlOf(message, text)
  const before = ancestry(message, composing).map(({ id }) => messageId(id, hostname))
  const invitation = () => makeInvitation(message.attachments?.[0]?.about ?? '', now, author, people)
  const composer = new MailComposer({
    from: { name: author.name, address: author.address },
    to: message.to.map((key) => ({ name: party(key).name, address: party(key).address })),
    cc: (message.cc ?? []).map((key) => ({ name: party(key).name, address: party(key).address })),
    subject: message.subject,
    date: new Date(at),
    messageId: messageId(message.id, hostname),
    text,
    ...(html === undefined ? {} : { html }),
    ...(before.length > 0 ? { inReplyTo: before.at(-1) ?? '', references: before } : {}),
    attachments: (message.attachments ?? []).map((one) => makeAttachment(one, invitation)),
    newline: 'windows',
  })
  return { bytes: await composer.compile().build(), at }
}
