/** Keys of partners: X.509 certificates as metadata carries them. Only the key counts (saml-metadata-iop §2.5). */
import { type KeyObject, X509Certificate } from 'node:crypto'
import { Failure } from '#base/failure.ts'

/** PEM of a certificate given as PEM or as bare base64. Throws Failure invalid. */
export const certificatePem = (text: string): string => {
  const bare = text.replace(/-----(?:BEGIN|END) CERTIFICATE-----/g, '').replace(/\s+/g, '')
  if (bare.length > 16_384 || !/^[A-Za-z0-9+/]+=*$/.test(bare)) throw new Failure('invalid', 'not a certificate')
  const pem = `-----BEGIN CERTIFICATE-----\n${bare.replace(/(.{64})(?=.)/g, '$1\n')}\n-----END CERTIFICATE-----\n`
  keyOf(pem)
  return pem
}

/** Base64 of a PEM certificate, without line ends. */
export const certificateText = (pem: string): string => pem.replace(/-----[A-Z ]+-----|\s+/g, '')

/**
 * The key in a certificate. Throws Failure invalid for what we trust no signature of: RSA below 2,048 bits, any other
 * kind than RSA and elliptic curves.
 */
export const keyOf = (pem: string): KeyObject => {
  let key: KeyObject
  try {
    key = new X509Certificate(pem).publicKey
  } catch (cause) {
    throw new Failure('invalid', 'not a certificate', { cause })
  }
  const { asymmetricKeyType: kind, asymmetricKeyDetails: details } = key
  if (kind === 'rsa' && (details?.modulusLength ?? 0) >= 2048) return key
  if (kind === 'ec') return key
  throw new Failure('invalid', 'the key of the certificate is too weak or not supported')
}
