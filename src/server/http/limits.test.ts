import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { manualClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { sendFailure } from './failure.ts'
import { addRateLimits, createLimits, rateClassOf } from './limits.ts'

test.each([
  ['POST', '/auth/login', 'sign-in'],
  ['POST', '/auth/recover/password', 'recovery'],
  ['POST', '/auth/activate', 'recovery'],
  ['GET', '/cas/p3/serviceValidate', 'services'],
  ['GET', '/cas/login', 'single-sign-on'],
  ['POST', '/oidc/token', 'services'],
  ['GET', '/oidc/*', 'single-sign-on'],
  ['GET', '/auth/help', 'read'],
  ['POST', '/', 'sign-in'],
  ['POST', '/login/factor', 'sign-in'],
  ['POST', '/auth/device', 'recovery'],
  ['GET', '/login/plain', 'read'],
  ['GET', '/aide/:id', 'read'],
  ['GET', '/help', 'read'],
  ['POST', '/aide/decoder', 'help'],
  ['POST', '/help/:id/vote', 'help'],
  ['PATCH', '/scim/v2/*', 'services'],
  ['POST', '/auth/password', 'change'],
  ['GET', '/functions/:id', 'read'],
  ['POST', '/functions/:id/grant', 'change'],
  ['GET', '/requests/:id/files/:n', 'read'],
  ['POST', '/jmap/api', 'rest'],
  ['GET', '/health/live', 'rest'],
  ['PROPFIND', '/dav/*', 'rest'],
  ['GET', '/*', 'rest'],
])('%s %s is of the class %s', (method, url, kind) => {
  expect(rateClassOf(method, url)).toBe(kind)
})

const few = {
  rest: { burst: 2, perSecond: 1 },
  'sign-in': { burst: 3, perSecond: 1 },
  services: { burst: 1, perSecond: 1 },
}

test('a network has its burst, then its rate; another network is not concerned', () => {
  const clock = manualClock()
  const limits = createLimits(clock, few)
  for (let i = 0; i < 3; i++) expect(limits.take('sign-in', `192.0.2.${i}`)).toBe(0)
  expect(limits.take('sign-in', '192.0.2.9')).toBe(1000)
  expect(limits.take('sign-in', '198.51.100.1')).toBe(0)
  clock.advance(2000)
  expect(limits.take('sign-in', '192.0.2.9')).toBe(0)
  expect(limits.take('sign-in', '192.0.2.9')).toBe(0)
  expect(limits.take('sign-in', '192.0.2.9')).toBeGreaterThan(0)
})

test('memory is bounded, however many networks ask', () => {
  const limits = createLimits(manualClock(), few, 100)
  for (let i = 0; i < 5000; i++) limits.take('sign-in', `10.${i >> 8}.${i & 255}.1`)
  expect(limits.size).toBe(100)
})

test('over HTTP a refusal is 429 with a code and the time to wait, and a plain form goes back to its page', async () => {
  const app = Fastify()
  app.addContentTypeParser('application/x-www-form-urlencoded', (_request, _payload, done) => done(null, {}))
  app.setErrorHandler((error, request, reply) => sendFailure(error, request, reply, silentLog))
  addRateLimits(app, createLimits(manualClock(), few), silentLog)
  app.post('/auth/login', async () => ({ ok: true }))
  app.all('/oidc/*', async () => ({ ok: true }))
  app.get('/health/live', async () => ({ ok: true }))
  const post = (headers: Record<string, string> = {}) => app.inject({ method: 'POST', url: '/auth/login', headers })
  for (let i = 0; i < 3; i++) expect((await post()).statusCode).toBe(200)
  const refused = await post()
  expect(refused.statusCode).toBe(429)
  expect(refused.json().code).toBe('AUTH-02')
  expect(refused.headers['retry-after']).toBe('1')
  const form = await post({ 'content-type': 'application/x-www-form-urlencoded' })
  expect(form.statusCode).toBe(303)
  expect(form.headers.location).toBe('/login?error=AUTH-02')
  expect((await app.inject({ url: '/health/live' })).statusCode).toBe(200)
  // One pattern for many routes: each counts as what it is.
  const token = () => app.inject({ method: 'POST', url: '/oidc/token?x=1' })
  expect([(await token()).statusCode, (await token()).statusCode]).toEqual([200, 429])
  expect((await app.inject({ url: '/oidc/auth' })).statusCode).toBe(200)
  // What nobody thought of is limited too, and what does not exist.
  expect((await app.inject({ url: '/nothing' })).statusCode).toBe(404)
  expect((await app.inject({ url: '/health/live' })).statusCode).toBe(429)
  await app.close()
})
