/** Signing out: where the browser goes, and that every service that was opened is told, whatever happens on the way. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { endSessions } from '#domain/people/session-end.ts'
import { parseXml } from '#format/xml/parse.ts'
import { onEveryEngine } from '../contract/all.ts'
import { type CasRig, openCas, type Person, service } from './rig.ts'

interface Post {
  readonly path: string
  readonly type: string
  readonly body: string
}

/** A service that listens to log-out messages and answers with the statuses of `answers`, then 200. */
const openService = async () => {
  const posts: Post[] = []
  const answers: number[] = []
  const server = createServer(async (request, reply) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    posts.push({ path: request.url ?? '', type: request.headers['content-type'] ?? '', body })
    reply.writeHead(answers.shift() ?? 200, { location: 'http://127.0.0.1:1/' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { posts, answers, url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

onEveryEngine('CAS log-out', (driver) => {
  let rig: CasRig
  let anne: Person
  let far: Awaited<ReturnType<typeof openService>>
  beforeAll(async () => {
    rig = await openCas(driver)
    far = await openService()
    await rig.party({ key: `${far.url}/app/` })
    await rig.party()
    anne = await rig.person('anne')
  })
  beforeEach(() => {
    far.posts.length = 0
    far.answers.length = 0
  })
  afterAll(async () => {
    far.close()
    await rig.close()
  })

  const enter = async (person: Person, address: string): Promise<string> => {
    const ticket = await rig.ticket(person, address)
    await rig.get('/cas/serviceValidate', { service: address, ticket })
    return ticket
  }

  const waiting = () =>
    rig.bench.engine.read((tx) => tx.query((q) => q.selectFrom('logout_notice').select(['url', 'attempts', 'next_at'])))

  test('signing out ends the session and posts each service the ticket it was opened by', async () => {
    const person = await rig.signIn(anne)
    const first = await enter(person, `${far.url}/app/a?x=1`)
    const second = await enter(person, `${far.url}/app/b`)
    const { status, body, headers } = await rig.get('/cas/logout', {}, person.cookie)
    expect([status, String(headers['set-cookie'])]).toEqual([200, expect.stringContaining('Max-Age=0')])
    expect(body).toContain('Vous êtes déconnecté')
    expect((await rig.get('/cas/login', { service }, person.cookie)).to).toMatch(/^\/login\?/)
    await rig.sendNotices()
    const told = far.posts.map(({ path, type, body: form }) => {
      const message = parseXml(new URLSearchParams(form).get('logoutRequest') ?? '')
      const index = message.children.find((child) => child.name === 'SessionIndex')
      return [path, type, `${message.ns} ${message.name}`, index?.text]
    })
    const kind = ['application/x-www-form-urlencoded', 'urn:oasis:names:tc:SAML:2.0:protocol LogoutRequest']
    expect(told.sort()).toEqual([
      ['/app/a?x=1', ...kind, first],
      ['/app/b', ...kind, second],
    ])
    expect(await waiting()).toEqual([])
  })

  test('signing out in several windows at once is signing out', async () => {
    const person = await rig.signIn(anne)
    const answers = await Promise.all(Array.from({ length: 5 }, () => rig.get('/cas/logout', {}, person.cookie)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  })

  test('a ticket that was never validated opened nothing, and nobody is told', async () => {
    const person = await rig.signIn(anne)
    await rig.ticket(person, `${far.url}/app/`)
    await rig.get('/cas/logout', {}, person.cookie)
    expect(await waiting()).toEqual([])
  })

  test('however a session ends, its services are told', async () => {
    const person = await rig.signIn(anne)
    await enter(person, `${far.url}/app/`)
    await rig.people.ctx.store.writeGlobal((tx) => endSessions(tx, person.account))
    await rig.sendNotices()
    expect(far.posts).toHaveLength(1)
  })

  test('a service that fails is told again later, and given up in the end', async () => {
    const person = await rig.signIn(anne)
    await enter(person, `${far.url}/app/`)
    far.answers.push(503, 500)
    await rig.get('/cas/logout', {}, person.cookie)
    await rig.sendNotices()
    expect(await waiting()).toMatchObject([{ attempts: 1 }])
    await rig.sendNotices()
    expect(far.posts).toHaveLength(1)
    rig.clock.advance(11_000)
    await rig.sendNotices()
    rig.clock.advance(61_000)
    await rig.sendNotices()
    expect(far.posts).toHaveLength(3)
    expect(await waiting()).toEqual([])
    const again = await rig.signIn(anne)
    await enter(again, `${far.url}/app/`)
    far.answers.push(...Array.from({ length: 20 }, () => 503))
    await rig.get('/cas/logout', {}, again.cookie)
    for (let i = 0; i < 12; i++) {
      await rig.sendNotices()
      rig.clock.advance(24 * 3_600_000)
    }
    expect(far.posts).toHaveLength(11)
    expect(await waiting()).toEqual([])
  })

  test('a redirect is an answer and is not followed; a refusal is not argued with', async () => {
    for (const status of [302, 404]) {
      const person = await rig.signIn(anne)
      await enter(person, `${far.url}/app/`)
      far.answers.push(status)
      await rig.get('/cas/logout', {}, person.cookie)
      await rig.sendNotices()
      expect(await waiting()).toEqual([])
    }
    expect(far.posts).toHaveLength(2)
  })

  test('nothing is posted in the clear to another machine', async () => {
    const clear = 'http://ent.example/'
    await rig.party({ key: clear })
    const person = await rig.signIn(anne)
    await enter(person, clear)
    await rig.get('/cas/logout', {}, person.cookie)
    expect(await waiting()).toHaveLength(1)
    await rig.sendNotices()
    expect(await waiting()).toEqual([])
  })

  test('a service may name another address for the message', async () => {
    await rig.party({ key: 'https://slo.example/', config: { logoutUrl: `${far.url}/slo` } })
    const person = await rig.signIn(anne)
    await enter(person, 'https://slo.example/x')
    await rig.get('/cas/logout', {}, person.cookie)
    await rig.sendNotices()
    expect(far.posts.map(({ path }) => path)).toEqual(['/slo'])
  })

  test('the browser goes back to a registered service', async () => {
    for (const name of ['service', 'url']) {
      const person = await rig.signIn(anne)
      const { status, to } = await rig.get('/cas/logout', { [name]: service }, person.cookie)
      expect([status, to]).toEqual([302, service])
    }
  })

  test.each([
    'https://evil.test/',
    'https://ent.example.evil.test/app/',
    'https://ent.example/app@evil.test/',
    '//evil.test/',
    '/\\evil.test',
    'javascript:alert(1)',
    'https://ent.example/app/\r\nLocation: https://evil.test/',
    'https://evil.test/?https://ent.example/app/',
  ])('signing out never leads to %s', async (bad) => {
    for (const name of ['service', 'url']) {
      const { status, to, body } = await rig.get('/cas/logout', { [name]: bad })
      expect([status, to]).toEqual([200, ''])
      expect(body).not.toContain('evil')
    }
  })
})
