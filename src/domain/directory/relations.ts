/** Who answers for a pupil. */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'

export const relationKinds = ['parent', 'guardian', 'other'] as const
export type RelationKind = (typeof relationKinds)[number]

export interface Relative {
  readonly accountId: number
  readonly name: string
  readonly kind: RelationKind
  /** Holds parental authority. */
  readonly authority: boolean
  readonly source: string
}

const children = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('relation')
    .innerJoin('account', 'account.id', 'relation.child_id')
    .select([
      'relation.child_id as accountId',
      'account.name as name',
      'relation.kind as kind',
      'relation.authority as authority',
      'relation.source as source',
    ])
    .where('relation.account_id', '=', p.account)
    .orderBy('account.name')
    .orderBy('relation.child_id'),
)
const adults = statement((q, p: Params<{ child: number }>) =>
  q
    .selectFrom('relation')
    .innerJoin('account', 'account.id', 'relation.account_id')
    .select([
      'relation.account_id as accountId',
      'account.name as name',
      'relation.kind as kind',
      'relation.authority as authority',
      'relation.source as source',
    ])
    .where('relation.child_id', '=', p.child)
    .orderBy('account.name')
    .orderBy('relation.account_id'),
)

const relativeOf = (row: {
  readonly accountId: number
  readonly name: string
  readonly kind: string
  readonly authority: number
  readonly source: string
}): Relative => ({
  ...row,
  kind: relationKinds.find((kind) => kind === row.kind) ?? 'other',
  authority: row.authority === 1,
})

/** The pupils a person answers for, by name. */
export const childrenOf = async (tx: Reader, account: number): Promise<Relative[]> =>
  (await tx.all(children, { account })).map(relativeOf)

/** Those who answer for a pupil, by name. */
export const adultsOf = async (tx: Reader, child: number): Promise<Relative[]> =>
  (await tx.all(adults, { child })).map(relativeOf)

const put = statement(
  (q, p: Params<{ account: number; child: number; kind: string; authority: number; source: string }>) =>
    q
      .insertInto('relation')
      .values({ account_id: p.account, child_id: p.child, kind: p.kind, authority: p.authority, source: p.source })
      .onConflict((on) =>
        on.columns(['account_id', 'child_id']).doUpdateSet((eb) => ({
          kind: eb.ref('excluded.kind'),
          authority: eb.ref('excluded.authority'),
          source: eb.ref('excluded.source'),
        })),
      ),
)

/** Within a transaction: says that somebody answers for a pupil. Throws Failure invalid. */
export const relate = async (
  tx: Writer,
  account: number,
  child: number,
  how: { readonly kind?: RelationKind; readonly authority?: boolean; readonly source?: string } = {},
): Promise<void> => {
  if (account === child) throw new Failure('invalid', 'nobody answers for themselves', { property: 'child' })
  const { kind = 'parent', authority = true, source = 'manual' } = how
  await tx.run(put, { account, child, kind, authority: authority ? 1 : 0, source })
}

const drop = statement((q, p: Params<{ account: number; child: number }>) =>
  q.deleteFrom('relation').where('account_id', '=', p.account).where('child_id', '=', p.child),
)

/** Within a transaction: takes it back. */
export const unrelate = async (tx: Writer, account: number, child: number): Promise<void> => {
  await tx.run(drop, { account, child })
}
