/**
 * A passkey made of software, for tests: ES256 keys of node:crypto, CBOR written by hand (RFC 8949), answers as a
 * browser gives them (WebAuthn level 3 §6). Each part can be made wrong.
 */
import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'

const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest()

/** Head of a CBOR item: major type and length or value below 65536. */
const head = (major: number, value: number): Buffer => {
  if (value < 24) return Buffer.from([(major << 5) | value])
  if (value < 256) return Buffer.from([(major << 5) | 24, value])
  return Buffer.from([(major << 5) | 25, value >> 8, value & 255])
}

const int = (value: number): Buffer => (value >= 0 ? head(0, value) : head(1, -1 - value))
const bytes = (value: Uint8Array): Buffer => Buffer.concat([head(2, value.length), value])
const text = (value: string): Buffer => Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
const map = (...entries: [Buffer, Buffer][]): Buffer => Buffer.concat([head(5, entries.length), ...entries.flat()])

export interface Wrong {
  readonly origin?: string
  readonly rpId?: string
  readonly challenge?: string
  readonly counter?: number
  /** Signs with another key. */
  readonly key?: KeyObject
  readonly userVerified?: boolean
  readonly type?: string
  readonly format?: string
}

/** What the server asks, as the page received it. */
interface Options {
  readonly challenge?: unknown
  readonly user?: unknown
}

const flags = { present: 0x01, verified: 0x04, attested: 0x40 } as const

export class Authenticator {
  readonly id = randomBytes(32).toString('base64url')
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  readonly #origin: string
  readonly #rpId: string
  counter = 0
  handle = ''

  constructor(origin: string, rpId = 'localhost') {
    this.#origin = origin
    this.#rpId = rpId
  }

  #data(wrong: Wrong, extra = 0, attested = Buffer.alloc(0)): Buffer {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(wrong.counter ?? ++this.counter)
    const verified = wrong.userVerified === false ? 0 : flags.verified
    const flag = Buffer.from([flags.present | verified | extra])
    return Buffer.concat([sha256(wrong.rpId ?? this.#rpId), flag, counter, attested])
  }

  #client(type: string, challenge: string, wrong: Wrong): Buffer {
    const origin = wrong.origin ?? this.#origin
    return Buffer.from(
      JSON.stringify({ type: wrong.type ?? type, challenge: wrong.challenge ?? challenge, origin, crossOrigin: false }),
    )
  }

  /** What `navigator.credentials.create` gives. */
  create(options: Options, wrong: Wrong = {}) {
    const { user } = options
    this.handle = typeof user === 'object' && user !== null && 'id' in user ? String(user.id) : ''
    const jwk = this.#keys.publicKey.export({ format: 'jwk' })
    const coordinate = (value: string | undefined) => Buffer.from(value ?? '', 'base64url')
    // COSE_Key (RFC 9052): EC2, ES256, P-256.
    const key = map(
      [int(1), int(2)],
      [int(3), int(-7)],
      [int(-1), int(1)],
      [int(-2), bytes(coordinate(jwk.x))],
      [int(-3), bytes(coordinate(jwk.y))],
    )
    const id = Buffer.from(this.id, 'base64url')
    const length = Buffer.from([0, id.length])
    const attested = Buffer.concat([Buffer.alloc(16), length, id, key])
    const attestation = map(
      [text('fmt'), text(wrong.format ?? 'none')],
      [text('attStmt'), map()],
      [text('authData'), bytes(this.#data(wrong, flags.attested, attested))],
    )
    return {
      id: this.id,
      rawId: this.id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: this.#client('webauthn.create', String(options.challenge), wrong).toString('base64url'),
        attestationObject: attestation.toString('base64url'),
        transports: ['internal'],
      },
    }
  }

  /** What `navigator.credentials.get` gives. */
  get(options: Options, wrong: Wrong = {}) {
    const data = this.#data(wrong)
    const client = this.#client('webauthn.get', String(options.challenge), wrong)
    const signed = createSign('sha256').update(Buffer.concat([data, sha256(client)]))
    return {
      id: this.id,
      rawId: this.id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signed.sign(wrong.key ?? this.#keys.privateKey).toString('base64url'),
        userHandle: this.handle,
      },
    }
  }
}
