/** JMAP core (RFC 8620) over real HTTP. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, everything, type Json, openServer, type Server } from './harness.ts'

let server: Server
let client: Client

beforeAll(async () => {
  server = await openServer({ maxSizeRequest: 100_000, maxCallsInRequest: 8, maxObjectsInGet: 20, maxObjectsInSet: 10 })
  client = await server.client()
})
afterAll(() => server?.close())

const session = async (): Promise<Json> => (await (await client.fetch('/jmap/session')).json()) as Json
const problem = async (
  body: string,
  contentType?: string,
): Promise<{ status: number; type: string; details: Json }> => {
  const response = await client.post(body, contentType)
  const details = (await response.json()) as Json
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(details.status).toBe(response.status)
  return { status: response.status, type: String(details.type), details }
}
const errors = 'urn:ietf:params:jmap:error:'

test('the well-known address leads to the session', async () => {
  const response = await client.fetch('/.well-known/jmap', { redirect: 'manual' })
  expect(response.status).toBe(307)
  expect(response.headers.get('location')).toBe('/jmap/session')
})

test('the session object names capabilities, account, limits and addresses', async () => {
  const object = await session()
  const capabilities = object.capabilities as Record<string, Json>
  expect(Object.keys(capabilities)).toEqual(expect.arrayContaining(everything))
  const core = capabilities['urn:ietf:params:jmap:core']!
  for (const name of [
    'maxSizeUpload',
    'maxConcurrentUpload',
    'maxSizeRequest',
    'maxConcurrentRequests',
    'maxCallsInRequest',
    'maxObjectsInGet',
    'maxObjectsInSet',
  ])
    expect(core[name]).toBeTypeOf('number')
  expect(core.collationAlgorithms).toEqual(expect.arrayContaining(['i;ascii-casemap']))
  const account = (object.accounts as Record<string, Json>)[client.accountId]!
  expect(account).toMatchObject({ isPersonal: true, isReadOnly: false })
  expect(account.accountCapabilities).toHaveProperty(['urn:ietf:params:jmap:mail', 'emailQuerySortOptions'])
  expect(object.primaryAccounts).toHaveProperty(['urn:ietf:params:jmap:mail'], client.accountId)
  expect(object.primaryAccounts).not.toHaveProperty(['urn:ietf:params:jmap:core'])
  expect(object.username).toBe(client.principal.login)
  expect(object.apiUrl).toBe(`${server.base}/jmap/api`)
  for (const part of ['{accountId}', '{blobId}', '{type}', '{name}']) expect(object.downloadUrl).toContain(part)
  expect(object.uploadUrl).toContain('{accountId}')
  for (const part of ['{types}', '{closeafter}', '{ping}']) expect(object.eventSourceUrl).toContain(part)
  expect(object.state).toBeTypeOf('string')
})

test('the session is not for strangers', async () => {
  for (const path of ['/jmap/session', '/jmap/eventsource', `/jmap/download/${client.accountId}/b/x`])
    expect((await fetch(server.base + path)).status).toBe(401)
  expect((await fetch(`${server.base}/jmap/api`, { method: 'POST', body: '{}' })).status).toBe(401)
})

test('the session is never cached and keeps its state while nothing changes', async () => {
  const response = await client.fetch('/jmap/session')
  expect(response.headers.get('cache-control')).toContain('no-store')
  expect((await session()).state).toBe((await session()).state)
})

test('every API response tells the state of the session', async () => {
  expect((await client.request([['Core/echo', {}]])).sessionState).toBe((await session()).state)
})

test('Core/echo gives back what it was given', async () => {
  const args = { hello: true, high: 5, deep: { list: [1, null, 'é'] } }
  expect(await client.call('Core/echo', args)).toEqual(args)
})

test('what is not JSON is notJSON', async () => {
  expect(await problem('this is not json')).toMatchObject({ status: 400, type: `${errors}notJSON` })
})

test('a member name that appears twice is notJSON', async () => {
  const body = '{"using":[],"using":["urn:ietf:params:jmap:core"],"methodCalls":[]}'
  expect((await problem(body)).type).toBe(`${errors}notJSON`)
})

test('another Content-Type is notJSON', async () => {
  const body = JSON.stringify({ using: [], methodCalls: [] })
  expect((await problem(body, 'text/plain')).type).toBe(`${errors}notJSON`)
})

test('a Content-Type with a charset is JSON', async () => {
  const body = JSON.stringify({ using: everything, methodCalls: [['Core/echo', {}, 'a']] })
  expect((await client.post(body, 'application/json; charset=utf-8')).status).toBe(200)
})

test.each([
  ['an array', '[]'],
  ['no using', '{"methodCalls":[]}'],
  ['no methodCalls', '{"using":[]}'],
  ['methodCalls that is a string', '{"using":[],"methodCalls":"x"}'],
  ['a call of two items', '{"using":[],"methodCalls":[["Core/echo",{}]]}'],
  ['arguments that are an array', '{"using":[],"methodCalls":[["Core/echo",[],"a"]]}'],
  ['a call id that is a number', '{"using":[],"methodCalls":[["Core/echo",{},1]]}'],
  ['using of numbers', '{"using":[1],"methodCalls":[]}'],
  ['createdIds of numbers', '{"using":[],"methodCalls":[],"createdIds":{"a":1}}'],
])('a request with %s is notRequest', async (_what, body) => {
  expect(await problem(body)).toMatchObject({ status: 400, type: `${errors}notRequest` })
})

test('an unknown capability is refused by name', async () => {
  const body = JSON.stringify({ using: ['urn:fake'], methodCalls: [] })
  expect((await problem(body)).type).toBe(`${errors}unknownCapability`)
})

test('too many calls are over maxCallsInRequest', async () => {
  const methodCalls = Array.from({ length: 9 }, (_, i) => ['Core/echo', {}, `c${i}`])
  const { type, details } = await problem(JSON.stringify({ using: everything, methodCalls }))
  expect([type, details.limit]).toEqual([`${errors}limit`, 'maxCallsInRequest'])
})

test('a request that is too large is over maxSizeRequest', async () => {
  const { type, details } = await problem(JSON.stringify({ using: [], methodCalls: [], x: 'y'.repeat(100_000) }))
  expect([type, details.limit]).toEqual([`${errors}limit`, 'maxSizeRequest'])
})

test('the answers come one per call, in order, with the ids of the calls', async () => {
  const responses = await client.responses(
    ['Mailbox/get', { ids: [] }, 'first'],
    ['Core/echo', {}, 'second'],
    ['Fake/method', {}, 'third'],
    ['Core/echo', {}, 'second'],
  )
  expect(responses.map(([name, , id]) => [name, id])).toEqual([
    ['Mailbox/get', 'first'],
    ['Core/echo', 'second'],
    ['error', 'third'],
    ['Core/echo', 'second'],
  ])
})

test('an unknown method is unknownMethod and the others still run', async () => {
  const responses = await client.responses(['Fake/x', {}], ['Core/echo', { a: 1 }])
  expect(responses[0]![1].type).toBe('unknownMethod')
  expect(responses[1]![1]).toEqual({ a: 1 })
})

test('a method whose capability is not in using is unknownMethod', async () => {
  const body = JSON.stringify({
    using: ['urn:ietf:params:jmap:core'],
    methodCalls: [['Mailbox/get', { accountId: client.accountId }, 'a']],
  })
  const { methodResponses } = (await (await client.post(body)).json()) as { methodResponses: [string, Json, string][] }
  expect(methodResponses[0]).toEqual(['error', expect.objectContaining({ type: 'unknownMethod' }), 'a'])
})

test('another account is accountNotFound, and none at all invalidArguments', async () => {
  const other = await server.client()
  expect(await client.error('Mailbox/get', { accountId: other.accountId })).toBe('accountNotFound')
  expect(await client.error('Mailbox/get', { accountId: 'nonsense' })).toBe('accountNotFound')
  expect(await client.error('Mailbox/get', { accountId: null })).toBe('invalidArguments')
  expect(await client.error('Mailbox/get', { accountId: 12 })).toBe('invalidArguments')
})

test.each([
  ['ids that are a string', { ids: 'x' }],
  ['ids of numbers', { ids: [1] }],
  ['properties that are an object', { properties: {} }],
  ['an unknown property', { properties: ['nonsense'] }],
  ['an unknown argument', { nonsense: true }],
])('Mailbox/get with %s is invalidArguments', async (_what, args) => {
  expect(await client.error('Mailbox/get', args)).toBe('invalidArguments')
})

test('more ids than maxObjectsInGet are requestTooLarge', async () => {
  const ids = Array.from({ length: 21 }, (_, i) => `m${i}`)
  expect(await client.error('Mailbox/get', { ids })).toBe('requestTooLarge')
})

test('more objects than maxObjectsInSet are requestTooLarge', async () => {
  const create = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`k${i}`, { name: `n${i}` }]))
  expect(await client.error('Mailbox/set', { create })).toBe('requestTooLarge')
})

test('an id asked for twice is answered once, known or not', async () => {
  const inbox = await client.role('inbox')
  const { list, notFound } = await client.call('Mailbox/get', { ids: [inbox, inbox, 'zz', 'zz'] })
  expect(list).toHaveLength(1)
  expect(notFound).toEqual(['zz'])
})

test('a result reference takes a value from an earlier answer', async () => {
  const responses = await client.responses(
    ['Mailbox/query', { filter: { role: 'inbox' } }, 'q'],
    ['Mailbox/get', { '#ids': { resultOf: 'q', name: 'Mailbox/query', path: '/ids' }, properties: ['role'] }, 'g'],
  )
  expect((responses[1]![1].list as Json[]).map((mailbox) => mailbox.role)).toEqual(['inbox'])
})

test('a result reference with * gathers and flattens', async () => {
  const echo = { list: [{ ids: ['a', 'b'] }, { ids: ['c'] }, { ids: [] }] }
  const reference = { resultOf: 'e', name: 'Core/echo', path: '/list/*/ids' }
  const responses = await client.responses(['Core/echo', echo, 'e'], ['Core/echo', { '#all': reference }, 'f'])
  expect(responses[1]![1]).toEqual({ all: ['a', 'b', 'c'] })
})

test.each([
  ['to a call that never was', { resultOf: 'none', name: 'Core/echo', path: '/a' }],
  ['to another name', { resultOf: 'e', name: 'Mailbox/get', path: '/a' }],
  ['to a path that is not there', { resultOf: 'e', name: 'Core/echo', path: '/b' }],
  ['beyond an array', { resultOf: 'e', name: 'Core/echo', path: '/a/7' }],
  ['through an inherited name', { resultOf: 'e', name: 'Core/echo', path: '/constructor' }],
  ['with a path that is no pointer', { resultOf: 'e', name: 'Core/echo', path: 'a' }],
  ['that is not a reference', 'e'],
])('a result reference %s is invalidResultReference', async (_what, reference) => {
  const responses = await client.responses(['Core/echo', { a: [1] }, 'e'], ['Core/echo', { '#x': reference }, 'f'])
  expect(responses[1]![1].type).toBe('invalidResultReference')
})

test('an argument given both as a value and as a reference is invalidArguments', async () => {
  const reference = { resultOf: 'e', name: 'Core/echo', path: '/a' }
  const responses = await client.responses(['Core/echo', { a: 1 }, 'e'], ['Core/echo', { a: 1, '#a': reference }, 'f'])
  expect(responses[1]![1].type).toBe('invalidArguments')
})

test('a result reference cannot lean on an error', async () => {
  const reference = { resultOf: 'e', name: 'Fake/x', path: '/type' }
  const responses = await client.responses(['Fake/x', {}, 'e'], ['Core/echo', { '#x': reference }, 'f'])
  expect(responses[1]![1].type).toBe('invalidResultReference')
})

test('createdIds are kept through the request and told only to who gave some', async () => {
  const plain = await client.request([['Core/echo', {}]])
  expect(plain).not.toHaveProperty('createdIds')
  const create = { parent: { name: 'Parent of createdIds' } }
  const { createdIds, methodResponses } = await client.request(
    [
      ['Mailbox/set', { create }],
      [
        'Mailbox/set',
        { create: { child: { name: 'Child', parentId: '#parent' }, other: { name: 'Other', parentId: '#given' } } },
      ],
    ],
    { createdIds: { given: await client.role('inbox') } },
  )
  const [first, second] = methodResponses as [string, { created: Record<string, { id: string }> }, string][]
  expect(createdIds).toMatchObject({
    parent: first![1].created.parent!.id,
    child: second![1].created.child!.id,
    given: await client.role('inbox'),
  })
})

test('a wrong ifInState is stateMismatch and nothing is done', async () => {
  const args = { ifInState: 'never-was', create: { a: { name: 'Never made' } } }
  expect(await client.error('Mailbox/set', args)).toBe('stateMismatch')
  const { ids } = await client.call('Mailbox/query', { filter: { name: 'Never made' } })
  expect(ids).toEqual([])
})

test('the right ifInState holds, and still does when only another type has changed', async () => {
  const state = await client.state('Mailbox')
  const { oldState, newState } = await client.call('Mailbox/set', {
    ifInState: state,
    create: { a: { name: 'In state' } },
  })
  expect(oldState).toBe(state)
  expect(newState).not.toBe(state)
  expect(await client.error('Mailbox/set', { ifInState: state, create: {} })).toBe('stateMismatch')
})

test('a state that never was cannot be counted from', async () => {
  expect(await client.error('Mailbox/changes', { sinceState: 'nonsense' })).toBe('cannotCalculateChanges')
  expect(await client.error('Mailbox/changes', { sinceState: '99999999' })).toBe('cannotCalculateChanges')
})

test('maxChanges 0 is invalidArguments', async () => {
  expect(await client.error('Mailbox/changes', { sinceState: '1', maxChanges: 0 })).toBe('invalidArguments')
})

test('too many requests at once are over maxConcurrentRequests', async () => {
  const narrow = await openServer({ maxConcurrentRequests: 1 })
  try {
    const one = await narrow.client()
    const statuses = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const response = await one.post(
          JSON.stringify({ using: everything, methodCalls: [['Mailbox/get', { accountId: one.accountId }, 'a']] }),
        )
        return { status: response.status, body: (await response.json()) as Json }
      }),
    )
    const refused = statuses.filter(({ status }) => status !== 200)
    for (const { body } of refused)
      expect(body).toMatchObject({ type: `${errors}limit`, limit: 'maxConcurrentRequests' })
    expect(statuses.length - refused.length).toBeGreaterThan(0)
  } finally {
    await narrow.close()
  }
})
