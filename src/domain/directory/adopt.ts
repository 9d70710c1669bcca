/**
 * Persons for accounts that were made before there were persons: a job of each start, in small transactions, which can
 * be cut at any moment and finds nothing to do once it has ended.
 */
import { type Params, statement } from '#store/engine.ts'
import type { People } from '../people/people.ts'
import { splitName } from './names.ts'
import type { CheckedDetails } from './person-details.ts'
import { insertPerson } from './persons.ts'

const without = statement((q, p: Params<{ after: number; limit: number }>) =>
  q
    .selectFrom('account')
    .leftJoin('person', 'person.account_id', 'account.id')
    .select((eb) => [
      'account.id as id',
      'account.name as name',
      'account.created_at as createdAt',
      eb
        .selectFrom('credential')
        .select('credential.id')
        .whereRef('credential.account_id', '=', 'account.id')
        .where('credential.kind', '=', 'password')
        .limit(1)
        .as('password'),
    ])
    .where('account.kind', '=', 'person')
    .where('account.id', '>', p.after)
    .where('person.account_id', 'is', null)
    .orderBy('account.id')
    .limit(p.limit),
)

/** Nothing is refused here: whatever an account was called, its person exists. */
const detailsOf = (name: string): CheckedDetails => ({
  ...splitName(name),
  birthDate: '',
  joinKey: null,
  externalId: null,
  source: 'manual',
  rescueMail: '',
  phone: '',
  endsAt: null,
})

const pageSize = 200

/** Gives a person to every account of kind `person` that has none; returns how many. */
export const adoptAccounts = async (people: People): Promise<number> => {
  const { store, clock } = people.ctx
  let count = 0
  for (let after = 0; ; ) {
    const page = await store.read((tx) => tx.all(without, { after, limit: pageSize }))
    const last = page.at(-1)
    if (!last) return count
    const now = clock.now()
    await store.writeGlobal(async (tx) => {
      for (const { id, name, createdAt, password } of page) {
        // Who has a password has used the account before there were activations.
        await insertPerson(tx, now, id, detailsOf(name), password === null ? null : createdAt)
      }
    })
    count += page.length
    after = last.id
  }
}
