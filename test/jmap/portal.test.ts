import { afterAll, beforeAll, expect, test } from 'vitest'
import { addProfile } from '#domain/directory/profiles.ts'
import { putSchool } from '#domain/directory/schools.ts'
import { createPeople, type People } from '#domain/people/people.ts'
import { type CardDraft, putCard, turnCards } from '#domain/portal/cards.ts'
import { saveTile, type TileDraft } from '#domain/portal/tiles.ts'
import { type Client, type Json, openServer, type Server } from './harness.ts'

let server: Server
let people: People
let client: Client
const admin = { accountId: 1, login: 'root', admin: true }

const draft = (key: string, more: Partial<TileDraft> = {}): TileDraft => ({
  key,
  name: { fr: `Service ${key}`, en: `Service ${key}` },
  description: { fr: 'Réservation des élèves', en: 'Booking' },
  category: 'teaching',
  icon: 'calendar',
  url: `/demo/${key}`,
  partyId: null,
  state: 'service',
  message: null,
  until: null,
  sortOrder: 10,
  rules: { include: [], exclude: [] },
  ...more,
})

beforeAll(async () => {
  server = await openServer()
  people = await createPeople(server.ctx, { domains: ['ac-demo.test'] })
  client = await server.client()
  await server.ctx.store.writeGlobal((tx) =>
    putSchool(tx, server.ctx.clock.now(), {
      uai: '0250001R',
      name: 'Collège des Tilleuls',
      kind: 'college',
      city: 'Besançon',
    }),
  )
  await server.ctx.store.writeGlobal((tx) =>
    addProfile(tx, server.ctx.clock.now(), client.principal.accountId, { kind: 'teacher', uai: '0250001R' }),
  )
  await saveTile(people, admin, draft('open'))
  const rule = { profiles: ['teacher' as const], schools: [], departments: [], groups: [] }
  await saveTile(people, admin, draft('teachers', { rules: { include: [rule], exclude: [] }, sortOrder: 20 }))
  const heads = { ...rule, profiles: ['head' as const] }
  await saveTile(people, admin, draft('heads', { rules: { include: [heads], exclude: [] } }))
})

afterAll(async () => {
  people.close()
  await server.close()
})

const tiles = async () => (await client.call('Tile/get')).list as { id: string; key: string; why: { fr: string } }[]
const idOf = async (key: string) => (await tiles()).find((tile) => tile.key === key)?.id ?? ''

test('a person sees the services of their profile, each with the reason in words', async () => {
  const list = await tiles()
  expect(list.map(({ key }) => key)).toEqual(['open', 'teachers'])
  expect(list[1]?.why.fr).toBe(
    'Visible : le profil « Enseignants, Collège des Tilleuls » répond à la règle « profil Enseignants ».',
  )
})

test('the state of services moves with what is seen, and with nothing else', async () => {
  const before = await client.state('Tile')
  await saveTile(
    people,
    admin,
    draft('heads-too', {
      rules: { include: [{ profiles: ['head'], schools: [], departments: [], groups: [] }], exclude: [] },
    }),
  )
  expect(await client.state('Tile')).toBe(before)
  await saveTile(
    people,
    admin,
    draft('open', { state: 'maintenance', message: { fr: 'Jusqu’à midi', en: 'Until noon' } }),
  )
  await saveTile(people, admin, draft('fresh'))
  const changes = await client.call('Tile/changes', { sinceState: before })
  expect(changes).toMatchObject({ created: [await idOf('fresh')], updated: [await idOf('open')], destroyed: [] })
  expect(changes.newState).toBe(await client.state('Tile'))
  expect(await client.error('Tile/changes', { sinceState: 'x' })).toBe('cannotCalculateChanges')
})

test('the search over services folds accents and puts names before descriptions', async () => {
  const found = await client.call('Tile/query', { filter: { text: 'RÉSERV eleves' }, calculateTotal: true })
  expect(found.total).toBe(3)
  const named = await client.call('Tile/query', { filter: { text: 'teach' } })
  expect(named.ids).toEqual([await idOf('teachers')])
})

test('an arrangement exists for each profile, takes what the person may set, and has changes', async () => {
  const { list, state } = (await client.call('PortalArrangement/get')) as { list: Json[]; state: string }
  expect(list).toHaveLength(2)
  const own = list.find(({ profileId }) => profileId !== null) as { id: string }
  const tile = await idOf('teachers')
  const update = { [own.id]: { favourites: [tile], groups: [{ id: 'g1', name: 'À moi', tileIds: [tile] }] } }
  const set = await client.call('PortalArrangement/set', { update })
  expect(set.updated).toEqual({ [own.id]: null })
  const after = await client.call('PortalArrangement/get', { ids: [own.id] })
  expect((after.list as Json[])[0]).toMatchObject({ favourites: [tile], groups: [{ id: 'g1', name: 'À moi' }] })
  const changes = await client.call('PortalArrangement/changes', { sinceState: state })
  expect(changes.updated).toEqual([own.id])
  const refused = await client.call('PortalArrangement/set', {
    update: { [own.id]: { recent: [], favourites: ['zzz'] } },
    create: { k: {} },
    destroy: [],
  })
  expect(refused).toMatchObject({
    notUpdated: { [own.id]: { type: 'invalidProperties' } },
    notCreated: { k: { type: 'singleton' } },
  })
})

const card = (key: string, more: Partial<CardDraft> = {}): CardDraft => {
  const now = server.ctx.clock.now()
  const body = {
    kind: 'grade',
    profile: undefined,
    title: 'Note',
    text: '',
    url: '',
    startsAt: now,
    expiresAt: now + 86_400_000,
  } as const
  return { key, ...body, ...more }
}

const give = (one: CardDraft) => server.ctx.store.write(client.principal.accountId, (tx) => putCard(tx, 7, one))

test('a card is pushed once, put away and taken out again; its time is kept by the clockwork', async () => {
  const state = await client.state('Card')
  const first = card('n1')
  expect(await give(first)).toBe('created')
  expect(await give(first)).toBe('unchanged')
  expect(await give(card('later', { startsAt: server.ctx.clock.now() + 60_000 }))).toBe('created')
  const list = (await client.call('Card/get')).list as { id: string; isDismissed: boolean }[]
  expect(list).toHaveLength(1)
  const id = list[0]?.id ?? ''
  expect(await client.call('Card/changes', { sinceState: state })).toMatchObject({ created: [id], destroyed: [] })
  const set = await client.call('Card/set', { update: { [id]: { isDismissed: true } }, destroy: ['c1zz'] })
  expect(set).toMatchObject({ updated: { [id]: null }, notDestroyed: { c1zz: { type: 'forbidden' } } })
  expect(((await client.call('Card/get')).list as Json[])[0]).toMatchObject({ isDismissed: true })
  expect(await give({ ...first, title: 'Note corrigée' })).toBe('updated')
  expect(((await client.call('Card/get')).list as Json[])[0]).toMatchObject({ isDismissed: false })
  server.bench.clock.advance(61_000)
  expect(await turnCards(server.ctx)).toBe(1)
  expect((await client.call('Card/get')).list).toHaveLength(2)
  server.bench.clock.advance(2 * 86_400_000)
  await turnCards(server.ctx)
  expect((await client.call('Card/changes', { sinceState: state })).destroyed).toEqual([])
  expect((await client.call('Card/get')).list).toEqual([])
})

test('an open stream tells of a service that has changed', async () => {
  const abort = new AbortController()
  const response = await client.fetch('/jmap/eventsource?types=Tile,Card&closeafter=no&ping=0', {
    signal: abort.signal,
  })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  await reader?.read()
  await saveTile(people, admin, draft('told'))
  const { value = '' } = (await reader?.read()) ?? {}
  const data = JSON.parse(/data: (.*)/.exec(value)?.[1] ?? '{}')
  expect(data.changed[client.accountId]).toEqual({ Tile: await client.state('Tile') })
  abort.abort()
})
