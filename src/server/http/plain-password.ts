/** Without script: the page of whoever has to choose another password before anything else. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Failure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import { profilesOf } from '#domain/directory/profiles.ts'
import type { People } from '#domain/people/people.ts'
import { passwordGuidance } from '#domain/people/policy.ts'
import type { Principal } from '#domain/people/principal.ts'
import { escapeXml } from '#format/xml/write.ts'
import { isForeign, signedInAtAll } from './auth.ts'
import { type HttpFailure, httpFailure, languageOf } from './failure.ts'
import { changeOwnPassword, provedMore } from './own-password.ts'
import { type Body, bodyOf } from './owner.ts'
import { plainPasswordWords } from './plain-sign-in.data.ts'
import { codeLink, sendPage } from './sso-page.ts'
import { safeThen } from './then.ts'

const field = (name: string, label: string, complete: string, hint = ''): string =>
  `<label for="${name}">${escapeXml(label)}</label>${hint}<input id="${name}" name="${name}" type="password" autocomplete="${complete}" required${hint === '' ? '' : ' aria-describedby="hint"'}>`

type Problem = Pick<HttpFailure, 'status' | 'body'>

export interface PlainPasswordRoutes {
  readonly people: People
  readonly log: Log
  /** Goes on to a path, which may lead to a service. */
  readonly onward: (request: FastifyRequest, reply: FastifyReply, path: string) => FastifyReply
}

export const registerPlainPassword = (app: FastifyInstance, { people, log, onward }: PlainPasswordRoutes): void => {
  const show = async (
    request: FastifyRequest,
    reply: FastifyReply,
    principal: Principal,
    given: Body,
    problem?: Problem,
  ): Promise<FastifyReply> => {
    const words = plainPasswordWords[languageOf(request)]
    const { rules } = await passwordGuidance(people, principal.accountId)
    const told =
      problem === undefined
        ? ''
        : `<p role="alert"><strong>${escapeXml(problem.body.message)}</strong> <small>${codeLink(problem.body.code, languageOf(request))}</small></p>`
    const body =
      `<p>${escapeXml(words.why[principal.held ?? 'weak'])}</p>${told}<form method="post" action="/login/password">` +
      `<input type="hidden" name="then" value="${escapeXml(safeThen(given.then))}">` +
      `<input type="hidden" name="username" autocomplete="username" value="${escapeXml(principal.login)}">` +
      (provedMore(people, principal) ? '' : field('current', words.current, 'current-password')) +
      field('password', words.password, 'new-password', `<p id="hint">${escapeXml(words.hint(rules.least))}</p>`) +
      `<button type="submit">${words.save}</button></form>` +
      `<form method="post" action="/auth/logout"><button type="submit">${words.leave}</button></form>`
    return sendPage(request, reply, { title: words.title, body, status: problem?.status ?? 200 })
  }

  /** Where a person who has changed it goes: to choose a profile, or to where they wanted to be. */
  const pathAfter = async (principal: Principal, then: string): Promise<string> => {
    if (principal.profileId !== undefined) return then
    const { ctx } = people
    const profiles = await ctx.store.read((tx) => profilesOf(tx, principal.accountId, ctx.clock.now()))
    return profiles.length > 1 ? `/login/profile?then=${encodeURIComponent(then)}` : then
  }

  app.get('/login/password', async (request, reply) => {
    const principal = await signedInAtAll(people, request)
    const given = request.query as Body
    if (!principal) return reply.redirect('/login', 303)
    return principal.held === undefined
      ? reply.redirect(safeThen(given.then), 303)
      : show(request, reply, principal, given)
  })

  app.post('/login/password', { bodyLimit: 8192 }, async (request, reply) => {
    const principal = await signedInAtAll(people, request)
    const { sessionId } = principal ?? {}
    if (!principal || sessionId === undefined) return reply.redirect('/login', 303)
    const body = bodyOf(request)
    try {
      if (isForeign(request)) throw new Failure('forbidden', 'the form does not come from our own page')
      await changeOwnPassword(people, { ...principal, sessionId }, body, request)
    } catch (error) {
      return show(request, reply, principal, body, httpFailure(error, request, log))
    }
    return onward(request, reply, await pathAfter(principal, safeThen(body.then)))
  })
}
