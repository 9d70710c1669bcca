/** Diagnosis and requests for help over plain HTTP. The server decides every right again; this only reads and asks. */
import { type Answer, ask, type Body, list, momentOf, numberOr, records, text } from '../../shell/request.ts'

export const verdicts = ['bad', 'warn', 'note', 'good'] as const
export type Verdict = (typeof verdicts)[number]

export interface Finding {
  readonly id: string
  readonly verdict: Verdict
  readonly title: string
  readonly text: string
  readonly lines: readonly string[]
  readonly repairs: readonly { readonly repair: string; readonly target: number; readonly label: string }[]
  readonly guide: string
}

export interface Grant {
  readonly id: number
  readonly name: string
  readonly at: number | undefined
  readonly until: number | undefined
  readonly isActive: boolean
}

export interface Report {
  /** The server's clock, in milliseconds. */
  readonly at: number
  readonly findings: readonly Finding[]
  readonly grants: readonly Grant[]
}

const readFinding = (one: Body): Finding => ({
  id: text(one.id),
  verdict: verdicts.find((verdict) => verdict === one.verdict) ?? 'note',
  title: text(one.title),
  text: text(one.text),
  lines: list(one.lines).map(text),
  repairs: records(one.repairs).map((each) => ({
    repair: text(each.repair),
    target: numberOr(each.target, 0),
    label: text(each.label),
  })),
  guide: text(one.guide),
})

const readReport = (answer: Body): Report => ({
  at: numberOr(answer.at, 0),
  findings: records(answer.findings).map(readFinding),
  grants: records(answer.grants).map((one) => ({
    id: numberOr(one.id, 0),
    name: text(one.name),
    at: momentOf(one.at),
    until: momentOf(one.until),
    isActive: one.active === true,
  })),
})

export const loadReport = (): Promise<Answer<Report>> => ask('/diagnosis', undefined, readReport)

/** Of somebody who has let this helper look. */
export const loadReportOf = (account: number): Promise<Answer<Report>> =>
  ask(`/admin/diagnosis/${account}`, undefined, readReport)

export interface Traced {
  readonly at: number | undefined
  readonly from: string
  readonly text: string
  readonly mailboxes: readonly string[]
}

/** Whose: one's own, or that of an account that one helps. */
export const findMail = (
  account: number | undefined,
  sender: string,
  day: string,
): Promise<Answer<readonly Traced[]>> => {
  const query = new URLSearchParams({ ...(sender === '' ? {} : { sender }), ...(day === '' ? {} : { day }) })
  const path = account === undefined ? '/diagnosis/mail' : `/admin/diagnosis/${account}/mail`
  return ask(`${path}?${query}`, undefined, (answer) =>
    records(answer.messages).map((one) => ({
      at: momentOf(one.at),
      from: text(one.from),
      text: text(one.text),
      mailboxes: list(one.mailboxes).map(text),
    })),
  )
}

export const statuses = ['new', 'open', 'waiting', 'solved', 'closed'] as const
export type Status = (typeof statuses)[number]

export interface TicketLine {
  readonly id: number
  readonly subject: string
  readonly status: Status
  readonly level: number
  readonly schoolName: string
  readonly name: string
  readonly isTaken: boolean
  readonly rating: number
  readonly updatedAt: number | undefined
}

const readLine = (one: Body): TicketLine => ({
  id: numberOr(one.id, 0),
  subject: text(one.subject),
  status: statuses.find((status) => status === one.status) ?? 'open',
  level: numberOr(one.level, 1),
  schoolName: text(one.schoolName),
  name: text(one.name),
  isTaken: one.taken === true,
  rating: numberOr(one.rating, 0),
  updatedAt: momentOf(one.updatedAt),
})

export interface Ticket extends TicketLine {
  readonly isDesk: boolean
  readonly may: readonly string[]
  readonly report: string
  readonly mail: string
  readonly account: number | undefined
  /** Who has it in hand, of those who may. */
  readonly assignee: number | undefined
  readonly helpers: readonly { readonly id: number; readonly name: string }[]
  readonly entries: readonly {
    readonly id: number
    readonly at: number | undefined
    readonly kind: string
    readonly side: string
    readonly author: string
    readonly body: string
  }[]
  readonly files: readonly { readonly id: number; readonly name: string; readonly size: number }[]
}

export const loadTickets = (): Promise<Answer<{ tickets: readonly TicketLine[]; address: string }>> =>
  ask('/tickets/own', undefined, (answer) => ({
    tickets: records(answer.tickets).map(readLine),
    address: text(answer.address),
  }))

export const loadQueue = (over: boolean, mine: boolean): Promise<Answer<readonly TicketLine[]>> =>
  ask(`/admin/tickets?over=${over ? '1' : '0'}&mine=${mine ? '1' : '0'}`, undefined, (answer) =>
    records(answer.tickets).map(readLine),
  )

/** `desk`: as somebody who answers, who needs a strong session. */
export const loadTicket = (id: number, desk: boolean): Promise<Answer<Ticket>> =>
  ask(desk ? `/admin/tickets/${id}` : `/tickets/one/${id}`, undefined, (answer) => ({
    ...readLine(answer),
    isDesk: answer.role === 'desk',
    may: list(answer.may).map(text),
    report: text(answer.report),
    mail: text(answer.mail),
    account: numberOr(answer.accountId, undefined),
    assignee: numberOr(answer.assignee, undefined),
    helpers: records(answer.helpers).map((one) => ({ id: numberOr(one.id, 0), name: text(one.name) })),
    entries: records(answer.entries).map((one) => ({
      id: numberOr(one.id, 0),
      at: momentOf(one.at),
      kind: text(one.kind),
      side: text(one.side),
      author: text(one.author),
      body: text(one.body),
    })),
    files: records(answer.files).map((one) => ({
      id: numberOr(one.id, 0),
      name: text(one.name),
      size: numberOr(one.size, 0),
    })),
  }))

/** Sends a file as it is. */
export const sendFile = async (id: number, file: File): Promise<Answer<undefined>> => {
  try {
    const response = await fetch(`/tickets/one/${id}/files?name=${encodeURIComponent(file.name.slice(0, 200))}`, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'x-csrf': '1', 'content-type': file.type || 'application/octet-stream' },
      body: file,
    })
    if (response.ok) return { kind: 'ok', value: undefined }
    const answer: unknown = await response.json().catch(() => ({}))
    const { code, message } = (answer ?? {}) as Record<string, unknown>
    return {
      kind: 'refused',
      code: text(code) || 'WEB-03',
      message: text(message),
      status: response.status,
      retryAfter: undefined,
      details: {},
    }
  } catch {
    return { kind: 'unreachable' }
  }
}

export const findGuides = (
  typed: string,
  language: string,
): Promise<Answer<readonly { title: string; url: string }[]>> =>
  ask(`/help/api/search?lang=${language}&q=${encodeURIComponent(typed)}`, undefined, (answer) =>
    records(answer.results)
      .slice(0, 6)
      .map((one) => ({ title: text(one.title), url: text(one.url) })),
  )
