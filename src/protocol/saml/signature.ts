/**
 * XML Signature (xmldsig-core 1.1) as SAML uses it (saml-core §5.4): enveloped, one reference, to the element that holds
 * the signature. The rule against signature wrapping is "see what is signed": what `openSigned` returns is parsed
 * again from the canonical bytes whose digest was signed, and the document that came is never read after.
 *
 * Known attacks and where they end: several SignedInfo or references (CVE-2025-29774) and comments in DigestValue
 * (CVE-2025-29775): `checkShape`, and comments never parse; key taken from the message: KeyInfo is ignored; HMAC with
 * the public key, SHA-1: not in the tables; RSA names with an elliptic key: `fits`; wrapping (XSW 1 to 8): the signature
 * must be a child of the element it signs, at the place asked for, under an ID that occurs once.
 */
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { DOMParser } from '@xmldom/xmldom'
import { type HashAlgorithm, type SignatureAlgorithm, SignedXml } from 'xml-crypto'
import { Failure } from '#base/failure.ts'
import {
  childNamed,
  childrenNamed,
  everyElement,
  messageBounds,
  parseXml,
  type XmlBounds,
  type XmlElement,
} from '#format/xml/parse.ts'
import { certificateText, keyOf } from './certificates.ts'
import { algorithm, ns } from './names.ts'

const refuse = (why: string, cause?: unknown): never => {
  throw new Failure('forbidden', `signature: ${why}`, cause === undefined ? {} : { cause })
}

interface Method {
  readonly key: 'rsa' | 'ec'
  readonly hash: 'sha256' | 'sha512'
}

/** What we accept and make: nothing else exists for us. */
export const signatureMethods: Readonly<Record<string, Method>> = {
  [algorithm.rsaSha256]: { key: 'rsa', hash: 'sha256' },
  [algorithm.rsaSha512]: { key: 'rsa', hash: 'sha512' },
  [algorithm.ecdsaSha256]: { key: 'ec', hash: 'sha256' },
  [algorithm.ecdsaSha512]: { key: 'ec', hash: 'sha512' },
}

/** True when the key is of the kind that the method names: a name never chooses how a key is used. */
export const fits = (method: string, key: KeyObject): boolean =>
  Object.hasOwn(signatureMethods, method) && signatureMethods[method]?.key === key.asymmetricKeyType

/** The method we sign with, by the kind of our key. */
export const methodFor = (key: KeyObject): string =>
  key.asymmetricKeyType === 'ec' ? algorithm.ecdsaSha256 : algorithm.rsaSha256

/** Signature of octets, as XML Signature writes it (r and s side by side for elliptic curves, RFC 4050 §3.3). */
export const signBytes = (method: string, data: string | Uint8Array, key: KeyObject): Buffer => {
  const { hash } = signatureMethods[method] ?? refuse('unknown method')
  return sign(hash, Buffer.from(data as string), { key, dsaEncoding: 'ieee-p1363' })
}

export const verifyBytes = (method: string, data: string | Uint8Array, key: KeyObject, signature: Buffer): boolean => {
  const known = signatureMethods[method]
  if (!known || !fits(method, key)) return false
  return verify(known.hash, Buffer.from(data as string), { key, dsaEncoding: 'ieee-p1363' }, signature)
}

/** The methods in the form the library asks for; it is left no other. */
const algorithmClass = (method: string): (new () => SignatureAlgorithm) => {
  class Algorithm {
    getSignature(signedInfo: unknown, privateKey: unknown): string {
      return signBytes(method, String(signedInfo), privateKey as KeyObject).toString('base64')
    }
    verifySignature(material: string, key: unknown, value: string): boolean {
      return verifyBytes(method, material, key as KeyObject, Buffer.from(value, 'base64'))
    }
    getAlgorithmName(): string {
      return method
    }
  }
  return Algorithm as new () => SignatureAlgorithm
}

const signatureClasses = Object.fromEntries(
  Object.keys(signatureMethods).map((method) => [method, algorithmClass(method)] as const),
)

const restrict = (signed: SignedXml): SignedXml => {
  signed.SignatureAlgorithms = signatureClasses
  const { HashAlgorithms: hashes, CanonicalizationAlgorithms: transforms } = signed
  const keep = <T>(from: Record<string, T>, names: readonly string[]) =>
    Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)))
  signed.HashAlgorithms = keep<new () => HashAlgorithm>(hashes, [algorithm.sha256, algorithm.sha512])
  signed.CanonicalizationAlgorithms = keep(transforms, [algorithm.c14n, algorithm.enveloped])
  return signed
}

export interface SigningKey {
  readonly key: KeyObject
  /** PEM. */
  readonly certificate: string
}

/**
 * Signs the document element of `xml`, which has an `ID`. The signature is put after Issuer (saml-core §5.4.1), or
 * first when there is none (metadata).
 */
export const signXml = (xml: string, { key, certificate }: SigningKey): string => {
  const method = methodFor(key)
  const signed = restrict(
    new SignedXml({
      privateKey: key as never,
      signatureAlgorithm: method,
      canonicalizationAlgorithm: algorithm.c14n,
      getKeyInfoContent: ({ prefix } = {}) => {
        const p = prefix ? `${prefix}:` : ''
        return `<${p}X509Data><${p}X509Certificate>${certificateText(certificate)}</${p}X509Certificate></${p}X509Data>`
      },
    }),
  )
  signed.addReference({
    xpath: '/*',
    transforms: [algorithm.enveloped, algorithm.c14n],
    digestAlgorithm: algorithm.sha256,
  })
  const issuer = childrenNamed(
    parseXml(xml, { ...messageBounds, size: 4 * 1024 * 1024, nodes: 100_000 }),
    ns.assertion,
    'Issuer',
  )
  signed.computeSignature(xml, {
    prefix: 'ds',
    location:
      issuer.length > 0
        ? { reference: "/*/*[local-name(.)='Issuer']", action: 'after' }
        : { reference: '/*', action: 'prepend' },
  })
  return signed.getSignedXml()
}

/** The `ID` of an element; in our schemas no other attribute is one. */
const idOf = (element: XmlElement): string => {
  const id = element.attributes.get('ID') ?? ''
  return /^[A-Za-z_][\w.-]{0,255}$/.test(id) ? id : refuse('the element has no usable ID')
}

/** The Algorithm of the one child of a name. */
const algorithmOf = (parent: XmlElement, name: string): string =>
  childNamed(parent, ns.ds, name)?.attributes.get('Algorithm') ?? refuse(`${name} is missing`)

/** A signature of exactly the shape that SAML allows, over exactly this ID. Returns its method. */
const checkShape = (signature: XmlElement, id: string): string => {
  if (childrenNamed(signature, ns.ds, 'Object').length > 0) refuse('objects are not accepted')
  const info = childNamed(signature, ns.ds, 'SignedInfo') ?? refuse('SignedInfo is missing')
  const within = [...everyElement(signature)].filter(({ name }) => name === 'SignedInfo' || name === 'Signature')
  if (within.length !== 2) refuse('a signature within the signature')
  if (algorithmOf(info, 'CanonicalizationMethod') !== algorithm.c14n) refuse('the canonical form is not accepted')
  const method = algorithmOf(info, 'SignatureMethod')
  if (!Object.hasOwn(signatureMethods, method)) refuse('the method is not accepted')
  const reference = childNamed(info, ns.ds, 'Reference') ?? refuse('Reference is missing')
  if (reference.attributes.get('URI') !== `#${id}`) refuse('it is about another element')
  const transforms = childNamed(reference, ns.ds, 'Transforms')?.children ?? []
  const names = transforms.map((transform) => transform.attributes.get('Algorithm'))
  if (names.length !== 2 || names[0] !== algorithm.enveloped || names[1] !== algorithm.c14n)
    refuse('the transforms are not accepted')
  const digest = algorithmOf(reference, 'DigestMethod')
  if (digest !== algorithm.sha256 && digest !== algorithm.sha512) refuse('the digest is not accepted')
  return method
}

export interface Expected {
  readonly ns: string
  readonly name: string
  /** PEM certificates of whoever may have signed. */
  readonly certificates: readonly string[]
  /** `root` (the default): the document element is signed; `child`: its one child of that name. */
  readonly at?: 'root' | 'child'
  readonly bounds?: XmlBounds
}

/** The node of the signature in the library's kind of document. */
const signatureNode = (text: string, at: 'root' | 'child', expected: Pick<Expected, 'ns' | 'name'>): unknown => {
  const elements = (parent: { childNodes: ArrayLike<unknown> }) =>
    Array.from(parent.childNodes).filter(
      (node): node is Element & { childNodes: ArrayLike<unknown> } => (node as { nodeType: number }).nodeType === 1,
    )
  type Element = { localName: string; namespaceURI: string }
  const { documentElement: root } = new DOMParser().parseFromString(text, 'text/xml')
  const holder =
    at === 'root'
      ? root
      : root && elements(root).find((one) => one.localName === expected.name && one.namespaceURI === expected.ns)
  return holder && elements(holder).find((one) => one.localName === 'Signature' && one.namespaceURI === ns.ds)
}

interface Claim {
  readonly text: string
  /** The signature, in the library's kind of document. */
  readonly node: unknown
  readonly method: string
  readonly value: Buffer
}

/** What the key signed; undefined when it did not. */
const verifyWith = ({ text, node, method, value }: Claim, key: KeyObject): string | undefined => {
  const signed = restrict(new SignedXml({ publicCert: key as never, getCertFromKeyInfo: () => null }))
  const { ownerDocument } = node as { ownerDocument: unknown }
  try {
    signed.loadSignature(node as never)
    // The library digests what is said to be signed before it looks at the signature: some hundred milliseconds of the
    // event loop for a large message of a stranger. Whether the key signed SignedInfo is known at once.
    // biome-ignore lint/complexity/useLiteralKeys: it is public in fact and private in the library's types.
    if (!verifyBytes(method, signed['getCanonSignedInfoXml'](ownerDocument as never), key, value)) return
    if (!signed.checkSignature(text)) return
    const [bytes, second] = signed.getSignedReferences()
    return second === undefined ? bytes : undefined
  } catch {
    return
  }
}

/** Whether an element carries a signature of its own. */
export const isSigned = (element: XmlElement): boolean => childrenNamed(element, ns.ds, 'Signature').length > 0

/**
 * Verifies the signature of an element and returns what was signed, parsed from its canonical bytes: only that may be
 * read. Throws Failure forbidden when nothing valid is signed there, invalid or tooLarge when it cannot be parsed.
 */
export const openSigned = (text: string, expected: Expected): { element: XmlElement; xml: string } => {
  const { at = 'root', certificates, bounds = messageBounds } = expected
  const root = parseXml(text, bounds)
  const element = at === 'root' ? root : (childNamed(root, expected.ns, expected.name) ?? refuse('nothing to verify'))
  if (element.ns !== expected.ns || element.name !== expected.name) refuse('another element was expected')
  const id = idOf(element)
  const same = [...everyElement(root)].filter(({ attributes }) =>
    ['ID', 'Id', 'id'].some((name) => attributes.get(name) === id),
  )
  if (same.length !== 1) refuse('its ID is not unique')
  const signature = childNamed(element, ns.ds, 'Signature') ?? refuse('it is not signed')
  const method = checkShape(signature, id)
  const value = Buffer.from(childNamed(signature, ns.ds, 'SignatureValue')?.text ?? '', 'base64')
  const keys = certificates.map(keyOf).filter((key) => fits(method, key))
  const node = signatureNode(text, at, expected) ?? refuse('it is not signed')
  for (const key of keys) {
    const xml = verifyWith({ text, node, method, value }, createPublicKey(key.export({ type: 'spki', format: 'pem' })))
    if (xml === undefined) continue
    const signed = parseXml(xml, bounds)
    if (signed.ns !== expected.ns || signed.name !== expected.name || idOf(signed) !== id)
      refuse('another element was signed')
    return { element: signed, xml }
  }
  return refuse(keys.length === 0 ? 'no key for its method' : 'it is not valid')
}
