/** The protocols, put together: which listener speaks which, and what each is given. */
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Log } from '#base/log.ts'
import type { Smarthost } from '#domain/delivery/config.ts'
import { createDelivery } from '#domain/delivery/delivery.ts'
import { ensureDkimKeys } from '#domain/delivery/dkim.ts'
import { systemDns } from '#domain/delivery/dns.ts'
import { createQueueRunner } from '#domain/delivery/queue-runner.ts'
import { watchPrincipal } from '#domain/people/verify.ts'
import { vapidKey } from '#domain/push/vapid.ts'
import { createImapServer } from '#protocol/imap/server.ts'
import { createJmap } from '#protocol/jmap/jmap.ts'
import { createManageSieveServer } from '#protocol/managesieve/server.ts'
import { createCourier } from '#protocol/smtp/client/courier.ts'
import { createSmtpServers } from '#protocol/smtp/server.ts'
import type { Config, ListenerName } from './config.ts'
import { createDnssec, dnsServerOf } from './dnssec.ts'
import type { House } from './house.ts'
import { createAuthenticator } from './http/auth.ts'
import { type BeginMail, createBeginMail } from './http/begin-mail.ts'
import { registerJmap } from './http/jmap.ts'
import type { Limits } from './http/limits.ts'
import type { Door } from './listeners.ts'
import type { Metrics } from './metrics.ts'
import { createCarry, webProxyOf } from './outside.ts'
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
  routes(app: FastifyInstance, limits: Limits): Promise<void>
  /** How the mail begins for somebody who has just signed in. */
  readonly beginMail: BeginMail
  /** Says goodbye to everybody. */
  close(): Promise<void>
}

const smarthostOf = (config: Config): Smarthost | undefined => {
  const given = config['outgoing.smarthost']
  if (given === undefined) return
  const [, host = given, port = '25'] = /^\[?([^\]]+?)\]?(?::(\d+))?$/.exec(given) ?? []
  const user = config['outgoing.user']
  const sign = user === '' ? {} : { login: user, password: config['outgoing.password'] }
  return { host, port: Number(port), tls: config['outgoing.tls'], ...sign }
}

/** Opens every protocol of the house. */
export const openProtocols = async (parts: ProtocolParts): Promise<Protocols> => {
  const { house, log, metrics, tls, endpoint } = parts
  const { config, ctx, people } = house
  await ensureDkimKeys(ctx, config.domains)
  const smarthost = smarthostOf(config)
  const validating = config['outgoing.dnssec-resolver']
  const delivery = createDelivery({
    ctx,
    people,
    config: {
      hostname: config.hostname,
      maxSize: config['limits.message'],
      srs: config['outgoing.srs'],
      arc: config['outgoing.arc'],
      ...(smarthost === undefined ? {} : { smarthost }),
    },
    ...(config['outgoing.mta-sts'] && smarthost === undefined
      ? { outside: { resolve: systemDns(), carry: createCarry(webProxyOf(config['outgoing.web-proxy'])) } }
      : {}),
    ...(validating === undefined ? {} : { dnssec: createDnssec(dnsServerOf(validating)) }),
    metrics: metrics.delivery,
  })
  const smtp = createSmtpServers({
    delivery,
    people,
    log: log.with({ room: 'smtp' }),
    secureContext: () => tls.context,
  })
  const imap = createImapServer({
    ctx,
    people,
    config: {
      hostname: config.hostname,
      maxMessageBytes: config['limits.message'],
      allowPlaintextAuth: config['people.plaintext-login'],
      limits: {
        connections: config['limits.connections'],
        connectionsPerAddress: config['limits.connections-per-address'],
      },
    },
    log: log.with({ room: 'imap' }),
    metrics: metrics.imap,
  })
  const sieve = createManageSieveServer({
    ctx,
    people,
    config: {
      hostname: config.hostname,
      allowPlaintextAuth: config['people.plaintext-login'],
    },
    log: log.with({ room: 'managesieve' }),
  })
  const jmap = createJmap({
    ctx,
    delivery,
    limits: { maxSizeUpload: config['limits.message'] },
    remoteImages: config['images.proxy'],
    vapid: { key: await vapidKey(ctx), subject: `mailto:postmaster@${config.domains[0] ?? config.hostname}` },
  })

  const queue = createQueueRunner({
    delivery,
    courier: createCourier({
      hostname: config.hostname,
      timeout: delivery.config.queue.timeout,
      log: log.with({ room: 'courier' }),
      reuse: { uses: config['outgoing.messages-per-connection'] },
    }),
    outgoing: parts.outgoing,
  })
  await queue.start()

  const door = (name: ListenerName, handle: (socket: Socket) => unknown, secure = false): Door => ({
    name,
    endpoint: endpoint(name),
    handle: (socket) => void handle(socket),
    ...(secure ? { tls } : {}),
  })
  return {
    doors: [
      door('imap', (socket) => imap.handle(socket, { tls: false, secureContext: tls.context })),
      door('imaps', (socket) => imap.handle(socket, { tls: true }), true),
      door('smtp', (socket) => smtp.mx.handle(socket)),
      door('submission', (socket) => smtp.submission.handle(socket)),
      door('submissions', (socket) => smtp.submission.handle(socket), true),
      door('lmtp', (socket) => smtp.lmtp.handle(socket)),
      door('sieve', (socket) => sieve.handle(socket, { secureContext: tls.context })),
    ],
    routes: (app, limits) =>
      registerJmap(app, {
        jmap,
        authenticate: createAuthenticator(people).principal,
        log: log.with({ room: 'jmap' }),
        watch: (principal, revoked) => watchPrincipal(people, principal, revoked),
        take: (ip) => limits.take('rest', ip),
      }),
    beginMail: createBeginMail(jmap, log.with({ room: 'jmap' })),
    close: async () => {
      await Promise.all([
        imap.close(),
        sieve.close(),
        smtp.mx.close(),
        smtp.submission.close(),
        smtp.lmtp.close(),
        queue.stop(),
      ])
    },
  }
}
