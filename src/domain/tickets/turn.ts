/** The clockwork of requests: nobody answers in the school, so the académie does; what is solved is closed; what is old goes. */
import { type Params, statement } from '#store/engine.ts'
import type { Context } from '../context.ts'
import { addEntry, changeTicket, ticketOf } from './rows.ts'
import { tellDesk } from './tickets.ts'
import { ticketMail } from './words.data.ts'

const hour = 3_600_000
const day = 24 * hour

/** A solved request may be answered for so long. */
export const solvedLife = 14 * day

const unanswered = statement((q, p: Params<{ before: number }>) =>
  q
    .selectFrom('ticket')
    .selectAll()
    .where('status', '=', 'new')
    .where('level', '=', 1)
    .where('created_at', '<', p.before)
    .limit(100),
)

const solved = statement((q, p: Params<{ before: number }>) =>
  q.selectFrom('ticket').selectAll().where('status', '=', 'solved').where('updated_at', '<', p.before).limit(100),
)

const old = statement((q, p: Params<{ before: number }>) =>
  q.selectFrom('ticket').select('id').where('status', '=', 'closed').where('updated_at', '<', p.before).limit(100),
)

const dropFiles = statement((q, p: Params<{ id: number }>) => q.deleteFrom('ticket_file').where('ticket_id', '=', p.id))
const dropEntries = statement((q, p: Params<{ id: number }>) =>
  q.deleteFrom('ticket_entry').where('ticket_id', '=', p.id),
)
const drop = statement((q, p: Params<{ id: number }>) => q.deleteFrom('ticket').where('id', '=', p.id))

export interface Turned {
  readonly escalated: number
  readonly closed: number
  readonly forgotten: number
}

/** Does what is due. `hours` without an answer pass a request on (0: never); closed ones are kept `months`. */
export const turnTickets = (
  ctx: Context,
  { hours, months }: { readonly hours: number; readonly months: number },
): Promise<Turned> =>
  ctx.store.writeGlobal(async (tx) => {
    const now = ctx.clock.now()
    const late = hours === 0 ? [] : (await tx.all(unanswered, { before: now - hours * hour })).map(ticketOf)
    for (const ticket of late) {
      await changeTicket(tx, ticket, { level: 2 }, now)
      const body = ticketMail[ticket.language].event.escalated
      await addEntry(tx, ticket.id, { kind: 'event', side: 'clock', authorId: null, author: '', body }, now)
      await tellDesk(tx, { ...ticket, level: 2 }, true, now)
    }
    const over = (await tx.all(solved, { before: now - solvedLife })).map(ticketOf)
    for (const ticket of over) await changeTicket(tx, ticket, { status: 'closed' }, now)
    const gone = await tx.all(old, { before: now - months * 30 * day })
    for (const { id } of gone) {
      await tx.run(dropFiles, { id })
      await tx.run(dropEntries, { id })
      await tx.run(drop, { id })
    }
    return { escalated: late.length, closed: over.length, forgotten: gone.length }
  })
