/** Several accounts of one person (RFC 8620 §1.6.2): every method against every role, and what crosses accounts. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatId } from '#base/ids.ts'
import { createFunctionMailbox } from '#domain/access/mailboxes/accounts.ts'
import { type Granter, grantMailbox, listGrants, revokeMailbox } from '#domain/access/mailboxes/grants.ts'
import { type MailboxRole, mailboxRoles } from '#domain/access/mailboxes/roles.data.ts'
import { methods } from '#protocol/jmap/methods.ts'
import { needs } from '#protocol/jmap/rights.data.ts'
import { type Client, everything, type Json, openServer, type Server } from './harness.ts'

const admin: Granter = { actor: 'test', everywhere: true }
let server: Server
let mailbox: number
let accountId: string
let address: string
const members = new Map<MailboxRole, Client>()
const member = (role: MailboxRole): Client => members.get(role)!
let stranger: Client

beforeAll(async () => {
  server = await openServer()
  const { people } = server.delivery
  const wanted = { login: 'secretariat', name: 'Secrétariat', address: 'secretariat@ac-demo.test' }
  mailbox = (await createFunctionMailbox(people, admin, wanted)).id
  accountId = formatId('account', mailbox)
  address = wanted.address
  for (const role of mailboxRoles) {
    const client = await server.client({ name: `Personne ${role}` })
    await grantMailbox(people, admin, mailbox, { person: client.principal.login, role })
    members.set(role, client)
  }
  stranger = await server.client()
})
afterAll(() => server?.close())

const session = async (client: Client) => (await (await client.fetch('/jmap/session')).json()) as Json

/** The error of a call on the mailbox of the function; `ok` when there is none but wrong arguments. */
const tried = async (client: Client, name: string, args: Json = {}): Promise<string> => {
  const using = [...everything, 'urn:convergence:reading']
  const response = await client.post(JSON.stringify({ using, methodCalls: [[name, { accountId, ...args }, 'c']] }))
  const { methodResponses } = (await response.json()) as { methodResponses: [string, Json, string][] }
  const [answer, body] = methodResponses[0]!
  return answer === 'error' ? String(body.type) : 'ok'
}

test('the policy names every method that works on an account, and no other', () => {
  const onPerson = new Set(['Core/echo', 'PushSubscription/get', 'PushSubscription/set'])
  const portal = 'urn:convergence:portal'
  const named = methods.filter(({ name, capability }) => !onPerson.has(name) && capability !== portal)
  expect(named.map(({ name }) => name).sort()).toEqual(Object.keys(needs).sort())
})

/** What each role is answered, by what a method needs; arguments are wrong on purpose, so nothing is done. */
const passes = (answer: string): boolean => answer === 'ok' || answer === 'invalidArguments'
const allowed: Record<MailboxRole, readonly string[]> = {
  reader: ['read'],
  member: ['read', 'write'],
  'on-behalf': ['read', 'write', 'send'],
  'send-as': ['read', 'write', 'send', 'sendAs'],
  owner: ['read', 'write', 'send', 'sendAs', 'manage'],
}

describe.each(mailboxRoles)('a %s', (role) => {
  test.each(methods.filter(({ name }) => !/^(?:Core|PushSubscription)\//.test(name)).map(({ name }) => name))(
    '%s',
    async (name) => {
      const need = needs[name] ?? 'own'
      const answer = await tried(member(role), name)
      if (allowed[role].includes(need)) expect(passes(answer), answer).toBe(true)
      else expect(['accountReadOnly', 'accountNotSupportedByMethod', 'forbidden']).toContain(answer)
    },
  )
})

test('to a stranger the account does not exist, whatever they call', async () => {
  for (const { name } of methods)
    if (!/^(?:Core|PushSubscription)\//.test(name)) expect(await tried(stranger, name), name).toBe('accountNotFound')
  expect((await session(stranger)).accounts).not.toHaveProperty(accountId)
})

test('the session lists it with what one may do in it', async () => {
  const of = async (role: MailboxRole) => ((await session(member(role))).accounts as Json)[accountId] as Json
  expect(await of('reader')).toMatchObject({ name: address, isPersonal: false, isReadOnly: true })
  expect(await of('member')).toMatchObject({ isPersonal: false, isReadOnly: false })
  const capabilities = async (role: MailboxRole) => Object.keys((await of(role)).accountCapabilities as Json)
  expect(await capabilities('member')).not.toContain('urn:ietf:params:jmap:submission')
  expect(await capabilities('on-behalf')).toContain('urn:ietf:params:jmap:submission')
  expect(await capabilities('on-behalf')).not.toContain('urn:ietf:params:jmap:sieve')
  expect(await capabilities('owner')).toContain('urn:ietf:params:jmap:sieve')
  for (const role of mailboxRoles) expect(await capabilities(role)).not.toContain('urn:convergence:portal')
  const { accountCapabilities } = await of('on-behalf')
  expect(accountCapabilities).toMatchObject({ 'urn:convergence:function': { role: 'on-behalf', name: 'Secrétariat' } })
  const { primaryAccounts } = await session(member('owner'))
  expect(new Set(Object.values(primaryAccounts as Json))).toEqual(new Set([member('owner').accountId]))
})

test('each mailbox says what one may do in it', async () => {
  const rights = async (role: MailboxRole) => {
    const { list } = await member(role).call('Mailbox/get', { accountId, properties: ['myRights', 'role'] })
    return (list as { role: string; myRights: Json }[]).find((one) => one.role === 'inbox')?.myRights
  }
  const none = { mayAddItems: false, mayRemoveItems: false, maySetSeen: false, mayCreateChild: false }
  expect(await rights('reader')).toMatchObject({ mayReadItems: true, maySubmit: false, ...none })
  expect(await rights('member')).toMatchObject({ mayAddItems: true, maySetSeen: true, maySubmit: false })
  expect(await rights('on-behalf')).toMatchObject({ maySubmit: true, mayDelete: false })
})

const roleId = async (client: Client, role: string, account = accountId) => {
  const { list } = await client.call('Mailbox/get', { accountId: account, properties: ['role'] })
  return String((list as Json[]).find((one) => one.role === role)?.id)
}
const upload = (client: Client, bytes: string) =>
  client.fetch(`/jmap/upload/${accountId}`, {
    method: 'POST',
    body: bytes,
    headers: { 'content-type': 'message/rfc822' },
  })
const importInto = async (client: Client, text: string): Promise<string> => {
  const { blobId } = (await (await upload(client, text)).json()) as { blobId: string }
  const emails = { m: { blobId, mailboxIds: { [await roleId(client, 'inbox')]: true } } }
  const { created } = await client.call('Email/import', { accountId, emails })
  return (created as Record<string, { id: string }>).m!.id
}
const letter = (id: string) =>
  `From: parent@dehors.test\r\nTo: ${address}\r\nSubject: Absence ${id}\r\nMessage-ID: <${id}@dehors.test>\r\n\r\nBonjour\r\n`

test('bytes go in with the right to write and come out with the right to read', async () => {
  expect((await upload(member('reader'), letter('up'))).status).toBe(403)
  expect((await upload(stranger, letter('up'))).status).toBe(404)
  const { blobId } = (await (await upload(member('member'), letter('up'))).json()) as { blobId: string }
  const download = (client: Client) => client.fetch(`/jmap/download/${accountId}/${blobId}/x`)
  expect((await download(member('reader'))).status).toBe(200)
  expect((await download(stranger)).status).toBe(404)
})

test('what one marks as read is read for all, and a reader marks nothing', async () => {
  const id = await importInto(member('member'), letter('seen'))
  const patch = { update: { [id]: { 'keywords/$seen': true } } }
  expect(await tried(member('reader'), 'Email/set', patch)).toBe('accountReadOnly')
  await member('member').call('Email/set', { accountId, ...patch })
  const { list } = await member('reader').call('Email/get', { accountId, ids: [id], properties: ['keywords'] })
  expect((list as Json[])[0]?.keywords).toEqual({ $seen: true })
})

test('a message is copied between two accounts, and taken from the first when asked', async () => {
  const client = member('member')
  const id = await importInto(client, letter('copy'))
  const inbox = await roleId(client, 'inbox', client.accountId)
  const create = { c: { id, mailboxIds: { [inbox]: true }, keywords: { $flagged: true } } }
  const { created } = await client.call('Email/copy', { fromAccountId: accountId, create })
  const copy = (created as Record<string, { id: string }>).c!.id
  expect(await client.get(copy, { properties: ['subject', 'keywords'] })).toMatchObject({
    subject: 'Absence copy',
    keywords: { $flagged: true },
  })
  const answers = await client.responses([
    'Email/copy',
    { fromAccountId: accountId, create, onSuccessDestroyOriginal: true },
  ])
  expect(answers[1]).toMatchObject(['Email/set', { accountId, destroyed: [id] }, 'c0'])
  const reading = { fromAccountId: accountId, create: {}, onSuccessDestroyOriginal: true }
  expect(await member('reader').error('Email/copy', reading)).toBe('accountReadOnly')
  expect(await stranger.error('Email/copy', { fromAccountId: accountId, create: {} })).toBe('fromAccountNotFound')
  expect(await client.error('Email/copy', { fromAccountId: client.accountId, create: {} })).toBe('invalidArguments')
})

test('an attachment is copied between two accounts', async () => {
  const client = member('member')
  const { blobId } = await client.upload('pièce jointe', 'text/plain')
  const args = { accountId, fromAccountId: client.accountId, blobIds: [blobId, 'Bnone'] }
  const answer = await client.call('Blob/copy', args)
  expect(answer).toMatchObject({ copied: { [String(blobId)]: blobId }, notCopied: { Bnone: { type: 'notFound' } } })
  expect((await client.fetch(`/jmap/download/${accountId}/${blobId}/x`)).status).toBe(200)
})

/** Writes an answer in the function's drafts and sends it from there. */
const answer = async (client: Client, original: string, properties: Json = {}) => {
  const [drafts, sent] = [await roleId(client, 'drafts'), await roleId(client, 'sent')]
  const { list } = await client.call('Identity/get', { accountId })
  const identityId = (list as { id: string }[])[0]!.id
  const create = {
    d: {
      mailboxIds: { [drafts]: true },
      keywords: { $draft: true },
      from: [{ email: address }],
      to: [{ email: stranger.principal.email }],
      inReplyTo: [`${original}@dehors.test`],
      subject: `Re: ${original}`,
      bodyValues: { t: { value: 'Reçu.' } },
      textBody: [{ partId: 't', type: 'text/plain' }],
      ...properties,
    },
  }
  const made = (await client.call('Email/set', { accountId, create })).created as Record<string, { id: string }>
  const emailId = made.d!.id
  const { created, notCreated } = await client.call('EmailSubmission/set', {
    accountId,
    create: { s: { identityId, emailId } },
    onSuccessUpdateEmail: { '#s': { [`mailboxIds/${drafts}`]: null, [`mailboxIds/${sent}`]: true } },
  })
  return { emailId, created, notCreated: (notCreated as Record<string, { type: string }> | null)?.s }
}
const rawOfQueue = async (): Promise<string> => {
  const rows = await server.ctx.store.read((tx) =>
    tx.query((q) => q.selectFrom('queue_message').select(['blob_id', 'id']).orderBy('id', 'desc').limit(1)),
  )
  return Buffer.from(await server.ctx.store.blobs.bytes(rows[0]!.blob_id)).toString()
}

test('an answer leaves in the name of the function, is filed in its Sent, and shows who wrote it', async () => {
  const original = await importInto(member('member'), letter('q1'))
  const { emailId, created } = await answer(member('send-as'), 'q1')
  expect(created).toHaveProperty('s')
  const raw = await rawOfQueue()
  expect(raw).toContain(`From: ${address}`)
  expect(raw).not.toMatch(/^Sender:/m)
  // Its recipients do not learn who it was.
  expect(raw).not.toContain(member('send-as').principal.login)
  const reading = async (id: string) => {
    const using = [...everything, 'urn:convergence:reading']
    const body = { using, methodCalls: [['Reading/get', { accountId, ids: [id] }, 'c']] }
    const response = await member('reader').post(JSON.stringify(body))
    const { methodResponses } = (await response.json()) as { methodResponses: [string, { list: Json[] }][] }
    return methodResponses[0]![1].list[0]!
  }
  expect(await reading(emailId)).toMatchObject({ sentBy: { name: 'Personne send-as' } })
  expect(await reading(original)).toMatchObject({ sentBy: null, answeredBy: [{ name: 'Personne send-as' }] })
  const sent = await roleId(member('reader'), 'sent')
  const { list } = await member('reader').call('Email/get', { accountId, ids: [emailId], properties: ['mailboxIds'] })
  expect((list as Json[])[0]?.mailboxIds).toEqual({ [sent]: true })
})

test('who writes on behalf is named in Sender, and cannot be named otherwise', async () => {
  const client = member('on-behalf')
  await answer(client, 'q2')
  expect(await rawOfQueue()).toMatch(new RegExp(`^Sender: .*<${client.principal.email}>\\r$`, 'm'))
  const { notCreated } = await answer(client, 'q3', { sender: [{ email: address }] })
  expect(notCreated?.type).toBe('forbiddenFrom')
  const other = await answer(client, 'q4', { from: [{ email: stranger.principal.email }] })
  expect(other.notCreated?.type).toBe('forbiddenFrom')
})

test('the right to send that is taken is gone with the next request', async () => {
  const { people } = server.delivery
  const client = await server.client()
  const grants = await grantMailbox(people, admin, mailbox, { person: client.principal.login, role: 'send-as' })
  expect(await tried(client, 'EmailSubmission/set')).toBe('ok')
  const grant = grants.find(({ personId }) => personId === client.principal.accountId)
  await revokeMailbox(people, admin, mailbox, grant?.id ?? 0)
  expect(await tried(client, 'EmailSubmission/set')).toBe('accountNotFound')
  expect((await session(client)).accounts).not.toHaveProperty(accountId)
})

describe('push', () => {
  const listen = async (client: Client, headers: Record<string, string> = {}) => {
    const response = await client.fetch('/jmap/eventsource?types=Email,Mailbox&closeafter=no&ping=0', { headers })
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    /** The next event; undefined at the end. */
    const next = async (): Promise<{ id: string; changed: Record<string, Json> } | undefined> => {
      for (;;) {
        const end = text.indexOf('\n\n')
        if (end < 0) {
          const { done, value } = await reader.read()
          if (done) return
          text += value
          continue
        }
        const block = text.slice(0, end)
        text = text.slice(end + 2)
        if (block.startsWith(':')) continue
        const { changed } = JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? '{}') as { changed: Record<string, Json> }
        return { id: /^id: (.*)$/m.exec(block)?.[1] ?? '', changed }
      }
    }
    // The comment that says it is connected.
    const { value } = await reader.read()
    expect(value).toContain('connected')
    return { next, close: () => reader.cancel() }
  }

  test('a change in the mailbox of the function is told to its members, and again to who missed it', async () => {
    const client = member('reader')
    const stream = await listen(client)
    await importInto(member('member'), letter('push'))
    const event = await stream.next()
    expect(Object.keys(event?.changed ?? {})).toEqual([accountId])
    expect(event?.changed[accountId]).toHaveProperty('Email')
    await stream.close()
    await importInto(member('member'), letter('missed'))
    const again = await listen(client, { 'last-event-id': event?.id ?? '' })
    expect((await again.next())?.changed[accountId]).toHaveProperty('Email')
    await again.close()
  })

  test('a mailbox that opens or closes while one listens is told, and then nothing more of it', async () => {
    const { people } = server.delivery
    const client = await server.client()
    const stream = await listen(client)
    await grantMailbox(people, admin, mailbox, { person: client.principal.login, role: 'reader' })
    await expect.poll(async () => (await stream.next())?.changed[accountId]).toHaveProperty('Mailbox')
    const grants = await server.ctx.store.read((tx) => listGrants(tx, mailbox))
    const grant = grants.find(({ personId }) => personId === client.principal.accountId)
    await revokeMailbox(people, admin, mailbox, grant?.id ?? 0)
    await expect.poll(async () => (await stream.next())?.changed[accountId]).toEqual({})
    await importInto(member('member'), letter('after'))
    await client.import(letter('own'))
    const event = await stream.next()
    expect(Object.keys(event?.changed ?? {})).toEqual([client.accountId])
    await stream.close()
  })
})
