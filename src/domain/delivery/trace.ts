/** Fields that a message receives on its way (RFC 5321 §4.4). */
import { domainToASCII } from 'node:url'
import { utf8 } from '#base/bytes.ts'
import { formatDate } from '#format/mime/headers.ts'
import type { Client } from './envelope.ts'

/** Nothing of a stranger's choosing may break out of the place we give it in a header. */
const tame = (text: string): string => {
  const ascii = /^[\x21-\x7e]*$/.test(text) ? text : domainToASCII(text)
  return ascii.replace(/[^A-Za-z0-9.\-_:[\]]/g, '?').slice(0, 255) || 'unknown'
}

const literal = (ip: string): string => (ip === '' ? 'unknown' : ip.includes(':') ? `[IPv6:${ip}]` : `[${ip}]`)

let dateSecond = -1
let dateText = ''

/** Messages come many to the second; its text is made once. */
const dateOf = (now: number): string => {
  const second = Math.floor(now / 1000)
  if (second !== dateSecond) {
    dateSecond = second
    dateText = formatDate(now)
  }
  return dateText
}

export interface ReceivedFacts {
  readonly client: Client
  readonly hostname: string
  readonly id: string
  /** Named only when it is the only one: the others are nobody's business (RFC 5321 §7.2). */
  readonly recipient?: string
  readonly now: number
}

/** Received of a message from outside. */
export const received = ({ client, hostname, id, recipient, now }: ReceivedFacts): string => {
  const tls = client.tls === undefined ? '' : `\r\n (${client.tls.replace(/[^A-Za-z0-9._ -]/g, '')})`
  const whom = recipient === undefined ? '' : `\r\n for <${recipient}>`
  return (
    `Received: from ${tame(client.helo)} (${literal(client.ip)})\r\n by ${hostname} with ${client.protocol}${tls}\r\n` +
    ` id ${id}${whom};\r\n ${dateOf(now)}\r\n`
  )
}

/** Received of a submitted message: where and how its author works is not told to the world. */
export const receivedFromAuthor = (protocol: string, hostname: string, id: string, now: number): string =>
  `Received: by ${hostname} with ${protocol} id ${id};\r\n ${dateOf(now)}\r\n`

export const returnPath = (sender: string): string => `Return-Path: <${sender}>\r\n`

export const deliveredTo = (recipient: string): string => `Delivered-To: ${recipient}\r\n`

export const lines = (...fields: string[]): Uint8Array => utf8(fields.join(''))

let counter = 0

/** A name for a transaction: sorts by time, unique in this process and practically everywhere. */
export const transactionId = (now: number): string => {
  counter = (counter + 1) % 46_656
  const random = Math.floor(Math.random() * 1_679_616)
  return (now.toString(36) + counter.toString(36).padStart(3, '0') + random.toString(36).padStart(4, '0')).toUpperCase()
}
