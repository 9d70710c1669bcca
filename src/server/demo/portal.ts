/** Fills the portal of the demonstration, and at each start lets its tiles lead to where the services run now. */
import { listRelyingParties } from '#domain/access/relying-parties.ts'
import { findAccount } from '#domain/people/accounts.ts'
import { checkCard, putCard } from '#domain/portal/cards.ts'
import type { TileRule } from '#domain/portal/rules.ts'
import { listTiles, saveTiles, type TileDraft } from '#domain/portal/tiles.ts'
import { type Params, statement } from '#store/engine.ts'
import type { House } from '../house.ts'
import { cards, type DemoTile, tiles } from './portal.data.ts'

const actor = { accountId: 0, login: 'demonstration', admin: true }
/** Grows with the data: what is new is then added to an older demonstration. */
const version = '1'
const mark = 'demo.portal'

const read = statement((q, p: Params<{ name: string }>) =>
  q.selectFrom('setting').select('value').where('name', '=', p.name),
)
const write = statement((q, p: Params<{ name: string; value: string }>) =>
  q
    .insertInto('setting')
    .values({ name: p.name, value: p.value })
    .onConflict((on) => on.column('name').doUpdateSet({ value: p.value })),
)

const ruleOf = (given: Partial<TileRule>): TileRule => ({
  profiles: [],
  schools: [],
  departments: [],
  groups: [],
  ...given,
})

const draftOf = (tile: DemoTile, at: number, now: number, party: number | undefined): TileDraft => ({
  key: tile.key,
  name: tile.name,
  description: tile.description,
  category: tile.category,
  icon: tile.icon,
  url: tile.url ?? (tile.party === undefined ? `/portal/demonstration/${tile.key}` : ''),
  partyId: party ?? null,
  state: tile.state ?? 'service',
  message: tile.message ?? null,
  until: tile.hours === undefined ? null : now + tile.hours * 3_600_000,
  sortOrder: (at + 1) * 10,
  rules: { include: (tile.include ?? []).map(ruleOf), exclude: (tile.exclude ?? []).map(ruleOf) },
})

const pushCards = async ({ ctx, store }: House): Promise<void> => {
  const now = ctx.clock.now()
  const parties = await store.read(listRelyingParties)
  for (const { to, party: name, key, kind, profile, title, text, days } of cards) {
    const party = parties.find((one) => one.name === name && one.status === 'active')
    const account = await store.read((tx) => findAccount(tx, to)).catch(() => undefined)
    if (!party || !account) continue
    const body = { key, kind, profile, title, text, url: '', startsAt: now, expiresAt: now + days * 86_400_000 }
    await store.write(account.id, (tx) => putCard(tx, party.id, checkCard(body, party, now)))
  }
}

/** The services have other ports than before, and so other rows: their tiles follow. */
const followServices = async (house: House, ids: ReadonlyMap<string, number>): Promise<void> => {
  const stored = await house.store.read(listTiles)
  const moved = stored.flatMap((tile) => {
    const party = ids.get(tiles.find(({ key }) => key === tile.key)?.party ?? '')
    return party === undefined || tile.partyId === null || party === tile.partyId ? [] : [{ ...tile, partyId: party }]
  })
  if (moved.length > 0) await saveTiles(house.people, actor, moved)
}

/** Call it once the services of the demonstration have their rows. */
export const settlePortal = async (house: House): Promise<void> => {
  const { store, ctx } = house
  const parties = await store.read(listRelyingParties)
  const ids = new Map(parties.filter(({ status }) => status === 'active').map(({ name, id }) => [name, id]))
  const done = (await store.read((tx) => tx.first(read, { name: mark })))?.value
  if (done === version) return followServices(house, ids)
  const known = new Set((await store.read(listTiles)).map(({ key }) => key))
  const now = ctx.clock.now()
  const drafts = tiles.flatMap((tile, at) => {
    const party = tile.party === undefined ? undefined : ids.get(tile.party)
    // Without its service (`--no-demo.services`) a tile would lead nowhere.
    const isMissing = tile.party !== undefined && party === undefined
    return known.has(tile.key) || isMissing ? [] : [draftOf(tile, at, now, party)]
  })
  await saveTiles(house.people, actor, drafts)
  await pushCards(house)
  // A start without the services is made good by one that has them.
  const value = tiles.every(({ party }) => party === undefined || ids.has(party)) ? version : 'partial'
  await store.writeGlobal((tx) => tx.run(write, { name: mark, value }))
}
