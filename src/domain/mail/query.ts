/** Lists of emails by filter and sort: JMAP Email/query and Email/queryChanges (RFC 8621 §4.4, §4.5). */
import { Failure } from '#base/failure.ts'
import { readChanges, readState } from '#store/changes.ts'
import type { Reader } from '#store/engine.ts'
import type { SearchField } from '#store/search/search.ts'
import type { Store } from '#store/store.ts'
import type { Context } from '../context.ts'
import { followedAddresses } from '../organise/focus.ts'
import { getThread } from './emails.ts'
import { seen } from './flags.ts'
import { mailboxEmails } from './mailbox-list.ts'
import { listMailboxes } from './mailboxes.ts'
import {
  compileFilter,
  compileSort,
  conditionsOf,
  type EmailCondition,
  type EmailFilter,
  type EmailRow,
  type EmailSort,
  type FilterWorld,
  needsContent,
  requiredConditions,
  searchFields,
  systemBit,
} from './query-filter.ts'
import {
  emailsWithKeyword,
  type IdPair,
  matchHeader,
  matchSender,
  newestFirstAmong,
  newestInAccount,
  newestInMailbox,
  readRows,
} from './query-rows.ts'

export interface EmailQuery {
  readonly filter?: EmailFilter | undefined
  /** Empty: newest first. */
  readonly sort: readonly EmailSort[]
  readonly collapseThreads: boolean
}

export interface QueryWindow {
  /** May be negative: counted from the end. */
  readonly position: number
  readonly anchor?: number | undefined
  readonly anchorOffset?: number | undefined
  readonly limit?: number | undefined
  readonly calculateTotal: boolean
}

export interface QueryResult {
  readonly ids: number[]
  readonly position: number
  readonly total: number | undefined
  /** Modseq at which this was true. */
  readonly modseq: number
}

interface CachedList {
  readonly modseq: number
  /** How much the full-text index had found. */
  readonly found: number
  readonly emails: Float64Array
}

/** Whole lists, kept while the account does not change: scrolling through a long search reads it once. */
const caches = new WeakMap<Store, Map<string, CachedList>>()
const maxCachedLists = 64

const cacheOf = (store: Store): Map<string, CachedList> => {
  let cache = caches.get(store)
  if (!cache) caches.set(store, (cache = new Map()))
  return cache
}

const remember = (store: Store, key: string, list: CachedList): void => {
  const cache = cacheOf(store)
  cache.delete(key)
  cache.set(key, list)
  if (cache.size > maxCachedLists) cache.delete(cache.keys().next().value!)
}

const searchKey = (field: SearchField, words: string): string => `${field}\0${words}`

/** What the full-text index has said, before the snapshot is opened. */
interface Found {
  readonly words: ReadonlyMap<string, ReadonlySet<number>>
  /** Those whom the person follows, and the emails that may be theirs; undefined when the filter does not ask. */
  readonly followed: { readonly addresses: ReadonlySet<string>; readonly emails: ReadonlySet<number> } | undefined
}

/**
 * An index that lags answers with what it has (search.ts): a list made of that is good until it has found more. While the
 * account does not change it can only find more, so their number says whether it has.
 */
const foundSoFar = ({ words, followed }: Found): number =>
  [...words.values()].reduce((sum, ids) => sum + ids.size, followed?.emails.size ?? 0)

/** Emails whose From, as the index knows it, may be somebody followed; `evaluate` looks at the address itself. */
const lookUpFollowed = async (ctx: Context, account: number): Promise<Found['followed']> => {
  const addresses = await ctx.store.read((tx) => followedAddresses(tx, account, ctx.clock.now()))
  if (addresses.length === 0) return { addresses: new Set(), emails: new Set() }
  const or = addresses.map((address) => ({ field: 'from' as const, words: `"${address}"` }))
  const emails = new Set(await ctx.store.search.query(account, { or }, { prefix: false }))
  return { addresses: new Set(addresses), emails }
}

/** Whether some condition can only be answered by the full-text index. */
const asksIndex = (filter: EmailFilter | undefined): boolean =>
  filter !== undefined &&
  [...conditionsOf(filter)].some(
    (c) => c.isFollowed !== undefined || searchFields.some((field) => c[field] !== undefined),
  )

/** Looks up every condition that only the full-text index can answer. */
const lookUp = async (ctx: Context, account: number, filter: EmailFilter | undefined): Promise<Found> => {
  const words = new Map<string, ReadonlySet<number>>()
  const conditions = filter ? [...conditionsOf(filter)] : []
  for (const condition of conditions)
    for (const field of searchFields) {
      const typed = condition[field]
      const key = searchKey(field, typed ?? '')
      if (typed === undefined || words.has(key)) continue
      words.set(key, new Set(await ctx.store.search.query(account, { field, words: typed })))
    }
  const asks = conditions.some(({ isFollowed }) => isFollowed !== undefined)
  return { words, followed: asks ? await lookUpFollowed(ctx, account) : undefined }
}

const isNewestFirst = (sort: readonly EmailSort[]): boolean =>
  sort.length === 0 || (sort.length === 1 && sort[0]!.property === 'receivedAt' && !sort[0]!.isAscending)

/** The mailbox of a filter that asks for nothing else; undefined for no filter at all; false for others. */
const plainMailbox = (filter: EmailFilter | undefined): number | undefined | false => {
  if (filter === undefined) return undefined
  if ('operator' in filter) return false
  const keys = Object.keys(filter).filter((key) => filter[key as keyof typeof filter] !== undefined)
  if (keys.length === 0) return undefined
  return keys.length === 1 && filter.inMailbox !== undefined ? filter.inMailbox : false
}

const collapse = (pairs: readonly IdPair[]): IdPair[] => {
  const threads = new Set<number>()
  return pairs.filter(([, thread]) => !threads.has(thread) && threads.add(thread))
}

/** Rows of the whole thread of each row, for conditions that look at it. */
const readThreads = async (tx: Reader, account: number, rows: readonly EmailRow[]) => {
  const byThread = new Map<number, EmailRow[]>()
  for (const row of rows)
    if (!byThread.has(row.threadId))
      byThread.set(row.threadId, await readRows(tx, account, await getThread(tx, account, row.threadId), false))
  return byThread
}

const looksAtThreads = (query: EmailQuery): boolean =>
  query.sort.some(({ property }) => property.endsWith('InThreadHaveKeyword')) ||
  (query.filter !== undefined &&
    [...conditionsOf(query.filter)].some(
      (c) => c.allInThreadHaveKeyword ?? c.someInThreadHaveKeyword ?? c.noneInThreadHaveKeyword,
    ))

/** Sets that every match is in: the smallest of them is where the evaluation begins. */
const narrowings = async (
  tx: Reader,
  account: number,
  required: readonly EmailCondition[],
  found: Found,
  matches: FilterWorld['matches'],
): Promise<ReadonlySet<number>[]> => {
  const sets = required.flatMap((c) => searchFields.flatMap((f) => (c[f] === undefined ? [] : [matches(f, c[f])])))
  if (found.followed && required.some(({ isFollowed }) => isFollowed)) sets.push(found.followed.emails)
  if (sets.length > 0 || required.some(({ inMailbox }) => inMailbox !== undefined)) return sets
  for (const { hasKeyword } of required)
    if (hasKeyword !== undefined && systemBit(hasKeyword) !== seen)
      sets.push(await emailsWithKeyword(tx, account, hasKeyword))
  return sets
}

/** Every matching email in order, before threads are collapsed. */
const evaluate = async (tx: Reader, account: number, query: EmailQuery, found: Found): Promise<IdPair[]> => {
  const { filter, sort } = query
  const newestFirst = (mailbox: number | undefined) =>
    mailbox === undefined ? newestInAccount(tx, account) : newestInMailbox(tx, account, mailbox)
  if (plainMailbox(filter) === undefined && isNewestFirst(sort)) return newestInAccount(tx, account)
  const required = filter ? [...requiredConditions(filter)] : []
  const matches = (field: SearchField, words: string) => found.words.get(searchKey(field, words)) ?? new Set<number>()
  const fewest = (await narrowings(tx, account, required, found, matches)).sort((a, b) => a.size - b.size)[0]
  const mailbox = required.find((condition) => condition.inMailbox !== undefined)?.inMailbox
  const base = fewest ? await newestFirstAmong(tx, account, fewest) : await newestFirst(mailbox)
  const rows = await readRows(
    tx,
    account,
    base.map(([email]) => email),
    needsContent(filter, sort),
  )
  const threads = looksAtThreads(query) ? await readThreads(tx, account, rows) : new Map<number, EmailRow[]>()
  const headers = new Map<string, ReadonlySet<number>>()
  for (const { header } of filter ? conditionsOf(filter) : [])
    if (header) headers.set(JSON.stringify(header), await matchHeader(tx, rows, header[0], header[1]))
  const world: FilterWorld = {
    matches,
    followed: found.followed ? await matchSender(tx, rows, found.followed) : new Set(),
    headerMatches: (name, value) =>
      headers.get(JSON.stringify(value === undefined ? [name] : [name, value])) ?? new Set<number>(),
    thread: (row) => threads.get(row.threadId) ?? [row],
  }
  const test = compileFilter(filter)
  const compare = compileSort(sort)
  const kept = rows.filter((row) => test(row, world))
  if (sort.length > 0) kept.sort((a, b) => compare(a, b, world))
  return kept.map((row) => [row.id, row.threadId])
}

/** The whole list of a query, from the cache when nothing has changed since. */
const wholeList = async (
  ctx: Context,
  tx: Reader,
  account: number,
  query: EmailQuery,
  found: Found,
  modseq: number,
): Promise<Float64Array> => {
  const mailbox = plainMailbox(query.filter)
  if (typeof mailbox === 'number' && isNewestFirst(query.sort))
    return mailboxEmails(ctx.store, tx, { account, mailbox, collapsed: query.collapseThreads, modseq })
  const key = JSON.stringify([account, query])
  const cached = cacheOf(ctx.store).get(key)
  const soFar = foundSoFar(found)
  if (cached?.modseq === modseq && cached.found === soFar) return cached.emails
  const all = await evaluate(tx, account, query, found)
  const emails = Float64Array.from(query.collapseThreads ? collapse(all) : all, ([email]) => email)
  remember(ctx.store, key, { modseq, found: soFar, emails })
  return emails
}

const maxShortcut = 1000

/** The first screens of a mailbox need not read all of it. */
const shortcut = async (
  tx: Reader,
  account: number,
  query: EmailQuery,
  window: QueryWindow,
  modseq: number,
): Promise<QueryResult | undefined> => {
  const mailbox = plainMailbox(query.filter)
  const { position, limit, anchor } = window
  if (mailbox === false || mailbox === undefined || !isNewestFirst(query.sort)) return undefined
  if (anchor !== undefined || position < 0 || limit === undefined || position + limit > maxShortcut) return undefined
  const reduce = (pairs: readonly IdPair[]) => (query.collapseThreads ? collapse(pairs) : pairs)
  const pairs = reduce(await newestInMailbox(tx, account, mailbox, (found) => reduce(found).length >= position + limit))
  const ids = pairs.slice(position, position + limit).map(([email]) => email)
  if (!window.calculateTotal) return { ids, position, total: undefined, modseq }
  if (!query.collapseThreads) return undefined
  const total = (await listMailboxes(tx, account)).find(({ id }) => id === mailbox)?.threads ?? 0
  return { ids, position, total, modseq }
}

const cut = (emails: Float64Array, window: QueryWindow, modseq: number): QueryResult => {
  let start = window.position < 0 ? Math.max(0, emails.length + window.position) : window.position
  if (window.anchor !== undefined) {
    const at = emails.indexOf(window.anchor)
    if (at < 0) throw new Failure('notFound', 'the anchor is not in the list', { property: 'anchor' })
    start = Math.max(0, at + (window.anchorOffset ?? 0))
  }
  const ids = [...emails.subarray(start, window.limit === undefined ? undefined : start + window.limit)]
  return { ids, position: start, total: window.calculateTotal ? emails.length : undefined, modseq }
}

/** After so many it changes faster than it can be searched. */
const maxLookUps = 4

/**
 * Reads with what the index has found. Whatever is committed between its answer and the snapshot would be missing from a
 * list that says it is of that snapshot, for ever: then the index is asked again.
 */
const readFound = async <T>(
  ctx: Context,
  account: number,
  filter: EmailFilter | undefined,
  read: (tx: Reader, found: Found, modseq: number) => Promise<T>,
): Promise<T> => {
  const asks = asksIndex(filter)
  for (let tries = 1; ; tries++) {
    const before = asks ? (await ctx.store.read((tx) => readState(tx, account))).modseq : 0
    const found = await lookUp(ctx, account, filter)
    const result = await ctx.store.read(async (tx) => {
      const { modseq } = await readState(tx, account)
      if (asks && modseq !== before && tries < maxLookUps) return
      return { value: await read(tx, found, modseq) }
    })
    if (result) return result.value
  }
}

/** A window of a query's list. Throws Failure notFound with property `anchor`. */
export const queryEmails = async (
  ctx: Context,
  account: number,
  query: EmailQuery,
  window: QueryWindow,
): Promise<QueryResult> => {
  return readFound(ctx, account, query.filter, async (tx, found, modseq) => {
    const quick = await shortcut(tx, account, query, window, modseq)
    return quick ?? cut(await wholeList(ctx, tx, account, query, found, modseq), window, modseq)
  })
}

export interface QueryChanges {
  readonly removed: number[]
  readonly added: { readonly id: number; readonly index: number }[]
  readonly total: number
  readonly modseq: number
}

const maxQueryChanges = 1000
/** So few are looked for one by one, each in less time than an index of the whole list takes to make. */
const fewTouched = 50

/** Where these stand in the list, those that do, in its order. */
const indexesOf = (list: Float64Array, emails: ReadonlySet<number>): { id: number; index: number }[] => {
  const added: { id: number; index: number }[] = []
  if (emails.size <= fewTouched) {
    for (const id of emails) {
      const index = list.indexOf(id)
      if (index >= 0) added.push({ id, index })
    }
    return added.sort((a, b) => a.index - b.index)
  }
  for (const [index, id] of list.entries()) if (emails.has(id)) added.push({ id, index })
  return added
}

/**
 * How a query's list differs from what it was at `since`: every email that has changed, or whose thread has, is taken
 * out and put where it is now. Throws Failure cannotCalculateChanges when the log does not reach back, or too much
 * has changed.
 */
export const queryEmailChanges = async (
  ctx: Context,
  account: number,
  query: EmailQuery,
  since: number,
): Promise<QueryChanges> => {
  return readFound(ctx, account, query.filter, async (tx, found, modseq) => {
    const point = { modseq: since, skip: 0 }
    const emails = await readChanges(tx, account, 'Email', point)
    const threads = await readChanges(tx, account, 'Thread', point)
    const count = emails.created.length + emails.updated.length + emails.destroyed.length
    if (count > maxQueryChanges) throw new Failure('cannotCalculateChanges', `${count} emails have changed`)
    const list = await wholeList(ctx, tx, account, query, found, modseq)
    const touched = new Set([...emails.created, ...emails.updated, ...emails.destroyed])
    const touchedThreads = new Set(threads.updated)
    // A change to one email may bring another of its thread to the front, or into the list.
    for (const [, thread] of await newestFirstAmong(tx, account, emails.updated)) touchedThreads.add(thread)
    if (query.collapseThreads || looksAtThreads(query))
      for (const thread of touchedThreads) for (const email of await getThread(tx, account, thread)) touched.add(email)
    const fresh = new Set(emails.created)
    const added = indexesOf(list, touched)
    return { removed: [...touched].filter((id) => !fresh.has(id)), added, total: list.length, modseq }
  })
}
