/**
 * The front door under hostile requests: whatever is sent, the answer is JSON of a known form, the server stays up, and
 * other people's mail is never in it. Time-boxed here; FUZZ_SECONDS makes it longer.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkAccount } from '#domain/mail/check.ts'
import { methods } from '#protocol/jmap/methods.ts'
import { type Client, everything, type Json, openServer, type Server } from './harness.ts'

const seconds = Number(process.env.FUZZ_SECONDS ?? 6)
const box = { interruptAfterTimeLimit: seconds * 1000, markInterruptAsFailure: false, numRuns: 1_000_000 }

let server: Server
let client: Client
let stranger: Client
const secret = 'mot-secret-d-un-autre'
let ids: string[] = []

beforeAll(async () => {
  server = await openServer({ maxSizeRequest: 200_000 })
  client = await server.client()
  stranger = await server.client()
  const hidden = await stranger.import(`Subject: ${secret}\r\n\r\n${secret}`)
  const mine = await client.import('Subject: fuzz\r\nMessage-ID: <f@x>\r\n\r\ncorps')
  const { blobId, threadId } = await client.get(mine, { properties: ['blobId', 'threadId'] })
  const { blobId: foreign } = await stranger.get(hidden, { properties: ['blobId'] })
  ids = [
    mine,
    hidden,
    String(blobId),
    String(foreign),
    String(threadId),
    await client.role('inbox'),
    await client.role('trash'),
  ]
  ids.push('#k', '#nothing', 'e0', 'ezzzzzzzzzzz', '', 'x'.repeat(300), stranger.accountId, client.accountId)
})
afterAll(() => server?.close())

const names = [
  'ids',
  'properties',
  'filter',
  'sort',
  'create',
  'update',
  'destroy',
  'ifInState',
  'sinceState',
  'maxChanges',
  'position',
  'anchor',
  'anchorOffset',
  'limit',
  'calculateTotal',
  'collapseThreads',
  'sinceQueryState',
  'upToId',
  'blobIds',
  'emails',
  'emailIds',
  'bodyProperties',
  'fetchAllBodyValues',
  'maxBodyValueBytes',
  'onDestroyRemoveEmails',
  'onSuccessUpdateEmail',
  'onSuccessDestroyEmail',
  'fromAccountId',
  'accountId',
  'text',
  'data',
  'mailboxIds',
  'keywords',
  'name',
  'parentId',
  'role',
  'operator',
  'conditions',
  'inMailbox',
  'header',
  'before',
  'from',
  'to',
  'subject',
  'bodyStructure',
  'bodyValues',
  'textBody',
  'attachments',
  'partId',
  'blobId',
  'type',
  'subParts',
  'envelope',
  'mailFrom',
  'rcptTo',
  'email',
  'identityId',
  'emailId',
  'undoStatus',
  'header:Subject:asText',
  'header:X:asAddresses:all',
  '__proto__',
  'constructor',
  '#ids',
  'k',
  'keywords/$seen',
  'mailboxIds/m1',
  'a/b/c',
  '~0~1',
  'resultOf',
  'path',
  'receivedAt',
  'sentAt',
  'replyTo',
]

const scalar = () =>
  fc.oneof(
    fc.constantFrom<unknown>(
      null,
      true,
      false,
      0,
      1,
      -1,
      2 ** 53,
      1.5,
      1e308,
      '',
      'AND',
      'NOT',
      'text/plain',
      'receivedAt',
      '2026-01-01T00:00:00Z',
      '\u0000\r\n',
      '\ud83d\ude00',
      'é',
    ),
    fc.constantFrom(...ids, ...names),
    fc.string({ maxLength: 20 }),
    fc.integer(),
  )

const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    { weight: 4, arbitrary: fc.nat().chain(() => scalar()) },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 4 }) },
    { weight: 2, arbitrary: fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 5 }) },
  ),
})).value

const call = fc.tuple(
  fc.constantFrom(...methods.map(({ name }) => name), 'Fake/x'),
  fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 6 }),
  fc.constantFrom('a', 'b'),
)

const checkAnswer = async (response: Response): Promise<void> => {
  const text = await response.text()
  expect(text).not.toContain(secret)
  const body = JSON.parse(text) as Json
  if (response.status === 200) {
    expect(Array.isArray(body.methodResponses)).toBe(true)
    for (const [name, args] of body.methodResponses as [string, Json, string][]) {
      expect(args).toBeTypeOf('object')
      if (name === 'error') expect(args.type).not.toBe('serverFail')
      expect(JSON.stringify(args)).not.toContain('"serverFail"')
    }
  } else {
    expect(response.status).toBeLessThan(500)
    expect(body.type).toMatch(/^urn:ietf:params:jmap:error:/)
  }
}

test(
  'any arguments of any method are answered, never with a failure of the server',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 4 }), async (calls) => {
        const methodCalls = calls.map(([name, args, id]) => [
          name,
          'accountId' in args && Math.random() < 0.2 ? args : { ...args, accountId: client.accountId },
          id,
        ])
        await checkAnswer(await client.post(JSON.stringify({ using: everything, methodCalls })))
      }),
      box,
    )
  },
  (seconds + 30) * 1000,
)

test(
  'any bytes are answered',
  async () => {
    const valid = JSON.stringify({
      using: everything,
      methodCalls: [['Email/get', { accountId: client.accountId, ids: null }, 'a']],
    })
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc
            .tuple(fc.nat(valid.length), fc.uint8Array({ minLength: 1, maxLength: 3 }))
            .map(
              ([at, bytes]) =>
                new Uint8Array(
                  Buffer.concat([Buffer.from(valid.slice(0, at)), bytes, Buffer.from(valid.slice(at + 1))]),
                ),
            ),
        ),
        fc.constantFrom('application/json', 'text/plain', 'application/json; charset=utf-16'),
        async (bytes, type) => checkAnswer(await client.post(new Uint8Array(bytes), type)),
      ),
      { ...box, interruptAfterTimeLimit: seconds * 500 },
    )
  },
  (seconds + 30) * 1000,
)

test(
  'any message that is imported can be read, searched and parsed',
  async () => {
    const piece = fc.constantFrom(
      'Subject: ',
      'From: ',
      'Content-Type: ',
      'multipart/mixed; boundary=b',
      'text/html; charset=x',
      '\r\n',
      '\n',
      '--b',
      '--b--',
      '\r\n\r\n',
      '=?utf-8?Q?=C3?=',
      '<a@b>',
      'message/rfc822',
      'Content-Transfer-Encoding: base64',
      '"',
      ';',
      '\0',
      '\xff',
      'é',
      'Date: Mon, 99 Foo 2026',
      'To: a: b;, <<>',
    )
    const bytes = fc
      .array(fc.oneof(piece, fc.string({ maxLength: 10 })), { maxLength: 30 })
      .map((pieces) => Buffer.from(`X: y\r\n${pieces.join('')}`, 'latin1'))
    await fc.assert(
      fc.asyncProperty(bytes, async (message) => {
        const id = await client.import(new Uint8Array(message))
        const properties = [
          'headers',
          'bodyStructure',
          'subject',
          'from',
          'to',
          'sentAt',
          'references',
          'preview',
          'bodyValues',
          'textBody',
          'htmlBody',
          'attachments',
          'blobId',
        ]
        const args = {
          ids: [id],
          properties,
          bodyProperties: ['partId', 'blobId', 'size', 'name', 'type', 'charset', 'headers', 'subParts'],
          fetchAllBodyValues: true,
        }
        const body = await client.post(
          JSON.stringify({
            using: everything,
            methodCalls: [
              ['Email/get', { accountId: client.accountId, ...args }, 'g'],
              [
                'Email/parse',
                {
                  accountId: client.accountId,
                  '#blobIds': { resultOf: 'g', name: 'Email/get', path: '/list/*/blobId' },
                },
                'p',
              ],
              ['SearchSnippet/get', { accountId: client.accountId, filter: { text: 'a' }, emailIds: [id] }, 's'],
              ['Email/set', { accountId: client.accountId, destroy: [id] }, 'd'],
            ],
          }),
        )
        await checkAnswer(body)
      }),
      { ...box, interruptAfterTimeLimit: seconds * 1000 },
    )
  },
  (seconds + 60) * 1000,
)

test('after all this both accounts are consistent and the stranger has lost nothing', async () => {
  for (const { principal } of [client, stranger])
    expect(await server.ctx.store.read((tx) => checkAccount(tx, principal.accountId))).toEqual([])
  const { ids: kept } = await stranger.call('Email/query', {})
  expect(kept).toHaveLength(1)
})
