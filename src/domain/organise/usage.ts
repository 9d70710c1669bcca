/** What takes the room of an account: worked out when it is asked for, and kept while the account does not change. */
import { parseAddresses } from '#format/address/parse.ts'
import { isSpared, usageSizes } from '#format/jmap/organising.ts'
import { firstHeader } from '#format/mime/headers.ts'
import { readState } from '#store/changes.ts'
import { type Params, type Reader, statement } from '#store/engine.ts'
import type { Store } from '#store/store.ts'
import { draft, flagged } from '../mail/flags.ts'
import { listMailboxes } from '../mail/mailboxes.ts'
import { slices } from '../mail/slices.ts'
import { breathe } from '../turn.ts'

/** Messages and their octets. */
export interface Amount {
  readonly emails: number
  readonly octets: number
}

export interface Usage {
  /** Every mailbox with what is in it; an email in two mailboxes counts in both. */
  readonly mailboxes: readonly (Amount & { readonly id: number })[]
  /** What may be cleared away by month of arrival (`2024-03`, UTC), ascending; amounts by `usageSizes`. */
  readonly months: readonly { readonly month: string; readonly sizes: readonly Amount[] }[]
  /** Those who sent most of what is large, most first. */
  readonly senders: readonly (Amount & { readonly email: string; readonly name: string })[]
  /** The largest emails that may be cleared away, largest first. */
  readonly largest: readonly number[]
}

type Sum = { emails: number; octets: number }
const nothing = (): Sum => ({ emails: 0, octets: 0 })
const add = (sum: Sum, octets: number): void => {
  sum.emails++
  sum.octets += octets
}

const pageLength = 2000
/** Of smaller messages nobody asks who sent them. */
const largeFrom = 100_000
/** Messages whose sender is read: the largest. */
const maxRead = 5000
const maxSenders = 12
const maxLargest = 12

const page = statement((q, p: Params<{ account: number; mailbox: number; after: number; limit: number }>) =>
  q
    .selectFrom('message')
    .select(['uid', 'email_id', 'flags', 'size', 'received_at', 'blob_id'])
    .where('account_id', '=', p.account)
    .where('mailbox_id', '=', p.mailbox)
    .where('uid', '>', p.after)
    .orderBy('uid')
    .limit(p.limit),
)

interface Large {
  readonly email: number
  readonly octets: number
  readonly blob: number
}

/** Gathers entries, one after the other; an email counts where it is met first. */
class Gathering {
  readonly #months = new Map<string, readonly Sum[]>()
  readonly #met = new Set<number>()
  #large: Large[] = []

  add(email: number, octets: number, receivedAt: number, blob: number): void {
    if (this.#met.has(email)) return
    this.#met.add(email)
    const month = new Date(receivedAt).toISOString().slice(0, 7)
    let sizes = this.#months.get(month)
    if (!sizes) this.#months.set(month, (sizes = usageSizes.map(nothing)))
    add(sizes[usageSizes.findLastIndex((size) => octets >= size)]!, octets)
    if (octets < largeFrom) return
    this.#large.push({ email, octets, blob })
    if (this.#large.length > 2 * maxRead) this.#large = this.large()
  }

  large(): Large[] {
    return this.#large.sort((a, b) => b.octets - a.octets).slice(0, maxRead)
  }

  months(): Usage['months'] {
    return [...this.#months].map(([month, sizes]) => ({ month, sizes })).sort((a, b) => (a.month < b.month ? -1 : 1))
  }
}

const gather = async (tx: Reader, account: number): Promise<[Usage['mailboxes'], Gathering]> => {
  const gathering = new Gathering()
  const mailboxes: (Sum & { id: number })[] = []
  for (const mailbox of await listMailboxes(tx, account)) {
    const { id } = mailbox
    const sum = { id, ...nothing() }
    const mayGo = !isSpared(mailbox)
    for (let after = 0; ; await breathe()) {
      const rows = (await tx.tuples(page, { account, mailbox: id, after, limit: pageLength })) as number[][]
      for (const [, email, flags, octets, receivedAt, blob] of rows) {
        add(sum, octets!)
        if (mayGo && (flags! & (flagged | draft)) === 0) gathering.add(email!, octets!, receivedAt!, blob!)
      }
      if (rows.length < pageLength) break
      after = rows.at(-1)![0]!
    }
    mailboxes.push(sum)
  }
  return [mailboxes, gathering]
}

const headersOf = statement((q, p: Params<{ blob: number }>) =>
  q.selectFrom('content').select('headers').where('blob_id', '=', p.blob),
)

const sendersOf = async (tx: Reader, large: readonly Large[]): Promise<Usage['senders']> => {
  const senders = new Map<string, Sum & { email: string; name: string }>()
  for await (const slice of slices(large, 200))
    for (const { blob, octets } of slice) {
      const block = (await tx.first(headersOf, { blob }))?.headers
      const from = block && firstHeader(block, 'from')
      const [sender] = from ? parseAddresses(from) : []
      if (!sender) continue
      const email = sender.email.toLowerCase()
      let sum = senders.get(email)
      if (!sum) senders.set(email, (sum = { email, name: sender.name ?? '', ...nothing() }))
      add(sum, octets)
    }
  return [...senders.values()].sort((a, b) => b.octets - a.octets).slice(0, maxSenders)
}

const workOut = async (tx: Reader, account: number): Promise<Usage> => {
  const [mailboxes, gathering] = await gather(tx, account)
  const large = gathering.large()
  const largest = large.slice(0, maxLargest).map(({ email }) => email)
  return { mailboxes, months: gathering.months(), senders: await sendersOf(tx, large), largest }
}

interface Kept {
  readonly modseq: number
  readonly usage: Usage
}

const caches = new WeakMap<Store, Map<number, Kept>>()
const maxKept = 64

/** @returns what takes the room, as of one snapshot; reads every entry of the account, giving way to others. */
export const readUsage = async (store: Store, account: number): Promise<Usage> => {
  const kept = caches.get(store) ?? new Map<number, Kept>()
  caches.set(store, kept)
  return store.read(async (tx) => {
    const { modseq } = await readState(tx, account)
    const known = kept.get(account)
    if (known?.modseq === modseq) return known.usage
    const usage = await workOut(tx, account)
    kept.delete(account)
    kept.set(account, { modseq, usage })
    if (kept.size > maxKept) kept.delete(kept.keys().next().value!)
    return usage
  })
}
