/**
 * RFC 8620 and 8621 read by somebody else: every kind of refusal, references between calls and requests, conditions on
 * states, patches, limits that the session tells, blobs. And a client that others wrote: jmap-jam.
 */
import { JamClient } from 'jmap-jam'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { disableAccount } from '#domain/people/accounts.ts'
import { type Call, JmapPeer, type Json } from './jmap.ts'
import { basicAuth, openPeerServer, type PeerServer } from './rig.ts'

let server: PeerServer
let peer: JmapPeer
let count = 0

beforeAll(async () => {
  server = await openPeerServer()
})
afterAll(() => server?.close())
beforeEach(async () => {
  const login = `lecteur${++count}`
  await server.account(login)
  peer = await JmapPeer.open(server, login)
})

const role = async (name: string): Promise<string> =>
  (await peer.mailboxes()).list.find((mailbox) => mailbox.role === name)?.id ?? ''

const mail = (subject: string): string =>
  `From: Zoé <zoe@ailleurs.test>\r\nTo: anne@ecole.test\r\nMessage-ID: <${subject.replace(/\W/g, '')}@x>\r\nSubject: ${subject}\r\n\r\nTexte de ${subject}\r\n`

const importMail = async (subject: string): Promise<string> => {
  const blobId = await peer.upload(mail(subject))
  const { created } = await peer.call('Email/import', {
    emails: { m: { blobId, mailboxIds: { [await role('inbox')]: true } } },
  })
  return String((created as Record<string, Json>).m?.id)
}

describe('the session (RFC 8620 section 2)', () => {
  test('tells limits as numbers, and addresses that hold every variable', () => {
    const core = (peer.session.capabilities as Record<string, Json>)['urn:ietf:params:jmap:core'] ?? {}
    for (const name of [
      ...['maxSizeUpload', 'maxConcurrentUpload', 'maxSizeRequest', 'maxConcurrentRequests', 'maxCallsInRequest'],
      ...['maxObjectsInGet', 'maxObjectsInSet'],
    ])
      expect(core[name], name).toSatisfy((value: unknown) => Number.isSafeInteger(value) && Number(value) > 0)
    expect(core.collationAlgorithms).toBeInstanceOf(Array)
    for (const [name, variables] of [
      ['downloadUrl', ['{accountId}', '{blobId}', '{type}', '{name}']],
      ['uploadUrl', ['{accountId}']],
      ['eventSourceUrl', ['{types}', '{closeafter}', '{ping}']],
    ] as const)
      for (const variable of variables) expect(peer.session[name]).toContain(variable)
    expect(Object.keys(peer.session.accounts as Json)).toEqual([peer.accountId])
    expect(peer.session.username).toBeTypeOf('string')
  })

  test('is refused without a password, without telling anything', async () => {
    for (const path of ['/jmap/session', '/jmap/api', `/jmap/upload/${peer.accountId}`, '/jmap/eventsource']) {
      const method = path.includes('api') || path.includes('upload') ? 'POST' : 'GET'
      const response = await fetch(server.url + path, { method, headers: { authorization: 'Basic eDp5' } })
      expect(response.status, path).toBe(401)
    }
  })
})

describe('refusals of requests (RFC 8620 section 3.6.1)', () => {
  test.each([
    ['notJSON', '{"using": ['],
    ['notJSON', '{"using": ["\ud800"], "methodCalls": []'],
    ['notRequest', { using: ['urn:ietf:params:jmap:core'] }],
    ['notRequest', { using: 'urn:ietf:params:jmap:core', methodCalls: [] }],
    ['notRequest', { using: ['urn:ietf:params:jmap:core'], methodCalls: [['Core/echo', {}]] }],
    ['notRequest', { using: ['urn:ietf:params:jmap:core'], methodCalls: [['Core/echo', [], 'c']] }],
    ['notRequest', []],
    ['unknownCapability', { using: ['urn:ietf:params:jmap:core', 'urn:example:telepathy'], methodCalls: [] }],
  ])('%s', async (type, body) => {
    const answer = await peer.post(body)
    expect([answer.status, answer.body.type]).toEqual([400, `urn:ietf:params:jmap:error:${type}`])
    expect(answer.type).toContain('application/problem+json')
    expect(answer.body.status).toBe(400)
  })

  test('limit, naming which', async () => {
    const { maxCallsInRequest } = (peer.session.capabilities as Record<string, { maxCallsInRequest: number }>)[
      'urn:ietf:params:jmap:core'
    ] ?? { maxCallsInRequest: 0 }
    const methodCalls = Array.from({ length: maxCallsInRequest + 1 }, (_, i) => ['Core/echo', {}, `c${i}`])
    const { status, body } = await peer.post({ using: peer.capabilities, methodCalls })
    expect([status, body.type, body.limit]).toEqual([400, 'urn:ietf:params:jmap:error:limit', 'maxCallsInRequest'])
  })
})

describe('refusals of calls (RFC 8620 section 3.6.2)', () => {
  test.each<[type: string, name: string, args: Json]>([
    ['unknownMethod', 'Email/levitate', {}],
    ['invalidArguments', 'Email/get', { ids: 'e1' }],
    ['invalidArguments', 'Email/get', { ids: [], properties: ['colour'] }],
    ['invalidArguments', 'Email/get', { ids: [], surprise: true }],
    ['invalidArguments', 'Email/query', { position: 'first' }],
    ['invalidArguments', 'Email/query', { limit: -1 }],
    ['accountNotFound', 'Email/get', { accountId: 'Anowhere', ids: [] }],
    ['invalidResultReference', 'Email/get', { '#ids': { resultOf: 'none', name: 'Email/query', path: '/ids' } }],
    ['invalidArguments', 'Email/get', { ids: [], '#ids': { resultOf: 'none', name: 'Email/query', path: '/ids' } }],
    ['unsupportedFilter', 'Email/query', { filter: { phaseOfTheMoon: 'full' } }],
    ['unsupportedSort', 'Email/query', { sort: [{ property: 'colour' }] }],
    ['anchorNotFound', 'Email/query', { anchor: 'e999' }],
    ['cannotCalculateChanges', 'Email/changes', { sinceState: 'not-a-state' }],
    ['cannotCalculateChanges', 'Email/queryChanges', { sinceQueryState: 'not-a-state' }],
    ['stateMismatch', 'Email/set', { ifInState: 'not-a-state' }],
    ['stateMismatch', 'Mailbox/set', { ifInState: 'not-a-state' }],
    ['invalidArguments', 'Email/changes', { sinceState: '0', maxChanges: 0 }],
  ])('%s of %s %o', async (type, name, args) => {
    expect(await peer.error(name, args)).toBe(type)
  })

  test('requestTooLarge when more objects are asked for than the session allows', async () => {
    const ids = Array.from({ length: 5001 }, (_, i) => `e${i}`)
    expect(await peer.error('Email/get', { ids })).toBe('requestTooLarge')
    expect(await peer.error('Email/set', { destroy: ids })).toBe('requestTooLarge')
  })

  test('one call that fails leaves those beside it alone', async () => {
    const [first, second, third] = await peer.calls([
      ['Email/levitate', {}, 'a'],
      ['Mailbox/get', { ids: [] }, 'b'],
      ['Email/get', { '#ids': { resultOf: 'a', name: 'Email/query', path: '/ids' } }, 'c'],
    ])
    expect([first?.[0], second?.[0], third?.[0]]).toEqual(['error', 'Mailbox/get', 'error'])
    expect(third?.[1].type).toBe('invalidResultReference')
  })
})

describe('references', () => {
  test('the example of RFC 8620 section 3.7: from a query through messages to threads', async () => {
    for (const subject of ['un', 'deux', 'trois']) await importMail(subject)
    const responses = await peer.calls([
      ['Email/query', { filter: { inMailbox: await role('inbox') }, collapseThreads: true, limit: 10 }, 't0'],
      ['Email/get', { '#ids': { resultOf: 't0', name: 'Email/query', path: '/ids' }, properties: ['threadId'] }, 't1'],
      ['Thread/get', { '#ids': { resultOf: 't1', name: 'Email/get', path: '/list/*/threadId' } }, 't2'],
      [
        'Email/get',
        { '#ids': { resultOf: 't2', name: 'Thread/get', path: '/list/*/emailIds' }, properties: ['subject'] },
        't3',
      ],
    ])
    expect(responses.map(([name]) => name)).toEqual(['Email/query', 'Email/get', 'Thread/get', 'Email/get'])
    const [, last] = responses[3] ?? ['', {} as Json]
    expect((last.list as Json[]).map(({ subject }) => subject).sort()).toEqual(['deux', 'trois', 'un'])
  })

  test('what a call creates is named in later calls and given back in createdIds', async () => {
    const methodCalls: Call[] = [
      ['Mailbox/set', { accountId: peer.accountId, create: { top: { name: 'Haut' } } }, 'a'],
      ['Mailbox/set', { accountId: peer.accountId, create: { below: { name: 'Bas', parentId: '#top' } } }, 'b'],
      [
        'Email/set',
        {
          accountId: peer.accountId,
          create: { draft: { mailboxIds: { '#below': true }, subject: 'Brouillon', keywords: { $draft: true } } },
        },
        'c',
      ],
      ['Email/get', { accountId: peer.accountId, ids: ['#draft'], properties: ['subject', 'mailboxIds'] }, 'd'],
    ]
    const { body } = await peer.post({ using: peer.capabilities, methodCalls, createdIds: {} })
    const ids = body.createdIds as Record<string, string>
    expect(Object.keys(ids).sort()).toEqual(['below', 'draft', 'top'])
    const [, read] = (body.methodResponses as Call[])[3] ?? ['', {} as Json]
    const [email] = read.list as Json[]
    expect(email).toMatchObject({ id: ids.draft, subject: 'Brouillon', mailboxIds: { [String(ids.below)]: true } })
    const later = await peer.post({
      using: peer.capabilities,
      methodCalls: [['Mailbox/get', { accountId: peer.accountId, ids: ['#below'] }, 'e']],
      createdIds: ids,
    })
    const [, got] = (later.body.methodResponses as Call[])[0] ?? ['', {} as Json]
    expect(got.list).toMatchObject([{ name: 'Bas', parentId: ids.top }])
  })
})

describe('changes of objects (RFC 8620 section 5.3)', () => {
  test('a patch changes what it names and nothing else', async () => {
    const id = await importMail('Rustine')
    const archive = await role('archive')
    await peer.call('Email/set', { update: { [id]: { 'keywords/$flagged': true, [`mailboxIds/${archive}`]: true } } })
    await peer.call('Email/set', { update: { [id]: { 'keywords/$seen': true, 'keywords/$flagged': null } } })
    const { list } = await peer.call('Email/get', { ids: [id], properties: ['keywords', 'mailboxIds'] })
    expect(list).toEqual([
      { id, keywords: { $seen: true }, mailboxIds: { [archive]: true, [await role('inbox')]: true } },
    ])
  })

  test.each<[type: string, patch: Json]>([
    ['invalidPatch', { keywords: {}, 'keywords/$seen': true }],
    ['invalidPatch', { 'keywords/$seen/deeper': true }],
    ['invalidProperties', { subject: 'autre' }],
    ['invalidProperties', { mailboxIds: {} }],
    ['invalidProperties', { mailboxIds: { mzzzz: true } }],
    ['invalidProperties', { keywords: { $seen: false } }],
    ['invalidProperties', { 'keywords/avec espace': true }],
  ])('%s for %o', async (type, patch) => {
    const id = await importMail('Intacte')
    const { notUpdated, oldState, newState } = await peer.call('Email/set', { update: { [id]: patch } })
    expect((notUpdated as Record<string, Json>)[id]?.type).toBe(type)
    expect(newState).toBe(oldState)
  })

  test('what does not exist is notFound, and what is fine beside it is done', async () => {
    const id = await importMail('Là')
    const { updated, notUpdated, destroyed, notDestroyed } = await peer.call('Email/set', {
      update: { [id]: { 'keywords/$seen': true }, ezzzz: { 'keywords/$seen': true } },
      destroy: ['eyyyy'],
    })
    expect(Object.keys(updated as Json)).toEqual([id])
    expect(notUpdated).toMatchObject({ ezzzz: { type: 'notFound' } })
    expect(notDestroyed).toMatchObject({ eyyyy: { type: 'notFound' } })
    expect(destroyed ?? []).toEqual([])
  })

  test('ifInState holds until something changes', async () => {
    const { state } = await peer.emails()
    await importMail('Change')
    expect(await peer.error('Email/set', { ifInState: state, update: {} })).toBe('stateMismatch')
    const now = await peer.emails()
    expect((await peer.call('Email/set', { ifInState: now.state })).newState).toBe(now.state)
  })

  test('mailboxes: a full one is kept, one with children too, names are unique, INBOX stays', async () => {
    const { created } = await peer.call('Mailbox/set', { create: { a: { name: 'Pleine' }, b: { name: 'Mère' } } })
    const [full, mother] = ['a', 'b'].map((key) => String((created as Record<string, Json>)[key]?.id))
    await peer.call('Mailbox/set', { create: { c: { name: 'Fille', parentId: mother } } })
    const id = await importMail('Dedans')
    await peer.call('Email/set', { update: { [id]: { mailboxIds: { [String(full)]: true } } } })
    const set = await peer.call('Mailbox/set', {
      create: { d: { name: 'Pleine' }, e: { name: '' }, f: { name: 'x', parentId: 'mzzzz' } },
      destroy: [full, mother],
    })
    expect(set.notDestroyed).toMatchObject({
      [String(full)]: { type: 'mailboxHasEmail' },
      [String(mother)]: { type: 'mailboxHasChild' },
    })
    const types = ['d', 'e', 'f'].map((key) => (set.notCreated as Record<string, Json>)[key]?.type)
    expect(types).toEqual(['alreadyExists', 'invalidProperties', 'invalidProperties'])
    const { notUpdated } = await peer.call('Mailbox/set', { update: { [String(mother)]: { parentId: mother } } })
    expect((notUpdated as Record<string, Json>)[String(mother)]?.type).toBe('invalidProperties')
  })
})

describe('blobs (RFC 8620 section 6)', () => {
  test('come back octet by octet, with the type asked for, and in parts', async () => {
    const bytes = Buffer.alloc(300_000, 'été \u0000\r\n', 'utf8')
    const upload = await peer.fetch(`/jmap/upload/${peer.accountId}`, {
      method: 'POST',
      body: bytes,
      headers: { 'content-type': 'application/x-essai' },
    })
    const { blobId, size, type, accountId } = (await upload.json()) as Json
    expect([upload.status, size, type, accountId]).toEqual([201, bytes.length, 'application/x-essai', peer.accountId])
    const path = `/jmap/download/${peer.accountId}/${blobId}/${encodeURIComponent('là/haut ".txt')}?accept=text/plain`
    const response = await peer.fetch(path)
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true)
    expect(response.headers.get('content-type')).toContain('text/plain')
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; ?filename/)
    expect((await peer.fetch(`/jmap/download/${peer.accountId}/Gzzzz/x`)).status).toBe(404)
    const other = await JmapPeer.open(server, 'lecteur1')
    if (other.accountId !== peer.accountId) expect((await other.fetch(path)).status).toBe(404)
  })
})

describe('a WebSocket (RFC 8887)', () => {
  const connect = async (base: string, login: string): Promise<WebSocket> => {
    const socket = new WebSocket(`${base}/jmap/ws`, ['jmap'], {
      headers: { authorization: basicAuth(login) },
      rejectUnauthorized: false,
    })
    await new Promise((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
    })
    return socket
  }
  const next = (socket: WebSocket): Promise<Json> =>
    new Promise((resolve) => socket.once('message', (data) => resolve(JSON.parse(String(data)) as Json)))
  const closeOf = (socket: WebSocket): Promise<number> => new Promise((resolve) => socket.once('close', resolve))

  test('is where the session says, in the clear on this machine and over TLS, until the account is closed', async () => {
    const login = `prise${count}`
    const account = await server.account(login)
    const own = await JmapPeer.open(server, login)
    const { url } = (own.session.capabilities as Record<string, Json>)['urn:ietf:params:jmap:websocket'] ?? {}
    expect(url).toBe(`${server.url.replace('http', 'ws')}/jmap/ws`)
    const plain = await connect(server.url.replace('http', 'ws'), login)
    const secure = await connect(`wss://127.0.0.1:${server.ports.https}`, login)
    secure.send(JSON.stringify({ '@type': 'WebSocketPushEnable', dataTypes: ['Mailbox'], pushState: '0' }))
    expect(await next(secure)).toMatchObject({ '@type': 'StateChange', pushState: expect.any(String) })
    const methodCalls = [['Mailbox/set', { accountId: own.accountId, create: { m: { name: 'Par la prise' } } }, 'c']]
    const told = next(secure)
    plain.send(JSON.stringify({ '@type': 'Request', id: 'un', using: own.capabilities, methodCalls }))
    expect(await next(plain)).toMatchObject({ requestId: 'un', methodResponses: [['Mailbox/set', {}, 'c']] })
    expect(Object.keys((await told).changed as Json)).toEqual([own.accountId])
    const ends = [closeOf(plain), closeOf(secure)]
    await disableAccount(server.running.house.people, 'test', account)
    expect(await Promise.all(ends)).toEqual([1008, 1008])
    await expect(connect(server.url.replace('http', 'ws'), login)).rejects.toThrow('401')
  })
})

describe('jmap-jam', () => {
  test('reads the session, writes a draft and finds it again by reference', async () => {
    const login = `jam${count}`
    await server.account(login)
    const sessionUrl = `${server.url}/jmap/session`
    const jam = new JamClient({ bearerToken: 'none', sessionUrl })
    // it knows bearer tokens only; our mail programs sign in with passwords
    jam.authHeader = basicAuth(login)
    jam.session = JamClient.loadSession(sessionUrl, jam.authHeader)
    const accountId = await jam.getPrimaryAccount()
    const [{ list: mailboxes }] = await jam.api.Mailbox.get({ accountId })
    const drafts = mailboxes.find((mailbox) => mailbox.role === 'drafts')?.id ?? ''
    const { blobId, size } = await jam.uploadBlob(accountId, new Blob(['De fraises'], { type: 'text/plain' }))
    const [{ created }] = await jam.api.Email.set({
      accountId,
      create: {
        draft: {
          mailboxIds: { [drafts]: true },
          keywords: { $draft: true },
          from: [{ name: 'Jam', email: `${login}@ecole.test` }],
          to: [{ name: 'Moi', email: `${login}@ecole.test` }],
          subject: 'Confiture',
          textBody: [{ blobId, size, type: 'text/plain' }],
        },
      },
    })
    expect(created?.draft?.id).toBeTypeOf('string')
    const [{ query, get }] = await jam.requestMany((t) => {
      const query = t.Email.query({ accountId, filter: { subject: 'confiture' } })
      const get = t.Email.get({ accountId, ids: query.$ref('/ids'), properties: ['subject', 'preview'] })
      return { query, get }
    })
    expect(query.ids).toEqual([created?.draft?.id])
    expect(get.list).toMatchObject([{ subject: 'Confiture', preview: 'De fraises' }])
  })
})
