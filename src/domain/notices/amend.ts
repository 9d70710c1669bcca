/** What authors do with a notice that people have: correct it, remind of it, withdraw it. As write.ts: right, trace, audit. */
import { Failure } from '#base/failure.ts'
import type { Words } from '#format/jmap/portal.ts'
import { type Params, statement, type Writer } from '#store/engine.ts'
import type { Actor } from '../directory/delegation.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import {
  addAct,
  checkNote,
  checkWords,
  encodeData,
  type NoticeAction,
  type NoticeStatus,
  type StoredNotice,
} from './notice.ts'
import { ownNotice, requireState } from './rights.ts'

const begin = statement(
  (q, p: Params<{ id: number; status: string; data: string; corrected: number | null; now: number }>) =>
    q
      .updateTable('notice')
      .set({ status: p.status, data: p.data, corrected_at: p.corrected, reached: 0, updated_at: p.now })
      .where('id', '=', p.id),
)

type Verb = 'correct' | 'remind' | 'withdraw'
const under: Readonly<Record<Verb, NoticeStatus>> = {
  correct: 'correcting',
  remind: 'reminding',
  withdraw: 'withdrawing',
}

/** One of the verbs on a published notice: `work` says what becomes of its data, and what the trace keeps. */
const act = async (
  people: People,
  actor: Actor,
  id: number,
  verb: Verb,
  work: (
    tx: Writer,
    notice: StoredNotice,
    now: number,
  ) => Promise<{ readonly data: Partial<StoredNotice>; readonly trace: Readonly<Record<string, unknown>> }>,
): Promise<void> => {
  const now = people.ctx.clock.now()
  await people.ctx.store.writeGlobal(async (tx) => {
    const notice = await ownNotice(tx, actor, id, now)
    requireState(notice, verb)
    const { data, trace } = await work(tx, notice, now)
    const corrected = verb === 'correct' ? now : notice.correctedAt
    await tx.run(begin, { id, status: under[verb], data: encodeData({ ...notice, ...data }), corrected, now })
    const action: NoticeAction = verb
    await addAct(tx, id, now, actor.login, action, trace)
    const about = { target: `${id}`, detail: JSON.stringify(trace).slice(0, 400) }
    await appendAudit(tx, now, { actor: actor.login, action: `notice.${verb}`, ...about })
  })
  people.ctx.store.bus.publishTopic('outbox')
}

const forgetReading = statement((q, p: Params<{ id: number }>) =>
  q
    .updateTable('notice_recipient')
    .set({ seen_at: null, acknowledged_at: null })
    .where('notice_id', '=', p.id)
    .where((eb) => eb.or([eb('seen_at', 'is not', null), eb('acknowledged_at', 'is not', null)])),
)

/**
 * Corrects what was published: readers see the new words and the note, the trace keeps the old ones; everybody is asked to
 * read again when `again`. Throws Failure notFound, conflict, invalid.
 */
export const correctNotice = (
  people: People,
  actor: Actor,
  id: number,
  given: { readonly title: Words; readonly body: Words; readonly note: Words; readonly again: boolean },
): Promise<void> => {
  const words = checkWords(given.title, given.body)
  const note = checkNote(given.note)
  return act(people, actor, id, 'correct', async (tx, { title, body }) => {
    if (given.again) await tx.run(forgetReading, { id })
    return { data: { ...words, note }, trace: { before: { title, body }, note, again: given.again } }
  })
}

/** Takes back what was published: readers see that it was, and why. Throws Failure notFound, conflict, invalid. */
export const withdrawNotice = (people: People, actor: Actor, id: number, given: Words): Promise<void> => {
  const note = checkNote(given)
  return act(people, actor, id, 'withdraw', async () => ({ data: { note }, trace: { note } }))
}

const dayBetween = 86_400_000
const lastReminder = statement((q, p: Params<{ id: number }>) =>
  q
    .selectFrom('notice_act')
    .select((eb) => eb.fn.max('at').as('at'))
    .where('notice_id', '=', p.id)
    .where('action', '=', 'remind'),
)

/** Reminds those who have not read it (not acknowledged it, when that is asked). At most once a day. */
export const remindNotice = (people: People, actor: Actor, id: number): Promise<void> =>
  act(people, actor, id, 'remind', async (tx, { reminders }, now) => {
    const last = Number((await tx.first(lastReminder, { id }))?.at ?? 0)
    if (last > now - dayBetween)
      throw new Failure('throttled', 'people are reminded once a day at most', {
        property: 'reminder',
        retryAfter: last + dayBetween - now,
      })
    return { data: { reminders: reminders + 1 }, trace: { reminder: reminders + 1 } }
  })
