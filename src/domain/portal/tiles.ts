/**
 * Services as the portal shows them: rows that administrators keep. A tile opens an address of its own, or one of our
 * relying parties, whose entry rule then holds besides the tile's own rules.
 */
import { Failure } from '#base/failure.ts'
import { type TileCategory, type TileState, tileCategories, tileStates, type Words } from '#format/jmap/portal.ts'
import { parseUai } from '#format/uai/parse.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import { relyingPartyById, type SsoProtocol } from '../access/relying-parties.ts'
import { requireForAcademy } from '../directory/delegation.ts'
import { parseGroupKey } from '../directory/group-keys.ts'
import { profileKinds } from '../directory/profiles.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import type { Principal } from '../people/principal.ts'
import { everybody, type TileRule, type TileRules } from './rules.ts'
import { changesDetail, orderChange, tileChanges } from './tile-changes.ts'

/** A service by what names it on every instance. */
export interface ServiceName {
  readonly protocol: SsoProtocol
  readonly key: string
}

export interface TileDraft {
  /** Short stable name: lower case letters, digits and dashes. */
  readonly key: string
  readonly name: Words
  readonly description: Words
  readonly category: TileCategory
  readonly icon: string
  /** Path of ours or http(s) address; empty: that of the relying party. */
  readonly url: string
  /** The service it opens. */
  readonly partyId: number | null
  /** The service it is to open once it is declared here (it came by a file); until then nobody sees the tile. */
  readonly awaits?: ServiceName | undefined
  readonly state: TileState
  readonly message: Words | null
  /** When the state ends, in milliseconds; it is then in service. */
  readonly until: number | null
  readonly sortOrder: number
  readonly rules: TileRules
}

export interface StoredTile extends TileDraft {
  readonly id: number
  readonly updatedAt: number
}

/** So many services at most: all of them are judged for everybody who opens the portal. */
export const maxTiles = 300
const maxRules = 20
const maxValues = 200

interface Row {
  readonly id: number
  readonly key: string
  readonly category: string
  readonly sort_order: number
  readonly state: string
  readonly relying_party_id: number | null
  readonly data: string
  readonly updated_at: number
}

type Data = Pick<TileDraft, 'name' | 'description' | 'icon' | 'url' | 'message' | 'until' | 'rules' | 'awaits'>

const noWords: Words = { fr: '', en: '' }

const tileOf = (row: Row): StoredTile => {
  const data = JSON.parse(row.data) as Partial<Data>
  return {
    id: row.id,
    key: row.key,
    name: data.name ?? noWords,
    description: data.description ?? noWords,
    category: tileCategories.find((one) => one === row.category) ?? 'help',
    icon: data.icon ?? '',
    url: data.url ?? '',
    partyId: row.relying_party_id,
    ...(data.awaits === undefined || row.relying_party_id !== null ? {} : { awaits: data.awaits }),
    state: tileStates.find((one) => one === row.state) ?? 'service',
    message: data.message ?? null,
    until: data.until ?? null,
    sortOrder: row.sort_order,
    rules: data.rules ?? everybody,
    updatedAt: row.updated_at,
  }
}

const all = statement((q) => q.selectFrom('portal_tile').selectAll().orderBy('sort_order').orderBy('id'))
const byKey = statement((q, p: Params<{ key: string }>) =>
  q.selectFrom('portal_tile').selectAll().where('key', '=', p.key),
)
const byId = statement((q, p: Params<{ id: number }>) => q.selectFrom('portal_tile').selectAll().where('id', '=', p.id))

/** Every tile, in the portal's order. */
export const listTiles = async (tx: Reader): Promise<StoredTile[]> => (await tx.all(all, {})).map(tileOf)

export const findTile = async (tx: Reader, id: number): Promise<StoredTile | undefined> => {
  const row = await tx.first(byId, { id })
  return row && tileOf(row)
}

export const findTileByKey = async (tx: Reader, key: string): Promise<StoredTile | undefined> => {
  const row = await tx.first(byKey, { key })
  return row && tileOf(row)
}

/** Its state at a moment: one that has ended is `service`. */
export const stateAt = (tile: StoredTile, now: number): Pick<StoredTile, 'state' | 'message' | 'until'> =>
  tile.until !== null && tile.until <= now
    ? { state: 'service', message: null, until: null }
    : { state: tile.state, message: tile.message, until: tile.until }

// -- checks ----------------------------------------------------------------------------------------------------------

const invalid = (property: string, why: string): never => {
  throw new Failure('invalid', `${property} ${why}`, { property })
}

/** One line each; English is the French when it is empty. */
const checkWords = (property: string, words: Words, longest: number, needed: boolean): Words => {
  const tidy = (text: string): string => {
    if (text.length > longest) invalid(property, `has at most ${longest} characters`)
    return text.replace(/\p{Cc}+/gu, ' ').trim()
  }
  const fr = tidy(words.fr)
  if (needed && fr === '') invalid(property, 'is needed in French')
  return { fr, en: tidy(words.en) || fr }
}

const checkRule = (rule: TileRule): TileRule => {
  for (const values of [rule.profiles, rule.schools, rule.departments, rule.groups])
    if (values.length > maxValues) invalid('rules', `name at most ${maxValues} values each`)
  const profiles = rule.profiles.filter((kind) => profileKinds.includes(kind))
  if (profiles.length < rule.profiles.length) invalid('rules', 'name a profile that does not exist')
  const schools = rule.schools.map((text) => parseUai(text) ?? invalid('rules', `name ${text}, which is not a UAI`))
  if (rule.departments.some((code) => !/^(?:\d\d|2[AB]|9\d\d)$/.test(code)))
    invalid('rules', 'name a département that does not exist')
  if (rule.groups.some((key) => parseGroupKey(key) === undefined)) invalid('rules', 'name a group that does not exist')
  if (profiles.length + schools.length + rule.departments.length + rule.groups.length === 0)
    invalid('rules', 'have a rule without any condition')
  return { profiles, schools, departments: [...rule.departments], groups: [...rule.groups] }
}

const checkUrl = ({ url, partyId, awaits }: Pick<TileDraft, 'url' | 'partyId' | 'awaits'>): void => {
  if (url === '' && (partyId !== null || awaits !== undefined)) return
  if (url.length > 1000 || /[\p{Cc}\s\\]/u.test(url)) invalid('url', 'is not an address')
  if (/^\/(?!\/)/.test(url)) return
  const parsed = URL.parse(url)
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.username !== '' || parsed.password !== '')
    invalid('url', 'is neither a path of ours nor an http(s) address')
}

/** Rules as they are kept. Throws Failure invalid (`property` rules). */
export const checkRules = ({ include, exclude }: TileRules): TileRules => {
  if (include.length + exclude.length > maxRules) invalid('rules', `are at most ${maxRules}`)
  return { include: include.map(checkRule), exclude: exclude.map(checkRule) }
}

/** The tile as it is stored. Throws Failure invalid with the property at fault. */
export const checkTile = (draft: TileDraft): TileDraft => {
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(draft.key)) invalid('key', 'is lower case letters, digits and dashes')
  if (!/^[A-Za-z0-9-]{0,40}$/.test(draft.icon)) invalid('icon', 'is the name of an icon')
  if (!Number.isInteger(draft.sortOrder) || Math.abs(draft.sortOrder) > 1_000_000) invalid('sortOrder', 'is a number')
  checkUrl(draft)
  const message = draft.message && checkWords('message', draft.message, 500, false)
  return {
    ...draft,
    name: checkWords('name', draft.name, 60, true),
    description: checkWords('description', draft.description, 300, false),
    message: message === null || message.fr === '' ? null : message,
    rules: checkRules(draft.rules),
  }
}

// -- verbs of administrators -----------------------------------------------------------------------------------------

type Actor = Pick<Principal, 'accountId' | 'login' | 'admin'>

type Written = {
  readonly key: string
  readonly category: string
  readonly order: number
  readonly state: string
  readonly party: number | null
  readonly data: string
  readonly now: number
}

const upsert = statement((q, p: Params<Written>) =>
  q
    .insertInto('portal_tile')
    .values({
      key: p.key,
      category: p.category,
      sort_order: p.order,
      state: p.state,
      relying_party_id: p.party,
      data: p.data,
      created_at: p.now,
      updated_at: p.now,
    })
    .onConflict((on) =>
      on.column('key').doUpdateSet({
        category: p.category,
        sort_order: p.order,
        state: p.state,
        relying_party_id: p.party,
        data: p.data,
        updated_at: p.now,
      }),
    )
    .returning('id'),
)

const place = statement((q, p: Params<{ id: number; order: number }>) =>
  q.updateTable('portal_tile').set({ sort_order: p.order }).where('id', '=', p.id),
)
const remove = statement((q, p: Params<{ id: number }>) => q.deleteFrom('portal_tile').where('id', '=', p.id))
const removeUses = statement((q, p: Params<{ id: number }>) => q.deleteFrom('portal_use').where('tile_id', '=', p.id))

/** Within a transaction: a tile that was checked, as new or over the one of its key; audited. Throws as `saveTile`. */
export const putTile = async (tx: Writer, now: number, actor: string, tile: TileDraft): Promise<number> => {
  const before = await findTileByKey(tx, tile.key)
  if (!before && (await listTiles(tx)).length >= maxTiles)
    throw new Failure('overQuota', `the portal has at most ${maxTiles} services`)
  const nameOfParty = async (id: number | null) => (id === null ? undefined : (await relyingPartyById(tx, id))?.name)
  const partyName = await nameOfParty(tile.partyId)
  if (tile.partyId !== null && partyName === undefined) invalid('partyId', 'is no service')
  const { key, category, sortOrder: order, state, partyId: party } = tile
  const { name, description, icon, url, message, until, rules } = tile
  const awaits = party === null ? tile.awaits : undefined
  const data = JSON.stringify({ name, description, icon, url, message, until, rules, awaits } satisfies Data)
  const row = await tx.first(upsert, { key, category, order, state, party, data, now })
  const changes = tileChanges(before && { tile: before, party: (await nameOfParty(before.partyId)) ?? '' }, {
    tile,
    party: partyName ?? '',
  })
  const detail = changesDetail(changes)
  await appendAudit(tx, now, { actor, action: 'portal.tile', target: key, detail })
  return (row as { id: number }).id
}

const announce = (people: People): void => people.ctx.store.bus.publishTopic('portal')

/** What is there before a save: nothing yet, or the tile as it was when the editor read it (`updatedAt`). */
export type Expected = 'new' | { readonly updatedAt: number }

const requireExpected = async (tx: Reader, key: string, expected: Expected): Promise<void> => {
  const before = await findTileByKey(tx, key)
  if (expected === 'new') {
    if (before) throw new Failure('alreadyExists', 'a service has this key', { property: 'key' })
    return
  }
  if (!before) throw new Failure('notFound', 'no such service')
  if (before.updatedAt !== expected.updatedAt) throw new Failure('conflict', 'somebody else has changed it meanwhile')
}

/**
 * Adds a tile, or changes the one of the same key; audited. Throws Failure forbidden, invalid, overQuota; with `expected`
 * also alreadyExists, notFound, conflict.
 */
export const saveTile = async (
  people: People,
  actor: Actor,
  draft: TileDraft,
  expected?: Expected,
): Promise<number> => {
  await requireForAcademy(people.ctx, actor, 'portal')
  const tile = checkTile(draft)
  const now = people.ctx.clock.now()
  const id = await people.ctx.store.writeGlobal(async (tx) => {
    if (expected !== undefined) await requireExpected(tx, tile.key, expected)
    return putTile(tx, now, actor.login, tile)
  })
  announce(people)
  return id
}

/**
 * Puts the services in this order: each of them once, by number; audited. Throws Failure forbidden, conflict (the list is
 * not that of the services there are).
 */
export const orderTiles = async (people: People, actor: Actor, ids: readonly number[]): Promise<void> => {
  await requireForAcademy(people.ctx, actor, 'portal')
  const now = people.ctx.clock.now()
  await people.ctx.store.writeGlobal(async (tx) => {
    const tiles = await listTiles(tx)
    if (ids.length !== tiles.length || tiles.some(({ id }) => !ids.includes(id)))
      throw new Failure('conflict', 'services have come or gone meanwhile')
    const moved = tiles.filter((tile) => tile.sortOrder !== (ids.indexOf(tile.id) + 1) * 10)
    if (moved.length === 0) return
    for (const tile of moved) await tx.run(place, { id: tile.id, order: (ids.indexOf(tile.id) + 1) * 10 })
    const keys = ids.map((id) => tiles.find((tile) => tile.id === id)?.key ?? '')
    const change = orderChange(
      tiles.map(({ key }) => key),
      keys,
    )
    await appendAudit(tx, now, { actor: actor.login, action: 'portal.order', detail: changesDetail([change]) })
  })
  announce(people)
}

/** Several at once, in one transaction (a file, the demonstration). Throws as `saveTile`. */
export const saveTiles = async (people: People, actor: Actor, drafts: readonly TileDraft[]): Promise<void> => {
  await requireForAcademy(people.ctx, actor, 'portal')
  const tiles = drafts.map(checkTile)
  const now = people.ctx.clock.now()
  await people.ctx.store.writeGlobal(async (tx) => {
    for (const tile of tiles) await putTile(tx, now, actor.login, tile)
  })
  announce(people)
}

export interface TileStateChange {
  readonly state: TileState
  readonly message: Words | null
  readonly until: number | null
}

/** Says that a service is in maintenance, in trial, or works; audited. Throws Failure forbidden, notFound, invalid. */
export const setTileState = async (people: People, actor: Actor, id: number, to: TileStateChange): Promise<void> => {
  await requireForAcademy(people.ctx, actor, 'portal')
  const now = people.ctx.clock.now()
  await people.ctx.store.writeGlobal(async (tx) => {
    const tile = await findTile(tx, id)
    if (!tile) throw new Failure('notFound', 'no such service')
    if (to.until !== null && to.until <= now) invalid('until', 'is past')
    await putTile(tx, now, actor.login, checkTile({ ...tile, ...to }))
  })
  announce(people)
}

/** Takes a service out of the portal; audited. Throws Failure forbidden, notFound. */
export const removeTile = async (people: People, actor: Actor, id: number): Promise<void> => {
  await requireForAcademy(people.ctx, actor, 'portal')
  const now = people.ctx.clock.now()
  await people.ctx.store.writeGlobal(async (tx) => {
    const tile = await findTile(tx, id)
    if (!tile) throw new Failure('notFound', 'no such service')
    await tx.run(remove, { id })
    await tx.run(removeUses, { id })
    await appendAudit(tx, now, { actor: actor.login, action: 'portal.tile-remove', target: tile.key })
  })
  announce(people)
}
