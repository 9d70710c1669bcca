/**
 * A self-signed X.509 certificate (RFC 5280), written out in DER: two hundred lines less to trust than a library, for
 * the one shape we need (ECDSA P-256, a host name, this machine's names).
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIPv4 } from 'node:net'
import { bitString, octetString, oid, sequence, set, time, tlv, truth } from './der.ts'

const ids = {
  commonName: oid('2.5.4.3'),
  ecdsaWithSha256: oid('1.2.840.10045.4.3.2'),
  sha256WithRsa: oid('1.2.840.113549.1.1.11'),
  basicConstraints: oid('2.5.29.19'),
  keyUsage: oid('2.5.29.15'),
  extendedKeyUsage: oid('2.5.29.37'),
  serverAuth: oid('1.3.6.1.5.5.7.3.1'),
  subjectAltName: oid('2.5.29.17'),
  subjectKeyIdentifier: oid('2.5.29.14'),
}

const extension = (id: Buffer, content: Buffer, critical = false): Buffer =>
  sequence(id, ...(critical ? [truth] : []), octetString(content))

const ipOctets = (ip: string): Buffer => {
  if (isIPv4(ip)) return Buffer.from(ip.split('.').map(Number))
  const [head = '', tail = ''] = ip.split('::')
  const groups = (text: string) =>
    text
      .split(':')
      .filter(Boolean)
      .map((group) => Number.parseInt(group, 16))
  const [before, after] = [groups(head), groups(tail)]
  const all = [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after]
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]))
}

const pem = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(der)
    .toString('base64')
    .replace(/(.{64})(?=.)/g, '$1\n')}\n-----END ${label}-----\n`

const extensionsFor = (names: readonly string[], ips: readonly string[], spki: Uint8Array): Buffer => {
  const alternatives = [
    ...names.map((name) => tlv(0x82, Buffer.from(name))),
    ...ips.map((ip) => tlv(0x87, ipOctets(ip))),
  ]
  return sequence(
    extension(ids.basicConstraints, sequence(), true),
    // digitalSignature: bit 0
    extension(ids.keyUsage, bitString(Buffer.from([0x80]), 7), true),
    extension(ids.extendedKeyUsage, sequence(ids.serverAuth)),
    extension(ids.subjectAltName, sequence(...alternatives)),
    extension(ids.subjectKeyIdentifier, octetString(createHash('sha1').update(spki).digest())),
  )
}

export interface SelfSigned {
  /** PEM. */
  readonly key: string
  readonly certificate: string
}

export interface SelfSignedOptions {
  /** DNS names; the first is also the common name. */
  readonly names: readonly string[]
  readonly ips: readonly string[]
  /** Milliseconds. */
  readonly from: number
  readonly until: number
  /** Made elsewhere (RSA, for SAML); an elliptic key is made when absent. */
  readonly pair?: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }
}

/** Makes a key and its certificate. */
export const makeSelfSigned = ({ names, ips, from, until, pair }: SelfSignedOptions): SelfSigned => {
  const { privateKey, publicKey } = pair ?? generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  // At most 64 characters (RFC 5280, upper bound of a common name); clients read the alternative names.
  const name = sequence(set(sequence(ids.commonName, tlv(0x0c, Buffer.from((names[0] ?? 'localhost').slice(0, 64))))))
  // RFC 4055 §5: the RSA identifier has NULL parameters, the elliptic one has none.
  const rsa = privateKey.asymmetricKeyType === 'rsa'
  const algorithm = rsa ? sequence(ids.sha256WithRsa, tlv(0x05)) : sequence(ids.ecdsaWithSha256)
  const serial = randomBytes(16)
  // A positive number (RFC 5280 §4.1.2.2), without a leading zero octet.
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, serial),
    algorithm,
    name,
    sequence(time(from), time(until)),
    name,
    spki,
    tlv(0xa3, extensionsFor(names, ips, spki)),
  )
  const certificate = sequence(body, algorithm, bitString(sign('sha256', body, privateKey)))
  return {
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    certificate: pem('CERTIFICATE', certificate),
  }
}
