/**
 * Remembers, for a few minutes and in memory only, that a password was right, so that a phone that opens four IMAP
 * connections pays for Argon2id once. Keys are a MAC under a key of this process: the cache holds no password and no
 * hash that would be of use elsewhere.
 */
import { createHmac, randomBytes } from 'node:crypto'
import type { Clock } from '#base/clock.ts'
import type { Principal } from './principal.ts'

export interface Proof {
  readonly service: string
  readonly login: string
  readonly password: string
}

export interface VerifiedCache {
  get(proof: Proof): Principal | undefined
  /** Remembers, unless something was forgotten since `epoch`: a password may have changed while it was being checked. */
  put(proof: Proof, principal: Principal, epoch: number): void
  /** Grows with each `forget` and `clear`. */
  readonly epoch: number
  /** Runs `work` once for callers that bring the same proof at the same time. */
  once(proof: Proof, work: () => Promise<Principal>): Promise<Principal>
  /** Something about the account changed: what was proved must be proved again. */
  forget(account: number): void
  clear(): void
  readonly size: number
}

export const createVerifiedCache = (clock: Clock, life = 5 * 60_000, maxEntries = 20_000): VerifiedCache => {
  const secret = randomBytes(32)
  const entries = new Map<string, { principal: Principal; until: number }>()
  const byAccount = new Map<number, Set<string>>()
  const running = new Map<string, Promise<Principal>>()
  let epoch = 0

  const keyOf = ({ service, login, password }: Proof): string =>
    createHmac('sha256', secret)
      .update(JSON.stringify([service, login, password]))
      .digest('base64')

  const remove = (key: string): void => {
    const entry = entries.get(key)
    if (!entry) return
    entries.delete(key)
    const keys = byAccount.get(entry.principal.accountId)
    keys?.delete(key)
    if (keys?.size === 0) byAccount.delete(entry.principal.accountId)
  }

  return {
    get: (proof) => {
      const key = keyOf(proof)
      const entry = entries.get(key)
      if (entry && entry.until > clock.now()) return entry.principal
      remove(key)
      return
    },
    put: (proof, principal, since) => {
      if (since !== epoch) return
      const key = keyOf(proof)
      remove(key)
      entries.set(key, { principal, until: clock.now() + life })
      const keys = byAccount.get(principal.accountId) ?? new Set()
      byAccount.set(principal.accountId, keys.add(key))
      while (entries.size > maxEntries) remove(entries.keys().next().value as string)
    },
    once: (proof, work) => {
      const key = keyOf(proof)
      const current = running.get(key)
      if (current) return current
      const started = work().finally(() => running.delete(key))
      running.set(key, started)
      return started
    },
    forget: (account) => {
      epoch++
      for (const key of [...(byAccount.get(account) ?? [])]) remove(key)
    },
    clear: () => {
      epoch++
      entries.clear()
      byAccount.clear()
    },
    get epoch() {
      return epoch
    },
    get size() {
      return entries.size
    },
  }
}
