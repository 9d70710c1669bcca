/** What an identity provider says: assertions (saml-core §2) in responses (§3.3.3), as the web profile wants them. */
import { Failure } from '#base/failure.ts'
import { element, textElement } from '#format/xml/write.ts'
import { encryptElement } from './encryption.ts'
import { type NameId, writeNameId } from './logout.ts'
import { instant, newId, type Opening, writeMessage, writeStatus } from './message.ts'
import { ns, status } from './names.ts'
import { type SigningKey, signXml } from './signature.ts'

/** An assertion is good for this long, in milliseconds. */
export const assertionLife = 5 * 60_000
/** And for this long before, for services whose clock is late. */
const tolerance = 60_000

export interface AttributeOut {
  readonly name: string
  readonly friendlyName?: string | undefined
  readonly values: readonly string[]
}

export interface Said {
  readonly issuer: string
  /** Entity id of the service. */
  readonly audience: string
  readonly acs: string
  readonly inResponseTo: string | undefined
  readonly now: number
  readonly nameId: NameId
  readonly sessionIndex: string
  readonly authenticatedAt: number
  /** End of the session. */
  readonly sessionUntil?: number | undefined
  readonly contextClass: string
  readonly attributes: readonly AttributeOut[]
}

const subject = ({ nameId, inResponseTo, acs, now }: Said): string =>
  element(
    'saml:Subject',
    {},
    writeNameId(nameId),
    element(
      'saml:SubjectConfirmation',
      { Method: 'urn:oasis:names:tc:SAML:2.0:cm:bearer' },
      element('saml:SubjectConfirmationData', {
        InResponseTo: inResponseTo,
        NotOnOrAfter: instant(now + assertionLife),
        Recipient: acs,
      }),
    ),
  )

const attributeStatement = (attributes: readonly AttributeOut[]): string =>
  attributes.length === 0
    ? ''
    : element(
        'saml:AttributeStatement',
        {},
        ...attributes.map(({ name, friendlyName, values }) =>
          element(
            'saml:Attribute',
            {
              Name: name,
              NameFormat: `urn:oasis:names:tc:SAML:2.0:attrname-format:${name.startsWith('urn:') ? 'uri' : 'basic'}`,
              FriendlyName: friendlyName,
            },
            ...values.map((value) =>
              textElement('saml:AttributeValue', value, {
                'xmlns:xs': 'http://www.w3.org/2001/XMLSchema',
                'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
                'xsi:type': 'xs:string',
              }),
            ),
          ),
        ),
      )

const writeAssertion = (said: Said): string => {
  const { issuer, audience, now, sessionIndex, authenticatedAt, sessionUntil, contextClass } = said
  return element(
    'saml:Assertion',
    { 'xmlns:saml': ns.assertion, ID: newId(), Version: '2.0', IssueInstant: instant(now) },
    textElement('saml:Issuer', issuer),
    subject(said),
    element(
      'saml:Conditions',
      { NotBefore: instant(now - tolerance), NotOnOrAfter: instant(now + assertionLife) },
      element('saml:AudienceRestriction', {}, textElement('saml:Audience', audience)),
    ),
    element(
      'saml:AuthnStatement',
      {
        AuthnInstant: instant(authenticatedAt),
        SessionIndex: sessionIndex,
        SessionNotOnOrAfter: sessionUntil === undefined ? undefined : instant(sessionUntil),
      },
      element('saml:AuthnContext', {}, textElement('saml:AuthnContextClassRef', contextClass)),
    ),
    attributeStatement(said.attributes),
  )
}

export interface Protection {
  readonly key: SigningKey
  readonly sign: 'assertion' | 'response' | 'both'
  /** PEM certificate; without it the assertion is not encrypted. */
  readonly encryptFor?: string | undefined
}

/** A response that says who somebody is. */
export const writeResponse = async (said: Said, { key, sign, encryptFor }: Protection): Promise<string> => {
  const plain = writeAssertion(said)
  const assertion = sign === 'response' ? plain : signXml(plain, key)
  const carried =
    encryptFor === undefined
      ? assertion
      : element('saml:EncryptedAssertion', {}, await encryptElement(assertion, encryptFor))
  const { issuer, acs, inResponseTo, now } = said
  const opening: Opening = { id: newId(), now, issuer, destination: acs, inResponseTo }
  const response = writeMessage('Response', opening, {}, writeStatus([status.success]), carried)
  return sign === 'assertion' ? response : signXml(response, key)
}

/** A response that says why not; always signed, so that a service can believe it. */
export const writeErrorResponse = (
  opening: Omit<Opening, 'id'>,
  codes: readonly string[],
  message: string,
  key: SigningKey,
): string => {
  if (codes[0] === status.success) throw new Failure('invalid', 'an error is not a success')
  return signXml(writeMessage('Response', { id: newId(), ...opening }, {}, writeStatus(codes, message)), key)
}
