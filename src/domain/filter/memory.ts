/** What filters remember of an account: whom they have answered (RFC 5230 §4.2), which messages they have seen (RFC 7352). */
import { hash } from 'node:crypto'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import type { Duplicate } from './filter.ts'

type Remembered = Params<{ account: number; id: string; expires: number }>

const answered = statement((q, p: Params<{ account: number; id: string; now: number }>) =>
  q
    .selectFrom('vacation_answer')
    .select('expires_at')
    .where('account_id', '=', p.account)
    .where('id', '=', p.id)
    .where('expires_at', '>', p.now),
)

const rememberAnswer = statement((q, p: Remembered) =>
  q
    .insertInto('vacation_answer')
    .values({ account_id: p.account, id: p.id, expires_at: p.expires })
    .onConflict((on) =>
      on.columns(['account_id', 'id']).doUpdateSet((e) => ({ expires_at: e.ref('excluded.expires_at') })),
    ),
)

const forgetAnswers = statement((q, p: Params<{ account: number; now: number }>) =>
  q.deleteFrom('vacation_answer').where('account_id', '=', p.account).where('expires_at', '<=', p.now),
)

const seenBefore = statement((q, p: Params<{ account: number; id: string; now: number }>) =>
  q
    .selectFrom('seen_duplicate')
    .select('expires_at')
    .where('account_id', '=', p.account)
    .where('id', '=', p.id)
    .where('expires_at', '>', p.now),
)

const rememberSeen = statement((q, p: Remembered) =>
  q
    .insertInto('seen_duplicate')
    .values({ account_id: p.account, id: p.id, expires_at: p.expires })
    .onConflict((on) =>
      on.columns(['account_id', 'id']).doUpdateSet((e) => ({ expires_at: e.ref('excluded.expires_at') })),
    ),
)

const forgetSeen = statement((q, p: Params<{ account: number; now: number }>) =>
  q.deleteFrom('seen_duplicate').where('account_id', '=', p.account).where('expires_at', '<=', p.now),
)

const digest = (...words: readonly string[]): string => hash('sha256', words.join('\0'), 'base64url')

/** Stands for a person answered under a handle; neither can be read from it. */
export const answerId = (handle: string, address: string): string => digest(handle, address.toLowerCase())

export const hasAnswered = async (tx: Reader, account: number, id: string, now: number): Promise<boolean> =>
  (await tx.first(answered, { account, id, now })) !== undefined

/** Remembers an answer until `expires`, and forgets those that are over. */
export const noteAnswer = async (tx: Writer, account: number, id: string, now: number, expires: number) => {
  await tx.run(forgetAnswers, { account, now })
  await tx.run(rememberAnswer, { account, id, expires })
}

const duplicateId = ({ handle, id }: Duplicate): string => digest(handle, id)

export const hasSeen = async (tx: Reader, account: number, duplicate: Duplicate, now: number): Promise<boolean> =>
  (await tx.first(seenBefore, { account, id: duplicateId(duplicate), now })) !== undefined

/** Remembers messages that were delivered. */
export const noteSeen = async (tx: Writer, account: number, duplicates: readonly Duplicate[], now: number) => {
  if (duplicates.length === 0) return
  await tx.run(forgetSeen, { account, now })
  for (const duplicate of duplicates)
    await tx.run(rememberSeen, { account, id: duplicateId(duplicate), expires: now + duplicate.seconds * 1000 })
}
