/** What helps its owner on the day the password is forgotten: rescue address, trusted contacts. Signed in, stepped up. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Failure } from '#base/failure.ts'
import type { People } from '#domain/people/people.ts'
import { type Principal, requireStepUp } from '#domain/people/principal.ts'
import { answerContact, askContact, removeContact, trustedContacts } from '#domain/people/recovery/contacts.ts'
import { askRescue, confirmRescue, removeRescue, rescueOf } from '#domain/people/recovery/rescue.ts'
import { checkSession } from '#domain/people/sessions.ts'
import { checkSameSite, sessionToken } from './auth.ts'

type Body = Readonly<Record<string, unknown>>

const textIn = (body: Body, name: string, longest = 320): string => {
  const value = body[name]
  if (typeof value !== 'string' || value.trim() === '' || value.length > longest)
    throw new Failure('invalid', `${name} is needed`, { property: name })
  return value.trim()
}

const idIn = (body: Body, name: string): number => {
  const value = body[name]
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw new Failure('invalid', `${name} is needed`, { property: name })
  return value
}

export const registerRescue = (app: FastifyInstance, people: People): void => {
  const route = (
    method: 'GET' | 'POST',
    path: string,
    work: (owner: Principal, body: Body, ip: string) => Promise<unknown>,
    options: { readonly stepUp?: boolean } = {},
  ) => {
    const handler = async (request: FastifyRequest) => {
      const token = sessionToken(request)
      const owner = token === undefined ? undefined : await checkSession(people, token)
      if (!owner) throw new Failure('unauthenticated', 'nobody is signed in', { property: 'session' })
      checkSameSite(request)
      if (options.stepUp) requireStepUp(owner, people.ctx.clock.now())
      return work(
        owner,
        typeof request.body === 'object' && request.body !== null ? (request.body as Body) : {},
        request.ip,
      )
    }
    app.route({
      method,
      url: path,
      bodyLimit: 8192,
      handler: (request, reply) => {
        reply.header('cache-control', 'no-store')
        return handler(request)
      },
    })
  }
  const sensitive = { stepUp: true }

  route('GET', '/auth/rescue', (owner) => rescueOf(people, owner.accountId))
  route(
    'POST',
    '/auth/rescue',
    async (owner, body) => {
      await askRescue(people, owner, textIn(body, 'mail'))
      return { sent: true }
    },
    sensitive,
  )
  route(
    'POST',
    '/auth/rescue/confirm',
    async (owner, body, ip) => ({ mail: await confirmRescue(people, owner, textIn(body, 'code', 20), ip) }),
    sensitive,
  )
  route(
    'POST',
    '/auth/rescue/remove',
    async (owner, _body, ip) => {
      await removeRescue(people, owner, ip)
      return { removed: true }
    },
    sensitive,
  )

  route('GET', '/auth/trusted-contacts', (owner) => trustedContacts(people, owner.accountId))
  route(
    'POST',
    '/auth/trusted-contacts',
    async (owner, body, ip) => {
      await askContact(people, owner, textIn(body, 'address'), ip)
      return { asked: true }
    },
    sensitive,
  )
  route('POST', '/auth/trusted-contacts/remove', async (owner, body, ip) => {
    await removeContact(people, owner, idIn(body, 'accountId'), ip)
    return { removed: true }
  })
  route('POST', '/auth/trusted-contacts/answer', async (owner, body, ip) => {
    await answerContact(people, owner, idIn(body, 'accountId'), body.accept === true, ip)
    return { answered: true }
  })
}
