/**
 * Slows down the guessing of passwords. Failures are counted three ways, and the longest delay applies:
 * - by account and network: one machine that tries one person's passwords;
 * - by network (/24, /64): one machine that tries everybody's;
 * - by account: many machines that try one person's.
 * A school has hundreds of people behind one address, and an attacker must not be able to lock a person out: the last
 * two do not apply where the account has signed in well before (a known-good pair), and delays grow but never lock.
 * Memory is bounded: the counter least recently used is forgotten first.
 */
import { isIPv4, isIPv6 } from 'node:net'
import type { Clock } from '#base/clock.ts'

export interface ThrottleRule {
  /** Failures without consequence. */
  readonly free: number
  /** Delay after the first failure beyond these, in milliseconds; it doubles with each. */
  readonly first: number
  readonly longest: number
  /** One failure is forgiven after each such time. */
  readonly forgive: number
}

const minute = 60_000

/** CNIL 2022-100 allows ten failures in a quarter of an hour, then asks for a growing delay. */
export const throttleRules = {
  pair: { free: 5, first: 15_000, longest: 15 * minute, forgive: 5 * minute },
  network: { free: 60, first: 1000, longest: 5 * minute, forgive: 10_000 },
  account: { free: 30, first: 1000, longest: 5 * minute, forgive: minute },
} as const satisfies Record<string, ThrottleRule>

interface Counter {
  failures: number
  /** When `failures` was last true. */
  at: number
  /** Refused before this. */
  until: number
}

export interface Throttle {
  /**
   * Asks to try one password. Returns 0 and counts the try at once (so that a thousand tries made together are not all
   * the first one), or the milliseconds to wait first. `device`: a browser that the account knows, which only its own
   * mistakes slow down.
   */
  attempt(account: string, ip: string, device?: string): number
  /** The password was wrong. */
  failed(account: string, ip: string, device?: string): void
  /** The password was right: its try is taken back, and the pair is known to be good. */
  succeeded(account: string, ip: string, device?: string): void
  /** Milliseconds until the next try would be allowed. */
  delay(account: string, ip: string, device?: string): number
  /**
   * Forgets every failure of an account, wherever it was tried from: its owner proved who they are another way. From
   * `ip` they did so, and what others of that network try slows them down no more.
   */
  clear(account: number, ip?: string): void
  /** Counters held, for metrics and tests. */
  readonly size: number
}

/** Expands an IPv6 address to its first four groups. */
const firstGroups = (ip: string): string => {
  const [head = '', tail] = (ip.split('%')[0] ?? '').split('::')
  const groups = head === '' ? [] : head.split(':')
  if (tail !== undefined) {
    const after = tail === '' ? 0 : tail.split(':').length
    while (groups.length + after < 8) groups.push('0')
  }
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group || '0', 16).toString(16))
    .join(':')
}

/** The network of an address as text: its /24 (IPv4, mapped too) or its /64 (IPv6). */
export const networkOf = (ip: string): string => {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1] ?? ip
  if (isIPv4(mapped)) return mapped.slice(0, mapped.lastIndexOf('.'))
  return isIPv6(ip) ? firstGroups(ip) : 'unknown'
}

export const createThrottle = (clock: Clock, maxEntries = 50_000): Throttle => {
  const counters = new Map<string, Counter>()
  const knownGood = new Map<string, true>()

  const trim = (map: Map<string, unknown>): void => {
    while (map.size > maxEntries) map.delete(map.keys().next().value as string)
  }

  const forgiven = (counter: Counter, rule: ThrottleRule, now: number): number =>
    Math.max(0, counter.failures - Math.floor((now - counter.at) / rule.forgive))

  const wait = (key: string, now: number): number => Math.max(0, (counters.get(key)?.until ?? 0) - now)

  const count = (key: string, rule: ThrottleRule, now: number): void => {
    const old = counters.get(key)
    const failures = (old ? forgiven(old, rule, now) : 0) + 1
    const beyond = failures - rule.free
    const delay = beyond <= 0 ? 0 : Math.min(rule.longest, rule.first * 2 ** Math.min(30, beyond - 1))
    counters.delete(key)
    counters.set(key, { failures, at: now, until: now + delay })
    trim(counters)
  }

  const keysOf = (account: string, ip: string, device?: string) => {
    const network = networkOf(ip)
    const pair = device === undefined ? `p ${network} ${account}` : `d ${device} ${account}`
    return { pair, network: `n ${network}`, account: `a ${account}` }
  }

  /** A device that the account knows is as good as a place it has signed in from. */
  const isGood = (pair: string, device: string | undefined): boolean => device !== undefined || knownGood.has(pair)

  const delay = (account: string, ip: string, device?: string): number => {
    const keys = keysOf(account, ip, device)
    const now = clock.now()
    const own = wait(keys.pair, now)
    if (isGood(keys.pair, device)) return own
    return Math.max(own, wait(keys.network, now), wait(keys.account, now))
  }

  /** Takes back one try. */
  const refund = (key: string, rule: ThrottleRule): void => {
    const counter = counters.get(key)
    if (!counter) return
    counter.failures = Math.max(0, counter.failures - 1)
    if (counter.failures <= rule.free) counter.until = 0
  }

  return {
    delay,
    attempt: (account, ip, device) => {
      const retryAfter = delay(account, ip, device)
      if (retryAfter > 0) return retryAfter
      const keys = keysOf(account, ip, device)
      const now = clock.now()
      count(keys.pair, throttleRules.pair, now)
      if (!isGood(keys.pair, device)) count(keys.account, throttleRules.account, now)
      return 0
    },
    failed: (account, ip, device) => {
      const keys = keysOf(account, ip, device)
      // A person who mistypes at the usual place is no sign of an attack on the others behind the same address.
      if (!isGood(keys.pair, device)) count(keys.network, throttleRules.network, clock.now())
    },
    succeeded: (account, ip, device) => {
      const keys = keysOf(account, ip, device)
      counters.delete(keys.pair)
      if (!knownGood.delete(keys.pair) && device === undefined) refund(keys.account, throttleRules.account)
      knownGood.set(keys.pair, true)
      trim(knownGood)
    },
    clear: (account, ip) => {
      const subject = ` #${account}`
      for (const key of counters.keys()) if (!key.startsWith('n ') && key.endsWith(subject)) counters.delete(key)
      if (ip === undefined) return
      knownGood.set(keysOf(`#${account}`, ip).pair, true)
      trim(knownGood)
    },
    get size() {
      return counters.size + knownGood.size
    },
  }
}
