/** PortalArrangement (`urn:convergence:portal`): how the caller has arranged the portal; one for each profile. */
import { formatId, parseId } from '#base/ids.ts'
import { profilesOf } from '#domain/directory/profiles.ts'
import {
  type Arrangement,
  arrange,
  arrangementNumber,
  type Layout,
  readArrangements,
} from '#domain/portal/arrangement.ts'
import type { Id } from '#format/jmap/core.ts'
import { PORTAL, type PortalArrangement } from '#format/jmap/portal.ts'
import { changesMethod } from '../changes.ts'
import { type Check, formatUtcDate, Invalid, list, shape, text } from '../check.ts'
import { invalidProperties, SetFault } from '../failure.ts'
import { getArguments, pick, wantedProperties } from '../get.ts'
import { splitIds } from '../ids.ts'
import { type AccountCall, accountMethod } from '../method.ts'
import { applyPatch, sameJson } from '../patch.ts'
import { applySet, checkProperty, checkSetLimit, objectCount, onlyUpdates, setArguments } from '../set.ts'
import { checkState, stateOf } from '../state.ts'
import type { Reading } from './tile.ts'

const properties = [
  'id',
  'profileId',
  'favourites',
  'order',
  'groups',
  'hidden',
  'recent',
] as const satisfies readonly (keyof PortalArrangement)[]

const tileId = (number: number): Id => formatId('tile', number)

const objectOf = (one: Arrangement): PortalArrangement => ({
  id: formatId('arrangement', arrangementNumber(one.profileId)),
  profileId: one.profileId === 0 ? null : one.profileId,
  favourites: one.favourites.map(tileId),
  order: one.order.map(tileId),
  groups: one.groups.map(({ id, name, tiles }) => ({ id, name, tileIds: tiles.map(tileId) })),
  hidden: one.hidden.map(tileId),
  recent: one.recent.map(({ tile, at }) => ({ tileId: tileId(tile), at: formatUtcDate(at) })),
})

/** Of every profile in force, and of sessions without one. */
const readAll = async (tx: Reading, call: AccountCall): Promise<PortalArrangement[]> => {
  const profiles = await profilesOf(tx, call.account, call.ctx.clock.now())
  return (await readArrangements(tx, call.account, [0, ...profiles.map(({ id }) => id)])).map(objectOf)
}

export const arrangementGet = accountMethod('PortalArrangement/get', PORTAL, getArguments, async (args, call) => {
  const wanted = wantedProperties(properties, args.properties)
  return call.ctx.store.read(async (tx) => {
    const all = await readAll(tx, call)
    const { found, notFound } = splitIds('arrangement', args.ids ?? all.map(({ id }) => id), call)
    const arrangements: object[] = []
    for (const { id } of found) {
      const one = all.find((candidate) => candidate.id === id)
      if (one) arrangements.push(pick(one, wanted))
      else notFound.push(id)
    }
    return { state: await stateOf(tx, call.account), list: arrangements, notFound }
  })
})

export const arrangementChanges = changesMethod('PortalArrangement/changes', PORTAL, 'PortalArrangement', 'arrangement')

const tile: Check<number> = (value, path) => {
  const number = parseId('tile', text(value, path))
  if (number === undefined) throw new Invalid(path, 'must be the id of a Tile')
  return number
}

const group: Check<{ id: string; name: string; tiles: number[] }> = (value, path) => {
  const { id, name, tileIds } = shape({ id: text, name: text, tileIds: list(tile) })(value, path)
  return { id, name, tiles: tileIds }
}

const checks = { favourites: list(tile), order: list(tile), groups: list(group), hidden: list(tile) }

const isSettable = (name: string): name is keyof typeof checks => Object.hasOwn(checks, name)

/** Returns false when it was so already. */
const update = async (
  tx: Parameters<typeof arrange>[0],
  call: AccountCall,
  id: Id,
  patch: Readonly<Record<string, unknown>>,
): Promise<boolean> => {
  const stored = (await readAll(tx, call)).find((one) => one.id === id)
  if (!stored) throw new SetFault('notFound', 'There is no such arrangement')
  const current: Record<string, unknown> = { ...stored }
  const { value, touched } = applyPatch(current, patch, { favourites: [], order: [], groups: [], hidden: [] })
  const changed = [...touched].filter((name) => !sameJson(value[name], current[name]))
  const fixed = changed.filter((name) => !isSettable(name))
  if (fixed.length > 0) throw invalidProperties('These are not for the client to set', ...fixed)
  const changes: Record<string, unknown> = {}
  for (const name of changed)
    if (isSettable(name)) changes[name] = checkProperty<unknown>(name, checks[name], value[name])
  if (changed.length > 0) await arrange(tx, stored.profileId ?? 0, changes as Partial<Layout>)
  return changed.length > 0
}

export const arrangementSet = accountMethod('PortalArrangement/set', PORTAL, setArguments, async (args, call) => {
  checkSetLimit(objectCount(args), call)
  return call.ctx.store.write(call.account, async (tx) => {
    await checkState(tx, call, ['PortalArrangement'], args.ifInState)
    const only = new SetFault('singleton', 'Each profile has one, always')
    const verbs = onlyUpdates(only, (id, patch) => update(tx, call, id, patch))
    return (await applySet(args, call, verbs)).respond(tx.modseq)
  })
})
