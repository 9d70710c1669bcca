/** The server: everything opened in order, and closed in the opposite one. */
import { join } from 'node:path'
import type { Log } from '#base/log.ts'
import { mailauth } from '#domain/delivery/mailauth.ts'
import { flushTrace } from '#domain/diagnose/trace.ts'
import { adoptAccounts } from '#domain/directory/adopt.ts'
import { sealProviderSecrets } from '#domain/federation/providers.ts'
import { webauthn } from '#domain/people/factors/passkey.ts'
import { warmPolicy } from '#domain/people/policy.ts'
import { createOidc, type Oidc } from '#protocol/oidc/oidc.ts'
import { startSweeper } from '#store/sweep.ts'
import { startTrimmer } from '#store/trim.ts'
import { type Config, endpointOf, type ListenerName } from './config.ts'
import { openControl, serverAnswers } from './control.ts'
import { settleAgenda } from './demo/agenda.ts'
import { type Demo, directoryVersion, isEmpty, readDemo } from './demo/demo.ts'
import { settleNotices } from './demo/notices.ts'
import { settlePortal } from './demo/portal.ts'
import { startDemoProviders } from './demo/providers/start.ts'
import { type DemoServices, startDemoServices } from './demo/services/runner.ts'
import { demoServices } from './demo/services/specs.ts'
import { reportAddress, startFraudClock } from './fraud-clock.ts'
import { type House, openHouse } from './house.ts'
import { registerOidc } from './http/oidc.ts'
import { type HttpFront, openHttp } from './http/server.ts'
import type { MailSettings } from './http/session.ts'
import { ListenError, type Listener, openDoor } from './listeners.ts'
import { startMailClock } from './mail-clock.ts'
import type { Metrics } from './metrics.ts'
import { startNotifyClock } from './notify-clock.ts'
import { startPortalClock } from './portal-clock.ts'
import { openProtocols, type Protocols } from './protocols.ts'
import { startRetention } from './retention.ts'
import { roomIn, roomProblem, watchRoom } from './room.ts'
import { watchSearch } from './search-watch.ts'
import type { Endpoint } from './settings.ts'
import { startLogoutRunner } from './single-sign-on.ts'
import { openStatus } from './status/open.ts'
import { startTicketPost, supportAddress } from './ticket-post.ts'
import { openTls, type TlsSource } from './tls.ts'
import { createTrust, type Trust } from './trust.ts'

export interface ServeOptions {
  readonly config: Config
  readonly log: Log
  readonly metrics: Metrics
  readonly webFolder: string
  /** Leave an empty store empty. */
  readonly empty: boolean
  /** Fills an empty store with the demonstration, or goes on with what an interrupted start left. */
  readonly fill: (house: House, begun: Demo | undefined) => Promise<Demo>
}

export interface Running {
  readonly house: House
  readonly listeners: readonly Listener[]
  readonly demo: Demo | undefined
  readonly selfSigned: boolean
  /** Closes everything in order: no new connection, no request cut in two, nothing acknowledged lost. */
  stop(): Promise<void>
}

const mailSettings = (hostname: string, demo: boolean, doors: readonly Listener[]): MailSettings => {
  const port = (name: ListenerName) => doors.find((door) => door.name === name)?.port
  const choose = (secure: number | undefined, plain: number | undefined) => {
    if (secure !== undefined) return { port: secure, security: 'tls' as const }
    return plain === undefined ? undefined : { port: plain, security: 'starttls' as const }
  }
  const imap = choose(port('imaps'), port('imap'))
  const smtp = choose(port('submissions'), port('submission'))
  return { host: demo ? 'localhost' : hostname, ...(imap ? { imap } : {}), ...(smtp ? { smtp } : {}) }
}

/** Undoes what was done, last first; one that fails does not keep the others from being undone. */
const createUndo = (log: Log) => {
  const steps: { name: string; close: () => unknown }[] = []
  return {
    add: (name: string, close: () => unknown): void => {
      steps.push({ name, close })
    },
    run: async (): Promise<void> => {
      for (const { name, close } of steps.splice(0).reverse())
        try {
          await close()
        } catch (cause) {
          log.error('stop.failed', { part: name }, cause)
        }
    },
  }
}

interface Parts extends ServeOptions {
  readonly house: House
  readonly demo: Demo | undefined
  readonly tls: TlsSource
  readonly endpoint: (name: ListenerName) => Endpoint
  readonly oidc: Oidc
  readonly trust: Trust
}

/** Our web address as browsers and services have it, without a slash at the end. */
const originOf = (config: Config, demo: boolean, listeners: readonly Listener[]): string => {
  if (config['public-url'] !== undefined) return config['public-url']
  const port = (name: ListenerName) => listeners.find((listener) => listener.name === name)?.port
  const http = port('http')
  if (demo && http !== undefined) return `http://localhost:${http}`
  const https = port('https')
  return `https://${config.hostname}${https === undefined || https === 443 ? '' : `:${https}`}`
}

/** The same house, whose messages lead to where browsers find us: a demonstration is at this machine, by its port. */
const located = (house: House, demo: boolean, endpoint: (name: ListenerName) => Endpoint): House => {
  const at = endpoint(demo ? 'http' : 'https')
  if (house.config['public-url'] !== undefined || at === 'off' || 'path' in at) return house
  const { hostname } = house.config
  const publicUrl = demo ? `http://localhost:${at.port}` : `https://${hostname}${at.port === 443 ? '' : `:${at.port}`}`
  return { ...house, people: { ...house.people, options: { ...house.people.options, publicUrl } } }
}

/** Where browsers find us by TLS, when we are a real server that does TLS itself. */
const tlsAddress = ({ config, demo, endpoint }: Parts): string | undefined => {
  const https = endpoint('https')
  if (demo || https === 'off' || 'path' in https) return
  return config['public-url'] ?? `https://${config.hostname}${https.port === 443 ? '' : `:${https.port}`}`
}

const openFront = async (parts: Parts, protocols: Protocols, doors: Listener[]): Promise<HttpFront> => {
  const { config, house, log, metrics, tls, demo, endpoint, webFolder, oidc, trust } = parts
  const limits = { connections: config['limits.connections'], perAddress: config['limits.connections-per-address'] }
  const { 'listen.admin': adminAt } = config
  const search = watchSearch(house.store.search, metrics)
  watchRoom(config.data, metrics)
  const readiness = {
    problems: () =>
      house.store
        .read((tx) => tx.query((q) => q.selectFrom('setting').select('name').limit(1)))
        .then(
          async () => {
            const room = roomProblem(await roomIn(config.data))
            return room?.isFull ? [room.text] : []
          },
          () => ['the store does not answer'],
        ),
    warnings: async () => {
      const room = roomProblem(await roomIn(config.data))
      return [...(await search.warnings()), ...(room === undefined ? [] : [room.text])]
    },
  }
  return openHttp(
    {
      house,
      log,
      metrics,
      readiness,
      tls,
      demo,
      webFolder,
      requireTls: tlsAddress(parts),
      signOutPath: trust.signOutPath,
      beginMail: protocols.beginMail,
      mail: () => mailSettings(config.hostname, demo !== undefined, doors),
      protocols: async (app, rates) => {
        trust.register(app)
        await registerOidc(app, {
          oidc,
          people: house.people,
          log: log.with({ room: 'oidc' }),
          webFolder,
          signOutPath: trust.signOutPath,
        })
        await protocols.routes(app, rates)
      },
    },
    { http: endpoint('http'), https: endpoint('https'), admin: adminAt === 'auto' ? 'off' : adminAt },
    limits,
  )
}

/** Starts the services of a demonstration, once it is known where browsers find us. */
const openDemoServices = async (house: House, log: Log, listeners: readonly Listener[]): Promise<DemoServices> => {
  const port = listeners.find(({ name }) => name === 'http')?.port
  const { config } = house
  if (!config['demo.services'] || port === undefined) return { services: [], stop: async () => {} }
  const provider = config['public-url'] ?? `http://localhost:${port}`
  const services = await startDemoServices({ house, log, provider, firstPort: port + 1, specs: demoServices })
  const providers = await startDemoProviders(house, log, provider, port + 1 + demoServices.length)
  const stop = async () => {
    await Promise.all([services.stop(), providers.stop()])
  }
  return { ...services, stop }
}

/** Milliseconds after the web is open. */
const warmAfter = 500

/** What is not needed to open the doors, but by the first message and the first passkey. */
const warmLibraries = (log: Log): void => {
  const warm = () =>
    Promise.all([mailauth(), webauthn()]).catch((cause: unknown) => log.error('start.libraries', {}, cause))
  setTimeout(() => void warm(), warmAfter).unref()
}

/** Starts everything. Throws with everything closed again when a part cannot start. */
export const serve = async (options: ServeOptions): Promise<Running> => {
  const { config, log, metrics } = options
  const undo = createUndo(log)
  if (config.database === 'sqlite' && (await serverAnswers(config.data)))
    throw new ListenError(`A server already runs on the data folder ${config.data}. Stop it, or choose another --data.`)
  try {
    let house = await openHouse(config, log, { role: 'server' })
    undo.add('store', house.close)
    let demo = await readDemo(house.ctx)
    const fresh = demo === undefined && !options.empty && (await isEmpty(house.ctx))
    const adopted = await adoptAccounts(house.people)
    if (adopted > 0) log.info('directory.adopted', { accounts: adopted })
    await sealProviderSecrets(house.people)
    const older = demo !== undefined && (demo.directory ?? 0) < directoryVersion
    if (fresh || older || demo?.complete === false) demo = await options.fill(house, demo)
    const tls = openTls({
      folder: join(config.data, 'tls'),
      hostname: config.hostname,
      certificate: config['tls.certificate'],
      key: config['tls.key'],
      log,
    })
    undo.add('tls', tls.close)
    const circumstances = { demo: demo !== undefined, privileged: process.getuid?.() === 0 }
    const endpoint = (name: ListenerName) => endpointOf(config, name, circumstances)
    house = located(house, demo !== undefined, endpoint)
    const sweeper = startSweeper({ engine: house.store.engine, blobs: house.blobs, clock: house.store.clock, log })
    undo.add('sweeper', () => sweeper.stop())
    const { engine, search, clock } = house.store
    const trimmer = startTrimmer({ engine, search, clock, log }, config['store.change-days'])
    undo.add('trimmer', () => trimmer.stop())
    const retention = startRetention(
      house.people,
      { months: config['audit.retention-months'], traceDays: config['trace.days'] },
      log,
    )
    undo.add('retention', retention.stop)
    undo.add('trace', () => flushTrace(house.ctx))
    const portalClock = startPortalClock(house.ctx, log)
    undo.add('portal', portalClock.stop)
    const mailClock = startMailClock(house.ctx, log)
    undo.add('mail clock', mailClock.stop)
    if (demo) {
      await settleNotices(house)
      await settleAgenda(house)
    }
    const notifyClock = startNotifyClock(house.people, log)
    undo.add('notifications', notifyClock.stop)
    const outgoing = config['outgoing.enabled'] ?? (demo === undefined || config['outgoing.smarthost'] !== undefined)
    const protocols = await openProtocols({ house, log, metrics, tls, outgoing, endpoint })
    undo.add('protocols', protocols.close)
    let webDoors: readonly Listener[] = []
    const oidc = createOidc({ people: house.people, origin: () => originOf(config, demo !== undefined, webDoors) })
    const trust = createTrust({
      people: house.people,
      log: log.with({ room: 'trust' }),
      origin: () => originOf(config, demo !== undefined, webDoors),
      hostname: config.hostname,
    })
    const logout = startLogoutRunner(house, oidc, trust)
    undo.add('log-out notices', logout.stop)

    const limits = { connections: config['limits.connections'], perAddress: config['limits.connections-per-address'] }
    const doors: Listener[] = []
    // The doors only stop taking new connections here; the protocols then say goodbye to those that are inside.
    undo.add('doors', () => {
      for (const door of doors) void door.stop()
    })
    for (const door of protocols.doors) {
      const opened = await openDoor(door, limits, log)
      if (opened) doors.push(opened)
    }
    let beside: DemoServices | undefined
    if (demo) demo = { ...demo, services: () => beside?.services ?? [] }
    const front = await openFront({ ...options, house, demo, tls, endpoint, oidc, trust }, protocols, doors)
    webDoors = front.listeners
    undo.add('http', front.close)
    warmPolicy(house.people).catch((cause: unknown) => log.error('people.policy', {}, cause))
    warmLibraries(log)
    if (demo) {
      beside = await openDemoServices(house, log, front.listeners)
      undo.add('demonstration services', beside.stop)
      await settlePortal(house)
    }
    if (house.sqlite) {
      const control = await openControl(config.data, house.store.bus, log)
      undo.add('control', control.close)
    }
    const listeners = [...front.listeners, ...doors]
    metrics.gauges('convergence_connections', 'Open connections', 'listener', () =>
      listeners.map((listener) => [listener.name, listener.connections] as const),
    )
    const post = { people: house.people, address: supportAddress(config, demo !== undefined) }
    const tickets = await startTicketPost(post, config, log.with({ room: 'tickets' }))
    undo.add('tickets', tickets.stop)
    const fraudClock = await startFraudClock(
      house.people,
      reportAddress(config, demo !== undefined),
      log.with({ room: 'phishing' }),
    )
    undo.add('frauds', fraudClock.stop)
    const status = await openStatus(house, log, listeners)
    undo.add('status', status.stop)
    return { house, listeners, demo, selfSigned: tls.selfSigned, stop: undo.run }
  } catch (error) {
    await undo.run()
    throw error
  }
}
