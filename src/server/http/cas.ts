/**
 * CAS over HTTP (CAS Protocol 3.0.2 §2): `/cas/*`. The pages that people see; validation, proxies and SAML 1.1 for
 * services. Protocol rules are in protocol/cas, this only reads requests and writes answers.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isFailure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import type { People } from '#domain/people/people.ts'
import type { Principal } from '#domain/people/principal.ts'
import { revokeSession } from '#domain/people/session-end.ts'
import { escapeXml } from '#format/xml/write.ts'
import type { Cas } from '#protocol/cas/cas.ts'
import { CasFailure, casFailure } from '#protocol/cas/failure.ts'
import { type LoginAnswer, login } from '#protocol/cas/login.ts'
import { afterLogout } from '#protocol/cas/logout.ts'
import { proxy } from '#protocol/cas/proxy.ts'
import {
  type Answer,
  type Format,
  failure,
  plainFailure,
  plainSuccess,
  proxyFailure,
  proxySuccess,
  success,
} from '#protocol/cas/respond.ts'
import { readSamlRequest, samlFailure, samlSuccess } from '#protocol/cas/saml.ts'
import { type Validated, type ValidationRequest, validate } from '#protocol/cas/validate.ts'
import { clearSessionCookie, isForeign, signedIn } from './auth.ts'
import { casPages, signedOut } from './cas-page.data.ts'
import { languageOf } from './failure.ts'
import { codeLink, linkTo, sendPage, sendPost } from './sso-page.ts'

export interface CasRoutes {
  readonly people: People
  readonly log: Log
  /** Milliseconds. */
  readonly ticketLife: number
  /** Our public name, in SAML 1.1 assertions. */
  readonly issuer: string
  /** Before a session ends: where the browser goes to tell those who can only be told by it, and then `after`. */
  readonly signOutPath?: ((principal: Principal, after?: string) => Promise<string | undefined>) | undefined
}

type Values = Readonly<Record<string, unknown>>

const textOf = (values: Values, name: string): string | undefined => {
  const value = values[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A switch is set when it is there (§2.1.1), whatever it says but `false`. */
const flagOf = (values: Values, name: string): boolean => {
  const value = values[name]
  return value !== undefined && value !== 'false' && value !== ''
}

const bodyOf = (request: FastifyRequest): Values =>
  typeof request.body === 'object' && request.body !== null ? (request.body as Values) : {}

const valuesOf = (request: FastifyRequest): Values => ({ ...(request.query as Values), ...bodyOf(request) })

/** A parameter given twice is read as its first by some and as its last by others: it is refused. */
const refuseTwice = (values: Values): void => {
  if (Object.values(values).some((value) => typeof value !== 'string'))
    throw new CasFailure('INVALID_REQUEST', 'a parameter is given twice')
}

const formatOf = (values: Values): Format => {
  const asked = (textOf(values, 'format') ?? 'XML').toUpperCase()
  if (asked === 'XML' || asked === 'JSON') return asked
  throw new CasFailure('INVALID_REQUEST', "'format' must be XML or JSON")
}

/** The format for a refusal, even when what was asked is no format. */
const likelyFormat = (values: Values): Format => (/^json$/i.test(textOf(values, 'format') ?? '') ? 'JSON' : 'XML')

const validationOf = (values: Values, proxyTickets: boolean): ValidationRequest => ({
  service: textOf(values, 'service'),
  ticket: textOf(values, 'ticket'),
  renew: flagOf(values, 'renew'),
  pgtUrl: textOf(values, 'pgtUrl'),
  proxyTickets,
})

const send = (reply: FastifyReply, { type, body }: Answer): FastifyReply =>
  reply.type(`${type}; charset=utf-8`).header('cache-control', 'no-store').send(body)

/** Pages and redirects of the person's browser. */
const registerBrowser = (app: FastifyInstance, cas: Cas, signOutPath: CasRoutes['signOutPath']): void => {
  const { people } = cas
  const personOf = (request: FastifyRequest): Promise<Principal | undefined> => signedIn(people, request)

  const sendRefusal = (
    request: FastifyRequest,
    reply: FastifyReply,
    why: keyof typeof casPages,
    about: { readonly host?: string; readonly name?: string | undefined; readonly back?: string } = {},
  ): FastifyReply => {
    const language = languageOf(request)
    const page = casPages[why]
    const { host = '', name, back = '/' } = about
    const which = name ?? host
    const paths = { home: '/', again: back, security: '/account/security' }
    const next = linkTo({ href: paths[page.next], text: page.link[language] })
    const body =
      `<p>${escapeXml(page.text[language])}</p>` +
      (which === ''
        ? ''
        : `<p>${language === 'fr' ? 'Service' : 'Service'} : <strong>${escapeXml(which)}</strong></p>`) +
      `${next}<p><small>${codeLink(page.code, language)}</small></p>`
    return sendPage(request, reply, { title: page.title[language], body, status: page.status })
  }

  const sendConsent = (
    request: FastifyRequest,
    reply: FastifyReply,
    { party, host, told, fields }: Extract<LoginAnswer, { kind: 'consent' }>,
  ): FastifyReply => {
    const fr = languageOf(request) === 'fr'
    const rows = Object.entries(told)
      .map(([name, values]) => `<li><strong>${escapeXml(name)}</strong> : ${escapeXml(values.join(', '))}</li>`)
      .join('')
    const inputs = Object.entries(fields)
      .map(([name, value]) => `<input type="hidden" name="${escapeXml(name)}" value="${escapeXml(value)}">`)
      .join('')
    const nothing = fr ? 'Rien d’autre qu’un identifiant.' : 'Nothing but an identifier.'
    return sendPage(request, reply, {
      title: fr ? `Continuer vers ${party.name} ?` : `Continue to ${party.name}?`,
      body:
        `<p>${fr ? 'Ce service n’appartient pas à l’académie.' : 'This service is not one of the authority’s own.'} ` +
        `<strong>${escapeXml(host)}</strong> ${fr ? 'recevra :' : 'will be told:'}</p>` +
        (rows === '' ? `<p>${nothing}</p>` : `<ul>${rows}</ul>`) +
        `<form method="post" action="/cas/login">${inputs}<button type="submit">${fr ? 'Continuer' : 'Continue'}</button></form>` +
        linkTo({ href: '/', text: fr ? 'Annuler' : 'Cancel' }),
      // A browser follows the form's answer to the service only when the page's policy names it.
      formAction: `'self' ${URL.parse(fields.service ?? fields.TARGET ?? '')?.origin ?? ''}`,
    })
  }

  const answerLogin = async (request: FastifyRequest, reply: FastifyReply, values: Values): Promise<FastifyReply> => {
    if (request.method === 'POST' && isForeign(request)) return sendRefusal(request, reply, 'foreign')
    // Clients that validate by SAML 1.1 name themselves as its browser profile does, and await an artifact.
    const artifact = values.service === undefined && values.TARGET !== undefined
    const service = artifact ? values.TARGET : values.service
    // Two services, or something that is no text: nobody knows which one is meant.
    if (service !== undefined && typeof service !== 'string') return sendRefusal(request, reply, 'unknown')
    const asking = {
      service,
      renew: flagOf(values, 'renew'),
      gateway: flagOf(values, 'gateway'),
      method: textOf(values, 'method')?.toUpperCase() === 'POST' ? ('POST' as const) : ('GET' as const),
      artifact,
      asked: textOf(values, 'asked'),
      consent: request.method === 'POST' ? textOf(values, 'consent') : undefined,
    }
    const answer = await login(cas, asking, await personOf(request))
    reply.header('cache-control', 'no-store')
    const status = request.method === 'POST' ? 303 : 302
    switch (answer.kind) {
      case 'service':
      case 'sign-in':
        return reply.redirect(answer.to, status)
      case 'home':
        return reply.redirect('/', status)
      case 'post':
        return sendPost(request, reply, answer.to, answer.fields)
      case 'consent':
        return sendConsent(request, reply, answer)
      case 'refused':
        return sendRefusal(request, reply, answer.why, { ...answer, name: answer.party?.name })
    }
  }

  app.get('/cas', (_request, reply) => reply.redirect('/cas/login', 302))
  app.get('/cas/login', (request, reply) => answerLogin(request, reply, request.query as Values))
  app.post('/cas/login', { bodyLimit: 16_384 }, (request, reply) => answerLogin(request, reply, bodyOf(request)))

  app.get('/cas/logout', async (request, reply) => {
    const values = request.query as Values
    // Lax cookies come with a picture or a frame of a sister site (another host of the same domain): only a page that
    // the person goes to signs out. Browsers that do not say what they ask for are believed.
    const asked = request.headers['sec-fetch-dest']
    if (asked !== undefined && asked !== 'document') return sendRefusal(request, reply, 'foreign')
    const principal = await personOf(request)
    const to = await afterLogout(cas, textOf(values, 'service') ?? textOf(values, 'url'))
    const path = principal && (await signOutPath?.(principal, to ?? '/cas/logout'))
    if (principal?.sessionId !== undefined)
      await revokeSession(people, principal, principal.sessionId, request.ip).catch((error: unknown) => {
        // Ended meanwhile, by another window: that is what was wanted.
        if (!isFailure(error, 'notFound')) throw error
      })
    clearSessionCookie(request, reply)
    reply.header('cache-control', 'no-store')
    if (path !== undefined || to !== undefined) return reply.redirect(path ?? to ?? '/', 302)
    const language = languageOf(request)
    const body = `<p>${escapeXml(signedOut.text[language])}</p>${linkTo({ href: '/login', text: signedOut.link[language] })}`
    return sendPage(request, reply, { title: signedOut.title[language], body })
  })
}

/** What services ask, from server to server. */
const registerBackChannel = (app: FastifyInstance, cas: Cas, log: Log): void => {
  const refusal = (error: unknown): CasFailure => casFailure(error, (cause) => log.error('cas.error', {}, cause))

  const validation = (path: string, proxyTickets: boolean, attributes: (validated: Validated) => boolean): void => {
    const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const values = valuesOf(request)
      try {
        refuseTwice(values)
        const format = formatOf(values)
        const validated = await validate(cas, validationOf(values, proxyTickets))
        return send(reply, success(validated, format, attributes(validated)))
      } catch (error) {
        return send(reply, failure(refusal(error), likelyFormat(values)))
      }
    }
    app.route({ method: ['GET', 'POST'], url: path, bodyLimit: 16_384, handler })
  }
  const onV2 = ({ party }: Validated): boolean => party.config.attributesOnV2
  validation('/cas/serviceValidate', false, onV2)
  validation('/cas/proxyValidate', true, onV2)
  validation('/cas/p3/serviceValidate', false, () => true)
  validation('/cas/p3/proxyValidate', true, () => true)

  app.get('/cas/validate', async (request, reply) => {
    const values = request.query as Values
    try {
      refuseTwice(values)
      const asked = { ...validationOf(values, false), pgtUrl: undefined }
      return send(reply, plainSuccess(await validate(cas, asked)))
    } catch (error) {
      refusal(error)
      return send(reply, plainFailure)
    }
  })

  app.get('/cas/proxy', async (request, reply) => {
    const values = request.query as Values
    try {
      refuseTwice(values)
      const format = formatOf(values)
      const asked = { pgt: textOf(values, 'pgt'), targetService: textOf(values, 'targetService') }
      return send(reply, proxySuccess(await proxy(cas, asked), format))
    } catch (error) {
      return send(reply, proxyFailure(refusal(error), likelyFormat(values)))
    }
  })
}

/** SAML 1.1 over SOAP, whose bodies are XML whatever type they are said to be. */
const registerSamlValidate = (app: FastifyInstance, cas: Cas, log: Log): void => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.post('/cas/samlValidate', { bodyLimit: 16_384 }, async (request, reply) => {
    const service = textOf(request.query as Values, 'TARGET')
    const now = cas.people.ctx.clock.now()
    let requestId = ''
    let body: string
    try {
      refuseTwice(request.query as Values)
      const asked = readSamlRequest(typeof request.body === 'string' ? request.body : '')
      requestId = asked.requestId
      const { ticket } = asked
      const validated = await validate(cas, { service, ticket, renew: false, pgtUrl: undefined, proxyTickets: false })
      body = samlSuccess(validated, requestId, cas.issuer, now)
    } catch (error) {
      const refused = casFailure(error, (cause) => log.error('cas.error', {}, cause))
      body = samlFailure(refused, requestId, service ?? '', now)
    }
    return reply.type('text/xml; charset=utf-8').header('cache-control', 'no-store').send(body)
  })
}

export const registerCas = async (
  app: FastifyInstance,
  { people, log, ticketLife, issuer, signOutPath }: CasRoutes,
): Promise<void> => {
  const cas: Cas = { people, ticketLife, issuer }
  registerBrowser(app, cas, signOutPath)
  registerBackChannel(app, cas, log)
  await app.register(async (scope) => registerSamlValidate(scope, cas, log))
}
