/** Consent to a service that is not ours: `/consent/UID`, `/auth/consent/UID` (docs/single-sign-on.md). */

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isFailure } from '#base/failure.ts'
import { profileKindOf } from '#domain/access/entry.ts'
import { escapeHtml } from '#format/html/escape.ts'
import { type Asking, answerConsent, findConsent, type Person, scopesShown } from '#protocol/oidc/interaction.ts'
import { errorPage, pagePolicy } from '#protocol/oidc/pages.ts'
import { checkSameSite, userAgentOf } from './auth.ts'
import { languageOf } from './failure.ts'
import type { OidcHttp } from './oidc.ts'
import { checkForm, decisionOf, formProof, sendOidcFailure, signedOut } from './oidc-form.ts'
import { oidcWords } from './oidc-words.data.ts'

const uidOf = (request: FastifyRequest): string => (request.params as { uid: string }).uid

/** What a person decided, and from where. */
export const answerIn = (request: FastifyRequest) => ({
  allow: decisionOf(request),
  ip: request.ip,
  userAgent: userAgentOf(request),
})

/** The service as a person is shown it. */
export const serviceShown = ({ party, origin }: Pick<Asking, 'party' | 'origin'>) => {
  const { url, icon } = party.rules
  return { name: party.name, url, icon, host: URL.parse(origin)?.host ?? '' }
}

/** The account that will be spoken of. */
export const accountShown = async (http: OidcHttp, person: Person) => {
  const profile = (await http.people.ctx.store.read((tx) => profileKindOf(tx, person))) ?? ''
  return { name: person.name, login: person.login, email: person.email, profile }
}

/** What a form that ends at the service may lead to: its origin, or its scheme for a program on the device. */
const goal = ({ interaction, origin }: Asking): string => {
  const { redirect_uri: address } = interaction.params
  return origin !== 'null' ? origin : (URL.parse(String(address))?.protocol ?? '')
}

const plainBody = (request: FastifyRequest, http: OidcHttp, asking: Asking, person: Person): string => {
  const language = languageOf(request)
  const { interaction, party, scopes } = asking
  const { host } = serviceShown(asking)
  const list = scopesShown(scopes, language)
    .map(({ title, detail }) => `<dt>${escapeHtml(title)}</dt><dd>${escapeHtml(detail)}</dd>`)
    .join('')
  const proof = formProof(http.people, person.sessionId, interaction.uid)
  return `<p><strong>${escapeHtml(party.name)}</strong> ${escapeHtml(oidcWords.outside[language])}</p>
<dl>${list}</dl>
<p class="note">${oidcWords.signedInAs[language]} ${escapeHtml(person.name)}. ${oidcWords.sentTo[language]} ${escapeHtml(host)}.</p>
<form method="post" action="/oidc/consent/${interaction.uid}"><input type="hidden" name="proof" value="${proof}">
<button class="main" name="decision" value="allow">${oidcWords.allow[language]}</button>
<button name="decision" value="deny">${oidcWords.deny[language]}</button></form>`
}

export const registerOidcConsent = (app: FastifyInstance, http: OidcHttp): void => {
  const { oidc, people } = http
  const ask = async (request: FastifyRequest, person: Person): Promise<Asking> =>
    findConsent(people, await oidc.provider(), uidOf(request), person)

  app.get('/consent/:uid', async (request, reply) => {
    const uid = encodeURIComponent(uidOf(request))
    const person = await http.person(request)
    if (!person) return reply.redirect(`/login?then=${encodeURIComponent(`/oidc/interaction/${uid}`)}`, 303)
    const plain = 'plain' in (request.query as object)
    const app = plain ? false : http.webPage(reply, `/consent/${uid}?plain`)
    if (app !== false) return app
    try {
      const asking = await ask(request, person)
      const title = oidcWords.consent[languageOf(request)]
      return http.page(request, reply, { title, body: plainBody(request, http, asking, person), goesTo: goal(asking) })
    } catch (error) {
      if (!isFailure(error, 'notFound')) throw error
      const page = errorPage(languageOf(request), { name: 'SessionNotFound', error: 'consent' })
      reply.code(404).header('cache-control', 'no-store').header('content-security-policy', pagePolicy())
      return reply.type('text/html; charset=utf-8').send(page)
    }
  })

  app.post('/oidc/consent/:uid', { bodyLimit: 8192 }, async (request, reply) => {
    const person = await http.person(request)
    if (!person) throw signedOut()
    checkForm(request, people, person.sessionId, uidOf(request))
    const asking = await ask(request, person)
    const to = await answerConsent(people, await oidc.provider(), asking, person, answerIn(request))
    return reply.header('cache-control', 'no-store').redirect(to, 303)
  })

  app.get('/auth/consent/:uid', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const person = await http.person(request)
    if (!person) throw signedOut()
    try {
      const asking = await ask(request, person)
      const scopes = scopesShown(asking.scopes, languageOf(request))
      const offline = asking.scopes.includes('offline_access')
      const account = await accountShown(http, person)
      return { uid: uidOf(request), service: serviceShown(asking), account, scopes, offline }
    } catch (error) {
      if (isFailure(error, 'notFound')) return sendOidcFailure(request, reply, 'SSO-22')
      throw error
    }
  })

  app.post('/auth/consent/:uid', { bodyLimit: 8192 }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const person = await http.person(request)
    if (!person) throw signedOut()
    checkSameSite(request)
    const answer = answerIn(request)
    try {
      const asking = await ask(request, person)
      const to = await answerConsent(people, await oidc.provider(), asking, person, answer)
      return Object.fromEntries([['then', to]])
    } catch (error) {
      if (isFailure(error, 'notFound')) return sendOidcFailure(request, reply, 'SSO-22')
      throw error
    }
  })
}
