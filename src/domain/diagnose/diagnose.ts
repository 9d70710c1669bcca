/** The diagnosis of a person: every check, what may be repaired at once, and where a message went. */
import { Failure } from '#base/failure.ts'
import { parseHeaderBlock } from '#format/mime/headers.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import { activateScript } from '../filter/scripts.ts'
import { readVacation, saveVacation } from '../filter/vacation-response.ts'
import { appendAudit } from '../people/audit.ts'
import { revokeAppPassword } from '../people/credentials.ts'
import type { People } from '../people/people.ts'
import { type Principal, requireStepUp } from '../people/principal.ts'
import { parisMoment } from '../support/paris.ts'
import { type Finding, lookAt, type Repair } from './checks.ts'
import { readFacts, type Whence } from './facts.ts'
import { domainOf } from './mail-trace.ts'
import { flushTrace, readTrace } from './trace.ts'
import { type Language, say } from './words.data.ts'

export interface Report {
  readonly at: number
  readonly findings: readonly Finding[]
}

/** Runs every check for an account. `whence`: where its owner asks from; a helper is elsewhere. */
export const diagnose = async (
  people: People,
  account: number,
  language: Language,
  whence?: Whence,
): Promise<Report> => {
  const facts = await readFacts(people, account, whence)
  return { at: facts.now, findings: lookAt(facts, language) }
}

/** A report as plain text: what goes into a request for help. */
export const reportText = ({ findings }: Report): string =>
  findings
    .filter(({ verdict }) => verdict !== 'good')
    .map(({ title, text, lines }) => [`- ${title}. ${text}`, ...lines.map((line) => `    ${line}`)].join('\n'))
    .join('\n')

/**
 * Does one of the repairs that a finding offers, for its owner. Throws Failure stepUpRequired (lifting a wait, removing
 * a device), notFound, invalid.
 */
export const repair = async (people: People, owner: Principal, what: Repair, target: number): Promise<void> => {
  const { ctx } = people
  const { accountId: account, login } = owner
  const note = (detail: string) => ({ actor: login, action: 'diagnosis.repair' as const, accountId: account, detail })
  switch (what) {
    case 'unlock':
      requireStepUp(owner, ctx.clock.now())
      people.throttle.clear(account)
      await ctx.store.writeGlobal((tx) => appendAudit(tx, ctx.clock.now(), note('unlock')))
      return
    case 'revoke-device':
      requireStepUp(owner, ctx.clock.now())
      return revokeAppPassword(people, login, account, target)
    case 'pause-rules':
      return ctx.store.write(account, async (tx) => {
        await activateScript(tx, undefined)
        await appendAudit(tx, tx.now, note('pause-rules'))
      })
    case 'stop-vacation':
      return ctx.store.write(account, async (tx) => {
        await saveVacation(tx, { ...(await readVacation(tx, account)), enabled: false })
        await appendAudit(tx, tx.now, note('stop-vacation'))
      })
    default:
      throw new Failure('invalid', 'there is no such repair', { property: 'repair' })
  }
}

/** One message, or what became of one. */
export interface Traced {
  readonly at: number
  /** The sender's domain. */
  readonly from: string
  readonly size: number
  readonly text: string
  /** Where it is now; empty: nowhere here. */
  readonly mailboxes: readonly string[]
}

const arrivals = statement((q, p: Params<{ account: number; from: number; to: number; limit: number }>) =>
  q
    .selectFrom('email')
    .innerJoin('content', 'content.blob_id', 'email.blob_id')
    .select([
      'email.id as id',
      'email.thread_id as thread',
      'email.received_at as at',
      'email.size as size',
      'content.headers as headers',
    ])
    .where('email.account_id', '=', p.account)
    .where('email.received_at', '>=', p.from)
    .where('email.received_at', '<', p.to)
    .orderBy('email.received_at', 'desc')
    .limit(p.limit),
)

const places = statement((q, p: Params<{ account: number; thread: number; email: number }>) =>
  q
    .selectFrom('message')
    .innerJoin('mailbox', (join) =>
      join.onRef('mailbox.account_id', '=', 'message.account_id').onRef('mailbox.id', '=', 'message.mailbox_id'),
    )
    .select(['mailbox.name as name', 'mailbox.role as role', 'message.saved_at as savedAt'])
    .where('message.account_id', '=', p.account)
    .where('message.thread_id', '=', p.thread)
    .where('message.email_id', '=', p.email)
    .limit(10),
)

/** The domain of whoever sent it, as its From says. */
const senderDomain = (headers: Uint8Array | null): string => {
  if (!headers) return ''
  const block = parseHeaderBlock(headers)
  const from = block.find(({ name }) => name.toLowerCase() === 'from')
  const text = from ? new TextDecoder('latin1').decode(headers.subarray(from.start, from.end)) : ''
  return /@([a-z0-9.-]+)/i.exec(text)?.[1]?.toLowerCase() ?? ''
}

const mostLooked = 2000
const mostFound = 60
const day = 86_400_000

const readArrivals = async (
  tx: Reader,
  account: number,
  span: { readonly from: number; readonly to: number },
  domain: string,
  language: Language,
): Promise<Traced[]> => {
  const words = received[language]
  const rows = await tx.all(arrivals, { account, ...span, limit: mostLooked })
  const found: Traced[] = []
  for (const { id, thread, at, size, headers } of rows) {
    if (found.length >= mostFound) break
    const from = senderDomain(headers)
    if (domain !== '' && from !== domain) continue
    const mailboxes = await tx.all(places, { account, thread, email: id })
    const names = mailboxes.map(({ name }) => name)
    const moved = mailboxes.some(({ savedAt }) => savedAt > at + 60_000)
    found.push({
      at,
      from,
      size,
      mailboxes: names,
      text: names.length === 0 ? words.gone : moved ? words.moved : words.here,
    })
  }
  return found
}

const received = {
  fr: { here: 'Reçu, et toujours là.', moved: 'Reçu, puis déplacé.', gone: 'Reçu, puis supprimé.' },
  en: { here: 'Received, and still there.', moved: 'Received, then moved.', gone: 'Received, then deleted.' },
} as const

export interface MailQuestion {
  /** An address, or a domain; empty: any sender. */
  readonly sender: string
  /** The day it should have come, `2026-11-24`; absent: the last week. */
  readonly day?: string | undefined
}

/**
 * What became of messages: those that are here, and what rules and refusals did to others. Times, domains, sizes and
 * places only: no subject, no text. Throws Failure invalid.
 */
export const traceMail = async (
  people: People,
  account: number,
  question: MailQuestion,
  language: Language,
): Promise<Traced[]> => {
  const { ctx } = people
  const { sender, day: wanted } = question
  if (wanted !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(wanted))
    throw new Failure('invalid', 'that is no day', { property: 'day' })
  const domain = sender.trim() === '' ? '' : domainOf(sender.trim())
  const now = ctx.clock.now()
  const from = wanted === undefined ? now - 7 * day : parisMoment(wanted, 0)
  // A day with a change of the clock has an hour more.
  const span = { from, to: wanted === undefined ? now + day : from + 25 * 3_600_000 }
  await flushTrace(ctx)
  const words = say[language]
  return ctx.store.read(async (tx) => {
    const lines = (await readTrace(tx, account, span.from, 500))
      .filter(
        ({ kind, at, counterpart }) => kind === 'mail' && at < span.to && (domain === '' || counterpart === domain),
      )
      .map(
        (row): Traced => ({
          at: row.at,
          from: row.counterpart,
          size: row.size,
          text: words.traced(row),
          mailboxes: [],
        }),
      )
    const here = await readArrivals(tx, account, span, domain, language)
    return [...lines, ...here].sort((a, b) => b.at - a.at).slice(0, mostFound)
  })
}
