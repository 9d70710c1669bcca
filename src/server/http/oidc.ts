/**
 * OpenID Connect over HTTP: `/oidc/*` goes to the provider; what people answer (sign-in, consent, a device's code,
 * signing out) is here, for the web app in JSON and for browsers without script as plain pages.
 */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Interaction } from 'oidc-provider'
import type { Log } from '#base/log.ts'
import type { People } from '#domain/people/people.ts'
import type { Principal } from '#domain/people/principal.ts'
import { escapeHtml } from '#format/html/escape.ts'
import { isPerson, nextStep, type Person, refuse, type Step } from '#protocol/oidc/interaction.ts'
import { errors } from '#protocol/oidc/library.ts'
import type { Oidc } from '#protocol/oidc/oidc.ts'
import { pagePolicy, renderPage } from '#protocol/oidc/pages.ts'
import { signedIn } from './auth.ts'
import { languageOf } from './failure.ts'
import { registerOidcApps } from './oidc-apps.ts'
import { registerOidcConsent } from './oidc-consent.ts'
import { registerOidcDevice } from './oidc-device.ts'
import { sendOidcError } from './oidc-error.ts'
import { registerOidcLogout } from './oidc-logout.ts'
import { oidcWords } from './oidc-words.data.ts'
import { codeLink } from './sso-page.ts'

export interface OidcRoutes {
  readonly oidc: Oidc
  readonly people: People
  readonly log: Log
  /** Folder of the built web app; its pages for consent and devices are used when it is there. */
  readonly webFolder: string
  /** Where the browser goes on to after its session has ended, for services that only it can tell. */
  readonly signOutPath?:
    | ((principal: Pick<Principal, 'sessionId'>, after?: string) => Promise<string | undefined>)
    | undefined
}

/** What the route files share. */
export interface OidcHttp extends OidcRoutes {
  /** The person of the browser session; undefined when nobody is signed in. */
  person(request: FastifyRequest): Promise<Person | undefined>
  page(request: FastifyRequest, reply: FastifyReply, page: PlainPage): FastifyReply
  /** The web app's page, which sends browsers without script to `plain`; false when the app is not built. */
  webPage(reply: FastifyReply, plain: string): FastifyReply | false
}

export interface PlainPage {
  readonly title: string
  /** HTML. */
  readonly body: string
  readonly status?: number
  readonly refresh?: string
  /** Origin (or scheme) where a form may end after our redirection. */
  readonly goesTo?: string | undefined
}

const sendPlain = (request: FastifyRequest, reply: FastifyReply, page: PlainPage): FastifyReply => {
  const { title, body, status = 200, refresh, goesTo } = page
  const language = languageOf(request)
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('content-security-policy', pagePolicy(goesTo))
    .send(renderPage({ language, title, body, ...(refresh === undefined ? {} : { refresh }) }))
}

const readIndex = (folder: string): string | undefined => {
  const file = join(folder, 'index.html')
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

/** Headers of the answers that Fastify does not send itself. */
const rawHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'content-security-policy': pagePolicy(),
}

/** Longest request that is posted instead of linked to: it becomes an address, which Node bounds at 16 kB with the rest. */
const longestPosted = 12_000

/**
 * Requests for a sign-in may be posted (OpenID Connect Core §3.1.2.1). A post from another site brings no cookie of ours
 * (SameSite=Lax), so it goes on as the same question by a plain redirect, which does.
 */
const registerPosted = (app: FastifyInstance): Promise<void> =>
  Promise.resolve(
    app.register(async (scope) => {
      scope.removeAllContentTypeParsers()
      const form = 'application/x-www-form-urlencoded'
      scope.addContentTypeParser(form, { parseAs: 'string' }, (_request, body, done) => done(null, body))
      scope.post('/oidc/auth', { bodyLimit: longestPosted }, (request, reply) => {
        // Read and written again: what comes twice stays twice, and is refused as such.
        const query = new URLSearchParams(typeof request.body === 'string' ? request.body : '')
        return reply.header('cache-control', 'no-store').redirect(`/oidc/auth?${query}`, 303)
      })
    }),
  )

/** Everything of the provider, its body unread: it parses and bounds bodies itself (56 kB). */
const registerProvider = async (app: FastifyInstance, { oidc, people }: OidcRoutes): Promise<void> => {
  const hand = async (request: FastifyRequest, reply: FastifyReply, path?: string): Promise<void> => {
    const principal = await signedIn(people, request)
    reply.hijack()
    for (const [name, value] of Object.entries(rawHeaders)) reply.raw.setHeader(name, value)
    if (path !== undefined) request.raw.url = path
    await oidc.handle(request.raw, reply.raw, { principal, ip: request.ip })
  }
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    scope.all('/oidc/*', (request, reply) => hand(request, reply))
    // RFC 8414 §3.1 puts the well-known part before the issuer's path; programs look in every place.
    for (const path of ['/oauth-authorization-server', '/oauth-authorization-server/oidc', '/openid-configuration'])
      scope.get(`/.well-known${path}`, (request, reply) =>
        hand(request, reply, '/oidc/.well-known/openid-configuration'),
      )
  })
}

const signInPath = (uid: string, step: Extract<Step, { kind: 'sign-in' }>): string => {
  const query = new URLSearchParams([['then', `/oidc/interaction/${uid}`]])
  if (step.strength > 1) query.set('acr', String(step.strength))
  if (step.renew) query.set('renew', '1')
  if (step.hint !== '') query.set('login', step.hint)
  return `/login?${query}`
}

/** Where a person comes between a service's request and its answer. */
const registerInteraction = (app: FastifyInstance, http: OidcHttp): void => {
  const { oidc, people } = http
  const find = async (request: FastifyRequest, reply: FastifyReply): Promise<Interaction> => {
    const provider = await oidc.provider()
    const interaction = await provider.interactionDetails(request.raw, reply.raw)
    // The cookie names it; the address must name the same.
    if (interaction.uid !== (request.params as { uid: string }).uid) throw new errors.SessionNotFound('another request')
    return interaction
  }

  /**
   * Goes on. After a form of ours the browser would hold our own policy for forms against the service's address, so the
   * chain of redirections is cut by a page.
   */
  const go = (request: FastifyRequest, reply: FastifyReply, to: string): FastifyReply => {
    if (request.headers['sec-fetch-site'] !== 'same-origin') return reply.redirect(to, 303)
    const language = languageOf(request)
    const body = `<p><a class="button" href="${escapeHtml(to)}">${oidcWords.next[language]}</a></p>`
    return http.page(request, reply, { title: oidcWords.going[language], body, refresh: to })
  }

  const sendRefused = async (
    request: FastifyRequest,
    reply: FastifyReply,
    interaction: Interaction,
    { why, party }: Extract<Step, { kind: 'refused' }>,
  ): Promise<FastifyReply> => {
    const language = languageOf(request)
    const name = escapeHtml(party.name)
    const back = `/oidc/interaction/${interaction.uid}/refuse`
    return http.page(request, reply, {
      title: oidcWords.notOpen[language],
      status: 403,
      body: `<p><strong>${name}</strong></p><p>${escapeHtml(oidcWords.refused[why][language])}</p>
<p><a class="button main" href="/">${oidcWords.home[language]}</a>
<a class="button" href="${escapeHtml(back)}">${oidcWords.backTo[language]} ${name}</a></p>
<p class="note">${codeLink(why === 'strength' ? 'SSO-29' : why === 'identifier' ? 'SSO-24' : 'SSO-23', language)}</p>`,
    })
  }

  app.get('/oidc/interaction/:uid', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    try {
      const interaction = await find(request, reply)
      const step = await nextStep(people, interaction, await signedIn(people, request))
      if (step.kind === 'sign-in') return reply.redirect(signInPath(interaction.uid, step), 303)
      if (step.kind === 'refused') return await sendRefused(request, reply, interaction, step)
      if (step.kind === 'consent') return go(request, reply, `/consent/${interaction.uid}`)
      return go(request, reply, step.to)
    } catch (error) {
      return sendOidcError(request, reply, error)
    }
  })

  app.get('/oidc/interaction/:uid/refuse', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    try {
      const interaction = await find(request, reply)
      return go(request, reply, await refuse(interaction, 'the service is not open to this person'))
    } catch (error) {
      return sendOidcError(request, reply, error)
    }
  })
}

/** Registers every route of OpenID Connect. */
export const registerOidc = async (app: FastifyInstance, routes: OidcRoutes): Promise<void> => {
  const index = readIndex(routes.webFolder)
  const http: OidcHttp = {
    ...routes,
    person: async (request) => {
      const principal = await signedIn(routes.people, request)
      return isPerson(principal) ? principal : undefined
    },
    page: sendPlain,
    webPage: (reply, plain) => {
      if (index === undefined) return false
      const refresh = `<noscript><meta http-equiv="refresh" content="0;url=${escapeHtml(plain)}"></noscript></head>`
      const page = index.replace('</head>', () => refresh)
      return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(page)
    },
  }
  registerInteraction(app, http)
  registerOidcConsent(app, http)
  registerOidcDevice(app, http)
  registerOidcLogout(app, http)
  registerOidcApps(app, http)
  await registerPosted(app)
  await registerProvider(app, routes)
  app.addHook('onReady', async () => routes.oidc.start())
  app.addHook('onClose', async () => routes.oidc.stop())
}
