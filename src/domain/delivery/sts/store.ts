/** Policies of other domains, as they rest: what was learned once protects for as long as its domain has said. */
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { Context } from '../../context.ts'
import type { StsMode, StsPolicy } from './policy.ts'

export interface KeptPolicy extends Pick<StsPolicy, 'mode' | 'mx'> {
  readonly domain: string
  readonly id: string
  /** Milliseconds. */
  readonly fetchedAt: number
  readonly expiresAt: number
  readonly usedAt: number
}

const columns = [
  'domain',
  'policy_id as id',
  'mode',
  'mx',
  'fetched_at as fetchedAt',
  'expires_at as expiresAt',
  'used_at as usedAt',
] as const

const oneOf = statement((q, p: Params<{ domain: string; now: number }>) =>
  q.selectFrom('sts_policy').select(columns).where('domain', '=', p.domain).where('expires_at', '>', p.now),
)

const listed = statement((q, p: Params<{ now: number; limit: number }>) =>
  q.selectFrom('sts_policy').select(columns).where('expires_at', '>', p.now).orderBy('domain').limit(p.limit),
)

const stale = statement((q, p: Params<{ now: number; before: number; usedSince: number; limit: number }>) =>
  q
    .selectFrom('sts_policy')
    .select('domain')
    .where('expires_at', '>', p.now)
    .where('used_at', '>=', p.usedSince)
    .where('checked_at', '<', p.before)
    .orderBy('checked_at')
    .limit(p.limit),
)

const put = statement(
  (q, p: Params<{ domain: string; id: string; mode: StsMode; mx: string; at: number; expires: number }>) =>
    q
      .insertInto('sts_policy')
      .values({
        domain: p.domain,
        policy_id: p.id,
        mode: p.mode,
        mx: p.mx,
        fetched_at: p.at,
        checked_at: p.at,
        used_at: p.at,
        expires_at: p.expires,
      })
      .onConflict((on) =>
        on.column('domain').doUpdateSet((e) => ({
          policy_id: e.ref('excluded.policy_id'),
          mode: e.ref('excluded.mode'),
          mx: e.ref('excluded.mx'),
          fetched_at: e.ref('excluded.fetched_at'),
          checked_at: e.ref('excluded.checked_at'),
          expires_at: e.ref('excluded.expires_at'),
        })),
      ),
)

const noteUsed = statement((q, p: Params<{ domain: string; at: number }>) =>
  q.updateTable('sts_policy').set({ used_at: p.at }).where('domain', '=', p.domain),
)

const noteChecked = statement((q, p: Params<{ domain: string; at: number }>) =>
  q.updateTable('sts_policy').set({ checked_at: p.at }).where('domain', '=', p.domain),
)

const removeOne = statement((q, p: Params<{ domain: string }>) =>
  q.deleteFrom('sts_policy').where('domain', '=', p.domain),
)

const removeExpired = statement((q, p: Params<{ now: number }>) =>
  q.deleteFrom('sts_policy').where('expires_at', '<=', p.now),
)

interface Row extends Omit<KeptPolicy, 'mx'> {
  readonly mx: string
}

const kept = ({ mx, ...row }: Row): KeptPolicy => ({
  ...row,
  mx: mx.split(' ').filter(Boolean),
  fetchedAt: Number(row.fetchedAt),
  expiresAt: Number(row.expiresAt),
  usedAt: Number(row.usedAt),
})

/** The policy of a domain that still counts. */
export const keptPolicy = async ({ store, clock }: Context, domain: string): Promise<KeptPolicy | undefined> => {
  const row = await store.read((tx) => tx.first(oneOf, { domain, now: clock.now() }))
  return row && kept(row)
}

/** Policies that count, by name, for operators. */
export const keptPolicies = async (tx: Reader, now: number, limit: number): Promise<KeptPolicy[]> =>
  (await tx.all(listed, { now, limit })).map(kept)

/** Keeps a policy that was just fetched. Durable when it resolves. */
export const keepPolicy = async (
  { store, clock }: Context,
  domain: string,
  id: string,
  { mode, mx, maxAge }: StsPolicy,
): Promise<void> => {
  const at = clock.now()
  await store.writeGlobal((tx) => tx.run(put, { domain, id, mode, mx: mx.join(' '), at, expires: at + maxAge * 1000 }))
}

export const notePolicyUsed = async ({ store, clock }: Context, domain: string): Promise<void> => {
  await store.writeGlobal((tx) => tx.run(noteUsed, { domain, at: clock.now() }))
}

export const notePolicyChecked = async ({ store, clock }: Context, domain: string): Promise<void> => {
  await store.writeGlobal((tx) => tx.run(noteChecked, { domain, at: clock.now() }))
}

/** Domains written to since a time whose policy nobody has asked for since another; those asked longest ago first. */
export const stalePolicies = async (
  { store, clock }: Context,
  times: { readonly before: number; readonly usedSince: number },
  limit: number,
): Promise<string[]> =>
  (await store.read((tx) => tx.all(stale, { ...times, now: clock.now(), limit }))).map(({ domain }) => domain)

/** Forgets the policy of a domain; true when there was one. */
export const forgetPolicy = async ({ store }: Context, domain: string): Promise<boolean> =>
  (await store.writeGlobal((tx) => tx.run(removeOne, { domain }))).changes > 0

export const forgetExpired = async ({ store, clock }: Context): Promise<void> => {
  await store.writeGlobal((tx) => tx.run(removeExpired, { now: clock.now() }))
}
