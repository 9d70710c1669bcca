/**
 * Secrets that must be read again (a signing key, a client's secret, a pending device code) rest encrypted under a key
 * derived from the installation's: AES-256-GCM, with the purpose as associated data so that one cannot stand for another.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const mark = 'sealed:'
const ivLength = 12
const tagLength = 16

/** A key for one purpose (RFC 5869), 32 octets. */
export const derivedKey = (key: Uint8Array, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, 'convergence', purpose, 32))

/** Encrypts a text; `purpose` must be given again to open it. */
export const seal = (key: Uint8Array, purpose: string, text: string): string => {
  const iv = randomBytes(ivLength)
  const cipher = createCipheriv('aes-256-gcm', derivedKey(key, 'seal'), iv)
  cipher.setAAD(Buffer.from(purpose))
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return mark + Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')
}

/** Opens what `seal` made. Throws Error when it was changed, or sealed for something else. */
export const unseal = (key: Uint8Array, purpose: string, sealed: string): string => {
  const bytes = Buffer.from(sealed.slice(mark.length), 'base64url')
  if (!sealed.startsWith(mark) || bytes.length < ivLength + tagLength) throw new Error(`${purpose} is not sealed`)
  const decipher = createDecipheriv('aes-256-gcm', derivedKey(key, 'seal'), bytes.subarray(0, ivLength))
  decipher.setAAD(Buffer.from(purpose))
  decipher.setAuthTag(bytes.subarray(ivLength, ivLength + tagLength))
  return Buffer.concat([decipher.update(bytes.subarray(ivLength + tagLength)), decipher.final()]).toString('utf8')
}

export const isSealed = (text: string): boolean => text.startsWith(mark)
