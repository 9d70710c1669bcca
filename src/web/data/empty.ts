/**
 * Empties a mailbox, however many messages it holds: the server finds and ends them page by page (RFC 8620 §3.7), so
 * nothing of them travels. Not optimistic, and not undone: the person has been asked.
 */
import type { EmailFilter } from '#format/jmap/mail.ts'
import { type Call, ref, type Transport } from './transport.ts'
import { readQuery } from './wire.ts'

export interface EmptyHost {
  readonly transport: Transport
  readonly accountId: string
  requestSync(): void
}

/** Messages ended in one request. */
const PAGE = 250
const OLDEST_FIRST = [{ property: 'receivedAt', isAscending: true }]

/**
 * Ends the emails that are only in the mailbox and takes the others out of it; those that come meanwhile stay, as far as
 * they are newer. Resolves with how many are gone. Rejects when the server cannot be reached or refuses: what is done is
 * done, and it may be asked again.
 * @param onProgress told after each page how many are gone
 * @param allBut emails that stay
 */
export const emptyMailbox = async (
  host: EmptyHost,
  mailboxId: string,
  onProgress?: (done: number) => void,
  allBut: readonly string[] = [],
): Promise<number> => {
  const inIt: EmailFilter = { inMailbox: mailboxId }
  const elsewhere: EmailFilter = { inMailboxOtherThan: [mailboxId] }
  const onlyInIt: EmailFilter = {
    operator: 'AND',
    conditions: [inIt, { operator: 'NOT', conditions: [elsewhere] }],
  }
  let done = 0
  const tell = (count: number) => {
    done += count
    onProgress?.(done)
  }
  try {
    if (allBut.length === 0) await destroyAll(host, onlyInIt, tell)
    else await destroyBut(host, onlyInIt, new Set(allBut), tell)
    await takeOut(host, mailboxId, { operator: 'AND', conditions: [inIt, elsewhere] }, new Set(allBut), tell)
  } finally {
    host.requestSync()
  }
  return done
}

const queryCall = (host: EmptyHost, filter: EmailFilter, limit: number): Call => ({
  name: 'Email/query',
  args: { accountId: host.accountId, filter, sort: OLDEST_FIRST, limit, calculateTotal: true },
})

const countOf = (value: unknown): number =>
  Array.isArray(value) ? value.length : typeof value === 'object' && value !== null ? Object.keys(value).length : 0

/** As many pages as there were messages at the first: later ones are left alone. */
const destroyAll = async (host: EmptyHost, filter: EmailFilter, tell: (count: number) => void): Promise<void> => {
  let left = Number.POSITIVE_INFINITY
  while (left > 0) {
    const args = { accountId: host.accountId, '#destroy': ref(0, 'Email/query', '/ids') }
    const calls = [queryCall(host, filter, Math.min(PAGE, left)), { name: 'Email/set', args }]
    const [[query] = [], [set] = []] = await host.transport.send(calls, { write: true })
    if (!query?.ok || !set?.ok) throw new Error('the mailbox could not be emptied')
    const { ids, total = ids.length } = readQuery(query.args)
    const count = countOf(set.args.destroyed)
    if (ids.length === 0) return
    if (count === 0) throw new Error('the server ended none of the messages')
    left = Math.min(left, total) - ids.length
    tell(count)
  }
}

/** The ids of a page, the oldest first, without those that stay. */
const pageOf = async (
  host: EmptyHost,
  filter: EmailFilter,
  allBut: ReadonlySet<string>,
): Promise<readonly string[]> => {
  const [[query] = []] = await host.transport.send([queryCall(host, filter, PAGE + allBut.size)])
  if (!query?.ok) throw new Error('the mailbox could not be read')
  return readQuery(query.args)
    .ids.filter((id) => !allBut.has(id))
    .slice(0, PAGE)
}

/** As destroyAll, but for some: which they are must be known before each page. */
const destroyBut = async (
  host: EmptyHost,
  filter: EmailFilter,
  allBut: ReadonlySet<string>,
  tell: (count: number) => void,
): Promise<void> => {
  for (;;) {
    const destroy = await pageOf(host, filter, allBut)
    if (destroy.length === 0) return
    const args = { accountId: host.accountId, destroy }
    const [[set] = []] = await host.transport.send([{ name: 'Email/set', args }], { write: true })
    const count = set?.ok ? countOf(set.args.destroyed) : 0
    if (count === 0) throw new Error('the server ended none of the messages')
    tell(count)
  }
}

/** What is in another mailbox too stays there. */
const takeOut = async (
  host: EmptyHost,
  mailboxId: string,
  filter: EmailFilter,
  allBut: ReadonlySet<string>,
  tell: (count: number) => void,
): Promise<void> => {
  for (;;) {
    const ids = await pageOf(host, filter, allBut)
    if (ids.length === 0) return
    const update = Object.fromEntries(ids.map((id) => [id, { [`mailboxIds/${mailboxId}`]: null }]))
    const args = { accountId: host.accountId, update }
    const [[set] = []] = await host.transport.send([{ name: 'Email/set', args }], { write: true })
    const count = set?.ok ? countOf(set.args.updated) : 0
    if (count === 0) throw new Error('the mailbox could not be emptied')
    tell(count)
  }
}
