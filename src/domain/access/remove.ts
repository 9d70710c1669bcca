/**
 * Taking a service out of the registry. It must be closed first, so that nobody is on the way to it; what it was told of
 * people ends with it: its sign-ins, tokens and cards. Declared again, it will know everybody by new pairwise names.
 */
import { Failure } from '#base/failure.ts'
import { type Params, statement } from '#store/engine.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import { relyingPartyById } from './relying-parties.ts'

const tiles = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('portal_tile').select('id').where('relying_party_id', '=', p.id).limit(1),
)
const dropVisits = statement((q, p: Params<{ id: number }>) =>
  q.deleteFrom('participation').where('relying_party_id', '=', p.id),
)
const dropCards = statement((q, p: Params<{ id: number }>) =>
  q.deleteFrom('portal_card').where('relying_party_id', '=', p.id),
)
const drop = statement((q, p: Params<{ id: number }>) => q.deleteFrom('relying_party').where('id', '=', p.id))

/**
 * Removes a closed service; audited. Throws Failure notFound, conflict (property `service.open`: it is still open;
 * `service.tile`: a tile of the portal leads to it).
 */
export const removeRelyingParty = async (people: People, actor: string, id: number): Promise<void> => {
  const { ctx } = people
  await ctx.store.writeGlobal(async (tx) => {
    const party = await relyingPartyById(tx, id)
    if (!party) throw new Failure('notFound', 'no such service')
    if (party.status === 'active')
      throw new Failure('conflict', 'the service is still open', { property: 'service.open' })
    if (await tx.first(tiles, { id }))
      throw new Failure('conflict', 'a tile of the portal leads to it', { property: 'service.tile' })
    await tx.run(dropVisits, { id })
    await tx.run(dropCards, { id })
    await tx.run(drop, { id })
    const target = `${party.protocol} ${party.name}`
    await appendAudit(tx, ctx.clock.now(), { actor, action: 'service.remove', target, detail: party.key })
  })
}
