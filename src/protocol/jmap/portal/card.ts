/** Card (`urn:convergence:portal`): what services tell the caller. Only `isDismissed` is the caller's to set. */
import { formatId, parseId } from '#base/ids.ts'
import { dismissCard, listCards, type StoredCard } from '#domain/portal/cards.ts'
import { type Card, PORTAL } from '#format/jmap/portal.ts'
import { changesMethod } from '../changes.ts'
import { boolean, formatUtcDate } from '../check.ts'
import { invalidProperties, SetFault } from '../failure.ts'
import { getArguments, pick, wantedProperties } from '../get.ts'
import { splitIds } from '../ids.ts'
import { accountMethod } from '../method.ts'
import { applyPatch, sameJson } from '../patch.ts'
import { applySet, checkProperty, checkSetLimit, objectCount, onlyUpdates, setArguments } from '../set.ts'
import { checkState, stateOf } from '../state.ts'

const properties = [
  'id',
  'service',
  'kind',
  'profile',
  'title',
  'text',
  'url',
  'startsAt',
  'expiresAt',
  'isDismissed',
] as const satisfies readonly (keyof Card)[]

const objectOf = ({ id, dismissed, startsAt, expiresAt, ...card }: StoredCard): Card => ({
  ...card,
  id: formatId('card', id),
  startsAt: formatUtcDate(startsAt),
  expiresAt: formatUtcDate(expiresAt),
  isDismissed: dismissed,
})

export const cardGet = accountMethod('Card/get', PORTAL, getArguments, async (args, call) => {
  const wanted = wantedProperties(properties, args.properties)
  return call.ctx.store.read(async (tx) => {
    const all = (await listCards(tx, call.account, call.ctx.clock.now())).map(objectOf)
    const { found, notFound } = splitIds(
      'card',
      args.ids ?? all.slice(0, call.limits.maxObjectsInGet).map(({ id }) => id),
      call,
    )
    const list: object[] = []
    for (const { id } of found) {
      const card = all.find((one) => one.id === id)
      if (card) list.push(pick(card, wanted))
      else notFound.push(id)
    }
    return { state: await stateOf(tx, call.account), list, notFound }
  })
})

export const cardChanges = changesMethod('Card/changes', PORTAL, 'Card', 'card')

const update = async (
  tx: Parameters<typeof dismissCard>[0],
  stored: Card | undefined,
  patch: Readonly<Record<string, unknown>>,
): Promise<boolean> => {
  if (!stored) throw new SetFault('notFound', 'There is no such card')
  const current: Record<string, unknown> = { ...stored }
  const { value, touched } = applyPatch(current, patch, { isDismissed: false })
  const changed = [...touched].filter((name) => !sameJson(value[name], current[name]))
  const fixed = changed.filter((name) => name !== 'isDismissed')
  if (fixed.length > 0) throw invalidProperties('A card is what its service says', ...fixed)
  if (changed.length > 0)
    await dismissCard(tx, parseId('card', stored.id) ?? 0, checkProperty('isDismissed', boolean, value.isDismissed))
  return changed.length > 0
}

export const cardSet = accountMethod('Card/set', PORTAL, setArguments, async (args, call) => {
  checkSetLimit(objectCount(args), call)
  return call.ctx.store.write(call.account, async (tx) => {
    await checkState(tx, call, ['Card'], args.ifInState)
    const cards = (await listCards(tx, call.account, tx.now)).map(objectOf)
    const only = new SetFault('forbidden', 'Cards come from services; one is put away with isDismissed')
    const verbs = onlyUpdates(only, (id, patch) => {
      const stored = cards.find((card) => card.id === id)
      return update(tx, stored, patch)
    })
    return (await applySet(args, call, verbs)).respond(tx.modseq)
  })
})
