/** Mailboxes and threads (RFC 8621 §2, §3) over real HTTP. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
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

type SetError = { type: string; properties?: string[]; description?: string }
interface SetResponse {
  oldState: string
  newState: string
  created: Record<string, Json & { id: string }> | null
  updated: Record<string, unknown> | null
  destroyed: string[] | null
  notCreated: Record<string, SetError> | null
  notUpdated: Record<string, SetError> | null
  notDestroyed: Record<string, SetError> | null
}
const set = async (args: Json) => (await client.call('Mailbox/set', args)) as unknown as SetResponse
const get = async (id: string, properties?: string[]): Promise<Json> => {
  const { list } = await client.call('Mailbox/get', { ids: [id], ...(properties ? { properties } : {}) })
  return (list as Json[])[0]!
}
const names = async (args: Json = {}): Promise<string[]> => {
  const { ids } = await client.call('Mailbox/query', args)
  const { list } = await client.call('Mailbox/get', { ids, properties: ['name'] })
  return (list as Json[]).map((mailbox) => String(mailbox.name))
}

test('a new account has its mailboxes with roles', async () => {
  const { list, notFound } = await client.call('Mailbox/get', { ids: null })
  expect(notFound).toEqual([])
  expect((list as Json[]).map((mailbox) => mailbox.role)).toEqual([
    'inbox',
    'drafts',
    'sent',
    'archive',
    'junk',
    'trash',
  ])
})

test('a mailbox has every property of the standard', async () => {
  const id = await client.role('inbox')
  expect(await get(id)).toEqual({
    id,
    name: expect.any(String),
    parentId: null,
    role: 'inbox',
    sortOrder: expect.any(Number),
    totalEmails: 0,
    unreadEmails: 0,
    totalThreads: 0,
    unreadThreads: 0,
    isSubscribed: true,
    myRights: {
      mayReadItems: true,
      mayAddItems: true,
      mayRemoveItems: true,
      maySetSeen: true,
      maySetKeywords: true,
      mayCreateChild: true,
      mayRename: false,
      mayDelete: false,
      maySubmit: true,
    },
  })
  expect(await get(id, ['role'])).toEqual({ id, role: 'inbox' })
})

test('counts follow what happens to emails', async () => {
  const id = await client.mailbox('Counted')
  const counts = async () => get(id, ['totalEmails', 'unreadEmails', 'totalThreads', 'unreadThreads'])
  const of = (subject: string, references = '') =>
    client.import(`Subject: ${subject}\r\nMessage-ID: <${Math.random()}@x>\r\n${references}\r\nx`, {
      mailboxIds: { [id]: true },
    })
  const first = await client.import('Subject: fil\r\nMessage-ID: <fil@x>\r\n\r\nx', { mailboxIds: { [id]: true } })
  await of('Re: fil', 'In-Reply-To: <fil@x>\r\n')
  await of('other')
  expect(await counts()).toMatchObject({ totalEmails: 3, unreadEmails: 3, totalThreads: 2, unreadThreads: 2 })
  await client.call('Email/set', { update: { [first]: { 'keywords/$seen': true } } })
  expect(await counts()).toMatchObject({ totalEmails: 3, unreadEmails: 2, totalThreads: 2, unreadThreads: 2 })
  await client.call('Email/set', { destroy: [first] })
  expect(await counts()).toMatchObject({ totalEmails: 2, unreadEmails: 2, totalThreads: 2, unreadThreads: 2 })
})

test('drafts are not unread', async () => {
  const id = await client.mailbox('Brouillon')
  await client.import('Subject: x\r\n\r\nx', { mailboxIds: { [id]: true }, keywords: { $draft: true } })
  expect(await get(id, ['totalEmails', 'unreadEmails'])).toMatchObject({ totalEmails: 1, unreadEmails: 0 })
})

describe('creation', () => {
  test('answers with what the client did not give', async () => {
    const { created } = await set({ create: { k: { name: 'Projets' } } })
    expect(created!.k).toMatchObject({
      parentId: null,
      role: null,
      sortOrder: 0,
      totalEmails: 0,
      isSubscribed: expect.any(Boolean),
    })
    expect(created!.k).not.toHaveProperty('name')
    expect(created!.k!.myRights).toMatchObject({ mayDelete: true, mayRename: true })
  })

  test('takes what the client gives', async () => {
    const parentId = await client.mailbox('Haut')
    const given = { name: 'Bas', parentId, sortOrder: 7, isSubscribed: false }
    const { created } = await set({ create: { k: given } })
    expect(await get(created!.k!.id, Object.keys(given))).toEqual({ id: created!.k!.id, ...given })
  })

  test('of a child may come before its parent in the same call', async () => {
    const { created, notCreated } = await set({
      create: { a: { name: 'child', parentId: '#b' }, b: { name: 'parent' } },
    })
    expect(notCreated).toBeNull()
    expect(await get(created!.a!.id, ['parentId'])).toMatchObject({ parentId: created!.b!.id })
  })

  test('of a role that is free is granted', async () => {
    const { created } = await set({ create: { k: { name: 'Marqués', role: 'flagged' } } })
    expect(await get(created!.k!.id, ['role'])).toMatchObject({ role: 'flagged' })
  })

  test.each<[string, Json, string[]]>([
    ['without a name', {}, ['name']],
    ['with an empty name', { name: '' }, ['name']],
    ['with a name that is a number', { name: 5 }, ['name']],
    ['with a name that is too long', { name: 'é'.repeat(200) }, ['name']],
    ['with a control character in the name', { name: 'a\u0000b' }, ['name']],
    ['with a slash in the name', { name: 'a/b' }, ['name']],
    ['with a role that is taken', { name: 'x', role: 'inbox' }, ['role']],
    ['with a role that nobody knows', { name: 'x', role: 'nonsense' }, ['role']],
    ['with a parent that does not exist', { name: 'x', parentId: 'mzzz' }, ['parentId']],
    ['with a parent that is no id', { name: 'x', parentId: '#nothing' }, ['parentId']],
    ['with a negative order', { name: 'x', sortOrder: -1 }, ['sortOrder']],
    ['with an order too large', { name: 'x', sortOrder: 2 ** 31 }, ['sortOrder']],
    ['with an id', { name: 'x', id: 'm1' }, ['id']],
    ['with counts', { name: 'x', totalEmails: 5 }, ['totalEmails']],
    ['with rights', { name: 'x', myRights: {} }, ['myRights']],
    ['with what nobody knows', { name: 'x', nonsense: 1 }, ['nonsense']],
    ['with a subscription that is no boolean', { name: 'x', isSubscribed: 'yes' }, ['isSubscribed']],
  ])('%s is invalidProperties', async (_what, properties, expected) => {
    const { notCreated, created, oldState, newState } = await set({ create: { k: properties } })
    expect(created).toBeNull()
    expect(notCreated!.k).toMatchObject({ type: 'invalidProperties', properties: expected })
    expect(newState).toBe(oldState)
  })

  test('of two siblings with one name is refused for the second', async () => {
    const existingId = await client.mailbox('Double')
    const { notCreated } = await set({ create: { k: { name: 'Double' } } })
    expect(notCreated!.k).toMatchObject({ type: 'alreadyExists', existingId, properties: ['name'] })
  })
})

describe('update', () => {
  test('renames, moves and subscribes', async () => {
    const [a, b] = [await client.mailbox('A'), await client.mailbox('B')]
    expect(
      (await set({ update: { [b]: { name: 'B2', parentId: a, isSubscribed: false, sortOrder: 3 } } })).updated,
    ).toEqual({ [b]: null })
    expect(await get(b, ['name', 'parentId', 'isSubscribed', 'sortOrder'])).toEqual({
      id: b,
      name: 'B2',
      parentId: a,
      isSubscribed: false,
      sortOrder: 3,
    })
  })

  test('into its own child is refused', async () => {
    const a = await client.mailbox('A')
    const b = await client.mailbox('B', { parentId: a })
    const { notUpdated } = await set({ update: { [a]: { parentId: b } } })
    expect(notUpdated![a]).toMatchObject({ type: 'invalidProperties', properties: ['parentId'] })
  })

  test('a role may pass from one mailbox to another in one call, in any order', async () => {
    const old = await client.role('archive')
    const fresh = await client.mailbox('Nouvelles archives')
    const { updated } = await set({ update: { [fresh]: { role: 'archive' }, [old]: { role: null } } })
    expect(Object.keys(updated!).sort()).toEqual([fresh, old].sort())
    expect(await client.role('archive')).toBe(fresh)
  })

  test('of the inbox keeps its name, place and role', async () => {
    const inbox = await client.role('inbox')
    for (const patch of [{ name: 'x' }, { role: null }, { parentId: await client.role('trash') }]) {
      const { notUpdated } = await set({ update: { [inbox]: patch } })
      expect(notUpdated![inbox]!.type).toBe('forbidden')
    }
  })

  test('of what the server sets is refused, unless it is the same', async () => {
    const id = await client.mailbox('X')
    expect((await set({ update: { [id]: { totalEmails: 3 } } })).notUpdated![id]).toMatchObject({
      type: 'invalidProperties',
      properties: ['totalEmails'],
    })
    expect((await set({ update: { [id]: { totalEmails: 0, id, name: 'X' } } })).updated).toEqual({ [id]: null })
    expect((await set({ update: { [id]: { 'myRights/mayDelete': false } } })).notUpdated![id]!.type).toBe(
      'invalidProperties',
    )
  })

  test('that changes nothing leaves the state as it is', async () => {
    const id = await client.mailbox('X')
    const { oldState, newState } = await set({ update: { [id]: { name: 'X' } } })
    expect(newState).toBe(oldState)
    expect(await client.state('Mailbox')).toBe(newState)
  })

  test('of what does not exist is notFound', async () => {
    expect((await set({ update: { mzzz: { name: 'x' } } })).notUpdated!.mzzz!.type).toBe('notFound')
  })
})

describe('destruction', () => {
  test('of an empty mailbox', async () => {
    const id = await client.mailbox('Vide')
    expect((await set({ destroy: [id] })).destroyed).toEqual([id])
    expect((await client.call('Mailbox/get', { ids: [id] })).notFound).toEqual([id])
  })

  test('with a child is mailboxHasChild, with both in one call it works in any order', async () => {
    const a = await client.mailbox('A')
    const b = await client.mailbox('B', { parentId: a })
    expect((await set({ destroy: [a] })).notDestroyed![a]!.type).toBe('mailboxHasChild')
    expect((await set({ destroy: [a, b] })).destroyed?.sort()).toEqual([a, b].sort())
  })

  test('with emails is mailboxHasEmail, unless they go with it', async () => {
    const id = await client.mailbox('Pleine')
    const inbox = await client.role('inbox')
    const only = await client.import('Subject: a\r\n\r\n', { mailboxIds: { [id]: true } })
    const both = await client.import('Subject: b\r\n\r\n', { mailboxIds: { [id]: true, [inbox]: true } })
    expect((await set({ destroy: [id] })).notDestroyed![id]!.type).toBe('mailboxHasEmail')
    expect((await set({ destroy: [id], onDestroyRemoveEmails: true })).destroyed).toEqual([id])
    const { list, notFound } = await client.call('Email/get', { ids: [only, both], properties: ['mailboxIds'] })
    expect(notFound).toEqual([only])
    expect(list).toEqual([{ id: both, mailboxIds: { [inbox]: true } }])
  })

  test('of the inbox is forbidden, of nothing notFound', async () => {
    const inbox = await client.role('inbox')
    const { notDestroyed } = await set({ destroy: [inbox, 'mzzz', 'nonsense'], onDestroyRemoveEmails: true })
    expect(notDestroyed).toMatchObject({
      [inbox]: { type: 'forbidden' },
      mzzz: { type: 'notFound' },
      nonsense: { type: 'notFound' },
    })
  })
})

describe('changes', () => {
  test('tell what was created, updated and destroyed', async () => {
    const gone = await client.mailbox('Gone')
    const kept = await client.mailbox('Kept')
    const sinceState = await client.state('Mailbox')
    const made = await client.mailbox('Made')
    await set({ update: { [kept]: { name: 'Kept 2' } }, destroy: [gone] })
    expect(await client.call('Mailbox/changes', { sinceState })).toEqual({
      accountId: client.accountId,
      oldState: sinceState,
      newState: await client.state('Mailbox'),
      hasMoreChanges: false,
      created: [made],
      updated: [kept],
      destroyed: [gone],
      updatedProperties: null,
    })
  })

  test('name the counts when nothing else changed', async () => {
    const sinceState = await client.state('Mailbox')
    await client.import('Subject: x\r\n\r\nx')
    const { updated, updatedProperties } = await client.call('Mailbox/changes', { sinceState })
    expect(updated).toEqual([await client.role('inbox')])
    expect(updatedProperties).toEqual(['totalEmails', 'unreadEmails', 'totalThreads', 'unreadThreads'])
  })

  test('are none from the present state', async () => {
    const sinceState = await client.state('Mailbox')
    expect(await client.call('Mailbox/changes', { sinceState })).toMatchObject({
      created: [],
      updated: [],
      destroyed: [],
      newState: sinceState,
    })
  })
})

describe('query', () => {
  test('by role, by any role, by subscription, by parent', async () => {
    const a = await client.mailbox('Alpha')
    await client.mailbox('Bêta', { parentId: a, isSubscribed: false })
    expect(await names({ filter: { role: 'inbox' } })).toHaveLength(1)
    expect(await names({ filter: { hasAnyRole: false } })).toEqual(['Alpha', 'Bêta'])
    expect(await names({ filter: { hasAnyRole: true } })).toHaveLength(6)
    expect(await names({ filter: { isSubscribed: false } })).toEqual(['Bêta'])
    expect(await names({ filter: { parentId: a } })).toEqual(['Bêta'])
    expect(await names({ filter: { parentId: null, hasAnyRole: false } })).toEqual(['Alpha'])
    expect(await names({ filter: { role: null } })).toEqual(['Alpha', 'Bêta'])
  })

  test('by part of the name, whatever its case and accents', async () => {
    await client.mailbox('Réunions')
    expect(await names({ filter: { name: 'REUN' } })).toEqual(['Réunions'])
  })

  test('with operators', async () => {
    await client.mailbox('Alpha')
    const not = { operator: 'NOT', conditions: [{ hasAnyRole: true }] }
    expect(await names({ filter: not })).toEqual(['Alpha'])
    expect(await names({ filter: { operator: 'OR', conditions: [not, { role: 'trash' }] } })).toHaveLength(2)
    expect(await names({ filter: { operator: 'AND', conditions: [not, { role: 'trash' }] } })).toEqual([])
  })

  test('sorted by name, down and up', async () => {
    for (const name of ['b', 'É', 'a']) await client.mailbox(name)
    const filter = { hasAnyRole: false }
    expect(await names({ filter, sort: [{ property: 'name' }] })).toEqual(['a', 'b', 'É'])
    expect(await names({ filter, sort: [{ property: 'name', isAscending: false }] })).toEqual(['É', 'b', 'a'])
  })

  test('as a tree, each parent before its children', async () => {
    const z = await client.mailbox('z')
    await client.mailbox('a under z', { parentId: z })
    await client.mailbox('m')
    const args = { filter: { hasAnyRole: false }, sort: [{ property: 'name' }] }
    expect(await names({ ...args, sortAsTree: true })).toEqual(['m', 'z', 'a under z'])
    expect(await names(args)).toEqual(['a under z', 'm', 'z'])
  })

  test('filtered as a tree, a child needs its parent', async () => {
    const hidden = await client.mailbox('hidden', { isSubscribed: false })
    await client.mailbox('child', { parentId: hidden })
    const filter = { isSubscribed: true, hasAnyRole: false }
    expect(await names({ filter })).toEqual(['child'])
    expect(await names({ filter, filterAsTree: true })).toEqual([])
  })

  test('with a window: position, negative position, limit, anchor, total', async () => {
    const query = (args: Json) => client.call('Mailbox/query', { sort: [{ property: 'sortOrder' }], ...args })
    const all = (await query({})).ids as string[]
    expect(await query({ position: 2, limit: 2, calculateTotal: true })).toMatchObject({
      ids: all.slice(2, 4),
      position: 2,
      total: 6,
    })
    expect(await query({ position: -2 })).toMatchObject({ ids: all.slice(4), position: 4 })
    expect(await query({ position: -50, limit: 1 })).toMatchObject({ ids: all.slice(0, 1), position: 0 })
    expect(await query({ position: 50 })).toMatchObject({ ids: [] })
    expect(await query({ anchor: all[3], anchorOffset: -1, limit: 2 })).toMatchObject({
      ids: all.slice(2, 4),
      position: 2,
    })
    expect(await query({ anchor: all[0], anchorOffset: -5, limit: 1 })).toMatchObject({
      ids: all.slice(0, 1),
      position: 0,
    })
    expect(await query({ limit: 0 })).toMatchObject({ ids: [] })
    expect(await client.error('Mailbox/query', { anchor: 'mzzz' })).toBe('anchorNotFound')
    expect(await client.error('Mailbox/query', { limit: -1 })).toBe('invalidArguments')
  })

  test('by what is unknown is unsupported', async () => {
    expect(await client.error('Mailbox/query', { filter: { nonsense: 1 } })).toBe('unsupportedFilter')
    expect(await client.error('Mailbox/query', { filter: { name: 1 } })).toBe('invalidArguments')
    expect(await client.error('Mailbox/query', { filter: { operator: 'XOR', conditions: [] } })).toBe(
      'invalidArguments',
    )
    expect(await client.error('Mailbox/query', { sort: [{ property: 'nonsense' }] })).toBe('unsupportedSort')
    expect(await client.error('Mailbox/query', { sort: [{ property: 'name', collation: 'x' }] })).toBe(
      'unsupportedSort',
    )
  })

  test('its changes bring an old list to the new one', async () => {
    const args = { filter: { hasAnyRole: false }, sort: [{ property: 'name' }] }
    const [a, b, c] = [await client.mailbox('a'), await client.mailbox('b'), await client.mailbox('c')]
    const before = await client.call('Mailbox/query', args)
    expect(before.canCalculateChanges).toBe(true)
    await set({ create: { n: { name: 'bb' } }, update: { [a]: { name: 'z' } }, destroy: [c] })
    const changes = await client.call('Mailbox/queryChanges', {
      ...args,
      sinceQueryState: before.queryState,
      calculateTotal: true,
    })
    const list = (before.ids as string[]).filter((id) => !(changes.removed as string[]).includes(id))
    for (const { id, index } of changes.added as { id: string; index: number }[]) list.splice(index, 0, id)
    const after = await client.call('Mailbox/query', { ...args, calculateTotal: true })
    expect(list).toEqual(after.ids)
    expect(changes.total).toBe(after.total)
    expect(list).toContain(b)
    expect(
      await client.error('Mailbox/queryChanges', { ...args, sinceQueryState: before.queryState, maxChanges: 1 }),
    ).toBe('tooManyChanges')
  })
})

describe('threads', () => {
  test('gather a message and its answers, oldest first', async () => {
    const first = await client.import('Subject: fil\r\nMessage-ID: <f1@x>\r\n\r\n', {
      receivedAt: '2026-01-02T00:00:00Z',
    })
    const second = await client.import('Subject: Re: fil\r\nMessage-ID: <f2@x>\r\nReferences: <f1@x>\r\n\r\n', {
      receivedAt: '2026-01-01T00:00:00Z',
    })
    const { threadId } = await client.get(first, { properties: ['threadId'] })
    const { list } = await client.call('Thread/get', { ids: [threadId] })
    expect(list).toEqual([{ id: threadId, emailIds: [second, first] }])
    expect(await client.call('Thread/get', { ids: null })).toMatchObject({ list: [{ id: threadId }] })
  })

  test('another subject is another thread', async () => {
    const first = await client.import('Subject: one\r\nMessage-ID: <g1@x>\r\n\r\n')
    const second = await client.import('Subject: two\r\nIn-Reply-To: <g1@x>\r\n\r\n')
    const { list } = await client.call('Email/get', { ids: [first, second], properties: ['threadId'] })
    expect(new Set((list as Json[]).map((email) => email.threadId)).size).toBe(2)
  })

  test('change with their emails', async () => {
    const first = await client.import('Subject: fil\r\nMessage-ID: <h1@x>\r\n\r\n')
    const { threadId } = await client.get(first, { properties: ['threadId'] })
    const sinceState = await client.state('Thread')
    await client.import('Subject: Re: fil\r\nIn-Reply-To: <h1@x>\r\n\r\n')
    expect(await client.call('Thread/changes', { sinceState })).toMatchObject({
      created: [],
      updated: [threadId],
      destroyed: [],
    })
    expect((await client.call('Thread/get', { ids: ['tzzz'] })).notFound).toEqual(['tzzz'])
  })
})

test('a name and a role that are given up in a call are free in it, in whatever order they are named', async () => {
  const client = await server.client()
  const old = await client.role('drafts')
  const first = await client.mailbox('Ancienne')
  const second = await client.mailbox('Nouvelle')
  const answer = await client.call('Mailbox/set', {
    create: { d: { name: 'Ébauches', role: 'drafts' }, n: { name: 'Ancienne' } },
    update: { [second]: { role: 'archive' }, [old]: { role: null }, [await client.role('archive')]: { role: null } },
    destroy: [first],
  })
  expect([answer.notCreated, answer.notUpdated, answer.notDestroyed]).toEqual([null, null, null])
  expect(await client.role('archive')).toBe(second)
  expect(await client.role('drafts')).toBe((answer.created as Record<string, Json>).d?.id)
})
