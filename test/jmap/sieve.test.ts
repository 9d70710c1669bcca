/** Sieve scripts (RFC 9661) and the vacation response (RFC 8621 §8) over real HTTP. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Client, type Json, openServer, type Server } from './harness.ts'

let server: Server
let client: Client

beforeAll(async () => {
  server = await openServer()
})
beforeEach(async () => {
  client = await server.client()
})
afterAll(() => server?.close())

interface SetAnswer {
  readonly created: Record<string, Json & { id: string }> | null
  readonly updated: Record<string, Json | null> | null
  readonly destroyed: string[] | null
  readonly notCreated: Record<string, Json> | null
  readonly notUpdated: Record<string, Json> | null
  readonly notDestroyed: Record<string, Json> | null
  readonly oldState: string
  readonly newState: string
}

const upload = async (text: string): Promise<string> => String((await client.upload(text, 'application/sieve')).blobId)
const set = async (args: Json): Promise<SetAnswer> =>
  (await client.call('SieveScript/set', args)) as unknown as SetAnswer
const all = async (): Promise<Json[]> => (await client.call('SieveScript/get', { ids: null })).list as Json[]

test('the session tells what Sieve knows here', async () => {
  const session = (await (await client.fetch('/jmap/session')).json()) as Json
  const capability = 'urn:ietf:params:jmap:sieve'
  expect((session.capabilities as Json)[capability]).toEqual({ implementation: 'Convergence' })
  const account = (session.accounts as Record<string, { accountCapabilities: Record<string, Json> }>)[client.accountId]
  const told = account?.accountCapabilities[capability]
  expect(told?.maxSizeScriptName).toBeGreaterThanOrEqual(512)
  expect(told?.sieveExtensions).toContain('fileinto')
  expect(told?.notificationMethods).toEqual(['mailto'])
  expect(account?.accountCapabilities['urn:ietf:params:jmap:vacationresponse']).toEqual({})
})

test('a script is created, activated, replaced and read back byte for byte', async () => {
  const text = '# kept as it is\r\nkeep;\n'
  const { created } = await set({
    create: { a: { name: 'main', blobId: await upload(text) } },
    onSuccessActivateScript: '#a',
  })
  const id = String(created?.a?.id)
  expect(created?.a?.isActive).toBe(true)
  const [script] = await all()
  expect(script).toMatchObject({ id, name: 'main', isActive: true })
  expect(await (await client.download(String(script?.blobId))).text()).toBe(text)
  const other = await set({ create: { b: { blobId: await upload('stop;') } }, onSuccessActivateScript: '#b' })
  expect(other.updated).toEqual({ [id]: { isActive: false } })
  expect(typeof other.created?.b?.name).toBe('string')
  const renamed = await set({ update: { [id]: { name: 'other', blobId: await upload('discard;') } } })
  expect(renamed.updated).toEqual({ [id]: null })
  expect((await all()).map(({ name, isActive }) => [name, isActive])).toContainEqual(['other', false])
})

test('what is wrong in a script is told with its line and column', async () => {
  const { notCreated } = await set({ create: { a: { name: 'x', blobId: await upload('keep;\nfileinto "a";') } } })
  expect(notCreated?.a).toMatchObject({ type: 'invalidSieve' })
  expect(notCreated?.a?.description).toMatch(/^line 2, column 1: fileinto needs require/)
  const good = await client.call('SieveScript/validate', { blobId: await upload('keep;') })
  expect(good.error).toBeNull()
  const bad = await client.call('SieveScript/validate', { blobId: await upload('keep') })
  expect(bad.error).toMatchObject({ type: 'invalidSieve' })
  const gone = await client.call('SieveScript/validate', { blobId: 'bnothing' })
  expect(gone.error).toMatchObject({ type: 'blobNotFound' })
})

test('names are unique, properties fixed, and the active script stays', async () => {
  const blobId = await upload('keep;')
  const { created } = await set({ create: { a: { name: 'one', blobId } }, onSuccessActivateScript: '#a' })
  const id = String(created?.a?.id)
  const again = await set({ create: { b: { name: 'one', blobId }, c: { name: 'two' }, d: { blobId, isActive: true } } })
  expect(again.notCreated?.b).toMatchObject({ type: 'alreadyExists', existingId: id })
  expect(again.notCreated?.c).toMatchObject({ type: 'invalidProperties', properties: ['blobId'] })
  expect(again.notCreated?.d).toMatchObject({ type: 'invalidProperties', properties: ['isActive'] })
  expect(again.newState).toBe(again.oldState)
  expect((await set({ destroy: [id] })).notDestroyed?.[id]).toMatchObject({ type: 'sieveIsActive' })
  expect((await set({ destroy: [id], onSuccessDeactivateScript: true })).destroyed).toEqual([id])
  expect(await all()).toEqual([])
})

test('nothing is activated when something of the call failed', async () => {
  const blobId = await upload('keep;')
  await set({
    create: { a: { name: 'one', blobId }, b: { name: 'two', blobId: await upload('nonsense') } },
    onSuccessActivateScript: '#a',
  })
  expect((await all()).map(({ isActive }) => isActive)).toEqual([false])
})

test('scripts are found by name and state', async () => {
  const blobId = await upload('keep;')
  const { created } = await set({
    create: { a: { name: 'Alpha', blobId }, b: { name: 'Beta', blobId } },
    onSuccessActivateScript: '#b',
  })
  const ids = async (args: Json): Promise<unknown> => (await client.call('SieveScript/query', args)).ids
  expect(await ids({ filter: { isActive: true } })).toEqual([created?.b?.id])
  expect(await ids({ filter: { operator: 'NOT', conditions: [{ name: 'bet' }] } })).toEqual([created?.a?.id])
  expect(await ids({ sort: [{ property: 'name', isAscending: false }] })).toEqual([created?.b?.id, created?.a?.id])
})

test('a stale state is refused, and scripts of others do not exist', async () => {
  const blobId = await upload('keep;')
  const { newState, oldState, created } = await set({ create: { a: { name: 'one', blobId } } })
  expect(newState).not.toBe(oldState)
  expect(await client.error('SieveScript/set', { ifInState: oldState, destroy: [] })).toBe('stateMismatch')
  const stranger = await server.client()
  const { notFound } = await stranger.call('SieveScript/get', { ids: [String(created?.a?.id)] })
  expect(notFound).toEqual([created?.a?.id])
})

test('a script is applied to mail that is there, some messages at a time, and told how to bring it back', async () => {
  const boxes = (await client.call('Mailbox/get', { ids: null })).list as { id: string; role: string | null }[]
  const inbox = boxes.find(({ role }) => role === 'inbox')?.id ?? ''
  const emails: Json = {}
  for (let n = 0; n < 5; n++) {
    const blob = await client.upload(`Subject: Bourses ${n}\r\n\r\nx\r\n`, 'message/rfc822')
    emails[`e${n}`] = { blobId: blob.blobId, mailboxIds: { [inbox]: true }, keywords: { $seen: true } }
  }
  await client.call('Email/import', { emails })
  const blobId = await upload(
    'require ["fileinto", "mailbox", "imap4flags"]; if header :contains "subject" ["0", "3"] { addflag "$vu"; fileinto :create "Tri"; }',
  )
  const apply = (more: Json) => client.call('Mailbox/applySieve', { mailboxId: inbox, blobId, ...more })
  expect(await apply({ rehearse: true })).toMatchObject({ messages: 5, filed: { Tri: 2 }, before: {}, next: null })
  const first = await apply({ limit: 3 })
  expect(first).toMatchObject({ messages: 3, filed: { Tri: 1 }, faults: 0, fault: null })
  expect(typeof first.next).toBe('number')
  const second = await apply({ limit: 3, after: first.next })
  expect(second).toMatchObject({ messages: 2, filed: { Tri: 1 }, next: null })
  const before = { ...(first.before as Json), ...(second.before as Json) }
  expect(Object.values(before)).toEqual([
    { mailboxIds: { [inbox]: true }, keywords: { $seen: true } },
    { mailboxIds: { [inbox]: true }, keywords: { $seen: true } },
  ])
  const count = async (): Promise<number> =>
    ((await client.call('Email/query', { filter: { inMailbox: inbox } })).ids as string[]).length
  expect(await count()).toBe(3)
  await client.call('Email/set', { update: before })
  expect(await count()).toBe(5)
  expect(await client.error('Mailbox/applySieve', { mailboxId: inbox, blobId, limit: 101 })).toBe('invalidArguments')
  expect(await client.error('Mailbox/applySieve', { mailboxId: 'M999', blobId })).not.toBe('serverFail')
  const wrong = await upload('fileinto "no require";')
  expect(await client.error('Mailbox/applySieve', { mailboxId: inbox, blobId: wrong })).toBe('invalidArguments')
})

test('there is one vacation response, off at first', async () => {
  const { list, notFound } = await client.call('VacationResponse/get', { ids: ['singleton', 'x'] })
  expect(list).toEqual([
    {
      id: 'singleton',
      isEnabled: false,
      fromDate: null,
      toDate: null,
      subject: null,
      textBody: null,
      htmlBody: null,
      outsideTextBody: null,
    },
  ])
  expect(notFound).toEqual(['x'])
  const answer = (await client.call('VacationResponse/set', {
    create: { a: {} },
    update: {
      singleton: { isEnabled: true, fromDate: '2026-12-19T00:00:00Z', textBody: 'Bonnes fêtes', subject: null },
    },
    destroy: ['x'],
  })) as unknown as SetAnswer
  expect(answer.updated).toEqual({ singleton: null })
  expect(answer.notCreated?.a).toMatchObject({ type: 'singleton' })
  expect(answer.notDestroyed?.x).toMatchObject({ type: 'singleton' })
  const after = await client.call('VacationResponse/get', { ids: null })
  expect((after.list as Json[])[0]).toMatchObject({ isEnabled: true, fromDate: '2026-12-19T00:00:00Z' })
})

test('a vacation response that cannot be is refused by its property', async () => {
  const refused = async (patch: Json): Promise<Json | undefined> =>
    ((await client.call('VacationResponse/set', { update: { singleton: patch } })) as unknown as SetAnswer).notUpdated
      ?.singleton
  expect(await refused({ fromDate: '2026-12-19' })).toMatchObject({ properties: ['fromDate'] })
  expect(await refused({ fromDate: '2026-12-19T00:00:00Z', toDate: '2026-12-18T00:00:00Z' })).toMatchObject({
    properties: ['toDate'],
  })
  expect(await refused({ subject: 'a\nb' })).toMatchObject({ properties: ['subject'] })
  expect(await refused({ nothing: 1 })).toMatchObject({ properties: ['nothing'] })
})
