/** The key by which push services know this platform (RFC 8292 §3.2). One for all its servers, made at the first start. */
import { createECDH } from 'node:crypto'
import { type Params, statement } from '#store/engine.ts'
import type { Context } from '../context.ts'

export interface VapidKey {
  /** Uncompressed point of P-256 in base64url: what browsers are given, and what subscriptions are bound to. */
  readonly publicKey: string
  /** Scalar in base64url. */
  readonly privateKey: string
}

const stored = statement((q) =>
  q.selectFrom('push_key').select(['public_key as publicKey', 'private_key as privateKey']).where('id', '=', 1),
)
const put = statement((q, p: Params<{ open: string; secret: string; now: number }>) =>
  q
    .insertInto('push_key')
    .values({ id: 1, public_key: p.open, private_key: p.secret, created_at: p.now })
    .onConflict((clash) => clash.doNothing()),
)

/** The key; of several servers that begin together the first one's is kept. */
export const vapidKey = async (ctx: Context): Promise<VapidKey> => {
  const known = await ctx.store.read((tx) => tx.first(stored, {}))
  if (known !== undefined) return known
  const pair = createECDH('prime256v1')
  pair.generateKeys()
  const [open, secret] = [pair.getPublicKey('base64url'), pair.getPrivateKey('base64url')]
  return ctx.store.writeGlobal(async (tx) => {
    await tx.run(put, { open, secret, now: ctx.clock.now() })
    return (await tx.first(stored, {})) ?? { publicKey: open, privateKey: secret }
  })
}
