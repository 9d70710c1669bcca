/** Labels: a name and a colour for a keyword of messages (RFC 8621 §4.1.1), so that every program sees the same. */
import { Failure } from '#base/failure.ts'
import { labelKeyword } from '#format/jmap/organising.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import { type Colour, checkColour, checkTitle } from './rules.ts'

export interface Label {
  readonly id: number
  readonly name: string
  readonly keyword: string
  readonly colour: Colour
  readonly sortOrder: number
}

export type LabelChange = Partial<Pick<Label, 'name' | 'colour' | 'sortOrder'>>

/** Labels of one account: what a person can still tell apart, and far below the keywords an entry may hold. */
export const maxLabels = 100
const maxName = 60

const select = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('mail_label')
    .select(['id', 'name', 'keyword', 'colour', 'sort_order'])
    .where('account_id', '=', p.account)
    .orderBy('sort_order')
    .orderBy('name')
    .orderBy('id'),
)

/** Every label of the account, in its order. */
export const listLabels = async (tx: Reader, account: number): Promise<Label[]> =>
  (await tx.all(select, { account })).map(({ sort_order: sortOrder, ...row }) => ({
    ...row,
    colour: checkColour(row.colour),
    sortOrder,
  }))

/** `Conseil d’école` is `conseil-d-ecole`: what other programs show, and can be typed. */
/** A keyword that no label has. */
const keywordFor = (name: string, id: number, others: readonly Label[]): string => {
  const base = labelKeyword(name) ?? `label-${id}`
  const taken = new Set(others.map(({ keyword }) => keyword))
  return taken.has(base) ? `${base}-${id}` : base
}

/** The keyword of a label that comes back: one that a label could have, and none has. */
const checkKeyword = (keyword: string, others: readonly Label[]): string => {
  const isLabels = /^[a-z0-9-]{1,64}$/.test(keyword) && labelKeyword(keyword) !== undefined
  if (isLabels && !others.some((other) => other.keyword === keyword)) return keyword
  throw new Failure('invalid', 'not the keyword of a label, or that of another', { property: 'keyword' })
}

const checkFree = (name: string, others: readonly Label[]): void => {
  if (others.some((other) => other.name.toLowerCase() === name.toLowerCase()))
    throw new Failure('alreadyExists', 'there is a label of this name', { property: 'name' })
}

const insert = statement(
  (q, p: Params<{ account: number; id: number; name: string; keyword: string; colour: string; order: number }>) =>
    q.insertInto('mail_label').values({
      account_id: p.account,
      id: p.id,
      name: p.name,
      keyword: p.keyword,
      colour: p.colour,
      sort_order: p.order,
    }),
)

/**
 * @param given `keyword` is for a label that was deleted and comes back: messages may still have it.
 * Throws Failure invalid, alreadyExists, tooMany.
 */
export const createLabel = async (
  tx: AccountWriter,
  given: LabelChange & Partial<Pick<Label, 'keyword'>>,
): Promise<Label> => {
  const all = await listLabels(tx, tx.accountId)
  if (all.length >= maxLabels) throw new Failure('tooMany', `at most ${maxLabels} labels`)
  const name = checkTitle('name', given.name ?? '', maxName)
  checkFree(name, all)
  const id = tx.nextId()
  const colour = checkColour(given.colour ?? 'blue')
  const word = given.keyword === undefined ? keywordFor(name, id, all) : checkKeyword(given.keyword, all)
  const label = { id, name, keyword: word, colour, sortOrder: given.sortOrder ?? 0 }
  const { keyword, sortOrder: order } = label
  await tx.run(insert, { account: tx.accountId, id, name, keyword, colour, order })
  tx.changed('MailLabel', id, 'created')
  return label
}

const update = statement((q, p: Params<{ account: number; id: number; name: string; colour: string; order: number }>) =>
  q
    .updateTable('mail_label')
    .set({ name: p.name, colour: p.colour, sort_order: p.order })
    .where('account_id', '=', p.account)
    .where('id', '=', p.id),
)

/** Throws Failure notFound, invalid, alreadyExists. */
export const changeLabel = async (tx: AccountWriter, id: number, change: LabelChange): Promise<void> => {
  const all = await listLabels(tx, tx.accountId)
  const before = all.find((label) => label.id === id)
  if (!before) throw new Failure('notFound', `no label ${id}`)
  const name = change.name === undefined ? before.name : checkTitle('name', change.name, maxName)
  checkFree(
    name,
    all.filter((label) => label.id !== id),
  )
  const colour = checkColour(change.colour ?? before.colour)
  await tx.run(update, { account: tx.accountId, id, name, colour, order: change.sortOrder ?? before.sortOrder })
  tx.changed('MailLabel', id, 'updated')
}

const remove = statement((q, p: Params<{ account: number; id: number }>) =>
  q.deleteFrom('mail_label').where('account_id', '=', p.account).where('id', '=', p.id),
)

/** Forgets a label; messages keep the keyword until an act takes it off them. Throws Failure notFound. */
export const deleteLabel = async (tx: AccountWriter, id: number): Promise<void> => {
  const { changes } = await tx.run(remove, { account: tx.accountId, id })
  if (changes === 0) throw new Failure('notFound', `no label ${id}`)
  tx.changed('MailLabel', id, 'destroyed')
}
