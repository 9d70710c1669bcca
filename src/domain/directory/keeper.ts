/**
 * What time does to people: accounts whose end has come are closed; those that no source knows any more, or whose end is
 * long past, are erased after three months (arrêté du 30 novembre 2006, art. 6). Administrators are left to a human.
 */
import { type Params, statement } from '#store/engine.ts'
import { eraseAccount } from '../people/erase.ts'
import type { People } from '../people/people.ts'
import { closeEnded } from './life.ts'

/** From the first step of a removal to the second. */
export const removalDelay = 90 * 24 * 3_600_000

const due = statement((q, p: Params<{ before: number; limit: number }>) =>
  q
    .selectFrom('person')
    .innerJoin('account', 'account.id', 'person.account_id')
    .select('account.id as id')
    .where('account.status', '=', 'disabled')
    .where('account.admin', '=', 0)
    .where((eb) => eb.or([eb('person.suspended_at', '<=', p.before), eb('person.ends_at', '<=', p.before)]))
    .orderBy('account.id')
    .limit(p.limit),
)

/** Closes and erases what is due; one that fails does not keep the others. Returns how many of each. */
export const keepDirectory = async (people: People): Promise<{ closed: number; erased: number }> => {
  const { store, clock, log } = people.ctx
  const closed = await closeEnded(people)
  let erased = 0
  const rows = await store.read((tx) => tx.all(due, { before: clock.now() - removalDelay, limit: 500 }))
  for (const { id } of rows)
    try {
      await eraseAccount(people, 'retention', id, { now: true })
      erased++
    } catch (error) {
      log.error('directory.erase', { account: id }, error)
    }
  return { closed, erased }
}
