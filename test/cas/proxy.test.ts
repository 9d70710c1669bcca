/** Proxy authentication: callbacks, proxy-granting tickets, chains, and what must not be called. */
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { enableRelyingParty } from '#domain/access/relying-parties.ts'
import { revokeSession } from '#domain/people/session-end.ts'
import { makeSelfSigned } from '#server/certificate.ts'
import { onEveryEngine } from '../contract/all.ts'
import { type CasRig, openCas, type Person, service, told } from './rig.ts'

/** A service's callback; it answers what the path says. */
const openCallback = async (tls?: { key: string; cert: string }) => {
  const calls: URL[] = []
  const handle: Parameters<typeof createServer>[1] = (request, reply) => {
    const url = new URL(request.url ?? '/', 'http://callback')
    calls.push(url)
    if (url.pathname === '/proxy/moved') reply.writeHead(302, { location: '/proxy/ok' })
    else reply.statusCode = url.pathname === '/proxy/broken' ? 500 : 200
    reply.end()
  }
  const server: Server = tls ? createTlsServer(tls, handle) : createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { calls, url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, close: () => server.close() }
}

onEveryEngine('CAS proxies', (driver) => {
  let rig: CasRig
  let anne: Person
  let callback: Awaited<ReturnType<typeof openCallback>>
  const target = 'https://stock.example/api'
  let holder = 0
  beforeAll(async () => {
    rig = await openCas(driver)
    callback = await openCallback()
    holder = await rig.party({ config: { proxy: { callback: `${callback.url}/proxy/` } } })
    await rig.party({ key: 'https://stock.example/', config: { proxy: { callback: `${callback.url}/proxy/` } } })
    anne = await rig.person('anne')
  })
  afterAll(async () => {
    callback.close()
    await rig.close()
  })

  const ask = async (pgtUrl: string, asked = service, person = anne) =>
    told(
      (await rig.get('/cas/serviceValidate', { service: asked, ticket: await rig.ticket(person, asked), pgtUrl })).body,
    )

  /** A proxy-granting ticket by the way that a service gets one. */
  const granting = async (person = anne): Promise<string> => {
    const lines = await ask(`${callback.url}/proxy/ok?x=1`, service, person)
    const iou = lines.find((line) => line.startsWith('proxyGrantingTicket: '))?.slice(21)
    const call = callback.calls.find((url) => url.searchParams.get('pgtIou') === iou)
    expect(call?.searchParams.get('x')).toBe('1')
    return call?.searchParams.get('pgtId') ?? ''
  }

  const proxyTicket = async (pgt: string, targetService = target): Promise<string> =>
    told((await rig.get('/cas/proxy', { pgt, targetService })).body)[0] ?? ''

  test('a service gets a granting ticket at its callback, and tickets for others with it', async () => {
    const pgt = await granting()
    expect(pgt).toMatch(/^PGT-[A-Z2-7]{52}$/)
    const first = await proxyTicket(pgt)
    const second = await proxyTicket(pgt)
    expect(first).toMatch(/^proxyTicket: PT-[A-Z2-7]{29}$/)
    expect(second).not.toBe(first)
    const { body } = await rig.get('/cas/proxyValidate', { service: target, ticket: first.slice(13) })
    expect(told(body)).toEqual(['user: anne', `proxy: ${callback.url}/proxy/ok?x=1`])
    const json = await rig.get('/cas/p3/proxyValidate', { service: target, ticket: second.slice(13), format: 'JSON' })
    expect(JSON.parse(json.body).serviceResponse.authenticationSuccess.proxies).toEqual([
      `${callback.url}/proxy/ok?x=1`,
    ])
  })

  test('a proxy ticket is void after /serviceValidate, which does not take it', async () => {
    const ticket = (await proxyTicket(await granting())).slice(13)
    const { body } = await rig.get('/cas/serviceValidate', { service: target, ticket })
    expect(body).toContain('a proxy ticket was passed')
    expect(told((await rig.get('/cas/proxyValidate', { service: target, ticket })).body)).toEqual([
      'authenticationFailure INVALID_TICKET',
    ])
  })

  test('a chain of proxies is told, the latest first', async () => {
    const ticket = (await proxyTicket(await granting())).slice(13)
    const pgtUrl = `${callback.url}/proxy/second`
    const lines = told((await rig.get('/cas/proxyValidate', { service: target, ticket, pgtUrl })).body)
    const iou = lines.find((line) => line.startsWith('proxyGrantingTicket: '))?.slice(21)
    const pgt = callback.calls.find((url) => url.searchParams.get('pgtIou') === iou)?.searchParams.get('pgtId') ?? ''
    const next = (await proxyTicket(pgt, service)).slice(13)
    expect(told((await rig.get('/cas/proxyValidate', { service, ticket: next })).body)).toEqual([
      'user: anne',
      `proxy: ${callback.url}/proxy/second`,
      `proxy: ${callback.url}/proxy/ok?x=1`,
    ])
  })

  test('a callback that answers badly gets nothing, and a redirect is not followed', async () => {
    expect(await ask(`${callback.url}/proxy/broken`)).toEqual(['user: anne'])
    const before = callback.calls.length
    expect(await ask(`${callback.url}/proxy/moved`)).toEqual(['user: anne'])
    expect(callback.calls.length).toBe(before + 1)
  })

  test.each([
    ['another machine', 'http://169.254.169.254/latest/meta-data/'],
    ['another port of this machine', 'http://127.0.0.1:1/proxy/'],
    ['another path', '/other'],
    ['a path that only begins alike', '/proxying'],
    ['a way up', '/proxy/../other'],
    ['a file', 'file:///etc/passwd'],
    ['a password before the host', 'http://127.0.0.1@evil.test/proxy/'],
    ['a line end', '/proxy/\r\nHost: evil'],
  ])('a callback at %s is refused and not called', async (_what, where) => {
    const before = callback.calls.length
    const pgtUrl = where.startsWith('/') ? `${callback.url}${where}` : where
    expect(await ask(pgtUrl)).toEqual(['authenticationFailure INVALID_PROXY_CALLBACK'])
    expect(callback.calls.length).toBe(before)
  })

  test('a callback over TLS whose certificate nobody vouches for is refused', async () => {
    const times = { from: Date.now() - 86_400_000, until: Date.now() + 86_400_000 }
    const { key, certificate } = makeSelfSigned({ names: ['localhost'], ips: ['127.0.0.1'], ...times })
    const tls = await openCallback({ key, cert: certificate })
    const own = 'https://tls.example/'
    await rig.party({ key: own, config: { proxy: { callback: `${tls.url}/proxy/` } } })
    expect(await ask(`${tls.url}/proxy/ok`, own)).toEqual(['authenticationFailure INVALID_PROXY_CALLBACK'])
    expect(tls.calls).toEqual([])
    tls.close()
  })

  test('a callback in the clear on another machine is refused', async () => {
    const own = 'https://clair.example/'
    await rig.party({ key: own, config: { proxy: { callback: 'http://clair.example/proxy' } } })
    expect(await ask('http://clair.example/proxy', own)).toEqual(['authenticationFailure INVALID_PROXY_CALLBACK'])
  })

  test('a service that may not be a proxy is told so', async () => {
    const plain = 'https://plain.example/'
    await rig.party({ key: plain })
    expect(await ask(`${callback.url}/proxy/ok`, plain)).toEqual(['authenticationFailure UNAUTHORIZED_SERVICE_PROXY'])
  })

  test('/cas/proxy refuses what is missing, unknown, not declared, or not open to the person', async () => {
    const pgt = await granting()
    await rig.party({ key: 'https://chefs.example/', rules: { profiles: ['head'] } })
    await rig.party({ key: 'https://editeur.test/', rules: { outside: true } })
    const code = async (query: Record<string, string>) => told((await rig.get('/cas/proxy', query)).body)[0]
    expect(await code({})).toBe('proxyFailure INVALID_REQUEST')
    expect(await code({ pgt, targetService: '' })).toBe('proxyFailure INVALID_REQUEST')
    expect(await code({ pgt: `PGT-${'A'.repeat(52)}`, targetService: target })).toBe('proxyFailure INVALID_TICKET')
    expect(await code({ pgt: 'x', targetService: target })).toBe('proxyFailure INVALID_TICKET')
    for (const targetService of ['https://evil.test/', 'https://chefs.example/', 'https://editeur.test/', 'imap'])
      expect(await code({ pgt, targetService })).toBe('proxyFailure UNAUTHORIZED_SERVICE')
    const json = await rig.get('/cas/proxy', { pgt, targetService: 'imap', format: 'JSON' })
    expect(JSON.parse(json.body).serviceResponse.proxyFailure.code).toBe('UNAUTHORIZED_SERVICE')
  })

  test('a granting ticket ends with the session, and with the service’s right', async () => {
    const paul = await rig.person('paul')
    const pgt = await granting(paul)
    await revokeSession(rig.people, { accountId: paul.account, login: 'paul' }, paul.session)
    expect(await proxyTicket(pgt)).toBe('proxyFailure INVALID_TICKET')
    const other = await granting()
    await enableRelyingParty(rig.people, 'test', holder, false)
    expect(await proxyTicket(other)).toBe('proxyFailure UNAUTHORIZED_SERVICE')
    await enableRelyingParty(rig.people, 'test', holder, true)
  })
})
