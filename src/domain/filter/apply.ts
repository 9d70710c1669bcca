/**
 * A script applied to mail that is there already: messages are filed and flagged as it says. Nothing leaves the account
 * (no redirection, refusal, answer or notification), nothing is discarded, no header is edited.
 */
import { parseAddresses } from '#format/address/parse.ts'
import { firstHeader } from '#format/mime/headers.ts'
import { decodeStructure } from '#format/mime/structure.ts'
import { type Params, statement } from '#store/engine.ts'
import type { AccountWriter } from '#store/store.ts'
import type { Delivery } from '../delivery/delivery.ts'
import {
  allEntries,
  type Entry,
  entriesByUid,
  entriesOfEmail,
  putEntry,
  reflagEntry,
  takeEntry,
} from '../mail/entries.ts'
import { applyFlags, type FlagSet } from '../mail/flags.ts'
import { Tally } from '../mail/tally.ts'
import { listAddresses } from '../people/addresses.ts'
import type { Action, Outcome } from './filter.ts'
import { createFilterHost } from './host.ts'
import { FilterMessage } from './message.ts'
import { flagsOf, mailboxOf } from './places.ts'
import { runFilter } from './run.ts'
import { programOf, type SieveScript } from './scripts.ts'

export interface Application {
  readonly account: number
  readonly script: Pick<SieveScript, 'name' | 'blobId' | 'hash'>
  readonly mailboxId: number
  /** Only tells what would be done. */
  readonly rehearse?: boolean
  readonly progress?: (done: number, total: number) => void
}

export interface Applied {
  readonly messages: number
  /** Messages filed, by path as the script names it. */
  readonly filed: ReadonlyMap<string, number>
  readonly flagged: number
  /** Runs that ended in a fault, and the first of them; their messages stay as they are. */
  readonly faults: number
  readonly fault: Outcome['fault']
}

const structureOf = statement((q, p: Params<{ blob: number }>) =>
  q.selectFrom('content').select('structure').where('blob_id', '=', p.blob),
)

/** Octets of a message that are looked at. */
const looked = 1024 * 1024

const decideOn = async (delivery: Delivery, { account, script }: Application, to: string, entry: Entry) => {
  const { store } = delivery.ctx
  const { program, structure } = await store.read(async (tx) => ({
    program: await programOf(delivery.ctx, tx, script),
    structure: (await tx.first(structureOf, { blob: entry.blobId }))?.structure,
  }))
  if (structure === undefined) return
  const bytes = await store.blobs.bytes(entry.blobId, { start: 0, end: Math.min(entry.size, looked) })
  const from = parseAddresses(firstHeader(bytes, 'return-path') ?? '')[0]?.email ?? ''
  const host = createFilterHost(delivery, account, { from, to })
  return runFilter([{ name: script.name, program }], new FilterMessage(bytes, decodeStructure(structure)), host)
}

/** Files and flags one message within a transaction. Returns what was done. */
const carryOut = async (
  tx: AccountWriter,
  entry: Entry,
  actions: readonly Action[],
): Promise<{ readonly filed: readonly string[]; readonly flagged: boolean }> => {
  const tally = new Tally(tx)
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
  const elsewhere = new Set((await entriesOfEmail(tx, tx.accountId, entry.emailId)).map(({ mailboxId }) => mailboxId))
  const flagged = stays && (await reflagEntry(tx, tally, entry, here))
  if (!stays) await takeEntry(tx, tally, entry)
  for (const [id, flags] of places) if (!elsewhere.has(id)) await putEntry(tx, tally, id, entry, flags)
  if (!stays || places.size > 0) tx.changed('Email', entry.emailId, 'updated')
  if (!stays || flagged || places.size > 0) await tally.flush()
  return { filed, flagged }
}

/** Applies a script to every message of a mailbox, oldest first, each in a transaction of its own. */
export const applyScript = async (delivery: Delivery, application: Application): Promise<Applied> => {
  const { account, mailboxId, rehearse, progress } = application
  const { store } = delivery.ctx
  const { entries, to } = await store.read(async (tx) => ({
    entries: await allEntries(tx, account, mailboxId),
    to: (await listAddresses(tx, account))[0]?.address ?? '',
  }))
  const filed = new Map<string, number>()
  let [flagged, faults, done] = [0, 0, 0]
  let fault: Outcome['fault']
  for (const entry of entries) {
    const outcome = await decideOn(delivery, application, to, entry)
    progress?.(++done, entries.length)
    if (outcome?.fault) {
      faults++
      fault ??= outcome.fault
      continue
    }
    const actions = outcome?.actions ?? []
    const result = rehearse
      ? { filed: actions.flatMap((one) => (one.kind === 'fileinto' ? [one.mailbox] : [])), flagged: false }
      : await store.write(account, async (tx) => {
          const [current] = await entriesByUid(tx, account, mailboxId, [entry.uid])
          return current ? carryOut(tx, current, actions) : { filed: [], flagged: false }
        })
    for (const path of result.filed) filed.set(path, (filed.get(path) ?? 0) + 1)
    if (result.flagged) flagged++
  }
  return { messages: entries.length, filed, flagged, faults, fault }
}
