/** Certificates as an authority of a test issues them: a root, one between, a server. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto'
import { bitString, octetString, oid, sequence, set, time, tlv, truth } from '#server/der.ts'

export interface Issued {
  readonly name: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly der: Buffer
  /** PEM. */
  readonly cert: string
  readonly key: string
}

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'))
const day = 86_400_000

const named = (name: string) => sequence(set(sequence(oid('2.5.4.3'), tlv(0x0c, Buffer.from(name)))))

/** Issues a certificate: an authority when it has no host names, else a server's. Without an issuer it signs itself. */
export const issue = (name: string, hosts: readonly string[], issuer?: Issued, until = Date.now() + day): Issued => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const authority = hosts.length === 0
  const extension = (id: string, content: Buffer) => sequence(oid(id), truth, octetString(content))
  const extensions = [
    extension('2.5.29.19', authority ? sequence(truth) : sequence()),
    // keyCertSign, or digitalSignature.
    extension('2.5.29.15', bitString(Buffer.from([authority ? 0x04 : 0x80]), authority ? 2 : 7)),
    ...(authority ? [] : [extension('2.5.29.17', sequence(...hosts.map((host) => tlv(0x82, Buffer.from(host)))))]),
  ]
  const serial = randomBytes(8)
  serial[0] = 0x40
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, serial),
    ecdsaWithSha256,
    named(issuer?.name ?? name),
    sequence(time(until - 30 * day), time(until)),
    named(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(...extensions)),
  )
  const signer = issuer?.privateKey ?? privateKey
  const der = sequence(body, ecdsaWithSha256, bitString(sign('sha256', body, signer)))
  const cert = new X509Certificate(der).toString()
  const key = String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
  return { name, privateKey, publicKey, der, cert, key }
}
