/**
 * The clockwork of maintenance: it is reminded of the day before, begins and ends at its hours, and each step is one of
 * its story, which subscribers are told of.
 */
import { type Params, statement } from '#store/engine.ts'
import type { Context } from '../context.ts'
import { appendUpdate } from '../support/incident-write.ts'
import { type Incident, incidentById, type Phase } from '../support/incidents.ts'

const day = 86_400_000
/** Who has planned something less than this ahead has told of it well enough. */
const remindAhead = day

const waiting = statement((q, p: Params<{ before: number }>) =>
  q
    .selectFrom('incident')
    .select('id')
    .where('kind', '=', 'maintenance')
    .where('phase', 'in', ['planned', 'reminder', 'started'])
    .where('starts_at', '<=', p.before)
    .orderBy('starts_at')
    .limit(100),
)

const createdAt = statement((q, p: Params<{ id: number }>) =>
  q.selectFrom('incident').select('created_at').where('id', '=', p.id),
)

/** The step whose time has come. */
export const dueStep = (
  { phase, startsAt, endsAt }: Pick<Incident, 'phase' | 'startsAt' | 'endsAt'>,
  created: number,
  now: number,
): Phase | undefined => {
  if (endsAt !== undefined && endsAt <= now) return 'finished'
  if (startsAt <= now) return phase === 'started' ? undefined : 'started'
  const due = startsAt - remindAhead
  return phase === 'planned' && due <= now && created < due ? 'reminder' : undefined
}

/** Takes the steps whose time has come. Returns how many. */
export const turnMaintenance = (ctx: Context): Promise<number> =>
  ctx.store.writeGlobal(async (tx) => {
    const now = ctx.clock.now()
    let steps = 0
    for (const { id } of await tx.all(waiting, { before: now + remindAhead })) {
      const incident = await incidentById(tx, id)
      const created = (await tx.first(createdAt, { id }))?.created_at ?? now
      const phase = dueStep(incident, created, now)
      if (phase === undefined) continue
      await appendUpdate(tx, incident, { at: now, phase, by: 'clock' })
      steps++
    }
    return steps
  })
