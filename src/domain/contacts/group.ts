/** Groups of one's contacts as those to whom one writes. */
import { type JsCard, nameOf } from '#format/jscontact/card.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import { fold, matches } from '../mail/recipient-directory.ts'

/** Groups of an account that completion looks at, and cards of one group. */
const maxGroups = 500
const maxMembers = 1000

const selectGroups = statement((q, p: Params<{ account: number; limit: number }>) =>
  q
    .selectFrom('contact')
    .select(['id', 'card'])
    .where('account_id', '=', p.account)
    .where('kind', '=', 'group')
    .orderBy('sort_name')
    .orderBy('id')
    .limit(p.limit),
)

const selectGroup = statement((q, p: Params<{ account: number; id: number }>) =>
  q
    .selectFrom('contact')
    .select('card')
    .where('account_id', '=', p.account)
    .where('id', '=', p.id)
    .where('kind', '=', 'group'),
)

interface Person {
  readonly name: string
  readonly email: string
}

/** Programs write the UIDs of members with `urn:uuid:` before them, or without. */
const uidsOf = (group: JsCard): string[] =>
  Object.keys(group.members ?? {})
    .slice(0, maxMembers)
    .flatMap((uid) => {
      const bare = uid.replace(/^urn:uuid:/i, '')
      return [bare, `urn:uuid:${bare}`]
    })

/** The first address of each member, once. */
const peopleOf = async (tx: Reader, account: number, group: JsCard): Promise<Person[]> => {
  const uids = uidsOf(group)
  const first = new Map<number, Person & { readonly n: number }>()
  for (let at = 0; at < uids.length; at += 200) {
    const rows = await tx.query((q) =>
      q
        .selectFrom('contact')
        .innerJoin('contact_email', (join) =>
          join
            .onRef('contact_email.account_id', '=', 'contact.account_id')
            .onRef('contact_email.card_id', '=', 'contact.id'),
        )
        .select(['contact.id as card', 'contact_email.n as n', 'contact_email.address as email'])
        .select('contact_email.name as name')
        .where('contact.account_id', '=', account)
        .where('contact.uid', 'in', uids.slice(at, at + 200)),
    )
    for (const { card, n, email, name } of rows)
      if ((first.get(card)?.n ?? Number.POSITIVE_INFINITY) > n)
        first.set(card, { n, email, name: name === email ? '' : name })
  }
  return [...new Map([...first.values()].map(({ name, email }) => [email, { name, email }])).values()]
}

/** Those of which some word begins with each of the (folded) pieces typed, with the number of their people; at most `limit`. */
export const contactGroupsMatching = async (
  tx: Reader,
  account: number,
  typed: readonly string[],
  limit: number,
): Promise<{ readonly id: number; readonly name: string; readonly count: number }[]> => {
  const found: { id: number; name: string; count: number }[] = []
  for (const row of await tx.all(selectGroups, { account, limit: maxGroups })) {
    if (found.length >= limit) break
    const card = JSON.parse(row.card) as JsCard
    const name = nameOf(card)
    if (
      !matches(
        fold(name)
          .split(/[^\p{L}\p{N}]+/u)
          .filter(Boolean),
        typed,
      )
    )
      continue
    const { length: count } = await peopleOf(tx, account, card)
    if (count > 0) found.push({ id: row.id, name, count })
  }
  return found
}

/** The people of a group of one's own contacts; undefined when there is none of this id. */
export const peopleOfContactGroup = async (tx: Reader, account: number, id: number): Promise<Person[] | undefined> => {
  const row = await tx.first(selectGroup, { account, id })
  return row && peopleOf(tx, account, JSON.parse(row.card) as JsCard)
}
