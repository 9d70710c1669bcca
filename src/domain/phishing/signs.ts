/**
 * What a message is recognised by, as short texts that can be looked up: its bytes, its sender, the form of its subject,
 * the hosts of its links, its attachments, the likeness of its text. Nothing of it tells who received it.
 */
import { createHash } from 'node:crypto'
import { bodyLists, readableText, textOf } from '#format/mime/body.ts'
import { decodeTransfer } from '#format/mime/decode.ts'
import { decodeText } from '#format/mime/headers.ts'
import { isWithin, registered } from '#format/warning/domain.ts'
import { sharedHosts, shorteners } from '#format/warning/hosts.data.ts'
import { hashDistance, plainWords, simhash } from '#format/warning/simhash.ts'
import { bodyStart, Header } from '../delivery/header.ts'
import { readContent } from '../mail/content.ts'
import { authorOf } from '../reading/proof.ts'

/** Bytes of a message that are looked at: frauds are short, and what is beyond is pictures. */
export const lookedBytes = 2 * 1024 * 1024
const mostHosts = 20
const mostFiles = 10
const textLength = 20_000

/** Where anybody has an address: such a domain says nothing of who wrote. */
const freeMail = new Set(
  'gmail.com googlemail.com outlook.com outlook.fr hotmail.com hotmail.fr live.com live.fr msn.com yahoo.com yahoo.fr ymail.com icloud.com me.com aol.com gmx.com gmx.fr gmx.net proton.me protonmail.com orange.fr wanadoo.fr free.fr sfr.fr neuf.fr bbox.fr laposte.net mail.com mail.ru yandex.com yandex.ru zoho.com'.split(
    ' ',
  ),
)
/** Hosts that stand in honest mail of everybody: pictures, feet of letters, name spaces. */
const everywhere =
  'w3.org google.com gstatic.com googleapis.com facebook.com instagram.com twitter.com x.com linkedin.com youtube.com microsoft.com apple.com office.com live.com adobe.com mozilla.org wikipedia.org schema.org aka.ms'.split(
    ' ',
  )

const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 24)

/** The form of a subject: words without answers, numbers, addresses. */
export const subjectForm = (subject: string): string =>
  plainWords(subject.slice(0, 300).replace(/^(?:\s*(?:re|fwd?|tr|rép|aw|wg)\s*:)+/i, '')).join(' ')

/** The links of a message, in its text and in its HTML. */
export const linksOf = (text: string, html: string): string[] => {
  const found = new Set<string>()
  for (const [, quoted = ''] of html.matchAll(/\b(?:href|action)\s*=\s*["']?\s*(https?:[^"'\s>]{4,2000})/gi))
    found.add(quoted.replaceAll('&amp;', '&'))
  for (const [link] of text.matchAll(/https?:\/\/[^\s<>"«»“”]{3,2000}/gi)) found.add(link.replace(/[)\].,;:!?]+$/, ''))
  return [...found].slice(0, 100)
}

const hostSign = (link: string, official: readonly string[]): string | undefined => {
  try {
    const url = new URL(link)
    const host = url.hostname.toLowerCase().replace(/\.$/, '')
    if (isWithin(host, official)) return
    // There the path says whose page it is.
    if (isWithin(host, shorteners) || isWithin(host, sharedHosts))
      return `h:${short(`${host}${url.pathname.slice(0, 200)}`)}`
    if (isWithin(host, everywhere)) return
    return `h:${registered(host).slice(0, 100)}`
  } catch {
    return undefined
  }
}

export interface Looked {
  readonly signs: readonly string[]
  readonly sender: string
  readonly subject: string
}

/** Reads the signs of a message; `official`: hosts that are nobody's fraud. Never throws for the bytes. */
export const signsOf = (bytes: Uint8Array, official: readonly string[]): Looked => {
  const header = new Header(bytes.subarray(0, bodyStart(bytes)))
  const { structure, subject } = readContent(bytes)
  const sender = authorOf(header)?.address.slice(0, 320) ?? ''
  const domain = sender.slice(sender.lastIndexOf('@') + 1)
  const lists = bodyLists(structure)
  const text = readableText(bytes, structure, textLength)
  const html = lists.htmlBody
    .filter(({ part }) => part.type === 'text' && part.subtype === 'html')
    .slice(0, 3)
    .map(({ part }) => textOf(bytes, part, 200_000))
    .join('\n')
  const hosts = new Set(linksOf(text, html).flatMap((link) => hostSign(link, official) ?? []))
  const files = lists.attachments
    .filter(({ part }) => part.bodyEnd - part.bodyStart > 200)
    .slice(0, mostFiles)
    .map(({ part }) => {
      const content = decodeTransfer(bytes.subarray(part.bodyStart, part.bodyEnd), part.encoding)
      return `f:${createHash('sha256').update(content).digest('hex').slice(0, 32)}`
    })
  const form = subjectForm(decodeText(subject))
  const likeness = simhash(text)
  const signs = [
    ...(sender === '' ? [] : [`a:${short(sender)}`]),
    ...(domain === '' || freeMail.has(domain) || isWithin(domain, official) ? [] : [`d:${registered(domain)}`]),
    ...(form.length < 4 ? [] : [`j:${short(form)}`]),
    ...[...hosts].slice(0, mostHosts),
    ...files,
    ...(likeness === undefined
      ? []
      : [`x:${likeness}`, ...[0, 1, 2, 3].map((band) => `t${band}:${likeness.slice(band * 4, band * 4 + 4)}`)]),
  ]
  return { signs: [...new Set(signs)], sender, subject: subject.slice(0, 300) }
}

/** From how many points two messages are one fraud, as an auditor reads it. */
export const enough = 4
const points = { file: 3, author: 3, domain: 2, host: 2, subject: 2, near: 3, similar: 2 } as const

/**
 * How much a message and a cluster have in common. No sign alone is enough: an honest list has one sender, two honest
 * letters one subject.
 */
export const likeness = (mine: readonly string[], theirs: ReadonlySet<string>): number => {
  const shares = (prefix: string): boolean => mine.some((sign) => sign.startsWith(prefix) && theirs.has(sign))
  const hash = mine.find((sign) => sign.startsWith('x:'))?.slice(2)
  const distance =
    hash === undefined
      ? 64
      : Math.min(
          64,
          ...[...theirs].filter((sign) => sign.startsWith('x:')).map((sign) => hashDistance(hash, sign.slice(2))),
        )
  return (
    (shares('f:') ? points.file : 0) +
    (shares('a:') ? points.author : shares('d:') ? points.domain : 0) +
    (shares('h:') ? points.host : 0) +
    (shares('j:') ? points.subject : 0) +
    (distance <= 3 ? points.near : distance <= 10 ? points.similar : 0)
  )
}
