/**
 * Our SAML keys: made at the first start, kept in the store, replaced in three steps so that partners have time to read
 * the new certificate: published (in the metadata, signs nothing), active (signs; the one before stays published), gone.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { Context } from '../context.ts'
import { appendAudit } from '../people/audit.ts'

interface StoredKey {
  readonly id: string
  /** PEM, PKCS 8. */
  readonly key: string
  /** PEM. */
  readonly certificate: string
  readonly createdAt: number
  readonly active: boolean
}

export interface SamlKey {
  readonly id: string
  readonly key: KeyObject
  readonly certificate: string
  readonly createdAt: number
  readonly active: boolean
}

export interface SamlKeys {
  /** Signs. */
  readonly active: SamlKey
  /** Every key in the metadata, the active one first; all of them decrypt. */
  readonly all: readonly SamlKey[]
}

/** Makes a key and its self-signed certificate, PEM. */
export type MakeKey = () => Promise<{ readonly key: string; readonly certificate: string }>

const settingName = 'saml.keys'

const read = statement((q, p: Params<{ name: string }>) =>
  q.selectFrom('setting').select('value').where('name', '=', p.name),
)

const write = statement((q, p: Params<{ name: string; value: string }>) =>
  q
    .insertInto('setting')
    .values({ name: p.name, value: p.value })
    .onConflict((on) => on.column('name').doUpdateSet({ value: p.value })),
)

const readStored = async (tx: Reader): Promise<StoredKey[]> => {
  const row = await tx.first(read, { name: settingName })
  return row ? (JSON.parse(row.value) as StoredKey[]) : []
}

const opened = new Map<string, SamlKey>()

/** Keys are parsed once: they are immutable, and known by their id. */
const open = (stored: StoredKey): SamlKey => {
  const before = opened.get(stored.id)
  if (before && before.active === stored.active) return before
  const { id, certificate, createdAt, active } = stored
  const key: SamlKey = { id, certificate, createdAt, active, key: createPrivateKey(stored.key) }
  opened.set(id, key)
  return key
}

const fingerprint = (certificate: string): string => certificate.replace(/-----[A-Z ]+-----|\s+/g, '').slice(-24)

/** The keys of this installation, made now when there are none. */
export const samlKeys = async (ctx: Context, make: MakeKey): Promise<SamlKeys> => {
  let stored = await ctx.store.read(readStored)
  if (stored.length === 0) {
    const made = await make()
    const now = ctx.clock.now()
    stored = await ctx.store.writeGlobal(async (tx) => {
      // Two processes may start together: the first one's key stays.
      const meanwhile = await readStored(tx)
      if (meanwhile.length > 0) return meanwhile
      const first = [{ id: fingerprint(made.certificate), ...made, createdAt: now, active: true }]
      await tx.run(write, { name: settingName, value: JSON.stringify(first) })
      return first
    })
  }
  const all = stored.map(open).sort((a, b) => Number(b.active) - Number(a.active))
  const [active] = all
  if (!active?.active) throw new Error(`the setting ${settingName} is damaged`)
  return { active, all }
}

const change = async (
  ctx: Context,
  actor: string,
  what: string,
  edit: (keys: readonly StoredKey[]) => StoredKey[],
): Promise<void> => {
  await ctx.store.writeGlobal(async (tx) => {
    await tx.run(write, { name: settingName, value: JSON.stringify(edit(await readStored(tx))) })
    await appendAudit(tx, ctx.clock.now(), { actor, action: 'saml.key', target: what })
  })
}

/** Publishes a new key: partners see its certificate; it signs nothing yet. Throws Failure conflict when one waits. */
export const publishSamlKey = async (ctx: Context, actor: string, make: MakeKey): Promise<void> => {
  const made = await make()
  const createdAt = ctx.clock.now()
  await change(ctx, actor, 'publish', (keys) => {
    if (keys.length > 1) throw new Failure('conflict', 'two keys are published already')
    // The very first key has nothing to wait for.
    return [...keys, { id: fingerprint(made.certificate), ...made, createdAt, active: keys.length === 0 }]
  })
}

/** The published key signs from now on; the one before stays published. Throws Failure notFound. */
export const activateSamlKey = (ctx: Context, actor: string): Promise<void> =>
  change(ctx, actor, 'activate', (keys) => {
    if (keys.length < 2) throw new Failure('notFound', 'no other key is published')
    return keys.map((key) => ({ ...key, active: !key.active }))
  })

/** The key that does not sign is forgotten. Throws Failure notFound. */
export const dropSamlKey = (ctx: Context, actor: string): Promise<void> =>
  change(ctx, actor, 'drop', (keys) => {
    if (keys.length < 2) throw new Failure('notFound', 'no other key is published')
    return keys.filter(({ active }) => active)
  })
