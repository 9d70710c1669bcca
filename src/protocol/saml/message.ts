/** What requests and responses of SAML have in common (saml-core §3.2): identity, time, issuer, destination, status. */
import { randomBytes } from 'node:crypto'
import { Failure } from '#base/failure.ts'
import { childNamed, type XmlElement } from '#format/xml/parse.ts'
import { type Attributes, element, textElement } from '#format/xml/write.ts'
import { ns, status } from './names.ts'

/** A new message id: 160 random bits behind a letter, for XML ids begin with none of the digits. */
export const newId = (): string => `_${randomBytes(20).toString('hex')}`

export const instant = (milliseconds: number): string => new Date(milliseconds).toISOString()

/** Milliseconds of an xs:dateTime in UTC (saml-core §1.3.3). Throws Failure invalid. */
export const readInstant = (text: string): number => {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time)) throw new Failure('invalid', 'SAML: not a time')
  return time
}

/** Clocks of partners may differ by this much, in milliseconds. */
export const clockSkew = 2 * 60_000
/** A request is good for this long, in milliseconds. */
export const requestLife = 5 * 60_000

export interface Envelope {
  readonly id: string
  readonly issuer: string
  readonly issuedAt: number
  readonly destination: string | undefined
  readonly inResponseTo: string | undefined
}

/** A text of bounded length. */
export const boundedText = (text: string, most = 1024): string => {
  const value = text.trim()
  if (value === '' || value.length > most) throw new Failure('invalid', 'SAML: a value is empty or too long')
  return value
}

/** The name of whoever says it wrote an element. */
export const issuerOf = (from: XmlElement): string => boundedText(childNamed(from, ns.assertion, 'Issuer')?.text ?? '')

/** Reads the common part. Throws Failure invalid. */
export const readEnvelope = (message: XmlElement): Envelope => {
  const { attributes } = message
  const id = attributes.get('ID') ?? ''
  if (attributes.get('Version') !== '2.0') throw new Failure('invalid', 'SAML: only version 2.0 is spoken')
  if (!/^[A-Za-z_][\w.-]{0,255}$/.test(id)) throw new Failure('invalid', 'SAML: the message has no usable ID')
  return {
    id,
    issuer: issuerOf(message),
    issuedAt: readInstant(attributes.get('IssueInstant') ?? ''),
    destination: attributes.get('Destination'),
    inResponseTo: attributes.get('InResponseTo'),
  }
}

/** Throws Failure invalid unless the message is recent and was meant for `here` (absent Destination: unsigned only). */
export const checkEnvelope = (
  { issuedAt, destination }: Envelope,
  { now, here, signed }: { now: number; here: readonly string[]; signed: boolean },
): void => {
  if (issuedAt > now + clockSkew || issuedAt < now - requestLife - clockSkew)
    throw new Failure('invalid', 'SAML: the message is too old, or a clock is wrong')
  if (destination === undefined || destination === '') {
    // saml-bindings §3.4.5.2 and §3.5.5.2: a signed message names where it goes, or it could be sent on to another.
    if (signed) throw new Failure('invalid', 'SAML: a signed message must have a Destination')
  } else if (!here.includes(destination)) throw new Failure('invalid', 'SAML: the message is for somebody else')
}

export interface Opening {
  readonly id: string
  readonly now: number
  readonly issuer: string
  readonly destination?: string | undefined
  readonly inResponseTo?: string | undefined
}

/** Writes a message of the protocol namespace with its Issuer first. */
export const writeMessage = (
  name: string,
  { id, now, issuer, destination, inResponseTo }: Opening,
  extra: Attributes,
  ...children: readonly string[]
): string =>
  element(
    `samlp:${name}`,
    {
      'xmlns:samlp': ns.protocol,
      'xmlns:saml': ns.assertion,
      ID: id,
      Version: '2.0',
      IssueInstant: instant(now),
      Destination: destination,
      InResponseTo: inResponseTo,
      ...extra,
    },
    textElement('saml:Issuer', issuer),
    ...children,
  )

/** A status, with its second level and a message for the partner's log. */
export const writeStatus = (codes: readonly string[], message = ''): string => {
  const [first = status.success, second] = codes
  const inner = second === undefined ? '' : element('samlp:StatusCode', { Value: second })
  return element(
    'samlp:Status',
    {},
    element('samlp:StatusCode', { Value: first }, inner),
    message === '' ? '' : textElement('samlp:StatusMessage', message),
  )
}

/** The status codes of a response, outermost first. Throws Failure invalid. */
export const readStatus = (response: XmlElement): readonly string[] => {
  const codes: string[] = []
  const holder = childNamed(response, ns.protocol, 'Status')
  let code = holder && childNamed(holder, ns.protocol, 'StatusCode')
  while (code && codes.length < 4) {
    codes.push(code.attributes.get('Value') ?? '')
    code = childNamed(code, ns.protocol, 'StatusCode')
  }
  if (codes.length === 0) throw new Failure('invalid', 'SAML: a response without a status')
  return codes
}
