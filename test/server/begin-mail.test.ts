/** How the mail begins with the answer to a sign-in: what the page would ask first is answered as it would be, or not at all. */
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { formatId } from '#base/ids.ts'
import { silentLog } from '#base/log.ts'
import { createDelivery } from '#domain/delivery/delivery.ts'
import { verifyPassword } from '#domain/people/verify.ts'
import { createJmap } from '#protocol/jmap/jmap.ts'
import { createAuthenticator } from '#server/http/auth.ts'
import { createBeginMail, type MailBeginning } from '#server/http/begin-mail.ts'
import { registerJmap } from '#server/http/jmap.ts'
import { openPeople, type PeopleRig, password } from '../people/rig.ts'

let rig: PeopleRig
let app: FastifyInstance
let other: number
let begin: (template?: string) => Promise<MailBeginning>
const host = 'mail.test'
const login = 'anne'

beforeAll(async () => {
  rig = await openPeople()
  const { people } = rig
  await rig.account(login)
  other = await rig.account('karim')
  const delivery = createDelivery({ ctx: people.ctx, people, config: { hostname: host, maxSize: 1_000_000 } })
  const jmap = createJmap({ ctx: people.ctx, delivery })
  app = Fastify({ logger: false })
  await registerJmap(app, { jmap, authenticate: createAuthenticator(people).principal, log: silentLog })
  const principal = await verifyPassword(people, { login, password, ip: '192.0.2.1', service: 'web', userAgent: '' })
  const beginMail = createBeginMail(jmap, silentLog)
  begin = (template) => beginMail({ ...principal, ip: '192.0.2.1' }, `http://${host}`, template)
})
afterAll(async () => {
  await app.close()
  await rig.close()
})

const headers = { host, authorization: `Basic ${btoa(`${login}:${password}`)}`, 'content-type': 'application/json' }
const ask = async (body: string): Promise<unknown> =>
  (await app.inject({ method: 'POST', url: '/jmap/api', headers, payload: body })).json()

const using = ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail']
const request = (...calls: readonly [name: string, args: object][]): string =>
  JSON.stringify({ using, methodCalls: calls.map(([name, args], n) => [name, args, `c${n}`]) })
const accountId = '{account}'
const mailboxes: [string, object] = ['Mailbox/get', { accountId, ids: null }]
const rows: [string, object] = ['Email/query', { accountId, filter: { inMailbox: '{inbox}' }, calculateTotal: true }]

test('the session resource, and the answer that the request would get by itself', async () => {
  const { mail, first } = await begin(request(mailboxes, rows))
  expect(mail).toEqual((await app.inject({ url: '/jmap/session', headers })).json())
  const found = { list: expect.arrayContaining([expect.objectContaining({ role: 'inbox' })]) }
  const methodResponses = [
    ['Mailbox/get', found, 'c0'],
    ['Email/query', { ids: [], total: 0 }, 'c1'],
  ]
  expect(first?.answer).toMatchObject({ methodResponses })
  expect(first?.asked).not.toMatch(/\{(?:account|inbox)\}/)
  expect(first?.answer).toEqual(await ask(first?.asked ?? ''))
})

test('the rights are those of the session: nothing of another account', async () => {
  const accountOfOther = formatId('account', other)
  const { first } = await begin(request(['Mailbox/get', { accountId: accountOfOther, ids: null }]))
  expect(first?.answer).toMatchObject({ methodResponses: [['error', { type: 'accountNotFound' }, 'c0']] })
})

test.each([
  ['a call that changes something', request(mailboxes, ['Mailbox/set', { accountId, create: { m: { name: 'M' } } }])],
  ['a call that tests the server', request(['Core/echo', {}])],
  ['more calls than a page begins with', request(...Array.from({ length: 17 }, () => mailboxes))],
  ['a long request', request(mailboxes, ['Email/get', { accountId, ids: [], properties: ['x'.repeat(8000)] }])],
  ['what is no request', '{"methodCalls":7}'],
  ['what is no JSON', '{account}'],
  ['null', 'null'],
  ['a capability that nobody has', JSON.stringify({ using: ['urn:x'], methodCalls: [] })],
])('%s is not answered, and the sign-in goes on', async (_name, template) => {
  const before = await begin(request(mailboxes))
  expect(await begin(template)).toEqual({ mail: before.mail })
  // Nothing was changed on the way.
  expect(await begin(request(mailboxes))).toEqual(before)
})
