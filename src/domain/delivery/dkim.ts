/** Keys with which mail of our domains is signed (RFC 6376; Ed25519 by RFC 8463), and the DNS records that publish them. */
import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { type Params, statement } from '#store/engine.ts'
import type { Context } from '../context.ts'

const generate = promisify(generateKeyPair)

export interface DkimKey {
  readonly domain: string
  readonly selector: string
  readonly algorithm: 'rsa-sha256' | 'ed25519-sha256'
  /** PEM, PKCS #8. */
  readonly privateKey: string
  /** As the `p=` tag has it. */
  readonly publicKey: string
}

export interface DkimRecord {
  /** Fully qualified, without final dot. */
  readonly name: string
  /** Text of the TXT record; strings longer than 255 octets are to be split by the zone's editor. */
  readonly value: string
}

const keysOf = statement((q, p: Params<{ domain: string }>) =>
  q
    .selectFrom('dkim_key')
    .select(['domain', 'selector', 'algorithm', 'private_key as privateKey', 'public_key as publicKey'])
    .where('domain', '=', p.domain)
    .orderBy('selector'),
)

const addKey = statement(
  (
    q,
    p: Params<{
      domain: string
      selector: string
      algorithm: 'rsa-sha256' | 'ed25519-sha256'
      privateKey: string
      publicKey: string
      at: number
    }>,
  ) =>
    q
      .insertInto('dkim_key')
      .values({
        domain: p.domain,
        selector: p.selector,
        algorithm: p.algorithm,
        private_key: p.privateKey,
        public_key: p.publicKey,
        created_at: p.at,
      })
      .onConflict((on) => on.columns(['domain', 'selector']).doNothing()),
)

/** Octets of a SubjectPublicKeyInfo before the 32 of an Ed25519 key (RFC 8410 §4); `p=` has the key alone (RFC 8463 §4). */
const ed25519Prefix = 12

const makeKeys = async (domain: string): Promise<DkimKey[]> => {
  const rsa = await generate('rsa', { modulusLength: 2048 })
  const edwards = await generate('ed25519')
  const pem = (key: typeof rsa.privateKey) => key.export({ type: 'pkcs8', format: 'pem' }).toString()
  const der = (key: typeof rsa.publicKey) => key.export({ type: 'spki', format: 'der' })
  return [
    {
      domain,
      selector: 'convergence-rsa',
      algorithm: 'rsa-sha256',
      privateKey: pem(rsa.privateKey),
      publicKey: der(rsa.publicKey).toString('base64'),
    },
    {
      domain,
      selector: 'convergence-ed25519',
      algorithm: 'ed25519-sha256',
      privateKey: pem(edwards.privateKey),
      publicKey: der(edwards.publicKey).subarray(ed25519Prefix).toString('base64'),
    },
  ]
}

/** Keys of a domain; none before `ensureDkimKeys`. */
export const dkimKeys = (ctx: Context, domain: string): Promise<DkimKey[]> =>
  ctx.store.read((tx) => tx.all(keysOf, { domain }))

/** Makes an RSA (2048 bits) and an Ed25519 key for each domain that has none. Call at start. */
export const ensureDkimKeys = async (ctx: Context, domains: readonly string[]): Promise<void> => {
  for (const domain of domains) {
    if ((await dkimKeys(ctx, domain)).length > 0) continue
    const keys = await makeKeys(domain)
    await ctx.store.writeGlobal(async (tx) => {
      for (const { domain, selector, algorithm, privateKey, publicKey } of keys)
        await tx.run(addKey, { domain, selector, algorithm, privateKey, publicKey, at: ctx.clock.now() })
    })
    ctx.log.info('dkim.keys-made', { domain })
  }
}

/** The TXT records to publish for a domain, its keys made if need be. */
export const dkimRecords = async (ctx: Context, domain: string): Promise<DkimRecord[]> => {
  await ensureDkimKeys(ctx, [domain])
  return (await dkimKeys(ctx, domain)).map(({ selector, algorithm, publicKey }) => ({
    name: `${selector}._domainkey.${domain}`,
    value: `v=DKIM1; k=${algorithm === 'rsa-sha256' ? 'rsa' : 'ed25519'}; p=${publicKey}`,
  }))
}
