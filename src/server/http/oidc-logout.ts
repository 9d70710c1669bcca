/** RP-initiated logout: the person always confirms, on a page of ours. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { revokeSession } from '#domain/people/session-end.ts'
import { escapeHtml } from '#format/html/escape.ts'
import { readLogoutRequest } from '#protocol/oidc/logout.ts'
import { clearSessionCookie, isForeign } from './auth.ts'
import { languageOf } from './failure.ts'
import type { OidcHttp } from './oidc.ts'
import { sendOidcError } from './oidc-error.ts'
import { checkForm, fieldOf, formProof } from './oidc-form.ts'
import { oidcWords } from './oidc-words.data.ts'

const names = ['id_token_hint', 'client_id', 'post_logout_redirect_uri', 'state'] as const

const given = (request: FastifyRequest): Record<string, unknown> => {
  const source = request.method === 'POST' ? request.body : request.query
  return typeof source === 'object' && source !== null ? (source as Record<string, unknown>) : {}
}

/** Longest address that a posted question is turned into. */
const longestAddress = 12_000

export const registerOidcLogout = (app: FastifyInstance, http: OidcHttp): void => {
  const { oidc, people } = http

  const sendSignedOut = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const language = languageOf(request)
    const title = oidcWords.signedOut[language]
    const body = `<p>${oidcWords.signedOutText[language]}</p><p><a class="button" href="/login">${oidcWords.signIn[language]}</a></p>`
    return http.page(request, reply, { title, body })
  }

  /** Services that only the browser can tell: a page between, because a form may not be redirected to them. */
  const sendOn = (request: FastifyRequest, reply: FastifyReply, path: string): FastifyReply => {
    const language = languageOf(request)
    const link = `<p><a class="button" href="${escapeHtml(path)}">${oidcWords.next[language]}</a></p>`
    const body = `<p>${oidcWords.signedOutText[language]}</p>${link}`
    return http.page(request, reply, { title: oidcWords.signedOut[language], body, refresh: path })
  }

  const ask = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const language = languageOf(request)
    const fields = given(request)
    const { service, back } = await readLogoutRequest(await oidc.provider(), fields)
    const person = await http.person(request)
    if (!person)
      return back === undefined
        ? sendSignedOut(request, reply)
        : reply.header('cache-control', 'no-store').redirect(back, 303)
    const kept = names
      .filter((name) => typeof fields[name] === 'string')
      .map((name) => `<input type="hidden" name="${name}" value="${escapeHtml(String(fields[name]))}">`)
      .join('')
    const by =
      service === undefined
        ? ''
        : `<p><strong>${escapeHtml(service.name)}</strong> ${escapeHtml(oidcWords.logoutBy[language])}</p>`
    const proof = formProof(people, person.sessionId, 'logout')
    return http.page(request, reply, {
      title: oidcWords.logout[language],
      body: `${by}<p>${escapeHtml(oidcWords.logoutText[language])}</p>
<p class="note">${oidcWords.signedInAs[language]} ${escapeHtml(person.name)}.</p>
<form method="post" action="/oidc/session/end/confirm">${kept}<input type="hidden" name="proof" value="${proof}">
<button class="main" name="answer" value="out">${oidcWords.logoutYes[language]}</button>
<button name="answer" value="stay">${oidcWords.logoutNo[language]}</button></form>`,
      goesTo: back === undefined ? undefined : new URL(back).origin,
    })
  }

  const guarded =
    (work: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      try {
        return await work(request, reply)
      } catch (error) {
        return sendOidcError(request, reply, error)
      }
    }

  app.get('/oidc/session/end', guarded(ask))
  app.post(
    '/oidc/session/end',
    { bodyLimit: 32_768 },
    guarded(async (request, reply) => {
      const fields = given(request)
      const known = names.flatMap((name) => (typeof fields[name] === 'string' ? [[name, fields[name]]] : []))
      const address = `/oidc/session/end?${new URLSearchParams(known)}`
      // A post from another site brings no cookie of ours, and would take everybody for signed out: a redirect does.
      if (!isForeign(request) || address.length > longestAddress) return ask(request, reply)
      return reply.header('cache-control', 'no-store').redirect(address, 303)
    }),
  )

  app.post(
    '/oidc/session/end/confirm',
    { bodyLimit: 32_768 },
    guarded(async (request, reply) => {
      const person = await http.person(request)
      const { back } = await readLogoutRequest(await oidc.provider(), given(request))
      if (person) {
        checkForm(request, people, person.sessionId, 'logout')
        if (fieldOf(request, 'answer') !== 'out') return reply.redirect('/', 303)
        const path = await http.signOutPath?.(person, back ?? '/oidc/session/end')
        await revokeSession(people, person, person.sessionId, request.ip)
        clearSessionCookie(request, reply)
        if (path !== undefined) return sendOn(request, reply, path)
      }
      reply.header('cache-control', 'no-store')
      return back === undefined ? sendSignedOut(request, reply) : reply.redirect(back, 303)
    }),
  )
  // The library has pages of its own here; ours replace them.
  for (const url of ['/oidc/session/end/success', '/oidc/device'])
    app.all(url, (request, reply) =>
      url === '/oidc/device' && request.method === 'GET' ? reply.redirect('/device', 303) : reply.callNotFound(),
    )
}
