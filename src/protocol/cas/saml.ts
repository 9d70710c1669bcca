/**
 * `POST /cas/samlValidate`: a ticket inside a SAML 1.1 request over SOAP, as Apereo's server takes it, and the assertion
 * that answers it (SAML Core 1.1 §2, §3).
 */
import { randomBytes } from 'node:crypto'
import { childNamed, parseXml, type XmlElement } from '#format/xml/parse.ts'
import { element, textElement } from '#format/xml/write.ts'
import { CasFailure } from './failure.ts'
import type { Validated } from './validate.ts'

const soap = 'http://schemas.xmlsoap.org/soap/envelope/'
const protocol = 'urn:oasis:names:tc:SAML:1.0:protocol'
const assertion = 'urn:oasis:names:tc:SAML:1.0:assertion'
/** Apereo's name for its attributes; clients look for it. */
const attributeNamespace = 'http://www.ja-sig.org/products/cas/'
/** Clocks differ. */
const validFor = 30_000

/** A request of the size of a request; documents with types or entities are not read at all. */
const bounds = { size: 8192, depth: 8, nodes: 100 }

export interface SamlRequest {
  readonly ticket: string
  readonly requestId: string
}

const child = (parent: XmlElement | undefined, ns: string, name: string): XmlElement | undefined =>
  parent && childNamed(parent, ns, name)

/** The ticket of a request. Throws CasFailure, and Failure invalid or tooLarge (XML). */
export const readSamlRequest = (body: string): SamlRequest => {
  const envelope = parseXml(body.trim(), bounds)
  const isEnvelope = envelope.ns === soap && envelope.name === 'Envelope'
  const request = child(child(isEnvelope ? envelope : undefined, soap, 'Body'), protocol, 'Request')
  const artifact = child(request, protocol, 'AssertionArtifact')
  const requestId = request?.attributes.get('RequestID') ?? ''
  if (!request || !artifact || requestId.length > 256)
    throw new CasFailure('INVALID_REQUEST', 'the body must hold one AssertionArtifact in a SAML 1.1 Request')
  return { ticket: artifact.text.trim(), requestId }
}

const newId = (): string => `_${randomBytes(16).toString('hex')}`

/** SAML Core 1.1 §7.1. */
const methodOf = (amr: readonly string[]): string => {
  if (amr.includes('hwk')) return 'urn:oasis:names:tc:SAML:1.0:am:HardwareToken'
  return amr.includes('pwd') ? 'urn:oasis:names:tc:SAML:1.0:am:password' : 'urn:oasis:names:tc:SAML:1.0:am:unspecified'
}

const envelope = (requestId: string, recipient: string, now: number, ...children: readonly string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>${element(
    'SOAP-ENV:Envelope',
    { 'xmlns:SOAP-ENV': soap },
    element(
      'SOAP-ENV:Body',
      {},
      element(
        'saml1p:Response',
        {
          'xmlns:saml1p': protocol,
          InResponseTo: requestId === '' ? undefined : requestId,
          IssueInstant: new Date(now).toISOString(),
          MajorVersion: '1',
          MinorVersion: '1',
          Recipient: recipient,
          ResponseID: newId(),
        },
        ...children,
      ),
    ),
  )}`

const subject = (user: string): string =>
  element(
    'saml1:Subject',
    {},
    textElement('saml1:NameIdentifier', user),
    element(
      'saml1:SubjectConfirmation',
      {},
      textElement('saml1:ConfirmationMethod', 'urn:oasis:names:tc:SAML:1.0:cm:artifact'),
    ),
  )

const attribute = (name: string, values: readonly string[]): string =>
  element(
    'saml1:Attribute',
    { AttributeName: name, AttributeNamespace: attributeNamespace },
    ...values.map((value) => textElement('saml1:AttributeValue', value)),
  )

/** The answer to a ticket that is good. */
export const samlSuccess = (validated: Validated, requestId: string, issuer: string, now: number): string => {
  const { user, attributes, authenticatedAt, amr, service, fresh } = validated
  const at = (time: number) => new Date(time).toISOString()
  const all: Record<string, readonly string[]> = {
    ...attributes,
    authenticationDate: [at(authenticatedAt)],
    longTermAuthenticationRequestTokenUsed: ['false'],
    isFromNewLogin: [String(fresh)],
  }
  return envelope(
    requestId,
    service,
    now,
    element('saml1p:Status', {}, element('saml1p:StatusCode', { Value: 'saml1p:Success' })),
    element(
      'saml1:Assertion',
      {
        'xmlns:saml1': assertion,
        AssertionID: newId(),
        IssueInstant: at(now),
        Issuer: issuer,
        MajorVersion: '1',
        MinorVersion: '1',
      },
      element(
        'saml1:Conditions',
        { NotBefore: at(now - validFor), NotOnOrAfter: at(now + validFor) },
        element('saml1:AudienceRestrictionCondition', {}, textElement('saml1:Audience', service)),
      ),
      element(
        'saml1:AuthenticationStatement',
        { AuthenticationInstant: at(authenticatedAt), AuthenticationMethod: methodOf(amr) },
        subject(user),
      ),
      element(
        'saml1:AttributeStatement',
        {},
        subject(user),
        ...Object.entries(all).map(([name, values]) => attribute(name, values)),
      ),
    ),
  )
}

/** The answer to anything else. */
export const samlFailure = (
  { code, message }: CasFailure,
  requestId: string,
  recipient: string,
  now: number,
): string => {
  const status = code === 'INTERNAL_ERROR' ? 'Responder' : code === 'INVALID_REQUEST' ? 'Requester' : 'RequestDenied'
  return envelope(
    requestId,
    recipient,
    now,
    element(
      'saml1p:Status',
      {},
      element('saml1p:StatusCode', { Value: `saml1p:${status}` }),
      textElement('saml1p:StatusMessage', `${code}: ${message}`),
    ),
  )
}
