/**
 * Secrets that we must be able to read again (TOTP seeds, printed grids) rest sealed: AES-256-GCM under a key derived
 * from the key of this room. The account and the purpose are part of what is sealed, so that a row copied to another
 * account, or to another use, opens nothing.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { People } from '../people.ts'

const version = 'v1'
const ivBytes = 12
const tagBytes = 16

/** What is sealed for whom: `totp:12`. */
export type SealPurpose = `${'totp' | 'grid' | 'totp-begun'}:${number}`

const keyOf = (people: Pick<People, 'key'>): Buffer =>
  Buffer.from(hkdfSync('sha256', people.key, '', 'convergence factor seal', 32))

/** Seals a text. */
export const seal = (people: Pick<People, 'key'>, purpose: SealPurpose, text: string): string => {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', keyOf(people), iv)
  cipher.setAAD(Buffer.from(`${version}:${purpose}`))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return `${version}.${Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')}`
}

/** Opens what `seal` made; undefined when it was made for something else, or was changed. */
export const unseal = (people: Pick<People, 'key'>, purpose: SealPurpose, sealed: string): string | undefined => {
  const [given, body = ''] = sealed.split('.')
  const bytes = Buffer.from(body, 'base64url')
  if (given !== version || bytes.length < ivBytes + tagBytes) return
  const decipher = createDecipheriv('aes-256-gcm', keyOf(people), bytes.subarray(0, ivBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAAD(Buffer.from(`${version}:${purpose}`))
  decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString('utf8')
  } catch {
    return
  }
}
