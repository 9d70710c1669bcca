/**
 * How messages travel (saml-bindings): HTTP-Redirect (§3.4: deflated, with a detached signature over the query exactly as
 * it was sent) and HTTP-POST (§3.5).
 */
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import { Failure } from '#base/failure.ts'
import { messageBounds } from '#format/xml/parse.ts'
import { keyOf } from './certificates.ts'
import { fits, methodFor, type SigningKey, signatureMethods, signBytes, verifyBytes } from './signature.ts'

const invalid = (why: string): never => {
  throw new Failure('invalid', `SAML: ${why}`)
}

/** RelayState is at most 80 octets by the standard; what is around is longer, and it is only given back. */
const longestRelayState = 1024

const base64 = (text: string): Buffer => {
  const bare = text.replace(/\s+/g, '')
  if (bare.length > (messageBounds.size * 4) / 3 + 4) throw new Failure('tooLarge', 'SAML: the message is too large')
  return /^[A-Za-z0-9+/]+={0,2}$/.test(bare) ? Buffer.from(bare, 'base64') : invalid('not base64')
}

const decodeText = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return invalid('not UTF-8')
  }
}

/** XML of a message that came by POST. */
export const decodePost = (text: string): string => decodeText(base64(text))

export const encodePost = (xml: string): string => Buffer.from(xml).toString('base64')

const inflate = (bytes: Buffer): Buffer => {
  try {
    return inflateRawSync(bytes, { maxOutputLength: messageBounds.size, finishFlush: constants.Z_SYNC_FLUSH })
  } catch (cause) {
    throw new Failure('invalid', 'SAML: not deflated, or too large', { cause })
  }
}

export type MessageName = 'SAMLRequest' | 'SAMLResponse'

export interface RedirectMessage {
  readonly name: MessageName
  readonly xml: string
  readonly relayState: string | undefined
  readonly signed: boolean
  /** Throws Failure forbidden unless one of these PEM certificates signed the query. */
  verify(certificates: readonly string[]): void
}

/** The parameters of a query as they were written, each at most once. */
const rawParameters = (query: string): Map<string, string> => {
  const found = new Map<string, string>()
  for (const pair of query.split('&')) {
    const at = pair.indexOf('=')
    const name = at < 0 ? pair : pair.slice(0, at)
    if (found.has(name)) invalid('a parameter occurs twice')
    found.set(name, at < 0 ? '' : pair.slice(at + 1))
  }
  return found
}

const decodeParameter = (raw: string): string => {
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '))
  } catch {
    return invalid('a parameter is badly written')
  }
}

export const checkRelayState = (text: string | undefined): string | undefined => {
  if (text === undefined || text === '') return
  return text.length <= longestRelayState ? text : invalid('RelayState is too long')
}

const verifyQuery = (raw: ReadonlyMap<string, string>, name: MessageName, certificates: readonly string[]): void => {
  const method = decodeParameter(raw.get('SigAlg') ?? '')
  const signature = base64(decodeParameter(raw.get('Signature') ?? ''))
  if (!Object.hasOwn(signatureMethods, method)) throw new Failure('forbidden', 'signature: the method is not accepted')
  // In this order, whatever the order they came in (§3.4.4.1).
  const parts = [name, 'RelayState', 'SigAlg'].filter((one) => raw.has(one))
  const asSent = parts.map((one) => `${one}=${raw.get(one)}`).join('&')
  // Some services (node-saml among them) sign one spelling of a space and send another; the values are the same.
  const spelled = parts.map((one) => `${one}=${encodeURIComponent(decodeParameter(raw.get(one) ?? ''))}`).join('&')
  const keys = certificates.map(keyOf).filter((key) => fits(method, key))
  if (!keys.some((key) => [asSent, spelled].some((signed) => verifyBytes(method, signed, key, signature))))
    throw new Failure('forbidden', 'signature: it is not valid')
}

/** Reads the query of a request (without `?`). Throws Failure invalid, tooLarge. */
export const decodeRedirect = (query: string): RedirectMessage => {
  const raw = rawParameters(query)
  const [name, second] = (['SAMLRequest', 'SAMLResponse'] as const).filter((one) => raw.has(one))
  if (name === undefined || second !== undefined) return invalid('exactly one message is expected')
  const encoding = raw.get('SAMLEncoding')
  if (encoding !== undefined && !decodeParameter(encoding).endsWith(':DEFLATE')) invalid('unknown encoding')
  const xml = decodeText(inflate(base64(decodeParameter(raw.get(name) ?? ''))))
  const relay = raw.get('RelayState')
  return {
    name,
    xml,
    relayState: checkRelayState(relay === undefined ? undefined : decodeParameter(relay)),
    signed: raw.has('Signature') || raw.has('SigAlg'),
    verify: (certificates) => verifyQuery(raw, name, certificates),
  }
}

/** Address that carries a message to `url`, signed. */
export const encodeRedirect = (
  url: string,
  name: MessageName,
  xml: string,
  relayState: string | undefined,
  key: SigningKey | undefined,
): string => {
  const message = deflateRawSync(Buffer.from(xml)).toString('base64')
  const parts = [`${name}=${encodeURIComponent(message)}`]
  if (relayState !== undefined) parts.push(`RelayState=${encodeURIComponent(relayState)}`)
  if (key) {
    const method = methodFor(key.key)
    parts.push(`SigAlg=${encodeURIComponent(method)}`)
    parts.push(`Signature=${encodeURIComponent(signBytes(method, parts.join('&'), key.key).toString('base64'))}`)
  }
  return `${url}${url.includes('?') ? '&' : '?'}${parts.join('&')}`
}
