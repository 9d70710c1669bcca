/** RCPT TO (RFC 5321 §4.1.1.3) with the parameters of RFC 3461 §4. */
import type { Notify, Recipient } from '#domain/delivery/envelope.ts'
import { isXtext } from '#domain/delivery/xtext.ts'
import { readPath } from '../grammar.ts'
import type { Session } from '../session.ts'

const conditions: ReadonlySet<string> = new Set(['SUCCESS', 'FAILURE', 'DELAY'])

/** undefined: not a value of NOTIFY. */
const readNotify = (value: string | undefined): readonly Notify[] | undefined => {
  if (value === undefined) return undefined
  const words = value.toUpperCase().split(',')
  if (words.length === 1 && words[0] === 'NEVER') return ['NEVER']
  return new Set(words).size === words.length && words.every((word) => conditions.has(word))
    ? (words as Notify[])
    : undefined
}

const readOrcpt = (value: string | undefined): string | undefined =>
  value !== undefined && value.length <= 500 && /^[A-Za-z0-9-]{1,40};/.test(value) && isOrcptAddress(value)
    ? value
    : undefined

/** RFC 6533 §3 allows UTF-8 in the address of type `utf-8`. */
const isOrcptAddress = (value: string): boolean => {
  const address = value.slice(value.indexOf(';') + 1)
  return isXtext(address) || (/^utf-8;/i.test(value) && /^[^\s\p{Cc}]+$/u.test(address))
}

export const rcpt = async (session: Session, argument: string): Promise<void> => {
  const { transaction } = session
  if (!transaction) return session.error('mailFirst')
  const path = readPath('TO', argument)
  session.attempts++
  if (!path) return session.error('badRecipient')
  if (!path.parameters) return session.error('syntax')
  let notify: readonly Notify[] = []
  let orcpt = ''
  for (const [name, value] of path.parameters) {
    if (name === 'NOTIFY') {
      const read = readNotify(value)
      if (!read) return session.error('syntax')
      notify = read
    } else if (name === 'ORCPT') {
      const read = readOrcpt(value)
      if (read === undefined) return session.error('syntax')
      orcpt = read
    } else return session.error('unknownParameter')
  }
  const recipient: Recipient = { address: path.address, notify, orcpt }
  await transaction.addRecipient(recipient)
  session.reply('recipientOk')
}
