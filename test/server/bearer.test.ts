/** JMAP with an access token: how it is asked for and refused (RFC 6750), and pages of other origins. */
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { createDelivery } from '#domain/delivery/delivery.ts'
import { createJmap } from '#protocol/jmap/jmap.ts'
import { createAuthenticator } from '#server/http/auth.ts'
import { sendFailure } from '#server/http/failure.ts'
import { registerJmap } from '#server/http/jmap.ts'
import { openPeople, type PeopleRig } from '../people/rig.ts'
import { giveToken } from '../people/tokens.ts'

let rig: PeopleRig
let app: FastifyInstance
let account: number
beforeAll(async () => {
  rig = await openPeople()
  rig.clock.set(Date.now())
  account = await rig.account('anne')
  const { people } = rig
  const delivery = createDelivery({ ctx: people.ctx, people, config: { hostname: 'mail.test', maxSize: 1_000_000 } })
  app = Fastify({ logger: false })
  app.setErrorHandler((error, request, reply) => sendFailure(error, request, reply, silentLog))
  const jmap = createJmap({ ctx: people.ctx, delivery })
  await registerJmap(app, { jmap, authenticate: createAuthenticator(people).principal, log: silentLog })
})
afterAll(async () => {
  await app.close()
  await rig.close()
})

const session = (headers: Record<string, string>) => app.inject({ url: '/jmap/session', headers })

test('a token of the right scope opens the mailbox, and only of that', async () => {
  const good = await giveToken(rig.people, account, 'urn:ietf:params:jmap:mail')
  const answer = await session({ authorization: `Bearer ${good.token}` })
  expect([answer.statusCode, answer.json().username]).toEqual([200, 'anne'])
  const other = await giveToken(rig.people, account, 'mail:imap')
  const refused = await session({ authorization: `Bearer ${other.token}` })
  expect(refused.statusCode).toBe(403)
  expect(refused.headers['www-authenticate']).toBe(
    'Bearer realm="Convergence", error="insufficient_scope", scope="urn:ietf:params:jmap:mail"',
  )
})

test('a token for mail does not open contacts, which it was not given for', async () => {
  const ask = async (scope: string) => {
    const { token } = await giveToken(rig.people, account, scope)
    const answer = await app.inject({
      method: 'POST',
      url: '/jmap/api',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      payload: JSON.stringify({
        using: ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:contacts'],
        methodCalls: [['AddressBook/get', { accountId: `u${account.toString(36)}`, ids: null }, 'c']],
      }),
    })
    return (answer.json() as { methodResponses: [string, { type?: string }, string][] }).methodResponses[0]
  }
  expect(await ask('urn:ietf:params:jmap:mail')).toMatchObject(['error', { type: 'forbidden' }, 'c'])
  const [name] = (await ask('urn:ietf:params:jmap:mail urn:ietf:params:oauth:scope:contacts')) ?? []
  expect(name).toBe('AddressBook/get')
})

test.each(['Bearer wrong', 'Bearer', `Bearer ${'A'.repeat(43)}`, 'Bearer a b'])('"%s" is refused', async (value) => {
  const refused = await session({ authorization: value })
  expect(refused.statusCode).toBe(401)
  expect(refused.headers['www-authenticate']).toBe('Bearer realm="Convergence", error="invalid_token"')
})

test('a program that brings nothing is told both ways', async () => {
  expect((await session({})).headers['www-authenticate']).toEqual([
    'Basic realm="Convergence", charset="UTF-8"',
    'Bearer realm="Convergence"',
  ])
})

test('a page of another origin may use a token, never the cookie', async () => {
  const origin = 'https://client.example'
  const preflight = await app.inject({ method: 'OPTIONS', url: '/jmap/api', headers: { origin } })
  expect(preflight.statusCode).toBe(204)
  expect(preflight.headers).toMatchObject({ 'access-control-allow-origin': '*' })
  expect(preflight.headers['access-control-allow-headers']).toContain('Authorization')
  const { token } = await giveToken(rig.people, account, 'urn:ietf:params:jmap:mail')
  const good = await session({ origin, authorization: `Bearer ${token}` })
  expect(good.headers['access-control-allow-origin']).toBe('*')
  const byCookie = await session({ origin, cookie: 'session=x' })
  expect(byCookie.headers['access-control-allow-origin']).toBeUndefined()
  for (const answer of [preflight, good, byCookie])
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined()
})
