/** Contacts as those to whom one writes: what completion proposes of them. */
import { type Params, type Reader, statement } from '#store/engine.ts'

export interface KnownAddress {
  readonly address: string
  readonly name: string
}

const selectMatching = (count: number) =>
  statement((q, p: Params<{ account: number; limit: number } & Record<`word${number}`, string>>) => {
    let select = q.selectFrom('contact_email').select(['address', 'name']).where('account_id', '=', p.account)
    for (let n = 0; n < count; n++) select = select.where('words', 'like', p[`word${n}`]!)
    return select.orderBy('name').orderBy('address').limit(p.limit)
  })

const mostWords = 6
const statements = Array.from({ length: mostWords + 1 }, (_, count) => selectMatching(count))

/** Addresses of cards of which some word begins with each of the (folded) pieces typed. */
export const contactsMatching = async (
  tx: Reader,
  account: number,
  typed: readonly string[],
  limit: number,
): Promise<KnownAddress[]> => {
  // `_` stands for any letter, itself too; the other signs of a pattern are not part of any word.
  const pieces = typed.slice(0, mostWords).map((piece) => piece.replace(/[%\\]/g, ''))
  const params: { account: number; limit: number } & Record<`word${number}`, string> = { account, limit }
  for (const [n, piece] of pieces.entries()) params[`word${n}`] = `% ${piece}%`
  return tx.all(statements[pieces.length]!, params)
}
