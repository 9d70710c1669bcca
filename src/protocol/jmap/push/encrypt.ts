/** A push message that only the device can read (RFC 8291, in one record of RFC 8188). */
import { createCipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto'

const recordSize = 4096

/** What tests fix and nobody else: the sender's key and the salt must be fresh for every message. */
export interface Randomness {
  readonly privateKey: Uint8Array
  readonly salt: Uint8Array
}

const derive = (secret: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, info, length))

/**
 * The body of a message with Content-Encoding aes128gcm. `p256dh` and `auth` are the subscription's, in base64url.
 * Throws when the key is not a point of P-256.
 */
export const encryptPush = (
  message: Uint8Array,
  keys: { readonly p256dh: string; readonly auth: string },
  fixed?: Randomness,
): Uint8Array => {
  const theirs = Buffer.from(keys.p256dh, 'base64url')
  const auth = Buffer.from(keys.auth, 'base64url')
  const pair = createECDH('prime256v1')
  if (fixed) pair.setPrivateKey(fixed.privateKey)
  else pair.generateKeys()
  const ours = pair.getPublicKey()
  const salt = fixed?.salt ?? randomBytes(16)
  const secret = derive(
    pair.computeSecret(theirs),
    auth,
    Buffer.concat([Buffer.from('WebPush: info\0'), theirs, ours]),
    32,
  )
  const key = derive(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16)
  const nonce = derive(secret, salt, Buffer.from('Content-Encoding: nonce\0'), 12)
  const cipher = createCipheriv('aes-128-gcm', key, nonce)
  // The octet 2 ends the last record (RFC 8188 §2).
  const sealed = Buffer.concat([
    cipher.update(message),
    cipher.update(Buffer.from([2])),
    cipher.final(),
    cipher.getAuthTag(),
  ])
  const head = Buffer.alloc(21)
  head.set(salt, 0)
  head.writeUInt32BE(recordSize, 16)
  head.writeUInt8(ours.length, 20)
  return Buffer.concat([head, ours, sealed])
}

/** True for keys that `encryptPush` can use (RFC 8291 §2: an uncompressed point, and 16 octets). */
export const areUsableKeys = (keys: { readonly p256dh: string; readonly auth: string }): boolean => {
  const point = Buffer.from(keys.p256dh, 'base64url')
  if (point.length !== 65 || point[0] !== 4 || Buffer.from(keys.auth, 'base64url').length !== 16) return false
  try {
    encryptPush(new Uint8Array(1), keys)
    return true
  } catch {
    return false
  }
}
