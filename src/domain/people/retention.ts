/**
 * How long the audit log is kept: six to twelve months by default of law (CNIL, délibération 2021-122), by
 * configuration. Trimming is the only deletion the log knows, and is a line of the log itself.
 */
import { type Params, statement } from '#store/engine.ts'
import type { Context } from '../context.ts'
import { appendAudit } from './audit.ts'

/** Lines deleted by one transaction: a few milliseconds. */
const slice = 2000

/** The same day so many months before, in UTC; the last of the month when there is no such day. */
export const monthsBefore = (now: number, months: number): number => {
  const date = new Date(now)
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() - months)
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  date.setUTCDate(Math.min(day, last))
  return date.getTime()
}

const boundary = statement((q, p: Params<{ before: number; offset: number }>) =>
  q.selectFrom('audit').select(['id']).where('at', '<', p.before).orderBy('id').limit(1).offset(p.offset),
)

const lastOld = statement((q, p: Params<{ before: number }>) =>
  q
    .selectFrom('audit')
    .select((eb) => eb.fn.max('id').as('id'))
    .where('at', '<', p.before),
)

const drop = statement((q, p: Params<{ before: number; upTo: number }>) =>
  q.deleteFrom('audit').where('at', '<', p.before).where('id', '<=', p.upTo),
)

/** Deletes the lines older than so many months, a slice at a time; each slice says so. Returns how many went. */
export const trimAudit = async (ctx: Context, months: number, actor = 'retention'): Promise<number> => {
  const now = ctx.clock.now()
  const before = monthsBefore(now, months)
  for (let total = 0; ; ) {
    const deleted = await ctx.store.writeGlobal(async (tx) => {
      const upTo =
        (await tx.first(boundary, { before, offset: slice - 1 }))?.id ?? (await tx.first(lastOld, { before }))?.id
      if (upTo === undefined || upTo === null) return 0
      const { changes } = await tx.run(drop, { before, upTo: Number(upTo) })
      const detail = `${changes} lines before ${new Date(before).toISOString().slice(0, 10)}`
      if (changes > 0) await appendAudit(tx, now, { actor, action: 'audit.trim', target: 'audit', detail })
      return changes
    })
    total += deleted
    if (deleted < slice) return total
  }
}

const page = statement((q, p: Params<{ after: number; since: number; until: number; limit: number }>) =>
  q
    .selectFrom('audit')
    .selectAll()
    .where('id', '>', p.after)
    .where('at', '>=', p.since)
    .where('at', '<', p.until)
    .orderBy('id')
    .limit(p.limit),
)

/** Every line between two moments, oldest first, a page at a time: the export of the log. */
export async function* exportAudit(ctx: Context, since: number, until: number) {
  const limit = 500
  for (let after = 0; ; ) {
    const rows = await ctx.store.read((tx) => tx.all(page, { after, since, until, limit }))
    yield* rows
    after = rows.at(-1)?.id ?? after
    if (rows.length < limit) return
  }
}
