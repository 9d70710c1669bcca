/**
 * Getting back in, signed out: `/auth/recover/*` (forgotten password or identifier), `/auth/activate*` (the code on a
 * sheet). No answer tells whether an account exists.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Failure } from '#base/failure.ts'
import { populationOf } from '#domain/directory/profiles.ts'
import type { People } from '#domain/people/people.ts'
import { activate, checkActivation } from '#domain/people/recovery/activation.ts'
import { askIdentifier, askReset, checkReset, resetPassword } from '#domain/people/recovery/ask.ts'
import { redeemContactCode } from '#domain/people/recovery/contacts.ts'
import { isForeign } from './auth.ts'
import { type Body, bodyOf, neededIn as needed, textIn } from './owner.ts'

const visitorOf = (request: FastifyRequest) => ({
  ip: request.ip,
  userAgent: String(request.headers['user-agent'] ?? '').slice(0, 300),
})

export const registerRecovery = (app: FastifyInstance, people: People): void => {
  const route = (path: string, work: (body: Body, request: FastifyRequest) => Promise<unknown>) => {
    app.post(path, { bodyLimit: 8192 }, async (request, reply) => {
      reply.header('cache-control', 'no-store')
      if (isForeign(request)) throw new Failure('forbidden', 'the request does not come from our own page')
      return work(bodyOf(request), request)
    })
  }
  const population = (account: number) => people.ctx.store.read((tx) => populationOf(tx, account))

  route('/auth/recover/password', async (body, request) => {
    await askReset(people, needed(body, 'login'), visitorOf(request))
    return { asked: true }
  })

  route('/auth/recover/identifier', async (body, request) => {
    const [mail, familyName, givenName, birthDate] = [
      textIn(body, 'mail').trim(),
      textIn(body, 'familyName', 100),
      textIn(body, 'givenName', 100),
      textIn(body, 'birthDate', 10),
    ]
    if (mail === '' && (familyName === '' || birthDate === ''))
      throw new Failure('invalid', 'an address, or a name and a birth date', { property: 'mail' })
    await askIdentifier(people, { mail, familyName, givenName, birthDate }, visitorOf(request))
    return { asked: true }
  })

  route('/auth/recover/contact', async (body, request) => {
    const token = await redeemContactCode(people, {
      login: needed(body, 'login'),
      code: needed(body, 'code', 20),
      birthDate: textIn(body, 'birthDate', 10),
      ip: request.ip,
    })
    return { token }
  })

  route('/auth/recover/check', async (body) => {
    const { accountId, login, name } = await checkReset(people, needed(body, 'token', 512))
    return { login, name, population: await population(accountId) }
  })

  route('/auth/recover/reset', async (body, request) => {
    const password = needed(body, 'password', 1024)
    await resetPassword(people, needed(body, 'token', 512), password, visitorOf(request))
    return { changed: true }
  })

  const activationIn = (body: Body, request: FastifyRequest) => ({
    login: needed(body, 'login'),
    code: needed(body, 'code', 64),
    birthDate: textIn(body, 'birthDate', 10),
    ...visitorOf(request),
  })

  route('/auth/activate/check', async (body, request) => {
    const { accountId, name } = await checkActivation(people, activationIn(body, request))
    return { name, population: await population(accountId) }
  })

  route('/auth/activate', async (body, request) => {
    await activate(people, activationIn(body, request), needed(body, 'password', 1024))
    return { activated: true }
  })
}
