/** The HTTP front: one application behind a plain and a TLS listener. */
import { createServer as createHttpServer, type Server as HttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https'
import { setImmediate as nextTurn } from 'node:timers/promises'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Log } from '#base/log.ts'
import type { Outside } from '#domain/outside/outside.ts'
import type { Principal } from '#domain/people/principal.ts'
import { contactLines } from '#domain/support/help.ts'
import { readBrand } from '../brand/brand.ts'
import type { Demo } from '../demo/demo.ts'
import { academyName } from '../demo/people.data.ts'
import type { House } from '../house.ts'
import { bind, type Listener, type ListenLimits, limitConnections, listenerOf } from '../listeners.ts'
import type { Metrics } from '../metrics.ts'
import type { Endpoint } from '../settings.ts'
import { registerSingleSignOn } from '../single-sign-on.ts'
import { supportAddress } from '../ticket-post.ts'
import type { TlsSource } from '../tls.ts'
import { registerAddress } from './address.ts'
import { registerAdminContent } from './admin-content.ts'
import { registerAdminErrors } from './admin-errors.ts'
import { registerAdminFrauds } from './admin-frauds.ts'
import { registerAdminGuides } from './admin-guides.ts'
import { registerAdminNotices } from './admin-notices.ts'
import { registerAdminPeople } from './admin-people.ts'
import { registerAdminPlatform } from './admin-platform.ts'
import { registerAdminPortal } from './admin-portal.ts'
import { registerAdminPreview } from './admin-preview.ts'
import { registerAdminProviders } from './admin-providers.ts'
import { registerAdminQuiet } from './admin-quiet.ts'
import { registerAdminSchools } from './admin-schools.ts'
import { registerAdminServices } from './admin-services.ts'
import { type Admission, admissionBounds, createAdmission } from './admission.ts'
import { registerAutoconfig } from './autoconfig.ts'
import { registerAutodiscover } from './autodiscover.ts'
import { registerBrand } from './brand.ts'
import { registerCalendarFile } from './calendar-file.ts'
import { registerCompromise } from './compromise.ts'
import { registerDav } from './dav.ts'
import { registerDiagnosis } from './diagnosis.ts'
import { sendBusy, sendFailure } from './failure.ts'
import { registerFiles } from './files.ts'
import { registerFunctions } from './functions.ts'
import { registerGuides } from './guides.ts'
import { type Readiness, registerHealth } from './health.ts'
import { type IdentityParts, registerIdentity } from './identity.ts'
import { addRateLimits, createLimits, type Limits } from './limits.ts'
import { createListening, type Listening, listeningBounds } from './listening.ts'
import { registerMailExport } from './mail-export.ts'
import { registerMtaSts } from './mta-sts.ts'
import { registerNotifications } from './notifications.ts'
import { registerPersonal } from './personal.ts'
import { registerPortal } from './portal.ts'
import { registerPractice } from './practice.ts'
import { registerPushRules } from './push-rules.ts'
import { readingParts, registerReading } from './reading.ts'
import { registerRecovery } from './recovery.ts'
import { registerRequests } from './requests.ts'
import { registerRescue } from './rescue.ts'
import { registerScim } from './scim.ts'
import { addSecurityHeaders, requireTls } from './security.ts'
import type { MailSettings } from './session.ts'
import { registerSetUp } from './set-up.ts'
import { registerSheets } from './sheets.ts'
import { registerStatus } from './status.ts'
import { registerSupport } from './support.ts'
import { registerTickets } from './tickets.ts'
import { registerWeb } from './web.ts'
import { hearHandshakes, isHandshake } from './websocket.ts'

export interface HttpParts {
  readonly house: House
  readonly log: Log
  readonly metrics: Metrics
  readonly readiness: Readiness
  readonly tls: TlsSource
  readonly demo: Demo | undefined
  readonly mail: () => MailSettings
  /** Folder of the built web app. */
  readonly webFolder: string
  /** Where requests in the clear from other machines are sent; undefined: they are served. */
  readonly requireTls: string | undefined
  /** Where a browser goes on to after a sign-out, when services or a provider must be visited. */
  readonly signOutPath?: (principal: Principal, after?: string) => Promise<string | undefined>
  /** How often each network may ask; the limits of limits.ts unless given (tests). */
  readonly limits?: Limits
  /** How the open Internet is asked for pictures; the network itself unless given (tests). */
  readonly outside?: Outside
  /** The answer to a sign-in brings it along. */
  readonly beginMail?: IdentityParts['beginMail']
  /** Adds the routes of protocols, which may be asked so often. */
  readonly protocols: (app: FastifyInstance, limits: Limits) => void | Promise<void>
}

export interface HttpEndpoints {
  readonly http: Endpoint
  readonly https: Endpoint
  readonly admin: Endpoint
}

export interface HttpFront {
  readonly listeners: readonly Listener[]
  /** Finishes the requests that run, refuses new ones. */
  close(): Promise<void>
}

/** A form of names and values; anything else in it is ignored. */
const parseForm = (body: string): Record<string, string> => Object.fromEntries(new URLSearchParams(body))

const timeouts = {
  /** RFC 9110 leaves it to us: a client that drips its headers is cut. */
  headersTimeout: 20_000,
  /** Long enough for the largest upload over a bad line, and not for ever. */
  requestTimeout: 30 * 60_000,
  keepAliveTimeout: 75_000,
  noDelay: true,
  maxHeaderSize: 16_384,
  shouldUpgradeCallback: isHandshake,
}

/** How long a request that runs may go on when we stop. */
const requestGrace = 5000

interface Built {
  readonly app: FastifyInstance
  readonly plain: HttpServer
  readonly secure: HttpsServer
  readonly admission: Admission
  readonly listening: Listening
}

const build = (parts: HttpParts): Built => {
  const servers: { plain?: HttpServer; secure?: HttpsServer } = {}
  // One for both: it is the event loop that they share.
  const admission = createAdmission(admissionBounds, sendBusy)
  const listening = createListening(listeningBounds, () => admission.waiting)
  const trusted = parts.house.config['http.trusted-proxies']
  const app = Fastify({
    logger: false,
    trustProxy: trusted.length > 0 ? [...trusted] : false,
    bodyLimit: 64 * 1024,
    return503OnClosing: true,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: 500 },
    serverFactory: (handler) => {
      const admitted = admission.admit(handler)
      const listener: RequestListener = (request, response) => {
        listening.read(request, response)
        admitted(request, response)
      }
      servers.secure = createHttpsServer({ ...timeouts, ...parts.tls.material }, listener)
      servers.plain = createHttpServer(timeouts, listener)
      servers.secure.on('secureConnection', listening.opened)
      servers.plain.on('connection', listening.opened)
      for (const server of [servers.secure, servers.plain]) hearHandshakes(server, listener)
      return servers.plain
    },
  })
  const { plain, secure } = servers
  if (!plain || !secure) throw new Error('the HTTP servers were not made')
  secure.on('tlsClientError', (_error, socket) => socket.destroy())
  parts.tls.onChange(() => secure.setSecureContext(parts.tls.material))
  return { app, plain, secure, admission, listening }
}

/** The routes that every HTTP listener has. */
export const registerRoutes = async (app: FastifyInstance, parts: HttpParts): Promise<void> => {
  const { house, log, metrics } = parts
  app.setErrorHandler((error, request, reply) => sendFailure(error, request, reply, log))
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, parseForm(String(body))),
  )
  app.addHook('onResponse', async (request, reply) => {
    metrics.observeRequest(request.routeOptions.url ?? 'other', reply.statusCode, reply.elapsedTime / 1000)
  })
  const limits = parts.limits ?? createLimits(house.ctx.clock)
  addRateLimits(app, limits, log)
  if (parts.requireTls !== undefined) requireTls(app, parts.requireTls)
  addSecurityHeaders(app, { pin: parts.demo === undefined && !parts.tls.selfSigned })
  const { brand, problems } = readBrand(house.config.brand)
  for (const problem of problems) log.warn('brand.refused', { problem })
  const branded = brand && registerBrand(app, brand, parts.webFolder)
  registerHealth(app, { readiness: parts.readiness, metrics, open: false })
  const { mail, demo, signOutPath, beginMail } = parts
  registerIdentity(app, { people: house.people, log, mail, demo, signOutPath, beginMail })
  registerRecovery(app, house.people)
  registerRequests(app, house.people)
  registerRescue(app, house.people)
  const academy = house.config.academy || (demo ? academyName : (house.config.domains[0] ?? ''))
  registerSheets(app, {
    people: house.people,
    academy,
    contact: (profile) => contactLines(house.ctx, profile),
  })
  // Mail is answered already while these are made: the event loop is given back now and then.
  await nextTurn()
  registerAdminFrauds(app, house.people)
  registerAdminContent(app, house.people)
  registerAdminErrors(app, house.people)
  registerAdminGuides(app, house.people)
  registerAdminQuiet(app, house.people)
  registerAdminNotices(app, house.people)
  registerAdminPeople(app, house.people)
  registerAdminSchools(app, house.people)
  registerAdminPlatform(app, house.people)
  registerAdminServices(app, house.people)
  registerAdminPreview(app, house.people)
  registerAdminProviders(app, house.people)
  registerAdminPortal(app, house.people)
  await nextTurn()
  registerNotifications(app, house.people)
  registerPushRules(app, house.people)
  registerFunctions(app, house.people)
  registerMailExport(app, house.people)
  registerCalendarFile(app, house.people)
  registerPortal(app, house.people)
  registerSupport(app, house.people)
  registerStatus(app, house.people, log)
  registerReading(app, house.people, readingParts(house.config, parts.outside))
  registerDiagnosis(app, house.people)
  const post = { people: house.people, address: supportAddress(house.config, demo !== undefined) }
  registerTickets(app, post)
  registerCompromise(app, post)
  registerAddress(app, house.people)
  registerPractice(app, house.people)
  await registerGuides(app, house.people, log)
  await nextTurn()
  registerFiles(app, house.people, {
    maxSize: house.config['files.max-size'],
    quota: house.config['files.quota'],
    days: house.config['files.days'],
    pupils: house.config['files.pupils'],
  })
  registerPersonal(app, house.people, { selfErasure: house.config['people.self-erasure'] })
  registerAutoconfig(app, house.config.domains, parts.mail, `${house.people.options.publicUrl}/dav/`)
  registerAutodiscover(app, parts.mail)
  registerMtaSts(app, house.config)
  registerSetUp(app, { people: house.people, log, mail, tls: parts.tls, organization: academy })
  await registerScim(app, house.people, log)
  await registerDav(app, house.people, log)
  await registerSingleSignOn(app, house, log, signOutPath)
  await parts.protocols(app, limits)
  await registerWeb(app, parts.webFolder, branded?.page)
}

const openAdmin = async (parts: HttpParts, endpoint: Exclude<Endpoint, 'off'>, limits: ListenLimits) => {
  const app = Fastify({ logger: false })
  registerHealth(app, { readiness: parts.readiness, metrics: parts.metrics, open: true })
  await app.ready()
  const count = limitConnections(app.server, 'admin', limits, parts.log)
  await bind(app.server, 'admin', endpoint)
  return { app, listener: listenerOf(app.server, 'admin', endpoint, count) }
}

/** Opens the HTTP listeners. Throws ListenError. */
export const openHttp = async (
  parts: HttpParts,
  endpoints: HttpEndpoints,
  limits: ListenLimits,
): Promise<HttpFront> => {
  const { app, plain, secure, admission, listening } = build(parts)
  parts.metrics.gauges(
    'convergence_http_admission',
    'Requests that wait to begin, refused so far, and connections held until there is room',
    'state',
    () => [
      ['waiting', admission.waiting],
      ['refused', admission.refused],
      ['held', listening.held],
    ],
  )
  await registerRoutes(app, parts)
  await app.ready()
  const listeners: Listener[] = []
  const open = async (name: 'http' | 'https', server: HttpServer | HttpsServer): Promise<void> => {
    const endpoint = endpoints[name]
    if (endpoint === 'off') return
    const count = limitConnections(server, name, limits, parts.log)
    await bind(server, name, endpoint)
    listeners.push(listenerOf(server, name, endpoint, count))
  }
  await open('http', plain)
  await open('https', secure)
  const admin = endpoints.admin === 'off' ? undefined : await openAdmin(parts, endpoints.admin, limits)
  if (admin) listeners.push(admin.listener)
  return {
    listeners,
    close: async () => {
      await admin?.app.close()
      const closed = secure.listening ? new Promise<void>((resolve) => secure.close(() => resolve())) : undefined
      // Streams of events end with the application; a request that runs is given a moment.
      const impatient = setTimeout(() => {
        for (const server of [plain, secure]) server.closeAllConnections()
      }, requestGrace)
      await app.close()
      secure.closeIdleConnections()
      await closed
      clearTimeout(impatient)
    },
  }
}
