/**
 * A script applied to mail that is there already: messages are filed and flagged as it says. Nothing leaves the account
 * (no redirection, refusal, answer or notification), nothing is discarded, no header is edited.
 */
import { parseAddresses } from '#format/address/parse.ts'
import { firstHeader } from '#format/mime/headers.ts'
import { decodeStructure } from '#format/mime/structure.ts'
import type { Program } from '#format/sieve/check.ts'
import { type Params, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Delivery } from '../delivery/delivery.ts'
import {
  type Entry,
  entriesAfter,
  entriesByUid,
  entriesOfEmail,
  putEntry,
  reflagEntry,
  takeEntry,
} from '../mail/entries.ts'
import { applyFlags, combineFlags, type FlagSet } from '../mail/flags.ts'
import { Tally } from '../mail/tally.ts'
import { mailboxState } from '../mail/view.ts'
import { listAddresses } from '../people/addresses.ts'
import type { Action, Outcome } from './filter.ts'
import { createFilterHost } from './host.ts'
import { FilterMessage } from './message.ts'
import { flagsOf, mailboxOf } from './places.ts'
import { runFilter } from './run.ts'

export interface Application {
  readonly account: number
  readonly program: Program
  /** What the script is called, for its faults. */
  readonly name: string
  readonly mailboxId: number
  /** Only tells what would be done. */
  readonly rehearse?: boolean
}

/** How a message was before: what brings it back. */
export interface Before {
  readonly emailId: number
  readonly mailboxIds: readonly number[]
  readonly flags: FlagSet
}

export interface Applied {
  readonly messages: number
  /** Messages filed, by path as the script names it. */
  readonly filed: ReadonlyMap<string, number>
  readonly flagged: number
  /** Of each message that was changed; empty for a rehearsal. */
  readonly before: readonly Before[]
  /** Runs that ended in a fault, and the first of them; their messages stay as they are. */
  readonly faults: number
  readonly fault: Outcome['fault']
  /** UID of the last message looked at; undefined: there are no more. */
  readonly next: number | undefined
}

const structureOf = statement((q, p: Params<{ blob: number }>) =>
  q.selectFrom('content').select('structure').where('blob_id', '=', p.blob),
)

/** Octets of a message that are looked at. */
const looked = 1024 * 1024

const decideOn = async (delivery: Delivery, { account, program, name }: Application, to: string, entry: Entry) => {
  const { store } = delivery.ctx
  const structure = (await store.read((tx) => tx.first(structureOf, { blob: entry.blobId })))?.structure
  if (structure === undefined) return
  const bytes = await store.blobs.bytes(entry.blobId, { start: 0, end: Math.min(entry.size, looked) })
  const from = parseAddresses(firstHeader(bytes, 'return-path') ?? '')[0]?.email ?? ''
  const host = createFilterHost(delivery, account, { from, to })
  return runFilter([{ name, program }], new FilterMessage(bytes, decodeStructure(structure)), host)
}

interface Done {
  readonly filed: readonly string[]
  readonly flagged: boolean
  readonly before: Before | undefined
}

/** Files and flags one message within a transaction. Returns what was done. */
const carryOut = async (tx: AccountWriter, tally: Tally, entry: Entry, actions: readonly Action[]): Promise<Done> => {
  const filed: string[] = []
  const places = new Map<number, FlagSet>()
  let stays = actions.every(({ kind }) => kind !== 'fileinto')
  let here = entry.flags
  for (const action of actions) {
    if (action.kind === 'keep') {
      stays = true
      here = applyFlags(here, 'add', flagsOf(action.flags))
    }
    if (action.kind !== 'fileinto') continue
    const id = await mailboxOf(tx, action)
    if (id === undefined || id === entry.mailboxId) {
      stays = true
      here = applyFlags(here, 'add', flagsOf(action.flags))
      continue
    }
    filed.push(action.mailbox)
    places.set(id, applyFlags(places.get(id) ?? entry.flags, 'add', flagsOf(action.flags)))
  }
  const entries = await entriesOfEmail(tx, tx.accountId, entry.emailId)
  const elsewhere = new Set(entries.map(({ mailboxId }) => mailboxId))
  const before = {
    emailId: entry.emailId,
    mailboxIds: [...elsewhere],
    flags: combineFlags(entries.map(({ flags }) => flags)),
  }
  const flagged = stays && (await reflagEntry(tx, tally, entry, here))
  if (!stays) await takeEntry(tx, tally, entry)
  for (const [id, flags] of places) if (!elsewhere.has(id)) await putEntry(tx, tally, id, entry, flags)
  if (!stays || places.size > 0) tx.changed('Email', entry.emailId, 'updated')
  const changed = !stays || flagged || places.size > 0
  return { filed, flagged, before: changed ? before : undefined }
}

/** What would be done. */
const foreseen = ({ actions }: Decided): Done => ({
  filed: actions.flatMap((one) => (one.kind === 'fileinto' ? [one.mailbox] : [])),
  flagged: false,
  before: undefined,
})

interface Decided {
  readonly entry: Entry
  readonly actions: readonly Action[]
}

/** Does to some messages what was decided, in one transaction: all of it, or nothing. */
const carryOutAll = (
  delivery: Delivery,
  { account, mailboxId }: Application,
  some: readonly Decided[],
): Promise<readonly Done[]> =>
  delivery.ctx.store.write(account, async (tx) => {
    const tally = new Tally(tx)
    const done: Done[] = []
    for (const { entry, actions } of some) {
      const [current] = await entriesByUid(tx, account, mailboxId, [entry.uid])
      if (current) done.push(await carryOut(tx, tally, current, actions))
    }
    if (done.some(({ before }) => before)) await tally.flush()
    return done
  })

/**
 * Applies a script to the next `limit` messages of a mailbox after the UID `after`, oldest first, in one transaction: what
 * was done stays done when this is interrupted. Throws Failure notFound (mailbox).
 */
export const applyToNext = async (
  delivery: Delivery,
  application: Application,
  after: number,
  limit: number,
): Promise<Applied> => {
  const { account, mailboxId, rehearse } = application
  const { store } = delivery.ctx
  const { entries, to } = await store.read(async (tx) => {
    await mailboxState(tx, account, mailboxId)
    return {
      entries: await entriesAfter(tx, account, mailboxId, after, limit),
      to: (await listAddresses(tx, account))[0]?.address ?? '',
    }
  })
  const filed = new Map<string, number>()
  const before: Before[] = []
  let [flagged, faults] = [0, 0]
  let fault: Outcome['fault']
  const decided: Decided[] = []
  for (const entry of entries) {
    const outcome = await decideOn(delivery, application, to, entry)
    if (outcome?.fault) {
      faults++
      fault ??= outcome.fault
    } else decided.push({ entry, actions: outcome?.actions ?? [] })
  }
  const all = rehearse ? decided.map(foreseen) : await carryOutAll(delivery, application, decided)
  for (const done of all) {
    for (const path of done.filed) filed.set(path, (filed.get(path) ?? 0) + 1)
    if (done.flagged) flagged++
    if (done.before) before.push(done.before)
  }
  const next = entries.length === limit ? entries.at(-1)?.uid : undefined
  return { messages: entries.length, filed, flagged, before, faults, fault, next }
}

const sliceLength = 100

/** Applies a script to every message of a mailbox; what each was before is not kept. */
export const applyScript = async (
  delivery: Delivery,
  application: Application,
  progress?: (done: number) => void,
): Promise<Applied> => {
  const filed = new Map<string, number>()
  let [messages, flagged, faults] = [0, 0, 0]
  let fault: Outcome['fault']
  let next: number | undefined = 0
  while (next !== undefined) {
    const slice: Applied = await applyToNext(delivery, application, next, sliceLength)
    messages += slice.messages
    flagged += slice.flagged
    faults += slice.faults
    fault ??= slice.fault
    for (const [path, count] of slice.filed) filed.set(path, (filed.get(path) ?? 0) + count)
    progress?.(messages)
    next = slice.next
  }
  return { messages, filed, flagged, before: [], faults, fault, next }
}
