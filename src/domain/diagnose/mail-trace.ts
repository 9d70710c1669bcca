/** What delivery tells the trace: only what the mailbox will not show by itself. */
import type { Context } from '../context.ts'
import { isRefusal } from '../delivery/refusal.ts'
import type { Incoming, Plan } from '../filter/plan.ts'
import { noteTrace, type TraceDetail } from './trace.ts'

/** The domain of an address; `<>` for reports of servers. */
export const domainOf = (address: string): string =>
  address === '' ? '<>' : address.slice(address.lastIndexOf('@') + 1).toLowerCase()

const sizeOf = ({ letter }: Pick<Incoming, 'letter'>): number => letter.blob.size

const placeName = (place: Plan['copies'][number]['place']): string =>
  typeof place === 'string' ? place : place.mailbox

/** A filter has decided: noted unless the message simply is in the inbox. */
export const noteFiltered = (ctx: Context, account: number, incoming: Incoming, plan: Plan): void => {
  const { copies, decided = [], passedOn = [] } = plan
  const [last] = decided.slice(-1)
  if (!last) return
  const line = { account, kind: 'mail' as const, counterpart: domainOf(incoming.sender), size: sizeOf(incoming) }
  const by = (commands: readonly string[]): TraceDetail => {
    const { script, line: at } = decided.findLast(({ command }) => commands.includes(command)) ?? last
    return { script, line: at }
  }
  for (const { place } of copies)
    if (place !== 'inbox')
      noteTrace(ctx, { ...line, result: 'filed', detail: { mailbox: placeName(place), ...by(['fileinto']) } })
  for (const address of passedOn)
    noteTrace(ctx, { ...line, result: 'redirected', detail: { address, ...by(['redirect']) } })
  if (copies.length === 0 && passedOn.length === 0)
    noteTrace(ctx, { ...line, result: 'discarded', detail: by(['discard', 'reject', 'ereject']) })
}

/** A message was not taken for an account, and why. */
export const noteRefused = (ctx: Context, account: number, incoming: Incoming, why: unknown): void => {
  const result = isRefusal(why) ? why.reason : 'failure'
  noteTrace(ctx, {
    account,
    kind: 'mail',
    result: `refused:${result}`,
    counterpart: domainOf(incoming.sender),
    size: sizeOf(incoming),
    detail: {},
  })
}
