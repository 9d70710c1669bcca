/** Requests for help as rows: read and written within the transactions of others. */
import { Failure } from '#base/failure.ts'
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import { type Status, statuses } from './rights.data.ts'

export interface Ticket {
  readonly id: number
  readonly accountId: number | null
  readonly mail: string
  readonly name: string
  readonly language: 'fr' | 'en'
  readonly uai: string
  readonly topic: string
  /** 1 the school, 2 the platform. */
  readonly level: number
  readonly status: Status
  readonly subject: string
  readonly assigneeId: number | null
  readonly report: string
  readonly rating: number | null
  readonly createdAt: number
  readonly updatedAt: number
}

const byId = statement((q, p: Params<{ id: number }>) => q.selectFrom('ticket').selectAll().where('id', '=', p.id))

interface Row {
  readonly id: number
  readonly account_id: number | null
  readonly mail: string
  readonly name: string
  readonly language: string
  readonly uai: string
  readonly topic: string
  readonly level: number
  readonly status: string
  readonly subject: string
  readonly assignee_id: number | null
  readonly report: string
  readonly rating: number | null
  readonly created_at: number
  readonly updated_at: number
}

export const ticketOf = (row: Row): Ticket => ({
  id: row.id,
  accountId: row.account_id,
  mail: row.mail,
  name: row.name,
  language: row.language === 'en' ? 'en' : 'fr',
  uai: row.uai,
  topic: row.topic,
  level: row.level,
  status: statuses.find((one) => one === row.status) ?? 'open',
  subject: row.subject,
  assigneeId: row.assignee_id,
  report: row.report,
  rating: row.rating,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** Throws Failure notFound. */
export const ticketById = async (tx: Reader, id: number): Promise<Ticket> => {
  const row = await tx.first(byId, { id })
  if (!row) throw new Failure('notFound', 'there is no such request')
  return ticketOf(row)
}

const insert = statement(
  (
    q,
    p: Params<{
      account: number | null
      mail: string
      name: string
      language: string
      uai: string
      topic: string
      level: number
      subject: string
      report: string
      now: number
    }>,
  ) =>
    q
      .insertInto('ticket')
      .values({
        account_id: p.account,
        mail: p.mail,
        name: p.name,
        language: p.language,
        uai: p.uai,
        topic: p.topic,
        level: p.level,
        status: 'new',
        subject: p.subject,
        assignee_id: null,
        report: p.report,
        rating: null,
        created_at: p.now,
        updated_at: p.now,
        closed_at: null,
      })
      .returning('id'),
)

export interface NewRow {
  readonly accountId: number | null
  readonly mail: string
  readonly name: string
  readonly language: string
  readonly uai: string
  readonly topic: string
  readonly level: number
  readonly subject: string
  readonly report: string
}

/** One line, bounded. */
export const oneLine = (text: string, most: number): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, most)

export const insertTicket = async (tx: Writer, row: NewRow, now: number): Promise<number> => {
  const { accountId: account, ...rest } = row
  const made = await tx.first(insert, {
    ...rest,
    account,
    name: oneLine(rest.name, 200),
    subject: oneLine(rest.subject, 200),
    report: rest.report.slice(0, 20_000),
    now,
  })
  return (made as { id: number }).id
}

const insertEntry = statement(
  (
    q,
    p: Params<{
      ticket: number
      at: number
      kind: string
      side: string
      author: number | null
      name: string
      body: string
      message: string
    }>,
  ) =>
    q
      .insertInto('ticket_entry')
      .values({
        ticket_id: p.ticket,
        at: p.at,
        kind: p.kind,
        side: p.side,
        author_id: p.author,
        author: p.name,
        body: p.body,
        message_id: p.message,
      })
      .returning('id'),
)

export interface NewEntry {
  readonly kind: 'message' | 'note' | 'event'
  readonly side: 'person' | 'desk' | 'clock'
  readonly authorId: number | null
  readonly author: string
  readonly body: string
  readonly messageId?: string
}

export const longestBody = 20_000

export const addEntry = async (tx: Writer, ticket: number, entry: NewEntry, at: number): Promise<number> => {
  const row = await tx.first(insertEntry, {
    ticket,
    at,
    kind: entry.kind,
    side: entry.side,
    author: entry.authorId,
    name: oneLine(entry.author, 200),
    // Line ends stay; other control characters have no place in what people read.
    body: entry.body
      .replace(/\r\n?/g, '\n')
      .replace(/[^\P{Cc}\n\t]+/gu, ' ')
      .slice(0, longestBody),
    message: (entry.messageId ?? '').slice(0, 400),
  })
  return (row as { id: number }).id
}

const change = statement(
  (
    q,
    p: Params<{
      id: number
      status: string
      level: number
      assignee: number | null
      rating: number | null
      now: number
      closed: number | null
    }>,
  ) =>
    q
      .updateTable('ticket')
      .set({
        status: p.status,
        level: p.level,
        assignee_id: p.assignee,
        rating: p.rating,
        updated_at: p.now,
        closed_at: p.closed,
      })
      .where('id', '=', p.id),
)

/** Changes where a request stands. */
export const changeTicket = async (
  tx: Writer,
  ticket: Ticket,
  to: Partial<Pick<Ticket, 'status' | 'level' | 'assigneeId' | 'rating'>>,
  now: number,
): Promise<void> => {
  const after = { ...ticket, ...to }
  const over = after.status === 'solved' || after.status === 'closed'
  await tx.run(change, {
    id: ticket.id,
    status: after.status,
    level: after.level,
    assignee: after.assigneeId,
    rating: after.rating,
    now,
    closed: over ? now : null,
  })
}

const entries = statement((q, p: Params<{ ticket: number }>) =>
  q.selectFrom('ticket_entry').selectAll().where('ticket_id', '=', p.ticket).orderBy('id').limit(1000),
)

export interface TicketEntry {
  readonly id: number
  readonly at: number
  readonly kind: 'message' | 'note' | 'event'
  readonly side: 'person' | 'desk' | 'clock'
  readonly author: string
  readonly body: string
  readonly messageId: string
}

const kinds = ['message', 'note', 'event'] as const
const sides = ['person', 'desk', 'clock'] as const

/** Everything that was said, in order. */
export const entriesOf = async (tx: Reader, ticket: number): Promise<TicketEntry[]> =>
  (await tx.all(entries, { ticket })).map((row) => ({
    id: row.id,
    at: row.at,
    kind: kinds.find((one) => one === row.kind) ?? 'event',
    side: sides.find((one) => one === row.side) ?? 'clock',
    author: row.author,
    body: row.body,
    messageId: row.message_id,
  }))
