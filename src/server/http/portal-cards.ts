/**
 * Cards that services push into the portal: JSON over HTTP with an access token of the client-credentials grant and the
 * scope `portal:cards` (docs/portal.md). Telling the same twice changes nothing, so a service may always try again.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Failure, isFailure } from '#base/failure.ts'
import { verifyClientToken } from '#domain/access/oauth/client-token.ts'
import type { PartyOf } from '#domain/access/relying-parties.ts'
import { profileKinds } from '#domain/directory/profiles.ts'
import type { People } from '#domain/people/people.ts'
import {
  audienceOf,
  type CardDraft,
  checkCard,
  type PersonName,
  putCard,
  usualLife,
  withdrawCard,
} from '#domain/portal/cards.ts'
import { cardKinds } from '#format/jmap/portal.ts'
import { bearerOf } from './challenge.ts'
import { type Body, bodyOf, neededIn, textIn } from './owner.ts'

export const cardsScope = 'portal:cards'
const maxCards = 100
const bodyLimit = 256 * 1024

const invalid = (property: string, why: string): never => {
  throw new Failure('invalid', `${property} ${why}`, { property })
}

const isObject = (value: unknown): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value)

const onlyKnown = (body: Body, known: readonly string[]): void => {
  const unknown = Object.keys(body).find((name) => !known.includes(name))
  if (unknown !== undefined) invalid(unknown.slice(0, 60), 'is not known here')
}

const personIn = (body: Body): PersonName => {
  const { person } = body
  if (!isObject(person) || Object.keys(person).length !== 1) return invalid('person', 'is one of login, mail, joinKey')
  if ('login' in person) return { login: neededIn(person, 'login') }
  if ('mail' in person) return { mail: neededIn(person, 'mail') }
  if ('joinKey' in person) return { joinKey: neededIn(person, 'joinKey') }
  return invalid('person', 'is one of login, mail, joinKey')
}

/** An RFC 3339 moment in milliseconds. */
const momentIn = (body: Body, name: string, otherwise: number): number => {
  const text = body[name]
  if (text === undefined) return otherwise
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/
  const time = typeof text === 'string' && form.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? invalid(name, 'is a date and time such as 2026-11-22T08:00:00+01:00') : time
}

const draftIn = (body: Body, now: number): CardDraft => {
  onlyKnown(body, ['key', 'person', 'kind', 'profile', 'title', 'text', 'url', 'startsAt', 'expiresAt'])
  const kind = cardKinds.find((one) => one === body.kind)
  const profile = profileKinds.find((one) => one === body.profile)
  if (kind === undefined) return invalid('kind', `is one of ${cardKinds.join(', ')}`)
  if (body.profile !== undefined && profile === undefined) invalid('profile', 'is not a profile')
  const startsAt = momentIn(body, 'startsAt', now)
  return {
    key: neededIn(body, 'key', 100),
    kind,
    profile,
    title: neededIn(body, 'title', 1000),
    text: textIn(body, 'text', 4000),
    url: textIn(body, 'url', 1000),
    startsAt,
    expiresAt: momentIn(body, 'expiresAt', Math.max(startsAt, now) + usualLife),
  }
}

/** What became of one card; `code` is a domain word. */
interface Result {
  readonly key: string
  readonly status: 'created' | 'updated' | 'unchanged' | 'withdrawn' | 'absent' | 'refused'
  readonly code?: string
  readonly property?: string
  readonly message?: string
}

type Work = (party: PartyOf<'oidc'>, card: Body) => Promise<Result['status']>

const settle = async (card: unknown, work: (card: Body) => Promise<Result['status']>): Promise<Result> => {
  const key = isObject(card) && typeof card.key === 'string' ? card.key.slice(0, 100) : ''
  try {
    if (!isObject(card)) return { key, status: 'refused', code: 'invalid', message: 'a card is an object' }
    return { key, status: await work(card) }
  } catch (error) {
    if (!isFailure(error)) throw error
    const { code, message, property } = error
    return { key, status: 'refused', code, message, ...(property === undefined ? {} : { property }) }
  }
}

const works = (people: People): Readonly<Record<'push' | 'withdraw', Work>> => {
  const { store, clock } = people.ctx
  const find = (party: PartyOf<'oidc'>, card: Body) => {
    const person = personIn(card)
    return store.read((tx) => audienceOf(tx, party, person, clock.now()))
  }
  return {
    push: async (party, card) => {
      const now = clock.now()
      const draft = checkCard(draftIn(card, now), party, now)
      const account = await find(party, card)
      const open = { start: card.startsAt === undefined, end: card.expiresAt === undefined }
      return store.write(account, (tx) => putCard(tx, party.id, draft, open))
    },
    withdraw: async (party, card) => {
      onlyKnown(card, ['key', 'person'])
      const key = neededIn(card, 'key', 100)
      const account = await find(party, card)
      return (await store.write(account, (tx) => withdrawCard(tx, party.id, key))) ? 'withdrawn' : 'absent'
    },
  }
}

export const registerPortalCards = (app: FastifyInstance, people: People): void => {
  const { push, withdraw } = works(people)
  const route = (url: string, work: Work) =>
    app.post(url, { bodyLimit }, async (request: FastifyRequest, reply) => {
      reply.header('cache-control', 'no-store')
      const party = await verifyClientToken(people, bearerOf(request), cardsScope)
      const { cards } = bodyOf(request)
      if (!Array.isArray(cards) || cards.length === 0 || cards.length > maxCards)
        throw new Failure('invalid', `cards is a list of 1 to ${maxCards}`, { property: 'cards' })
      const results: Result[] = []
      // One after the other: two cards of one key must not meet.
      for (const card of cards) results.push(await settle(card, (one) => work(party, one)))
      return { results }
    })
  route('/portal/api/cards', push)
  route('/portal/api/cards/withdraw', withdraw)
}
