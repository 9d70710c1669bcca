/**
 * Signed content (CMS SignedData, RFC 5652): what is signed, our certificates, and one signature with the server's own
 * TLS key. Devices show such a configuration profile as coming from the name in the certificate.
 */
import { createHash, createPrivateKey, sign, X509Certificate } from 'node:crypto'
import { octetString, oid, sequence, set, time, tlv } from './der.ts'

const ids = {
  data: oid('1.2.840.113549.1.7.1'),
  signedData: oid('1.2.840.113549.1.7.2'),
  contentType: oid('1.2.840.113549.1.9.3'),
  messageDigest: oid('1.2.840.113549.1.9.4'),
  signingTime: oid('1.2.840.113549.1.9.5'),
  sha256: oid('2.16.840.1.101.3.4.2.1'),
  rsa: oid('1.2.840.113549.1.1.1'),
  ecdsaWithSha256: oid('1.2.840.10045.4.3.2'),
}

const null_ = tlv(0x05)
const integer = (value: number): Buffer => tlv(0x02, Buffer.from([value]))

/** The elements of a DER sequence, each as it stands. */
const elements = (content: Buffer): Buffer[] => {
  const found: Buffer[] = []
  for (let at = 0; at < content.length; ) {
    const { end } = span(content, at)
    found.push(content.subarray(at, end))
    at = end
  }
  return found
}

/** Where the content of the element at `at` begins, and where the element ends. */
const span = (bytes: Buffer, at: number): { start: number; end: number } => {
  const first = bytes[at + 1] ?? 0
  if (first < 0x80) return { start: at + 2, end: at + 2 + first }
  const octets = first & 0x7f
  const length = bytes.readUIntBE(at + 2, octets)
  return { start: at + 2 + octets, end: at + 2 + octets + length }
}

const inside = (element: Buffer): Buffer => {
  const { start, end } = span(element, 0)
  return element.subarray(start, end)
}

/** Issuer and serial number of a certificate (RFC 5280 §4.1), which name it in a signature. */
const issuerAndSerial = (der: Buffer): Buffer => {
  const [body] = elements(inside(der))
  const parts = elements(inside(body ?? Buffer.alloc(0)))
  // The version is explicitly tagged, and left out in version 1.
  const [serial, , issuer] = parts[0]?.[0] === 0xa0 ? parts.slice(1) : parts
  if (!serial || !issuer) throw new Error('the certificate cannot be read')
  return sequence(issuer, serial)
}

/** DER orders the members of a SET by their octets (X.690 §11.6). */
const sortedSet = (members: readonly Buffer[]): Buffer => Buffer.concat([...members].sort(Buffer.compare))

const attribute = (type: Buffer, value: Buffer): Buffer => sequence(type, set(value))

export interface Signer {
  /** PEM: our certificate first, then those above it. */
  readonly cert: string
  /** PEM. */
  readonly key: string
}

const pemCertificates = (text: string): Buffer[] =>
  (text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
    (pem) => new X509Certificate(pem).raw,
  )

/** The content with its signature around it, in DER. Throws Error for a key that is neither RSA nor elliptic. */
export const signContent = (content: Uint8Array, { cert, key }: Signer, now: number): Buffer => {
  const certificates = pemCertificates(cert)
  const [own] = certificates
  if (!own) throw new Error('there is no certificate to sign with')
  const privateKey = createPrivateKey(key)
  const isRsa = privateKey.asymmetricKeyType === 'rsa'
  if (!isRsa && privateKey.asymmetricKeyType !== 'ec') throw new Error('this kind of key signs no profiles')
  const attributes = sortedSet([
    attribute(ids.contentType, ids.data),
    attribute(ids.signingTime, time(now)),
    attribute(ids.messageDigest, octetString(createHash('sha256').update(content).digest())),
  ])
  // What is signed bears the tag of a SET; in its place it bears the tag of the field (RFC 5652 §5.4).
  const signature = sign('sha256', tlv(0x31, attributes), privateKey)
  const digest = sequence(ids.sha256, null_)
  const signer = sequence(
    integer(1),
    issuerAndSerial(own),
    digest,
    tlv(0xa0, attributes),
    isRsa ? sequence(ids.rsa, null_) : sequence(ids.ecdsaWithSha256),
    octetString(signature),
  )
  const signed = sequence(
    integer(1),
    set(digest),
    sequence(ids.data, tlv(0xa0, octetString(content))),
    tlv(0xa0, ...certificates),
    set(signer),
  )
  return sequence(ids.signedData, tlv(0xa0, signed))
}
