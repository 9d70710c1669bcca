/** Mail transport as a whole: what its verbs need, put together once by the composition root. */
import type { Context } from '../context.ts'
import type { Outside } from '../outside/outside.ts'
import type { People } from '../people/people.ts'
import { type DeliveryConfig, deliveryConfig } from './config.ts'
import { type ResolveDns, systemDns } from './dns.ts'
import { doubtingSecurely, type ResolveSecurely } from './dnssec.ts'
import type { Client, Door, Sender } from './envelope.ts'
import { createRates, type Rates } from './limits.ts'
import { type Metrics, noMetrics } from './metrics.ts'
import { beginMail, type Transaction } from './receive.ts'
import { createRouteMemory, type RouteMemory } from './routes.ts'
import { createSts, type Sts } from './sts/sts.ts'

export interface DeliveryParts {
  readonly ctx: Context
  readonly people: People
  readonly config?: Parameters<typeof deliveryConfig>[0]
  readonly resolve?: ResolveDns
  /** How policies of other domains are fetched (MTA-STS); without it they are not asked for. */
  readonly outside?: Outside
  /** A resolver that validates; without it the certificates that the DNS names (DANE) are not asked for. */
  readonly dnssec?: ResolveSecurely
  readonly metrics?: Metrics
}

export interface Delivery {
  readonly ctx: Context
  readonly people: People
  readonly config: DeliveryConfig
  readonly resolve: ResolveDns
  readonly metrics: Metrics
  readonly rates: Rates
  readonly routes: RouteMemory
  /** Absent: the policies of other domains are not asked for. */
  readonly sts?: Sts
  /** Absent: nothing that the DNS says is proved. */
  readonly dnssec?: ResolveSecurely
  /** Starts a mail transaction. Throws Refusal when the door does not take mail from this sender. */
  begin(door: Door, client: Client, sender: Sender): Promise<Transaction>
}

export const createDelivery = (parts: DeliveryParts): Delivery => {
  const config = deliveryConfig(parts.config)
  const { ctx, dnssec, outside, metrics = noMetrics } = parts
  const delivery: Delivery = {
    ctx,
    people: parts.people,
    config,
    resolve: parts.resolve ?? systemDns(),
    metrics,
    ...(dnssec ? { dnssec: doubtingSecurely(dnssec) } : {}),
    ...(outside ? { sts: createSts({ ctx, outside, metrics }) } : {}),
    rates: createRates(parts.ctx.clock, config.limits),
    routes: createRouteMemory(parts.ctx.store.bus),
    begin: (door, client, sender) => beginMail(delivery, door, client, sender),
  }
  return delivery
}
