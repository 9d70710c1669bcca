/** Runs what an account has asked for, on one message: its active script, and its vacation response. Changes nothing. */
import { hash } from 'node:crypto'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { Context } from '../context.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { splitAddress } from '../delivery/envelope.ts'
import { isLocalDomain, listAddresses } from '../people/addresses.ts'
import type { Action, FilterEnvelope, Outcome } from './filter.ts'
import { createFilterHost } from './host.ts'
import type { FilterMessage } from './message.ts'
import { runFilter } from './run.ts'
import { listScripts, programOf } from './scripts.ts'
import type { AnswerBody, Owner } from './vacation.ts'
import { readVacation, type VacationResponse, vacationIsOn } from './vacation-response.ts'

const accountRow = statement((q, p: Params<{ account: number }>) =>
  q.selectFrom('account').select(['name', 'locale']).where('id', '=', p.account),
)

/** Who the account is, to those who get mail from its filters. */
export const readOwner = async (tx: Reader, account: number): Promise<Owner> => {
  const row = await tx.first(accountRow, { account })
  const addresses = await listAddresses(tx, account)
  return {
    name: row?.name ?? '',
    addresses: addresses.map(({ address }) => address),
    language: row?.locale.startsWith('en') ? 'en' : 'fr',
  }
}

/** An answer that is asked for; whether it is due is looked at later. */
export interface WantedAnswer {
  /** What makes two answers the same. */
  readonly handle: string
  /** Seconds; undefined: the default. */
  readonly seconds: number | undefined
  readonly subject: string | undefined
  readonly from: string | undefined
  readonly addresses: readonly string[]
  readonly body: AnswerBody
  readonly fcc: Extract<Action, { kind: 'vacation' }>['fcc']
}

export interface Decision extends Outcome {
  readonly owner: Owner
  readonly answer: WantedAnswer | undefined
}

const handleOf = (...words: readonly (string | undefined)[]): string =>
  hash('sha256', words.map((word) => word ?? '').join('\0'), 'base64url')

const answerOfScript = (action: Extract<Action, { kind: 'vacation' }>): WantedAnswer => ({
  // RFC 5230 §4.2: another subject, sender or text is another answer, unless a handle says otherwise.
  handle: action.handle ?? handleOf(action.subject, action.from, String(action.mime), action.reason),
  seconds: action.seconds,
  subject: action.subject,
  from: action.from,
  addresses: action.addresses,
  body: action.mime ? { entity: action.reason } : { text: action.reason },
  fcc: action.fcc,
})

const plainText = (html: string): string =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

const answerOfResponse = (response: VacationResponse, outside: boolean): WantedAnswer => {
  const { subject, text, html, outsideText, from } = response
  const other = outside && outsideText !== null
  const body = other
    ? { text: outsideText }
    : { text: text ?? plainText(html ?? ''), ...(html === null ? {} : { html }) }
  return {
    handle: handleOf('response', subject ?? '', body.text, String(from)),
    seconds: undefined,
    subject: subject ?? undefined,
    from: undefined,
    addresses: [],
    body,
    fcc: undefined,
  }
}

const kept: Outcome = { actions: [{ kind: 'keep', flags: [] }], edits: [], remember: [] }

const readFilter = (ctx: Context, account: number) =>
  ctx.store.read(async (tx) => {
    const script = (await listScripts(tx, account)).find(({ active }) => active)
    return {
      script: script && { name: script.name, program: await programOf(ctx, tx, script) },
      response: await readVacation(tx, account),
      owner: await readOwner(tx, account),
    }
  })

/** What becomes of a message for an account. */
export const decide = async (
  delivery: Delivery,
  account: number,
  envelope: FilterEnvelope,
  message: FilterMessage,
): Promise<Decision> => {
  const { ctx, people } = delivery
  const { script, response, owner } = await readFilter(ctx, account)
  const outcome = script ? await runFilter([script], message, createFilterHost(delivery, account, envelope)) : kept
  const asked = outcome.actions.find((action) => action.kind === 'vacation')
  if (asked) return { ...outcome, owner, answer: answerOfScript(asked) }
  const delivered = outcome.actions.some(({ kind }) => kind === 'keep' || kind === 'fileinto' || kind === 'redirect')
  const outside = !isLocalDomain(people, splitAddress(envelope.from).domain)
  const away = delivered && vacationIsOn(response, ctx.clock.now())
  return { ...outcome, owner, answer: away ? answerOfResponse(response, outside) : undefined }
}
