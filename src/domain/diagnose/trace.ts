/**
 * What became of mail and of sign-ins, when the mailboxes cannot tell it: which rule filed a message, what was refused,
 * which program used a wrong password. Without content: times, domains, sizes, reasons. It is written in batches a moment
 * later, so that nothing waits for it; what a crash takes with it is a line of explanation, never a message.
 */
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { Store } from '#store/store.ts'
import type { Context } from '../context.ts'
import { ruleAt } from './rule-at.ts'

export type TraceKind = 'mail' | 'sign-in'

export interface TraceDetail {
  readonly mailbox?: string
  readonly rule?: string
  readonly script?: string
  readonly line?: number
  readonly address?: string
  readonly ip?: string
}

export interface TraceLine {
  readonly account: number
  readonly kind: TraceKind
  /** `filed`, `discarded`, `redirected`, `refused`, or the reason of a refusal. */
  readonly result: string
  /** The sender's domain; the protocol of a sign-in. */
  readonly counterpart: string
  readonly size: number
  readonly detail: TraceDetail
}

interface Waiting extends TraceLine {
  readonly at: number
  times: number
}

interface Buffer {
  readonly lines: Map<string, Waiting>
  timer: NodeJS.Timeout | undefined
  writing: Promise<void> | undefined
}

const buffers = new WeakMap<Store, Buffer>()
/** A flood is counted, not written down line by line. */
const mostWaiting = 5000
const waitMs = 1000
const batch = 200

const bufferOf = (store: Store): Buffer => {
  let buffer = buffers.get(store)
  if (!buffer) buffers.set(store, (buffer = { lines: new Map(), timer: undefined, writing: undefined }))
  return buffer
}

/** Notes a line; the same one within a moment is counted. Costs no transaction, and never fails. */
export const noteTrace = (ctx: Context, line: TraceLine): void => {
  const buffer = bufferOf(ctx.store)
  const key = JSON.stringify([line.account, line.kind, line.result, line.counterpart, line.size, line.detail])
  const same = buffer.lines.get(key)
  if (same) {
    same.times++
    return
  }
  if (buffer.lines.size >= mostWaiting) return
  buffer.lines.set(key, { ...line, at: ctx.clock.now(), times: 1 })
  if (buffer.timer) return
  buffer.timer = setTimeout(() => void flushTrace(ctx), waitMs)
  buffer.timer.unref()
}

const insert = statement(
  (
    q,
    p: Params<{
      account: number
      at: number
      kind: string
      result: string
      counterpart: string
      size: number
      detail: string
      times: number
    }>,
  ) =>
    q.insertInto('trace').values({
      account_id: p.account,
      at: p.at,
      kind: p.kind,
      result: p.result,
      counterpart: p.counterpart,
      size: p.size,
      detail: p.detail,
      times: p.times,
    }),
)

/** A line of a script is the name of a rule, as long as the script is there. */
const named = async (ctx: Context, { account, detail }: Waiting): Promise<TraceDetail> => {
  const { script, line, ...rest } = detail
  if (script === undefined || line === undefined) return detail
  const rule = await ruleAt(ctx, account, script, line).catch(() => undefined)
  return { ...rest, script, line, ...(rule === undefined ? {} : { rule }) }
}

const write = async (ctx: Context, lines: readonly Waiting[]): Promise<void> => {
  for (let from = 0; from < lines.length; from += batch) {
    const some = lines.slice(from, from + batch)
    const details = await Promise.all(some.map((line) => named(ctx, line)))
    await ctx.store.writeGlobal(async (tx) => {
      for (const [n, { account, at, kind, result, counterpart, size, times }] of some.entries())
        await tx.run(insert, {
          account,
          at,
          kind,
          result: result.slice(0, 60),
          counterpart: counterpart.slice(0, 253),
          size,
          detail: JSON.stringify(details[n]),
          times,
        })
    })
  }
}

/** Writes down what waits. Never rejects: the log says what was lost. */
export const flushTrace = async (ctx: Context): Promise<void> => {
  const buffer = bufferOf(ctx.store)
  clearTimeout(buffer.timer)
  buffer.timer = undefined
  await buffer.writing
  const lines = [...buffer.lines.values()]
  if (lines.length === 0) return
  buffer.lines.clear()
  buffer.writing = write(ctx, lines)
    .catch((error: unknown) => ctx.log.warn('trace.lost', { lines: lines.length, message: String(error) }))
    .finally(() => {
      buffer.writing = undefined
    })
  await buffer.writing
}

const ofAccount = statement((q, p: Params<{ account: number; since: number; limit: number }>) =>
  q
    .selectFrom('trace')
    .selectAll()
    .where('account_id', '=', p.account)
    .where('at', '>=', p.since)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(p.limit),
)

export interface TraceRow extends Omit<TraceLine, 'account'> {
  readonly at: number
  readonly times: number
}

const detailOf = (json: string): TraceDetail => {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? (value as TraceDetail) : {}
  } catch {
    return {}
  }
}

/** The lines of an account since a moment, the latest first. */
export const readTrace = async (tx: Reader, account: number, since: number, limit = 200): Promise<TraceRow[]> =>
  (await tx.all(ofAccount, { account, since, limit })).map(
    ({ at, kind, result, counterpart, size, detail, times }) => ({
      at,
      kind: kind === 'sign-in' ? 'sign-in' : 'mail',
      result,
      counterpart,
      size,
      detail: detailOf(detail),
      times,
    }),
  )

const dropBefore = statement((q, p: Params<{ before: number }>) => q.deleteFrom('trace').where('at', '<', p.before))

/** Forgets what is older than so many days. Returns how many lines. */
export const trimTrace = async (ctx: Context, days: number): Promise<number> => {
  const before = ctx.clock.now() - days * 86_400_000
  return (await ctx.store.writeGlobal((tx) => tx.run(dropBefore, { before }))).changes
}
