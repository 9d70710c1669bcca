/** Mail transport as a whole: what its verbs need, put together once by the composition root. */
import type { Context } from '../context.ts'
import type { People } from '../people/people.ts'
import { type DeliveryConfig, deliveryConfig } from './config.ts'
import { type ResolveDns, systemDns } from './dns.ts'
import type { Client, Door, Sender } from './envelope.ts'
import { createRates, type Rates } from './limits.ts'
import { type Metrics, noMetrics } from './metrics.ts'
import { beginMail, type Transaction } from './receive.ts'
import { createRouteMemory, type RouteMemory } from './routes.ts'

export interface DeliveryParts {
  readonly ctx: Context
  readonly people: People
  readonly config?: Parameters<typeof deliveryConfig>[0]
  readonly resolve?: ResolveDns
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
  /** Starts a mail transaction. Throws Refusal when the door does not take mail from this sender. */
  begin(door: Door, client: Client, sender: Sender): Promise<Transaction>
}

export const createDelivery = (parts: DeliveryParts): Delivery => {
  const config = deliveryConfig(parts.config)
  const delivery: Delivery = {
    ctx: parts.ctx,
    people: parts.people,
    config,
    resolve: parts.resolve ?? systemDns(),
    metrics: parts.metrics ?? noMetrics,
    rates: createRates(parts.ctx.clock, config.limits),
    routes: createRouteMemory(parts.ctx.store.bus),
    begin: (door, client, sender) => beginMail(delivery, door, client, sender),
  }
  return delivery
}
