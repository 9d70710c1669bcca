/**
 * Incidents told in the portal, by push and in the digest, to the people they concern and as each has chosen (category
 * `status`): when one begins, when it is over, the day before maintenance. A slice of people at a time; how far it has come
 * is in the row of the step. Urgent ones pass quiet hours, when whoever announces says so.
 */
import { type Params, type Reader, statement } from '#store/engine.ts'
import { membersOf } from '../directory/audience.ts'
import { type Audience, audience, everyone } from '../directory/audience-rules.ts'
import type { ProfileKind } from '../directory/profiles.ts'
import { notify } from '../notify/notify.ts'
import { preferencesOf } from '../notify/preferences.ts'
import type { People } from '../people/people.ts'
import { type Incident, incidentById, type Phase, updatesOf } from '../support/incidents.ts'
import { phaseWords } from './words.data.ts'

const slice = 200

/** Steps that everybody concerned is told of; the first one of an incident always is. */
const rings: ReadonlySet<Phase> = new Set(['resolved', 'planned', 'reminder', 'cancelled'])

/** Who stands at each door of the sign-in page. */
const kinds: Readonly<Record<string, readonly ProfileKind[]>> = {
  staff: ['teacher', 'head', 'school-life', 'academy'],
  administrative: ['administrative', 'technical'],
  pupil: ['pupil'],
  parent: ['parent'],
}

const concerned = ({ audience: door }: Incident): Audience => {
  const profiles = kinds[door]
  return profiles ? audience({ profiles: [...profiles] }) : { include: [everyone], exclude: [] }
}

const waiting = statement((q) =>
  q
    .selectFrom('incident_update')
    .select(['id', 'incident_id', 'ring_from', 'urgent'])
    .where('ring_from', 'is not', null)
    .orderBy('id')
    .limit(1),
)
const advance = statement((q, p: Params<{ id: number; was: number; next: number | null }>) =>
  q.updateTable('incident_update').set({ ring_from: p.next }).where('id', '=', p.id).where('ring_from', '=', p.was),
)
const subscribed = (tx: Reader, ids: readonly number[]) =>
  tx.query((q) =>
    q
      .selectFrom('address')
      .innerJoin('status_subscriber', 'status_subscriber.address', 'address.address')
      .select('address.account_id as id')
      .where('address.account_id', 'in', [...ids])
      .where('status_subscriber.confirmed_at', 'is not', null),
  )
const localesOf = (tx: Reader, ids: readonly number[]) =>
  tx.query((q) =>
    q
      .selectFrom('account')
      .select(['id', 'locale'])
      .where('id', 'in', [...ids]),
  )

/** Those of a slice who are told here: who subscribed by mail and wants no push has been told. */
const toldHere = async (tx: Reader, ids: readonly number[]): Promise<Map<number, 'fr' | 'en'>> => {
  if (ids.length === 0) return new Map()
  const wanted = await preferencesOf(tx, ids)
  const byMail = new Set((await subscribed(tx, ids)).map(({ id }) => id))
  const people = (await localesOf(tx, ids)).filter(({ id }) => {
    const choice = wanted.get(id)?.channels.status
    const any = choice !== undefined && (choice.portal || choice.push || choice.mail !== 'no')
    return any && !(byMail.has(id) && !choice.push)
  })
  return new Map(people.map(({ id, locale }) => [id, locale.startsWith('en') ? 'en' : 'fr']))
}

/** Tells the next people of the oldest step that is to be told. Returns false when there is none. */
export const ringConcerned = async (people: People): Promise<boolean> => {
  const { store, clock } = people.ctx
  const now = clock.now()
  const due = await store.read(async (tx) => {
    const row = await tx.first(waiting, {})
    if (!row || row.ring_from === null) return
    const incident = await incidentById(tx, row.incident_id)
    const steps = (await updatesOf(tx, [incident])).get(incident.id) ?? []
    const step = steps.find(({ id }) => id === row.id)
    const isFirst = step !== undefined && steps.every(({ id }) => id >= row.id)
    const page = { now, after: row.ring_from, limit: slice }
    const rung = step !== undefined && (isFirst || rings.has(step.phase))
    const found = rung ? await membersOf(tx, concerned(incident), page) : { ids: [], next: null }
    return { row, from: row.ring_from, incident, step, found, told: await toldHere(tx, found.ids) }
  })
  if (!due) return false
  const { row, from, incident, step, found, told } = due
  await store.writeGlobal(async (tx) => {
    // Another process was quicker.
    if ((await tx.run(advance, { id: row.id, was: from, next: found.next })).changes === 0 || !step) return
    for (const [account, language] of told)
      await notify(
        tx,
        {
          account,
          category: 'status',
          title: `${phaseWords[step.phase][language]} – ${incident.title[language]}`,
          text: step.body[language] || incident.body[language],
          url: `/${language === 'fr' ? 'etat' : 'status'}#i${incident.id}`,
          urgent: row.urgent === 1,
          once: `status:${row.id}`,
        },
        now,
      )
  })
  if (told.size > 0) store.bus.publishTopic('outbox')
  return true
}
