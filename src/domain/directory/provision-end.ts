/** A person that a source has deleted: the account is closed, its rows stay until the delay of retention has passed. */
import { type Params, statement } from '#store/engine.ts'
import type { People } from '../people/people.ts'
import { suspendPerson } from './life.ts'
import { findByExternalId, getPerson } from './persons.ts'
import type { Source } from './provision.ts'

const mark = statement((q, p: Params<{ account: number; source: string; externalId: string | null }>) =>
  q.updateTable('person').set({ source: p.source, external_id: p.externalId }).where('account_id', '=', p.account),
)

/** Suspends somebody and marks their source, so that the source is not told of them any more. Throws Failure notFound. */
export const forgetPerson = async (people: People, source: Source, account: number, suffix: string): Promise<void> => {
  await suspendPerson(people, source.actor, account, 'deleted by the source')
  await people.ctx.store.writeGlobal(async (tx) => {
    const { externalId } = await getPerson(tx, account)
    const marked = `${source.name}${suffix}`
    // Only the latest of several who bore the identifier keeps it.
    const former = externalId === null ? undefined : await findByExternalId(tx, marked, externalId)
    if (former) await tx.run(mark, { account: former.accountId, source: marked, externalId: null })
    await tx.run(mark, { account, source: marked, externalId })
  })
}
