/**
 * Annotations: short values that mail programs keep with a mailbox or with the server (RFC 5464), each for oneself or for
 * all who open the mailbox.
 */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Context } from '../context.ts'

/** Octets of a value, and annotations that one person (or all together) may keep with one mailbox and in one account. */
export const maxAnnotation = 16 * 1024
export const maxPerMailbox = 50
const maxPerAccount = 1000

/** Whose annotations: of `person`, or with 0 everybody's; `mailbox` 0 is the server. */
export interface Annotated {
  readonly account: number
  readonly mailbox: number
  readonly person: number
}

export interface Annotation {
  /** In lower case, beginning with a slash: `/comment`. */
  readonly entry: string
  /** null takes it away. */
  readonly value: Uint8Array | null
}

const selectOf = statement((q, p: Params<{ account: number; mailbox: number; person: number }>) =>
  q
    .selectFrom('annotation')
    .select(['entry', 'value'])
    .where('account_id', '=', p.account)
    .where('mailbox_id', '=', p.mailbox)
    .where('person_id', '=', p.person)
    .orderBy('entry'),
)

/** Annotations of one mailbox (a hundred at most), by entry. */
export const annotationsOf = (tx: Reader, of: Annotated): Promise<{ entry: string; value: Uint8Array }[]> =>
  tx.all(selectOf, { account: of.account, mailbox: of.mailbox, person: of.person })

const put = statement(
  (q, p: Params<{ account: number; mailbox: number; person: number; entry: string; value: Uint8Array }>) =>
    q
      .insertInto('annotation')
      .values({ account_id: p.account, mailbox_id: p.mailbox, person_id: p.person, entry: p.entry, value: p.value })
      .onConflict((oc) =>
        oc.columns(['account_id', 'mailbox_id', 'person_id', 'entry']).doUpdateSet({ value: p.value }),
      ),
)

const take = statement((q, p: Params<{ account: number; mailbox: number; person: number; entry: string }>) =>
  q
    .deleteFrom('annotation')
    .where('account_id', '=', p.account)
    .where('mailbox_id', '=', p.mailbox)
    .where('person_id', '=', p.person)
    .where('entry', '=', p.entry),
)

const countAll = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('annotation')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', p.account),
)

const deleteOfMailbox = statement((q, p: Params<{ account: number; mailbox: number }>) =>
  q.deleteFrom('annotation').where('account_id', '=', p.account).where('mailbox_id', '=', p.mailbox),
)

const check = ({ entry, value }: Annotation): void => {
  if (!/^(?:\/[\x21-\x24\x26-\x29\x2b-\x2e\x30-\x7e]+){1,10}$/.test(entry) || entry.length > 200)
    throw new Failure('invalid', 'not the name of an annotation', { property: 'entry' })
  if (value !== null && value.length > maxAnnotation)
    throw new Failure('tooLarge', 'the annotation is too large', { property: 'annotation' })
}

/** Sets or takes away annotations, all or none. Throws Failure invalid, tooLarge, tooMany. */
export const annotate = (ctx: Context, of: Annotated, changes: readonly Annotation[]): Promise<void> => {
  for (const change of changes) check(change)
  const key = { account: of.account, mailbox: of.mailbox, person: of.person }
  return ctx.store.write(of.account, async (tx) => {
    for (const { entry, value } of changes) {
      if (value === null) await tx.run(take, { ...key, entry })
      else await tx.run(put, { ...key, entry, value })
    }
    const here = await annotationsOf(tx, of)
    const all = await tx.first(countAll, { account: of.account })
    if (here.length > maxPerMailbox || Number(all?.count ?? 0) > maxPerAccount)
      throw new Failure('tooMany', 'too many annotations', { property: 'annotation' })
  })
}

/** What a mailbox that goes takes with it; in the transaction that deletes it. */
export const dropAnnotations = async (tx: AccountWriter, mailbox: number): Promise<void> => {
  await tx.run(deleteOfMailbox, { account: tx.accountId, mailbox })
}
