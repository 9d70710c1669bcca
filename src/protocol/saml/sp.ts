/**
 * We as a service of another provider (saml-profiles §4.1.4): the response is opened in locks that all must open. What is
 * read of it is only what the provider signed (`openSigned`), decrypted by us when it is encrypted; then each condition
 * that the profile names is checked: status, issuer, recipient, audience, times, and the request it answers.
 */
import type { KeyObject } from 'node:crypto'
import { DOMParser, XMLSerializer } from '@xmldom/xmldom'
import { Failure } from '#base/failure.ts'
import { childNamed, childrenNamed, parseXml, type XmlElement } from '#format/xml/parse.ts'
import { decryptElement } from './encryption.ts'
import { type NameId, readNameId } from './logout.ts'
import { boundedText, clockSkew, issuerOf, readEnvelope, readInstant, readStatus } from './message.ts'
import { ns, status } from './names.ts'
import { isSigned, openSigned } from './signature.ts'

export interface Trusted {
  /** Entity id of the provider. */
  readonly issuer: string
  readonly certificates: readonly string[]
}

export interface Here {
  /** Our entity id at this provider. */
  readonly audience: string
  /** Our assertion consumer service. */
  readonly acs: string
  readonly decryption: readonly KeyObject[]
  readonly now: number
}

export interface Statement {
  /** Of the assertion: to be taken once. */
  readonly assertionId: string
  /** When the assertion can no longer be used, in milliseconds. */
  readonly until: number
  /** Id of the request it answers; undefined: nobody asked. */
  readonly inResponseTo: string | undefined
  readonly nameId: NameId
  readonly sessionIndex: string
  readonly contextClass: string
  readonly attributes: Readonly<Record<string, readonly string[]>>
}

const refuse = (why: string): never => {
  throw new Failure('forbidden', `SAML: ${why}`)
}

/** An assertion is good for this long at most, whatever it says, in milliseconds. */
const longestLife = 15 * 60_000

const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'

/** The bearer confirmation that is for us, now (§4.1.4.3). Returns the request it answers. */
const confirm = (subject: XmlElement, { acs, now }: Here): { inResponseTo: string | undefined; until: number } => {
  for (const one of childrenNamed(subject, ns.assertion, 'SubjectConfirmation')) {
    const data = childNamed(one, ns.assertion, 'SubjectConfirmationData')?.attributes
    const until = data?.get('NotOnOrAfter')
    if (one.attributes.get('Method') !== bearer || !data || until === undefined || data.has('NotBefore')) continue
    if (data.get('Recipient') !== acs) continue
    const end = readInstant(until)
    if (end + clockSkew <= now) continue
    return { inResponseTo: data.get('InResponseTo'), until: end }
  }
  return refuse('the assertion is not for us, or no longer good')
}

const checkConditions = (assertion: XmlElement, { audience, now }: Here): number => {
  const conditions = childNamed(assertion, ns.assertion, 'Conditions') ?? refuse('no conditions')
  const from = conditions.attributes.get('NotBefore')
  const until = conditions.attributes.get('NotOnOrAfter')
  if (from !== undefined && readInstant(from) > now + clockSkew) refuse('the assertion is not yet good')
  if (until !== undefined && readInstant(until) + clockSkew <= now) refuse('the assertion has expired')
  const restrictions = childrenNamed(conditions, ns.assertion, 'AudienceRestriction')
  if (restrictions.length === 0) refuse('the assertion names no audience')
  for (const restriction of restrictions)
    if (!childrenNamed(restriction, ns.assertion, 'Audience').some(({ text }) => text.trim() === audience))
      refuse('the assertion is for another audience')
  const known = new Set(['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction'])
  // saml-core §2.5.1: a condition that is not understood makes the assertion invalid.
  if (conditions.children.some((child) => child.ns !== ns.assertion || !known.has(child.name)))
    refuse('a condition is not understood')
  return until === undefined ? Number.POSITIVE_INFINITY : readInstant(until)
}

const readAttributes = (assertion: XmlElement): Record<string, readonly string[]> => {
  const read: Record<string, string[]> = {}
  const statements = childrenNamed(assertion, ns.assertion, 'AttributeStatement')
  for (const attribute of statements.flatMap((one) => childrenNamed(one, ns.assertion, 'Attribute'))) {
    const name = attribute.attributes.get('Name') ?? ''
    if (name === '' || name.length > 300 || name === '__proto__') continue
    const values = childrenNamed(attribute, ns.assertion, 'AttributeValue')
      .map((value) => (value.children.length > 0 ? (value.children[0]?.text ?? '') : value.text).trim())
      .filter((value) => value !== '' && value.length <= 2000)
    read[name] = [...(read[name] ?? []), ...values].slice(0, 50)
  }
  return read
}

const readAssertion = (assertion: XmlElement, trusted: Trusted, here: Here): Statement => {
  if (issuerOf(assertion) !== trusted.issuer) refuse('the assertion has another issuer')
  if (assertion.attributes.get('Version') !== '2.0') refuse('only version 2.0 is spoken')
  const issued = readInstant(assertion.attributes.get('IssueInstant') ?? '')
  if (issued > here.now + clockSkew || issued < here.now - longestLife - clockSkew) refuse('the assertion is too old')
  const subject = childNamed(assertion, ns.assertion, 'Subject') ?? refuse('no subject')
  const { inResponseTo, until } = confirm(subject, here)
  const end = Math.min(checkConditions(assertion, here), until, issued + longestLife)
  const authn = childrenNamed(assertion, ns.assertion, 'AuthnStatement')[0] ?? refuse('nobody signed in')
  const sessionEnd = authn.attributes.get('SessionNotOnOrAfter')
  if (sessionEnd !== undefined && readInstant(sessionEnd) + clockSkew <= here.now) refuse('the session has ended')
  const context = childNamed(authn, ns.assertion, 'AuthnContext')
  return {
    assertionId: boundedText(assertion.attributes.get('ID') ?? '', 256),
    until: end + clockSkew,
    inResponseTo,
    nameId: readNameId(subject),
    sessionIndex: authn.attributes.get('SessionIndex') ?? '',
    contextClass: (context && childNamed(context, ns.assertion, 'AuthnContextClassRef'))?.text.trim() ?? '',
    attributes: readAttributes(assertion),
  }
}

/** The text of the one element of a name right below the document element. */
const cut = (xml: string, name: string): string => {
  const { documentElement: root } = new DOMParser().parseFromString(xml, 'text/xml')
  const found = Array.from(root?.childNodes ?? []).filter((node) => 'localName' in node && node.localName === name)
  const [node] = found
  if (node === undefined || found.length !== 1) return refuse(`one ${name} was expected`)
  return new XMLSerializer().serializeToString(node)
}

/**
 * Opens a response that came to `here.acs`. The response or the assertion must be signed; what is signed must be valid;
 * an encrypted assertion must be in a signed response or be signed itself. Throws Failure forbidden, invalid, tooLarge.
 */
export const openResponse = async (xml: string, trusted: Trusted, here: Here): Promise<Statement> => {
  const { certificates } = trusted
  const outer = { ns: ns.protocol, name: 'Response', certificates }
  const unread = parseXml(xml)
  if (unread.ns !== ns.protocol || unread.name !== 'Response') refuse('a response was expected')
  const signed = isSigned(unread)
  const response = signed ? openSigned(xml, outer).element : unread
  const envelope = readEnvelope(response)
  if (envelope.issuer !== trusted.issuer) refuse('the response has another issuer')
  if (envelope.destination !== undefined && envelope.destination !== here.acs) refuse('the response is for another')
  const [code, second] = readStatus(response)
  if (code !== status.success)
    throw new Failure('unauthenticated', `SAML: the provider refused (${second ?? code ?? ''})`, { property: 'status' })
  const encrypted = childrenNamed(response, ns.assertion, 'EncryptedAssertion').length
  const plain = childrenNamed(response, ns.assertion, 'Assertion').length
  if (encrypted + plain !== 1) refuse('exactly one assertion is expected')
  const inner = { ns: ns.assertion, name: 'Assertion', certificates }
  const said =
    encrypted === 1
      ? await openEncrypted(cut(xml, 'EncryptedAssertion'), signed, inner, here)
      : openPlain(xml, response, signed, inner)
  const statement = readAssertion(said, trusted, here)
  if (envelope.inResponseTo !== statement.inResponseTo)
    refuse('the response and the assertion answer different requests')
  return statement
}

interface Inner {
  readonly ns: string
  readonly name: string
  readonly certificates: readonly string[]
}

const openEncrypted = async (xml: string, signed: boolean, inner: Inner, here: Here): Promise<XmlElement> => {
  const text = await decryptElement(xml, here.decryption, signed)
  const unread = parseXml(text)
  if (unread.ns !== ns.assertion || unread.name !== 'Assertion') refuse('an assertion was expected')
  if (isSigned(unread)) return openSigned(text, inner).element
  return signed ? unread : refuse('signature: nothing is signed')
}

const openPlain = (xml: string, response: XmlElement, signed: boolean, inner: Inner): XmlElement => {
  const assertion = childNamed(response, ns.assertion, 'Assertion') ?? refuse('an assertion was expected')
  if (!isSigned(assertion)) return signed ? assertion : refuse('signature: nothing is signed')
  const own = openSigned(xml, { ...inner, at: 'child' }).element
  // Signed twice: both signatures must be about the same assertion.
  if (own.attributes.get('ID') !== assertion.attributes.get('ID')) refuse('two assertions')
  return own
}
