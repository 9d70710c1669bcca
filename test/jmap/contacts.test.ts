/** JMAP for Contacts (RFC 9610). */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, type Json, openServer, type Server } from './harness.ts'

let server: Server
beforeAll(async () => {
  server = await openServer()
})
afterAll(() => server.close())

const created = (answer: Json, name = 'c'): Json => {
  const one = (answer.created as Record<string, Json> | null)?.[name]
  if (!one) throw new Error(JSON.stringify(answer))
  return one
}
const defaultBook = async (client: Client): Promise<string> =>
  String(((await client.call('AddressBook/get')).list as Json[])[0]?.id)
const card = (full: string, more: Json = {}): Json => ({ '@type': 'Card', version: '1.0', name: { full }, ...more })

test('the session announces contacts, and the first look finds a default book', async () => {
  const client = await server.client()
  const { list } = await client.call('AddressBook/get')
  expect(list).toEqual([
    {
      id: expect.stringMatching(/^r/),
      name: 'Contacts',
      description: null,
      sortOrder: 0,
      isDefault: true,
      isSubscribed: true,
      shareWith: null,
      myRights: { mayRead: true, mayWrite: true, mayShare: false, mayDelete: false },
    },
  ])
})

test('books are made, changed, put first and ended, and changes name them', async () => {
  const client = await server.client()
  const first = await defaultBook(client)
  const before = await client.state('AddressBook')
  const book = created(
    await client.call('AddressBook/set', { create: { c: { name: 'Parents', description: 'De 6e' } } }),
  )
  const twin = await client.call('AddressBook/set', { create: { c: { name: 'parents' } } })
  expect(twin.notCreated).toMatchObject({ c: { type: 'alreadyExists', properties: ['name'] } })
  const id = String(book.id)
  await client.call('AddressBook/set', { update: { [id]: { name: 'Familles' } }, onSuccessSetIsDefault: id })
  const { list } = await client.call('AddressBook/get', { properties: ['name', 'isDefault'] })
  expect(list).toEqual([
    { id: first, name: 'Contacts', isDefault: false },
    { id, name: 'Familles', isDefault: true },
  ])
  expect(await client.call('AddressBook/changes', { sinceState: before })).toMatchObject({
    created: [id],
    updated: [first],
  })
  await client.call('ContactCard/set', { create: { c: card('Anne', { addressBookIds: { [first]: true } }) } })
  const full = await client.call('AddressBook/set', { destroy: [first, id] })
  expect(full.notDestroyed).toMatchObject({ [first]: { type: 'addressBookHasContents' }, [id]: { type: 'forbidden' } })
  const gone = await client.call('AddressBook/set', { destroy: [first], onDestroyRemoveContents: true })
  expect(gone.destroyed).toEqual([first])
  expect((await client.call('ContactCard/get')).list).toEqual([])
})

test('a card is made, read, patched, moved and ended', async () => {
  const client = await server.client()
  const book = await defaultBook(client)
  const other = String(created(await client.call('AddressBook/set', { create: { c: { name: 'Autres' } } })).id)
  const before = await client.state('ContactCard')
  const made = created(
    await client.call('ContactCard/set', {
      create: { c: card('Zoé Lefèvre', { emails: { e1: { address: 'zoe@ecole.test' } }, 'ecole.test:casier': 12 }) },
    }),
  )
  expect(made).toMatchObject({ id: expect.stringMatching(/^p/), addressBookIds: { [book]: true } })
  const id = String(made.id)
  const set = await client.call('ContactCard/set', {
    update: { [id]: { 'emails/e2': { address: 'zoe@maison.test' }, 'emails/e1/label': 'École', kind: 'individual' } },
  })
  expect(set.updated).toEqual({ [id]: null })
  expect(
    (await client.call('ContactCard/get', { ids: [id], properties: ['emails', 'ecole.test:casier'] })).list,
  ).toEqual([
    {
      id,
      emails: { e1: { address: 'zoe@ecole.test', label: 'École' }, e2: { address: 'zoe@maison.test' } },
      'ecole.test:casier': 12,
    },
  ])
  const same = await client.call('ContactCard/set', { update: { [id]: { kind: 'individual' } } })
  expect(same.newState).toBe(same.oldState)
  await client.call('ContactCard/set', { update: { [id]: { addressBookIds: { [other]: true } } } })
  expect((await client.call('ContactCard/query', { filter: { inAddressBook: other } })).ids).toEqual([id])
  const wrong = await client.call('ContactCard/set', {
    update: { [id]: { uid: 'autre' } },
    create: {
      both: card('X', { addressBookIds: { [book]: true, [other]: true } }),
      typed: card('X', { phones: { p1: { number: 3 } } }),
      none: card('X', { addressBookIds: { r999: true } }),
    },
  })
  expect(wrong.notUpdated).toMatchObject({ [id]: { type: 'invalidProperties', properties: ['uid'] } })
  expect(wrong.notCreated).toMatchObject({
    both: { type: 'invalidProperties', properties: ['addressBookIds'] },
    typed: { type: 'invalidProperties', properties: ['phones'] },
    none: { type: 'invalidProperties', properties: ['addressBookIds'] },
  })
  expect(await client.call('ContactCard/changes', { sinceState: before })).toMatchObject({ created: [id] })
  await client.call('ContactCard/set', { destroy: [id] })
  expect((await client.call('ContactCard/get', { ids: [id] })).notFound).toEqual([id])
})

test('the UID of another card of the book is refused as such', async () => {
  const client = await server.client()
  await client.call('ContactCard/set', { create: { c: card('Un', { uid: 'u-1' }) } })
  const twin = await client.call('ContactCard/set', { create: { c: card('Deux', { uid: 'u-1' }) } })
  expect(twin.notCreated).toMatchObject({ c: { type: 'alreadyExists', properties: ['uid'] } })
})

test('a picture given as data becomes a blob that its owner can download', async () => {
  const client = await server.client()
  const uri = `data:image/png;base64,${Buffer.from('\x89PNG picture').toString('base64')}`
  const made = created(
    await client.call('ContactCard/set', { create: { c: card('Photo', { media: { m1: { kind: 'photo', uri } } }) } }),
  )
  const { media } = made as { media: Record<string, { blobId: string; mediaType: string }> }
  expect(media.m1).toEqual({ kind: 'photo', blobId: expect.stringMatching(/^b/), mediaType: 'image/png' })
  const blob = await client.call('Blob/get', { ids: [media.m1?.blobId], properties: ['size'] })
  expect(blob.list).toMatchObject([{ size: Buffer.from('\x89PNG picture').length }])
  const stranger = await server.client()
  const stolen = await stranger.call('ContactCard/set', {
    create: { c: card('X', { media: { m1: { kind: 'photo', blobId: media.m1?.blobId } } }) },
  })
  expect(stolen.notCreated).toMatchObject({ c: { type: 'invalidProperties', properties: ['media'] } })
  const removed = await client.call('ContactCard/set', { update: { [String(made.id)]: { 'media/m1': null } } })
  expect(removed.notUpdated).toBeNull()
})

test('cards are found, sorted, and what changed in a list is told', async () => {
  const client = await server.client()
  const make = async (full: string, more: Json = {}) =>
    String(created(await client.call('ContactCard/set', { create: { c: card(full, more) } })).id)
  const named = (given: string, surname: string): Json => ({
    name: {
      components: [
        { kind: 'given', value: given },
        { kind: 'surname', value: surname },
      ],
    },
  })
  const bruno = await make('', named('Bruno', 'Zola'))
  const anne = await make('', named('Anne', 'Éluard'))
  const list = { sort: [{ property: 'name/surname' }], filter: { kind: 'individual' } }
  const first = await client.call('ContactCard/query', { ...list, calculateTotal: true })
  expect(first).toMatchObject({ ids: [anne, bruno], total: 2, canCalculateChanges: true })
  expect((await client.call('ContactCard/query', { filter: { text: 'eluard' } })).ids).toEqual([anne])
  const carl = await make('', named('Carl', 'Fabre'))
  await client.call('ContactCard/set', { destroy: [bruno] })
  expect(await client.call('ContactCard/queryChanges', { ...list, sinceQueryState: first.queryState })).toMatchObject({
    removed: [bruno],
    added: [{ id: carl, index: 1 }],
  })
  const wrong = await client.call('ContactCard/query', { filter: { colour: 'x' } }).catch((error: unknown) => error)
  expect(JSON.stringify(wrong instanceof Error ? wrong.message : wrong)).toContain('unsupportedFilter')
})

test('contacts are of a person’s own account', async () => {
  const anne = await server.client()
  const paul = await server.client()
  const answer = await anne
    .call('ContactCard/get', { accountId: paul.accountId })
    .catch((error: unknown) => (error instanceof Error ? error.message : error))
  expect(JSON.stringify(answer)).toContain('accountNotFound')
})
