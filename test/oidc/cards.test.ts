/** Cards pushed by a service in its own name: client credentials, the scope, whom it may reach and what it may say. */
import Fastify, { type FastifyInstance } from 'fastify'
import * as client from 'openid-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { enableRelyingParty, getRelyingParty } from '#domain/access/relying-parties.ts'
import { listCards, maxCardsOfService } from '#domain/portal/cards.ts'
import { sendFailure } from '#server/http/failure.ts'
import { registerPortalCards } from '#server/http/portal-cards.ts'
import { onEveryEngine } from '../contract/all.ts'
import { type OidcRig, openOidc } from './rig.ts'

interface Answer {
  readonly status: number
  readonly body: { code?: string; results?: { key: string; status: string; code?: string; property?: string }[] }
}

onEveryEngine('Cards of services', (driver) => {
  let rig: OidcRig
  let app: FastifyInstance
  let token = ''
  const plain = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }
  const rules = { attributes: ['login'], url: 'https://notes.example/' }

  const tokenOf = async (id: string, scope?: string) => {
    const config = await rig.peer(id)
    return (await client.clientCredentialsGrant(config, scope === undefined ? {} : { scope })).access_token
  }
  const post = async (url: string, cards: unknown, bearer = token): Promise<Answer> => {
    const answer = await app.inject({
      method: 'POST',
      url: `/portal/api/${url}`,
      headers: { authorization: `Bearer ${bearer}` },
      payload: { cards } as object,
    })
    return { status: answer.statusCode, body: answer.json() }
  }
  const push = async (card: object, bearer = token) => {
    const { body } = await post('cards', [card], bearer)
    const { status, code, property } = body.results?.[0] ?? { status: 'none' }
    return [status, code, property].filter((one) => one !== undefined).join(' ')
  }
  const held = () =>
    rig.people.people.ctx.store.read((tx) => listCards(tx, rig.account, rig.people.people.ctx.clock.now()))
  const grade = { key: 'n1', person: { login: 'anne.martin' }, kind: 'grade', title: 'Maths : 15' }

  beforeAll(async () => {
    rig = await openOidc(driver)
    // The store of this rig keeps a clock of its own.
    rig.people.bench.clock.set(Date.now() + 60_000)
    app = Fastify({ logger: false })
    app.setErrorHandler((error, request, reply) => sendFailure(error, request, reply, silentLog))
    registerPortalCards(app, rig.people.people)
    await rig.service('notes', { ...plain, scope: 'portal:cards' }, rules)
    token = await tokenOf('notes', 'portal:cards')
  })
  afterAll(async () => {
    await app.close()
    await rig.close()
  })

  test('a card is told as often as the service likes and there once; changed and withdrawn by its key', async () => {
    expect(await push(grade)).toBe('created')
    rig.people.clock.advance(1000)
    expect(await push(grade)).toBe('unchanged')
    expect(await push({ ...grade, title: 'Maths : 16' })).toBe('updated')
    expect((await held()).map(({ title, service }) => [title, service])).toEqual([['Maths : 16', 'Service notes']])
    const withdrawn = await post('cards/withdraw', [
      { key: 'n1', person: grade.person },
      { key: 'x', person: grade.person },
    ])
    expect(withdrawn.body.results?.map(({ status }) => status)).toEqual(['withdrawn', 'absent'])
    expect(await held()).toEqual([])
  })

  test('a token without the scope, of nobody, or of a service that is closed opens nothing', async () => {
    await rig.service('plain', { ...plain }, rules)
    const other = await tokenOf('plain')
    expect((await post('cards', [grade], other)).status).toBe(403)
    await expect(tokenOf('plain', 'portal:cards')).rejects.toThrow()
    expect((await post('cards', [grade], 'x'.repeat(43))).status).toBe(401)
    const bare = await app.inject({ method: 'POST', url: '/portal/api/cards', payload: { cards: [grade] } })
    expect(bare.statusCode).toBe(401)
    await rig.service('closed', { ...plain, scope: 'portal:cards' }, rules)
    const closed = await tokenOf('closed', 'portal:cards')
    const { people } = rig.people
    const party = await people.ctx.store.read((tx) => getRelyingParty(tx, 'oidc', 'closed'))
    await enableRelyingParty(people, 'test', party?.id ?? 0, false)
    expect((await post('cards', [grade], closed)).status).toBe(401)
    expect(await held()).toEqual([])
  })

  test('a service reaches people only by a name that it is told, and only those it may receive', async () => {
    expect(await push({ ...grade, person: { login: 'nobody' } })).toBe('refused notFound person')
    expect(await push({ ...grade, person: { mail: 'anne.martin@ecole.test' } })).toBe('refused forbidden person')
    expect(await push({ ...grade, person: { login: 'a', mail: 'b' } })).toBe('refused invalid person')
    await rig.service('heads', { ...plain, scope: 'portal:cards' }, { ...rules, profiles: ['head'] })
    expect(await push(grade, await tokenOf('heads', 'portal:cards'))).toBe('refused notFound person')
    expect(await held()).toEqual([])
  })

  test('what a card says is bounded, leads to its service only, and ends', async () => {
    expect(await push({ ...grade, kind: 'advert' })).toBe('refused invalid kind')
    expect(await push({ ...grade, title: 'x'.repeat(121) })).toBe('refused invalid title')
    expect(await push({ ...grade, colour: 'red' })).toBe('refused invalid colour')
    expect(await push({ ...grade, url: 'https://evil.example/' })).toBe('refused invalid url')
    expect(await push({ ...grade, url: 'javascript:alert(1)' })).toBe('refused invalid url')
    expect(await push({ ...grade, url: '//evil.example/' })).toBe('refused invalid url')
    expect(await push({ ...grade, expiresAt: '2001-01-01T00:00:00Z' })).toBe('refused invalid expiresAt')
    expect(await push({ ...grade, expiresAt: '2999-01-01T00:00:00Z' })).toBe('refused invalid expiresAt')
    expect(await push({ ...grade, startsAt: 'tomorrow' })).toBe('refused invalid startsAt')
    expect((await post('cards', [])).status).toBe(400)
    expect((await post('cards', Array(101).fill(grade))).status).toBe(400)
    expect(await push({ ...grade, url: 'https://notes.example/anne' })).toBe('created')
  })

  test('a service holds a bounded number of cards for one person', async () => {
    const many = Array.from({ length: maxCardsOfService }, (_, i) => ({ ...grade, key: `m${i}` }))
    const { body } = await post('cards', many)
    expect(body.results?.map(({ status }) => status).filter((status) => status === 'created')).toHaveLength(
      maxCardsOfService - 1,
    )
    expect(body.results?.at(-1)).toMatchObject({ status: 'refused', code: 'overQuota' })
  })
})
