/**
 * The identity provider's half of the web profile (saml-profiles §4.1): from what a service sent to what it is owed. Who
 * may enter and what is told are decisions of domain/access; here is only what the messages say.
 */
import { Failure } from '#base/failure.ts'
import type { PartyOf, SamlConfig } from '#domain/access/relying-parties.ts'
import { type Strength, strengthAsked, strengthOf } from '#domain/people/principal.ts'
import { parseXml } from '#format/xml/parse.ts'
import type { RedirectMessage } from './bindings.ts'
import { checkEnvelope, issuerOf } from './message.ts'
import { authnContext, binding, nameIdFormat, ns, status } from './names.ts'
import { nameIdWord } from './party.ts'
import { type AuthnRequest, type RequestedContext, readAuthnRequest } from './request.ts'
import { isSigned, openSigned } from './signature.ts'

export type SamlParty = PartyOf<'saml'>

/** What came, by whichever binding. */
export type Incoming =
  | { readonly by: 'redirect'; readonly message: RedirectMessage }
  | { readonly by: 'post'; readonly xml: string; readonly relayState: string | undefined }

const xmlOf = (incoming: Incoming): string => (incoming.by === 'redirect' ? incoming.message.xml : incoming.xml)

/** Who says it sent this; to be believed only after `openRequest`. */
export const claimedIssuer = (incoming: Incoming): string => issuerOf(parseXml(xmlOf(incoming)))

/**
 * The message, read from what was signed when it is signed. A signature must be there when `must`; one that is there and
 * can be checked must be right.
 */
export const openMessage = (
  incoming: Incoming,
  name: string,
  certificates: readonly string[],
  must: boolean,
): { element: ReturnType<typeof parseXml>; signed: boolean } => {
  const xml = xmlOf(incoming)
  const unread = parseXml(xml)
  const signed = incoming.by === 'redirect' ? incoming.message.signed : isSigned(unread)
  if (must && !signed) throw new Failure('forbidden', 'signature: it is missing')
  if (must && certificates.length === 0) throw new Failure('forbidden', 'signature: no certificate is known')
  if (!signed || certificates.length === 0) return { element: unread, signed: false }
  if (incoming.by === 'post')
    return { element: openSigned(xml, { ns: ns.protocol, name, certificates }).element, signed: true }
  incoming.message.verify(certificates)
  return { element: unread, signed: true }
}

/** Where the answer goes: one of the addresses of the row, to the letter (saml-profiles §4.1.4.1). */
export const chooseAcs = (request: Pick<AuthnRequest, 'acsUrl' | 'acsIndex'>, config: SamlConfig): string => {
  const { acsUrl, acsIndex } = request
  const refuse = (): never => {
    throw new Failure('forbidden', 'SAML: the address of the answer is not registered')
  }
  if (acsUrl !== undefined) return config.acs.includes(acsUrl) ? acsUrl : refuse()
  if (acsIndex === undefined) return config.acs[0] ?? refuse()
  const at = config.acsIndexes?.indexOf(acsIndex) ?? acsIndex
  return config.acs[at] ?? refuse()
}

/** Verifies and reads a request. Throws Failure invalid, forbidden. */
export const openRequest = (
  incoming: Incoming,
  { key, config }: SamlParty,
  { now, here }: { now: number; here: readonly string[] },
): AuthnRequest & { readonly acs: string } => {
  const must = config.wantAuthnRequestsSigned
  const { element, signed } = openMessage(incoming, 'AuthnRequest', config.certificates, must)
  const request = readAuthnRequest(element)
  if (request.issuer !== key) throw new Failure('forbidden', 'SAML: the issuer changed')
  checkEnvelope(request, { now, here, signed })
  if (request.binding !== undefined && request.binding !== binding.post)
    throw new Failure('invalid', 'SAML: responses go by HTTP-POST only')
  return { ...request, acs: chooseAcs(request, config) }
}

/** Least strength for a class; undefined: we do not know what it means. */
const strengthOfClass = (name: string): Strength | undefined => {
  if (name === authnContext.password || name === authnContext.plainPassword || name === authnContext.unspecified)
    return 1
  return name === authnContext.timeSync ? 2 : strengthAsked(name)
}

/** What a request wants of the sign-in; undefined when we cannot promise it (status NoAuthnContext). */
export const contextWanted = (
  asked: RequestedContext | undefined,
): { strength: Strength; classes: readonly string[] } | undefined => {
  if (asked?.declared) return
  if (!asked || asked.classes.length === 0) return { strength: 1, classes: [] }
  if (asked.comparison === 'maximum' || asked.comparison === 'better') return
  const known = asked.classes.filter((name) => strengthOfClass(name) !== undefined)
  if (known.length === 0) return
  const strength = Math.min(...known.map((name) => strengthOfClass(name) ?? 1)) as Strength
  return { strength, classes: known }
}

/** The class that is true of a sign-in: one that was asked, when it is; our own word for it otherwise. */
export const contextClassOf = (amr: readonly string[], asked: readonly string[]): string => {
  const strength = strengthOf(amr)
  const fitting = asked.find((name) => (strengthOfClass(name) ?? 4) <= strength)
  if (fitting !== undefined) return fitting
  if (strength > 1) return authnContext.mfa
  return amr.includes('pwd') ? authnContext.password : authnContext.unspecified
}

/** The kind of NameID to give; undefined when the request insists on one that is not for it. */
export const nameIdWanted = (
  format: string | undefined,
  own: SamlConfig['nameIdFormat'],
): SamlConfig['nameIdFormat'] | undefined => {
  if (format === undefined || format === nameIdFormat.unspecified) return own
  const word = nameIdWord(format)
  // Transient says less than any other, so it may always be asked.
  return word === own || word === 'transient' ? word : undefined
}

export const passiveRefusal = [status.responder, status.noPassive] as const
export const contextRefusal = [status.requester, status.noAuthnContext] as const
export const nameIdRefusal = [status.requester, status.invalidNameIdPolicy] as const
export const deniedRefusal = [status.responder, status.requestDenied] as const
