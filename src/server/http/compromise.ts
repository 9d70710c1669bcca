/** "I gave my password": routes of whoever is signed in. */
import type { FastifyInstance } from 'fastify'
import { Failure } from '#base/failure.ts'
import { lockOut, type Removal, removeLeft, whatIsLeft } from '#domain/phishing/compromise.ts'
import type { Post } from '#domain/tickets/address.ts'
import { type Body, idIn, idsIn, ownerRoutes } from './owner.ts'

const removalIn = (body: Body): Removal => {
  if (body.what === 'rules' || body.what === 'vacation') return { what: body.what }
  if (body.what === 'identity') return { what: 'identity', id: idIn(body, 'id') }
  throw new Failure('invalid', 'what is to be removed?', { property: 'what' })
}

export const registerCompromise = (app: FastifyInstance, post: Post): void => {
  const { people } = post
  const route = ownerRoutes(app, people)
  route('GET', '/auth/compromise', async ({ owner }) => ({ left: await whatIsLeft(people, owner.accountId) }))
  route('POST', '/auth/compromise', async ({ owner, body, request }) => {
    const keep = body.keep === undefined ? [] : idsIn(body, 'keep', 50)
    const { ticket, ...done } = await lockOut(post, owner, { keep, ip: request.ip })
    return { ...done, ticket: ticket ?? null }
  })
  route('POST', '/auth/compromise/remove', async ({ owner, body, request }) => {
    await removeLeft(people, owner, removalIn(body), request.ip)
    return { left: await whatIsLeft(people, owner.accountId) }
  })
}
