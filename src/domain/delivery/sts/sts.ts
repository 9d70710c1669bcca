/**
 * Which TLS a domain asks of those who send to it: MTA-STS (RFC 8461). The TXT record of `_mta-sts.<domain>` announces a
 * policy, `https://mta-sts.<domain>` gives it, the store keeps it. What is in force cannot be taken away by somebody who
 * only silences the DNS or the web (§5.1); a domain that never could be asked is as one without a policy (§3.3).
 */
import { domainToASCII } from 'node:url'
import type { Context } from '../../context.ts'
import { askOutside, type Outside } from '../../outside/outside.ts'
import { isAbsent } from '../dns.ts'
import type { Metrics } from '../metrics.ts'
import { readStsPolicy, type StsPolicy, stsId } from './policy.ts'
import {
  forgetExpired,
  type KeptPolicy,
  keepPolicy,
  keptPolicy,
  notePolicyChecked,
  notePolicyUsed,
  stalePolicies,
} from './store.ts'

export type PolicyInForce = Pick<StsPolicy, 'mode' | 'mx'>

export interface Sts {
  /** The policy in force for mail to a domain; undefined when there is none. Never rejects for what others do wrong. */
  policyFor(domain: string): Promise<PolicyInForce | undefined>
  /** Asks again for the policies of domains that are written to, and forgets what has run out. Call every hour. */
  refresh(): Promise<void>
}

export interface StsParts {
  readonly ctx: Context
  readonly outside: Outside
  readonly metrics: Metrics
}

const minute = 60_000
const day = 24 * 60 * minute
/** What was found out is not asked again for so long. */
const fresh = minute
/** A policy that could not be fetched is not asked for again for so long (§3.3: five minutes or more). */
const patience = 5 * minute
const maxRemembered = 10_000
const maxPolicy = 64 * 1024
const fetchTime = 15_000
/** Policies asked for in one round, and how many at a time. */
const round = 200
const atOnce = 4
/** Those of domains to which nobody has written for so long are left to run out. */
const interest = 30 * day

interface Remembered {
  readonly policy: PolicyInForce | undefined
  readonly until: number
}

/** Text of the TXT records; `unknown` when the DNS did not say. */
const announced = async ({ resolve }: Outside, domain: string): Promise<string | undefined | 'unknown'> => {
  try {
    const records = await resolve(`_mta-sts.${domain}`, 'TXT')
    const texts = (Array.isArray(records) ? records : []).map((parts: unknown) =>
      Array.isArray(parts) ? parts.join('') : String(parts),
    )
    return stsId(texts)
  } catch (error) {
    return isAbsent(error) ? undefined : 'unknown'
  }
}

/** Fetches a policy (§3.3). Throws Failure, or an Error that says what is wrong with it. */
const fetchPolicy = async (outside: Outside, domain: string): Promise<StsPolicy> => {
  const { status, type, body } = await askOutside(outside, {
    method: 'GET',
    url: `https://mta-sts.${domain}/.well-known/mta-sts.txt`,
    accept: 'text/plain',
    maxBytes: maxPolicy,
    time: fetchTime,
    // §3.3: redirects are not followed.
    maxRedirects: 0,
  })
  if (status !== 200) throw new Error(`the answer is ${status}`)
  if (type !== undefined && !/^text\/plain\s*(?:;|$)/i.test(type)) throw new Error('the policy is no plain text')
  const policy = readStsPolicy(Buffer.from(body).toString('latin1'))
  if (!policy) throw new Error('what is there is no policy')
  return policy
}

export const createSts = ({ ctx, outside, metrics }: StsParts): Sts => {
  const remembered = new Map<string, Remembered>()
  const asking = new Map<string, Promise<PolicyInForce | undefined>>()
  /** Until when a policy that could not be fetched is left alone, by domain and id. */
  const failed = new Map<string, number>()

  const bound = (map: Map<string, unknown>): void => {
    if (map.size > maxRemembered) map.delete(map.keys().next().value as string)
  }

  const fetchAnew = async (domain: string, id: string, before: KeptPolicy | undefined) => {
    const key = `${domain} ${id}`
    if ((failed.get(key) ?? 0) > ctx.clock.now()) return before
    try {
      const policy = await fetchPolicy(outside, domain)
      await keepPolicy(ctx, domain, id, policy)
      failed.delete(key)
      metrics.count('mta_sts_fetches_total', { result: 'fetched' })
      if (before?.mode !== policy.mode) ctx.log.info('mta-sts.policy', { domain, mode: policy.mode })
      return policy
    } catch (error) {
      failed.set(key, ctx.clock.now() + patience)
      bound(failed)
      metrics.count('mta_sts_fetches_total', { result: 'failed' })
      const message = error instanceof Error ? error.message : String(error)
      ctx.log.warn('mta-sts.fetch-failed', { domain, kept: before?.mode ?? '', message })
      if (before) await notePolicyChecked(ctx, domain)
      return before
    }
  }

  const findOut = async (domain: string): Promise<PolicyInForce | undefined> => {
    const before = await keptPolicy(ctx, domain)
    const id = await announced(outside, domain)
    if (id === undefined || id === 'unknown') {
      if (before) await notePolicyChecked(ctx, domain)
      return before
    }
    // Known by its id, it is asked for again once a day, long before it runs out (§10.2).
    const known = before?.id === id && ctx.clock.now() - before.fetchedAt < day
    return known ? before : fetchAnew(domain, id, before)
  }

  const ask = (domain: string): Promise<PolicyInForce | undefined> => {
    const known = remembered.get(domain)
    if (known && known.until > ctx.clock.now()) return Promise.resolve(known.policy)
    const under = asking.get(domain)
    if (under) return under
    const question = findOut(domain)
      .then((policy) => {
        remembered.delete(domain)
        remembered.set(domain, { policy, until: ctx.clock.now() + fresh })
        bound(remembered)
        return policy
      })
      .finally(() => asking.delete(domain))
    asking.set(domain, question)
    return question
  }

  const noteUse = async (domain: string): Promise<void> => {
    const row = await keptPolicy(ctx, domain)
    if (row && ctx.clock.now() - row.usedAt > day) await notePolicyUsed(ctx, domain)
  }

  return {
    policyFor: async (given) => {
      const domain = domainToASCII(given)
      if (domain === '') return
      const asked = (remembered.get(domain)?.until ?? 0) <= ctx.clock.now()
      const policy = await ask(domain)
      if (policy && asked) await noteUse(domain)
      return policy?.mode === 'none' ? undefined : policy
    },
    refresh: async () => {
      const now = ctx.clock.now()
      await forgetExpired(ctx)
      const domains = await stalePolicies(ctx, { before: now - day, usedSince: now - interest }, round)
      for (let at = 0; at < domains.length; at += atOnce)
        await Promise.all(domains.slice(at, at + atOnce).map((domain) => ask(domain)))
    },
  }
}
