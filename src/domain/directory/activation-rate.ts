/** How many people of a school have activated their account: by profile, and by class for pupils. */
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { ProfileKind } from './profiles.ts'

export interface Rate {
  readonly total: number
  readonly activated: number
}

export interface SchoolRate extends Rate {
  readonly uai: string
  readonly name: string
  readonly kinds: readonly (Rate & { readonly kind: ProfileKind })[]
  readonly classes: readonly (Rate & { readonly class: string })[]
}

const byKind = statement((q, p: Params<{ uai: string; now: number }>) =>
  q
    .selectFrom((eb) =>
      eb
        .selectFrom('profile')
        .innerJoin('person', 'person.account_id', 'profile.account_id')
        .select(['profile.kind as kind', 'profile.account_id as account', 'person.activated_at as activated'])
        .distinct()
        .where('profile.uai', '=', p.uai)
        .where('person.blocked_at', 'is', null)
        .where('person.suspended_at', 'is', null)
        .where((e) => e.or([e('profile.starts_at', 'is', null), e('profile.starts_at', '<=', p.now)]))
        .where((e) => e.or([e('profile.ends_at', 'is', null), e('profile.ends_at', '>', p.now)]))
        .as('one'),
    )
    .select((eb) => ['kind', eb.fn.countAll<number>().as('total'), eb.fn.count<number>('activated').as('activated')])
    .groupBy('kind')
    .orderBy('kind'),
)

const byClass = statement((q, p: Params<{ uai: string }>) =>
  q
    .selectFrom('class_member')
    .innerJoin('person', 'person.account_id', 'class_member.account_id')
    .select((eb) => [
      'class_member.class as class',
      eb.fn.countAll<number>().as('total'),
      eb.fn.count<number>('person.activated_at').as('activated'),
    ])
    .where('class_member.uai', '=', p.uai)
    .where('class_member.role', '=', 'pupil')
    .where('class_member.kind', '=', 'class')
    .where('person.blocked_at', 'is', null)
    .where('person.suspended_at', 'is', null)
    .groupBy('class_member.class')
    .orderBy('class_member.class'),
)

const total = statement((q, p: Params<{ uai: string; now: number }>) =>
  q
    .selectFrom('person')
    .select((eb) => [eb.fn.countAll<number>().as('total'), eb.fn.count<number>('activated_at').as('activated')])
    .where('blocked_at', 'is', null)
    .where('suspended_at', 'is', null)
    .where((eb) =>
      eb(
        'account_id',
        'in',
        eb
          .selectFrom('profile')
          .select('account_id')
          .where('uai', '=', p.uai)
          .where((e) => e.or([e('starts_at', 'is', null), e('starts_at', '<=', p.now)]))
          .where((e) => e.or([e('ends_at', 'is', null), e('ends_at', '>', p.now)])),
      ),
    ),
)

const numbers = (row: Rate | undefined): Rate => ({
  total: Number(row?.total ?? 0),
  activated: Number(row?.activated ?? 0),
})

/** The rates of one school; blocked and suspended people are not counted. */
export const activationRate = async (
  tx: Reader,
  school: { readonly uai: string; readonly name: string },
  now = Date.now(),
): Promise<SchoolRate> => {
  const { uai, name } = school
  const kinds = await tx.all(byKind, { uai, now })
  const classes = await tx.all(byClass, { uai })
  return {
    uai,
    name,
    ...numbers(await tx.first(total, { uai, now })),
    kinds: kinds.map((row) => ({ kind: row.kind, ...numbers(row) })),
    classes: classes.map((row) => ({ class: row.class, ...numbers(row) })),
  }
}
