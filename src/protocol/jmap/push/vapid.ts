/** Who sends a push message, signed for its push service (RFC 8292). */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import type { VapidKey } from '#domain/push/vapid.ts'

export interface VapidParts {
  readonly key: VapidKey
  /** How an operator of a push service reaches ours: `mailto:` or `https:` (§2.1). */
  readonly subject: string
  readonly now: () => number
}

/** §2: at most 24 hours. */
const lifeSeconds = 12 * 3600
const renewSeconds = 3600
/** Push services are few. */
const maxServices = 100

const keyObject = ({ publicKey, privateKey }: VapidKey): KeyObject => {
  const point = Buffer.from(publicKey, 'base64url')
  const [x, y] = [point.subarray(1, 33), point.subarray(33, 65)].map((half) => half.toString('base64url'))
  return createPrivateKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '', d: privateKey } })
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Gives the Authorization header for a subscription's URL; one signature serves a push service for hours. */
export const createVapid = ({ key, subject, now }: VapidParts): ((url: string) => string) => {
  const secret = keyObject(key)
  const signed = new Map<string, { readonly token: string; readonly until: number }>()
  return (url) => {
    const { origin } = new URL(url)
    const seconds = Math.floor(now() / 1000)
    let known = signed.get(origin)
    if (known === undefined || known.until - renewSeconds < seconds) {
      const until = seconds + lifeSeconds
      const text = `${encoded({ typ: 'JWT', alg: 'ES256' })}.${encoded({ aud: origin, exp: until, sub: subject })}`
      // JWS wants the two numbers side by side, not DER (RFC 7518 §3.4).
      const signature = sign('sha256', Buffer.from(text), { key: secret, dsaEncoding: 'ieee-p1363' })
      known = { token: `${text}.${signature.toString('base64url')}`, until }
      if (signed.size >= maxServices) signed.clear()
      signed.set(origin, known)
    }
    return `vapid t=${known.token}, k=${key.publicKey}`
  }
}
