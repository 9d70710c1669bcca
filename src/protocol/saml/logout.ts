/** Single log-out (saml-core §3.7; saml-profiles §4.4): requests and responses, and their SOAP envelope. */
import { Failure } from '#base/failure.ts'
import { childNamed, childrenNamed, isNamed, type XmlElement } from '#format/xml/parse.ts'
import { element, textElement } from '#format/xml/write.ts'
import {
  boundedText,
  type Envelope,
  instant,
  type Opening,
  readEnvelope,
  readInstant,
  readStatus,
  requestLife,
  writeMessage,
  writeStatus,
} from './message.ts'
import { ns, status } from './names.ts'

export interface NameId {
  readonly value: string
  readonly format: string | undefined
  readonly spQualifier?: string | undefined
}

export interface LogoutRequest extends Envelope {
  readonly nameId: NameId
  readonly sessionIndexes: readonly string[]
  readonly notOnOrAfter: number | undefined
}

export interface LogoutResponse extends Envelope {
  readonly success: boolean
}

export const readNameId = (holder: XmlElement): NameId => {
  const found = childNamed(holder, ns.assertion, 'NameID')
  if (!found) throw new Failure('invalid', 'SAML: no NameID that we can read')
  return {
    value: boundedText(found.text),
    format: found.attributes.get('Format'),
    spQualifier: found.attributes.get('SPNameQualifier'),
  }
}

export const writeNameId = ({ value, format, spQualifier }: NameId): string =>
  textElement('saml:NameID', value, { SPNameQualifier: spQualifier, Format: format })

/** Reads a LogoutRequest or a LogoutResponse. Throws Failure invalid. */
export const readLogout = (
  message: XmlElement,
): { kind: 'request'; request: LogoutRequest } | { kind: 'response'; response: LogoutResponse } => {
  const envelope = readEnvelope(message)
  if (isNamed(message, ns.protocol, 'LogoutResponse')) {
    const [first] = readStatus(message)
    return { kind: 'response', response: { ...envelope, success: first === status.success } }
  }
  if (!isNamed(message, ns.protocol, 'LogoutRequest'))
    throw new Failure('invalid', 'SAML: a log-out message was expected')
  const until = message.attributes.get('NotOnOrAfter')
  const sessionIndexes = childrenNamed(message, ns.protocol, 'SessionIndex').map(({ text }) => boundedText(text))
  if (sessionIndexes.length > 50) throw new Failure('invalid', 'SAML: too many sessions')
  const notOnOrAfter = until === undefined ? undefined : readInstant(until)
  return { kind: 'request', request: { ...envelope, nameId: readNameId(message), sessionIndexes, notOnOrAfter } }
}

export const writeLogoutRequest = (opening: Opening, nameId: NameId, sessionIndex: string): string =>
  writeMessage(
    'LogoutRequest',
    opening,
    { NotOnOrAfter: instant(opening.now + requestLife) },
    writeNameId(nameId),
    sessionIndex === '' ? '' : textElement('samlp:SessionIndex', sessionIndex),
  )

export const writeLogoutResponse = (opening: Opening, codes: readonly string[]): string =>
  writeMessage('LogoutResponse', opening, {}, writeStatus(codes))

/** SOAP 1.1 (saml-bindings §3.2). */
export const soapEnvelope = (xml: string): string =>
  element('soap:Envelope', { 'xmlns:soap': ns.soap }, element('soap:Body', {}, xml))
