/** Who is in which class or group of a school: pupils, their teachers, the teacher who answers for a class. */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'

export type ClassRole = 'pupil' | 'teacher' | 'main-teacher'

export interface ClassMembership {
  readonly uai: string
  readonly class: string
  readonly kind: 'class' | 'group'
  readonly role: ClassRole
  /** Matter taught; empty for pupils. */
  readonly subject: string
}

const ofAccount = statement((q, p: Params<{ account: number }>) =>
  q
    .selectFrom('class_member')
    .select(['uai', 'class', 'kind', 'role', 'subject', 'source'])
    .where('account_id', '=', p.account)
    .orderBy('uai')
    .orderBy('class')
    .orderBy('role')
    .orderBy('subject'),
)

/** Every class and group a person belongs to or teaches in. */
export const classesOf = (tx: Reader, account: number): Promise<(ClassMembership & { readonly source: string })[]> =>
  tx.all(ofAccount, { account })

const put = statement(
  (
    q,
    p: Params<{
      uai: string
      name: string
      account: number
      kind: 'class' | 'group'
      role: ClassRole
      subject: string
      source: string
    }>,
  ) =>
    q
      .insertInto('class_member')
      .values({
        uai: p.uai,
        class: p.name,
        account_id: p.account,
        kind: p.kind,
        role: p.role,
        subject: p.subject,
        source: p.source,
      })
      .onConflict((on) =>
        on
          .columns(['uai', 'class', 'account_id', 'role', 'subject'])
          .doUpdateSet((eb) => ({ kind: eb.ref('excluded.kind'), source: eb.ref('excluded.source') })),
      ),
)

/** Longest name of a class or a matter. */
const longest = 60

/** A class as it is written: `3e B`, without control characters and outer blanks. Throws Failure invalid. */
export const checkClassName = (text: string): string => {
  const name = text
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
  if (name === '' || name.length > longest)
    throw new Failure('invalid', `the name of a class is 1 to ${longest} characters`, { property: 'class' })
  return name
}

/** Within a transaction: puts a person in a class or group; again is nothing. Throws Failure invalid. */
export const joinClass = async (
  tx: Writer,
  account: number,
  wanted: Omit<ClassMembership, 'kind' | 'subject'> & Partial<Pick<ClassMembership, 'kind' | 'subject'>>,
  source: string,
): Promise<void> => {
  const { uai, kind = 'class', role, subject = '' } = wanted
  const name = checkClassName(wanted.class)
  await tx.run(put, { uai, name, account, kind, role, subject: subject.normalize('NFC').slice(0, longest), source })
}

const drop = statement(
  (q, p: Params<{ account: number; uai: string; name: string; role: ClassRole; subject: string }>) =>
    q
      .deleteFrom('class_member')
      .where('account_id', '=', p.account)
      .where('uai', '=', p.uai)
      .where('class', '=', p.name)
      .where('role', '=', p.role)
      .where('subject', '=', p.subject),
)

/** Within a transaction: takes a person out of a class or group. */
export const leaveClass = async (tx: Writer, account: number, one: Omit<ClassMembership, 'kind'>): Promise<void> => {
  await tx.run(drop, { account, uai: one.uai, name: one.class, role: one.role, subject: one.subject })
}

const keyOf = (one: Omit<ClassMembership, 'kind'>): string =>
  JSON.stringify([one.uai, one.class, one.role, one.subject])

/**
 * Within a transaction: makes the memberships that `source` vouches for exactly these; those of other sources stay.
 * Returns how many rows changed.
 */
export const replaceClasses = async (
  tx: Writer,
  account: number,
  wanted: readonly ClassMembership[],
  source: string,
): Promise<number> => {
  const before = await classesOf(tx, account)
  const there = new Map(before.map((one) => [keyOf(one), one]))
  const asked = new Set(wanted.map(keyOf))
  let changes = 0
  for (const one of before)
    if (one.source === source && !asked.has(keyOf(one))) {
      await leaveClass(tx, account, one)
      changes++
    }
  for (const one of wanted)
    if (!there.has(keyOf(one))) {
      await joinClass(tx, account, one, source)
      changes++
    }
  return changes
}

const names = statement((q, p: Params<{ uai: string }>) =>
  q
    .selectFrom('class_member')
    .select((eb) => ['class as name', 'kind', eb.fn.countAll<number>().as('members')])
    .where('uai', '=', p.uai)
    .groupBy(['class', 'kind'])
    .orderBy('class'),
)

/** The classes and groups of a school that somebody is in. */
export const classNames = async (
  tx: Reader,
  uai: string,
): Promise<{ name: string; kind: 'class' | 'group'; members: number }[]> =>
  (await tx.all(names, { uai })).map((row) => ({ ...row, members: Number(row.members) }))
