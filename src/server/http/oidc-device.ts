/** The device flow's page (RFC 8628 §3.3): `/device`, `/auth/device`. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Failure, isFailure } from '#base/failure.ts'
import { escapeHtml } from '#format/html/escape.ts'
import { answerDevice, type DeviceAsking, findDevice } from '#protocol/oidc/device.ts'
import { type Person, scopesShown } from '#protocol/oidc/interaction.ts'
import { checkSameSite } from './auth.ts'
import { languageOf } from './failure.ts'
import type { OidcHttp } from './oidc.ts'
import { accountShown, answerIn, serviceShown } from './oidc-consent.ts'
import { checkForm, fieldOf, formProof, sendOidcFailure, signedOut } from './oidc-form.ts'
import { type OidcErrorCode, oidcErrors, oidcWords } from './oidc-words.data.ts'

/** What a refusal of the domain is called here; anything else is thrown on. */
const codeOf = (error: unknown): OidcErrorCode => {
  if (isFailure(error, 'notFound')) return 'SSO-40'
  if (isFailure(error, 'forbidden') && error.property === 'strength') return 'SSO-29'
  if (isFailure(error, 'forbidden') && error.property !== undefined) return 'SSO-23'
  throw error
}

export const registerOidcDevice = (app: FastifyInstance, http: OidcHttp): void => {
  const { oidc, people } = http

  /** Codes are short (34 bits): wrong ones cost time, like wrong passwords. */
  const find = async (request: FastifyRequest, person: Person): Promise<DeviceAsking> => {
    const subject = `device #${person.accountId}`
    const retryAfter = people.throttle.attempt(subject, request.ip)
    if (retryAfter > 0) throw new Failure('throttled', 'too many wrong codes', { retryAfter })
    try {
      const found = await findDevice(people, await oidc.provider(), fieldOf(request, 'code'), person)
      people.throttle.succeeded(subject, request.ip)
      return found
    } catch (error) {
      if (isFailure(error, 'notFound')) people.throttle.failed(subject, request.ip)
      throw error
    }
  }

  const signedIn = async (request: FastifyRequest): Promise<Person> => {
    const person = await http.person(request)
    if (!person) throw signedOut()
    return person
  }

  app.post('/auth/device', { bodyLimit: 8192 }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const person = await signedIn(request)
    checkSameSite(request)
    try {
      const asking = await find(request, person)
      const { shown: code, party, askedFrom } = asking
      const scopes = scopesShown(asking.scopes, languageOf(request))
      const offline = asking.scopes.includes('offline_access')
      const account = await accountShown(http, person)
      return { code, service: serviceShown({ party, origin: party.rules.url }), account, scopes, offline, askedFrom }
    } catch (error) {
      return sendOidcFailure(request, reply, codeOf(error))
    }
  })

  app.post('/auth/device/decide', { bodyLimit: 8192 }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const person = await signedIn(request)
    checkSameSite(request)
    const answer = answerIn(request)
    try {
      await answerDevice(people, await oidc.provider(), await find(request, person), person, answer)
      return { allowed: answer.allow }
    } catch (error) {
      return sendOidcFailure(request, reply, codeOf(error))
    }
  })

  // ---- without script ----------------------------------------------------------------------------------------------

  const codeForm = (request: FastifyRequest, person: Person, given: string, problem = ''): string => {
    const language = languageOf(request)
    const proof = formProof(people, person.sessionId, 'device')
    const wrong = problem === '' ? '' : `<p id="problem" role="alert">${escapeHtml(problem)}</p>`
    return `${wrong}<form method="post" action="/device"><input type="hidden" name="proof" value="${proof}">
<p><label for="code">${oidcWords.typeCode[language]}</label>
<input id="code" name="code" value="${escapeHtml(given)}" autocomplete="off" autocapitalize="characters" spellcheck="false" required maxlength="20"${problem === '' ? '' : ' aria-describedby="problem" aria-invalid="true"'}></p>
<button class="main">${oidcWords.next[language]}</button></form>`
  }

  const confirmForm = (request: FastifyRequest, person: Person, asking: DeviceAsking): string => {
    const language = languageOf(request)
    const { shown, party, askedFrom } = asking
    const proof = formProof(people, person.sessionId, 'device')
    const list = scopesShown(asking.scopes, language)
      .map(({ title, detail }) => `<dt>${escapeHtml(title)}</dt><dd>${escapeHtml(detail)}</dd>`)
      .join('')
    return `<p><strong>${escapeHtml(party.name)}</strong> · <code>${escapeHtml(shown)}</code></p><dl>${list}</dl>
<p>${escapeHtml(oidcWords.beware[language])}</p>
<p class="note">${oidcWords.askedFrom[language]} ${escapeHtml(askedFrom.ip)}. ${oidcWords.signedInAs[language]} ${escapeHtml(person.name)}.</p>
<form method="post" action="/device"><input type="hidden" name="proof" value="${proof}">
<input type="hidden" name="code" value="${escapeHtml(shown)}">
<button class="main" name="decision" value="allow">${oidcWords.allow[language]}</button>
<button name="decision" value="deny">${oidcWords.deny[language]}</button></form>`
  }

  const queryCode = (request: FastifyRequest): string => {
    const { user_code: code } = request.query as { user_code?: unknown }
    return typeof code === 'string' ? code.replace(/[^A-Za-z0-9-]/g, '').slice(0, 20) : ''
  }

  app.get('/device', async (request, reply) => {
    const code = queryCode(request)
    const query = code === '' ? '' : `user_code=${code}`
    const person = await http.person(request)
    if (!person) return reply.redirect(`/login?then=${encodeURIComponent(`/device${query && `?${query}`}`)}`, 303)
    const plain = 'plain' in (request.query as object)
    const web = plain ? false : http.webPage(reply, `/device?plain&${query}`)
    if (web !== false) return web
    const title = oidcWords.device[languageOf(request)]
    return http.page(request, reply, { title, body: codeForm(request, person, code) })
  })

  const answer = async (request: FastifyRequest, reply: FastifyReply, person: Person): Promise<FastifyReply> => {
    const language = languageOf(request)
    const asking = await find(request, person)
    if (fieldOf(request, 'decision') === '') {
      const body = confirmForm(request, person, asking)
      return http.page(request, reply, { title: oidcWords.device[language], body })
    }
    const decided = answerIn(request)
    await answerDevice(people, await oidc.provider(), asking, person, decided)
    const [title, text] = decided.allow
      ? [oidcWords.allowed, oidcWords.allowedText]
      : [oidcWords.denied, oidcWords.deniedText]
    return http.page(request, reply, { title: title[language], body: `<p>${text[language]}</p>` })
  }

  app.post('/device', { bodyLimit: 8192 }, async (request, reply) => {
    const person = await http.person(request)
    if (!person) return reply.redirect('/login?then=/device', 303)
    checkForm(request, people, person.sessionId, 'device')
    try {
      return await answer(request, reply, person)
    } catch (error) {
      const { status, message } = oidcErrors[codeOf(error)]
      const language = languageOf(request)
      const body = codeForm(request, person, fieldOf(request, 'code'), message[language])
      return http.page(request, reply, { title: oidcWords.device[language], body, status })
    }
  })
}
