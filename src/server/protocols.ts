/** The protocols, put together: which listener speaks which, and what each is given. */
import type { FastifyInstance } from 'fastify'
import type { Log } from '#base/log.ts'
import type { ListenerName } from './config.ts'
import type { House } from './house.ts'
import type { Door } from './listeners.ts'
import type { Metrics } from './metrics.ts'
import type { Endpoint } from './settings.ts'
import type { TlsSource } from './tls.ts'

export interface ProtocolParts {
  readonly house: House
  readonly log: Log
  readonly metrics: Metrics
  readonly tls: TlsSource
  /** Whether mail for other domains may leave. */
  readonly outgoing: boolean
  readonly endpoint: (name: ListenerName) => Endpoint
}

export interface Protocols {
  readonly doors: readonly Door[]
  /** Adds the routes that protocols have over HTTP. */
  routes(app: FastifyInstance): Promise<void>
  /** Says goodbye to everybody. */
  close(): Promise<void>
}

export const openProtocols = async (_parts: ProtocolParts): Promise<Protocols> => ({
  doors: [],
  routes: async () => {},
  close: async () => {},
})
