/** A SAML key with its certificate: RSA, because EduConnect and most of the field sign with nothing else. */
import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import type { Clock } from '#base/clock.ts'
import type { MakeKey } from '#domain/federation/keys.ts'
import { makeSelfSigned } from './certificate.ts'

const day = 24 * 3_600_000
/** Partners compare keys, not dates; a certificate that ends is an outage in ten years that nobody expects. */
const life = 20 * 365 * day

/** Makes keys for the given name; in a thread, for a large prime takes its time. */
export const samlKeyMaker =
  (hostname: string, clock: Clock): MakeKey =>
  async () => {
    const pair = await promisify(generateKeyPair)('rsa', { modulusLength: 3072 })
    const now = clock.now()
    return makeSelfSigned({ names: [hostname], ips: [], from: now - day, until: now + life, pair })
  }
