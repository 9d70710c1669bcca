/**
 * Tile (`urn:convergence:portal`): services that the caller's profile sees. What is seen follows from rows, the directory,
 * the session's profile and the time, so no log of changes could say it: the state itself names each tile with a digest of
 * what is shown of it, and `/changes` compares (docs/adr/0013).
 */
import { createHash } from 'node:crypto'
import { formatId, parseId } from '#base/ids.ts'
import { type SeenTile, tilesFor } from '#domain/portal/sight.ts'
import { stateAt } from '#domain/portal/tiles.ts'
import { PORTAL, type Tile, tileCategories, tileStates } from '#format/jmap/portal.ts'
import { tileScore } from '#format/portal/search.ts'
import { changesArguments } from '../changes.ts'
import { formatUtcDate, oneOf, text } from '../check.ts'
import { MethodFault } from '../failure.ts'
import { getArguments, pick, wantedProperties } from '../get.ts'
import { splitIds } from '../ids.ts'
import { type AccountCall, accountMethod, checkArguments, type JmapPrincipal } from '../method.ts'
import { checkFilter, checkSort, filterArguments, windowArguments, windowOn } from '../query.ts'

export type Reading = Parameters<typeof tilesFor>[0]

const properties = [
  'id',
  'key',
  'name',
  'description',
  'category',
  'icon',
  'url',
  'state',
  'message',
  'until',
  'sortOrder',
  'why',
] as const satisfies readonly (keyof Tile)[]

const tileObject = ({ tile, why }: SeenTile, now: number): Tile => {
  const id = formatId('tile', tile.id)
  const { state, message, until } = stateAt(tile, now)
  const { key, name, description, category, icon, sortOrder } = tile
  return {
    id,
    key,
    name,
    description,
    category,
    icon,
    url: `/portal/open/${id}`,
    state,
    message,
    until: until === null ? null : formatUtcDate(until),
    sortOrder,
    why,
  }
}

const digest = (tile: Tile): string => createHash('sha256').update(JSON.stringify(tile)).digest('base64url').slice(0, 6)

/** `1:x9_aBc.4:Qw-12z`: each tile's number and digest, sorted; `0` when nothing is seen. */
const formatTileState = (tiles: readonly Tile[]): string =>
  tiles
    .map((tile) => `${tile.id.slice(1)}:${digest(tile)}`)
    .sort()
    .join('.') || '0'

const entry = /^([1-9a-z][0-9a-z]*):([A-Za-z0-9_-]{6})$/

/** Throws MethodFault cannotCalculateChanges for what was never a state of ours. */
const parseTileState = (state: string): Map<string, string> => {
  const never = () => new MethodFault('cannotCalculateChanges', 'That was never a state of this server')
  if (state.length > 10_000) throw never()
  const known = new Map<string, string>()
  for (const part of state === '0' ? [] : state.split('.')) {
    const [, number = '', hash = ''] = entry.exec(part) ?? []
    if (parseId('tile', `l${number}`) === undefined) throw never()
    known.set(`l${number}`, hash)
  }
  return known
}

type Caller = Pick<JmapPrincipal, 'accountId' | 'profileId'>

const seenBy = async (tx: Reading, caller: Caller, now: number): Promise<Tile[]> =>
  (await tilesFor(tx, caller, now)).tiles.map((one) => tileObject(one, now))

/** The state of what somebody sees now, as `/get` tells it. */
export const tileStateFor = async (tx: Reading, caller: Caller, now: number): Promise<string> =>
  formatTileState(await seenBy(tx, caller, now))

const readAll = (call: AccountCall): Promise<Tile[]> =>
  call.ctx.store.read((tx) => seenBy(tx, call.principal, call.ctx.clock.now()))

export const tileGet = accountMethod('Tile/get', PORTAL, getArguments, async (args, call) => {
  const wanted = wantedProperties(properties, args.properties)
  const all = await readAll(call)
  const { found, notFound } = splitIds('tile', args.ids ?? all.map(({ id }) => id), call)
  const list: object[] = []
  for (const { id } of found) {
    const tile = all.find((one) => one.id === id)
    if (tile) list.push(pick(tile, wanted))
    else notFound.push(id)
  }
  return { state: formatTileState(all), list, notFound }
})

/** Compares what the client has with what there is; the answer is always whole. */
export const tileChanges = accountMethod('Tile/changes', PORTAL, changesArguments, async (args, call) => {
  const known = parseTileState(args.sinceState)
  const all = await readAll(call)
  const created = all.filter(({ id }) => !known.has(id)).map(({ id }) => id)
  const updated = all.filter((tile) => known.has(tile.id) && known.get(tile.id) !== digest(tile)).map(({ id }) => id)
  const seen = new Set(all.map(({ id }) => id))
  const destroyed = [...known.keys()].filter((id) => !seen.has(id))
  if (args.maxChanges !== null && created.length + updated.length + destroyed.length > args.maxChanges)
    throw new MethodFault('cannotCalculateChanges', 'The changes of this type are told at once')
  const newState = formatTileState(all)
  return { oldState: args.sinceState, newState, hasMoreChanges: false, created, updated, destroyed }
})

const conditions = { text, category: oneOf(...tileCategories), state: oneOf(...tileStates) }
type Condition = { text?: string; category?: string; state?: string }

/** Search over services: accents and case do not count; the best answers first unless a sort is asked for. */
export const tileQuery = accountMethod(
  'Tile/query',
  PORTAL,
  { ...filterArguments, ...windowArguments },
  async (args, call) => {
    const filter =
      args.filter && checkArguments(() => checkFilter<Condition>(args.filter ?? {}, conditions), args.filter)
    if (filter && 'operator' in filter) throw new MethodFault('unsupportedFilter', 'Operators are not for services')
    const sort = checkArguments(() => checkSort(args.sort ?? [], ['sortOrder'] as const), args.sort)
    const all = await readAll(call)
    const scored = all
      .filter((tile) => filter?.category === undefined || tile.category === filter.category)
      .filter((tile) => filter?.state === undefined || tile.state === filter.state)
      .map((tile, at) => ({ id: tile.id, at, score: tileScore(tile, filter?.text ?? '') }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => (sort.length > 0 ? 0 : b.score - a.score) || a.at - b.at)
    if (sort[0]?.isAscending === false) scored.reverse()
    const ids = scored.map(({ id }) => id)
    return {
      queryState: formatTileState(all),
      canCalculateChanges: false,
      ...windowOn(ids, args, call.limits.maxQueryResults),
      ...(args.calculateTotal ? { total: ids.length } : {}),
    }
  },
)
