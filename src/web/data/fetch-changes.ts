/** What a round of changes makes necessary to fetch: records that changed, rows that came, types that were lost. */
import type { Thread } from '#format/jmap/mail.ts'
import { type Gathered, readRecords, type TypeChanges } from './changes.ts'
import type { EmailSummary } from './contract.ts'
import { type Intake, SUMMARY } from './intake.ts'
import type { Model } from './model.ts'
import { applyPatch, type Placed } from './patch.ts'
import type { Confirmed } from './send-plan.ts'
import { type Call, ref, type Transport } from './transport.ts'
import { readList, readNotFound, readState } from './wire.ts'

export interface FetchHost {
  readonly model: Model
  readonly intake: Intake
  readonly transport: Transport
  readonly accountId: string
  /** Email ids that screens look at: what is kept when the server cannot tell changes. */
  inUse(): ReadonlySet<string>
}

export interface Fetched {
  readonly emails: Map<string, EmailSummary>
  readonly placed: Map<string, Placed>
  readonly threads: Map<string, Thread>
  readonly goneEmails: Set<string>
  readonly goneThreads: Set<string>
}

interface Needs {
  /** Email ids wanted with their whole summary, and their threads. */
  readonly fresh: Iterable<string>
  /** Email ids of which only what can change is wanted. */
  readonly placed: Iterable<string>
  readonly threads: Iterable<string>
}

type Args = Readonly<Record<string, unknown>>

/** Rows fetched around what is on screen. */
const MARGIN = 20

/** @param confirmed emails that the server has just said to have changed as we asked, and in no other way */
export const fetchFor = async (
  host: FetchHost,
  gathered: Gathered,
  confirmed: Confirmed | undefined,
): Promise<Fetched> => {
  const { intake, model } = host
  const fetched: Fetched = {
    emails: new Map(),
    placed: new Map(),
    threads: new Map(),
    goneEmails: new Set(gathered.types.get('Email')?.destroyed),
    goneThreads: new Set(gathered.types.get('Thread')?.destroyed),
  }
  const suspects = intake.takeSuspects()
  try {
    await fetchLost(host, gathered)
    const touched = (type: 'Email' | 'Thread', known: ReadonlyMap<string, unknown>) => {
      const changes = gathered.types.get(type)
      return changes ? [...changes.created, ...changes.updated].filter((id) => known.has(id)) : []
    }
    takeConfirmed(model, gathered, fetched, confirmed)
    const isWanted = (id: string) => !fetched.goneEmails.has(id) && !fetched.placed.has(id)
    const placed = [...touched('Email', model.emails).filter(isWanted), ...suspects.emails]
    const threads = [...touched('Thread', model.threads), ...suspects.threads]
    await get(host, gathered, fetched, { fresh: newRows(model, gathered), placed, threads })
    const missing = [...fetched.threads.values()]
      .flatMap((thread) => thread.emailIds)
      .filter((id) => !model.emails.has(id) && !fetched.emails.has(id))
    if (missing.length) await get(host, gathered, fetched, { fresh: missing, placed: [], threads: [] })
    return fetched
  } catch (error) {
    gathered.failed = true
    throw error
  } finally {
    if (gathered.failed) intake.suspect(suspects)
  }
}

/** When nothing else has changed since the state we know, what was confirmed need not be fetched. */
const takeConfirmed = (model: Model, gathered: Gathered, fetched: Fetched, confirmed: Confirmed | undefined): void => {
  const changes = gathered.types.get('Email')
  if (!confirmed || !changes || changes.lost) return
  if (confirmed.oldState !== model.states.Email || confirmed.newState !== changes.newState) return
  for (const [id, patch] of confirmed.patches) {
    const base = model.emails.get(id)
    if (base && !fetched.goneEmails.has(id)) fetched.placed.set(id, applyPatch(base, patch))
  }
}

/** Small types are asked for whole; of the large ones only what screens look at is kept. */
const fetchLost = async (host: FetchHost, gathered: Gathered): Promise<void> => {
  const { accountId, transport } = host
  const types = (['Mailbox', 'Identity', 'Email', 'Thread'] as const).filter((type) => gathered.types.get(type)?.lost)
  if (!types.length) return
  const isSmall = (type: string) => type === 'Mailbox' || type === 'Identity'
  const answers = await transport.send(
    types.map((type) => ({ name: `${type}/get`, args: { accountId, ids: isSmall(type) ? null : [] } })),
  )
  for (const [i, type] of types.entries()) {
    const answer = answers[i]?.[0]
    const changes = gathered.types.get(type)
    if (!answer?.ok || !changes) {
      gathered.failed = true
      continue
    }
    changes.newState = readState(answer.args)
    if (type === 'Mailbox') gathered.mailboxes.clear()
    if (type === 'Identity') gathered.identities.clear()
    if (type === 'Email' || type === 'Thread') keepOnly(host.model, type, host.inUse(), changes)
    else readRecords(type, answer.args, gathered)
  }
}

/** Of a type whose changes are lost, what nobody looks at is forgotten; the rest is asked for as if updated. */
const keepOnly = (model: Model, type: 'Email' | 'Thread', emails: ReadonlySet<string>, changes: TypeChanges): void => {
  if (type === 'Email') {
    for (const id of [...model.emails.keys()]) {
      if (emails.has(id)) changes.updated.add(id)
      else model.removeEmail(id)
    }
    return
  }
  const threads = new Set([...emails].map((id) => model.emails.get(id)?.threadId))
  for (const id of [...model.threads.keys()]) {
    if (threads.has(id)) changes.updated.add(id)
    else model.removeThread(id)
  }
}

/** Rows that come into what is on screen, and are not in the cache. */
const newRows = (model: Model, gathered: Gathered): Set<string> => {
  const fresh = new Set<string>()
  for (const [list, changes] of gathered.lists) {
    const [from, to] = list.wanted
    for (const { id, index } of changes?.added ?? [])
      if (index >= from - MARGIN && index < to + MARGIN && !model.emails.has(id)) fresh.add(id)
  }
  return fresh
}

const get = async (host: FetchHost, gathered: Gathered, fetched: Fetched, needs: Needs): Promise<void> => {
  const { accountId, transport } = host
  const max = transport.core('maxObjectsInGet', 500)
  const read = async (calls: readonly Call[], take: (args: Args, i: number) => void): Promise<void> => {
    const answers = await transport.send(calls)
    for (const [i, [answer]] of answers.entries()) {
      if (answer?.ok) take(answer.args, i)
      else if (i === 0) gathered.failed = true
    }
  }
  const takeThreads = (args: Args) => {
    for (const thread of readList<Thread>(args)) fetched.threads.set(thread.id, thread)
  }
  const fresh = chunks(needs.fresh, max).map((ids) => {
    const email = { name: 'Email/get', args: { accountId, ids, properties: SUMMARY } }
    const thread = { name: 'Thread/get', args: { accountId, '#ids': ref(0, 'Email/get', '/list/*/threadId') } }
    return read([email, thread], (args, i) => {
      if (i === 1) takeThreads(args)
      else for (const one of readList<EmailSummary>(args)) fetched.emails.set(one.id, one)
    })
  })
  const threads = chunks(needs.threads, max).map((ids) =>
    read([{ name: 'Thread/get', args: { accountId, ids } }], (args) => {
      takeThreads(args)
      for (const id of readNotFound(args)) fetched.goneThreads.add(id)
    }),
  )
  const placed = chunks(needs.placed, max).map((ids) =>
    read([{ name: 'Email/get', args: { accountId, ids, properties: ['id', 'mailboxIds', 'keywords'] } }], (args) => {
      for (const one of readList<Placed & { id: string }>(args)) fetched.placed.set(one.id, one)
      for (const id of readNotFound(args)) fetched.goneEmails.add(id)
    }),
  )
  await Promise.all([...fresh, ...threads, ...placed])
}

const chunks = (items: Iterable<string>, size: number): string[][] => {
  const all = [...new Set(items)]
  const parts: string[][] = []
  for (let i = 0; i < all.length; i += size) parts.push(all.slice(i, i + size))
  return parts
}
