/** What a job does to one slice of emails, what it notes of how they were, and how that is put back. */
import { Failure } from '#base/failure.ts'
import type { AccountWriter } from '#store/store.ts'
import { entriesOfEmail } from '../mail/entries.ts'
import { combineFlags, fromKeywords, toKeywords } from '../mail/flags.ts'
import { Tally } from '../mail/tally.ts'
import { changeEmailsWithin, type EmailPatch } from '../mail/update.ts'
import { archiveWithin, mailboxForRole } from './archive.ts'

export type Act =
  /** Out of `from` when that is one of several mailboxes, otherwise out of all. */
  | { readonly kind: 'move'; readonly mailboxId: number; readonly from: number | null }
  | { readonly kind: 'archive'; readonly from: number | null }
  | { readonly kind: 'trash' }
  | { readonly kind: 'junk'; readonly on: boolean }
  | { readonly kind: 'keyword'; readonly keyword: string; readonly on: boolean }

/** An email as it was: its mailboxes, those it was put in, and keywords that the act turned. */
type Before = readonly [email: number, mailboxes: readonly number[], put: readonly number[], turned: readonly string[]]

/** Throws Failure notFound (a mailbox), invalid (a keyword). */
export const checkAct = async (tx: AccountWriter, act: Act): Promise<void> => {
  if (act.kind === 'move') await new Tally(tx).open(act.mailboxId)
  if (act.kind === 'keyword') fromKeywords([act.keyword])
}

interface State {
  readonly mailboxes: readonly number[]
  readonly keywords: Readonly<Record<string, true>>
  readonly receivedAt: number
}

const stateOf = async (tx: AccountWriter, email: number): Promise<State | undefined> => {
  const entries = await entriesOfEmail(tx, tx.accountId, email)
  const [first] = entries
  if (!first) return
  return {
    mailboxes: [...new Set(entries.map(({ mailboxId }) => mailboxId))].sort((a, b) => a - b),
    keywords: toKeywords(combineFlags(entries.map(({ flags }) => flags))),
    receivedAt: first.receivedAt,
  }
}

const movedTo = (state: State, to: number, from: number | null): number[] => {
  const left = from === null || !state.mailboxes.includes(from) ? [] : state.mailboxes.filter((id) => id !== from)
  return [...new Set([...left, to])].sort((a, b) => a - b)
}

/** Mailboxes and keywords after the act. */
const wanted = async (
  tx: AccountWriter,
  archive: (receivedAt: number) => Promise<number>,
  act: Act,
  state: State,
): Promise<{ mailboxes: readonly number[]; on: readonly string[]; off: readonly string[] }> => {
  switch (act.kind) {
    case 'move':
      return { mailboxes: movedTo(state, act.mailboxId, act.from), on: [], off: [] }
    case 'archive':
      return { mailboxes: movedTo(state, await archive(state.receivedAt), act.from), on: [], off: [] }
    case 'trash':
      return { mailboxes: [await mailboxForRole(tx, 'trash')], on: [], off: [] }
    case 'junk': {
      const mailboxes = [await mailboxForRole(tx, act.on ? 'junk' : 'inbox')]
      return act.on ? { mailboxes, on: ['$junk'], off: ['$notjunk'] } : { mailboxes, on: ['$notjunk'], off: ['$junk'] }
    }
    case 'keyword': {
      const keyword = act.keyword.toLowerCase()
      return { mailboxes: state.mailboxes, on: act.on ? [keyword] : [], off: act.on ? [] : [keyword] }
    }
  }
}

const sameMailboxes = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((id, i) => id === b[i])

const patchOf = (mailboxes: readonly number[] | undefined, on: readonly string[], off: readonly string[]) => {
  const patch: { -readonly [K in keyof EmailPatch]: EmailPatch[K] } = {}
  if (mailboxes) patch.mailboxIds = mailboxes
  if (on.length > 0) patch.addKeywords = fromKeywords(on)
  if (off.length > 0) patch.removeKeywords = fromKeywords(off)
  return patch
}

const apply = async (tx: AccountWriter, patches: ReadonlyMap<number, EmailPatch>): Promise<ReadonlySet<number>> => {
  const tally = new Tally(tx)
  const { updated } = await changeEmailsWithin(tx, tally, { update: patches, destroy: [] })
  await tally.flush()
  return new Set([...updated].flatMap(([id, failure]) => (failure ? [id] : [])))
}

/** Does the act to emails within a transaction; what is so already is left alone, and not put back later. */
export const doSlice = async (
  tx: AccountWriter,
  act: Act,
  emails: readonly number[],
): Promise<{ before: readonly Before[]; failed: number }> => {
  const archive = archiveWithin(tx)
  const before = new Map<number, Before>()
  const patches = new Map<number, EmailPatch>()
  let missing = 0
  for (const email of emails) {
    const state = await stateOf(tx, email)
    if (!state) {
      missing++
      continue
    }
    const { mailboxes, on, off } = await wanted(tx, archive, act, state)
    const added = on.filter((keyword: string) => !state.keywords[keyword])
    const removed = off.filter((keyword: string) => state.keywords[keyword])
    const moves = !sameMailboxes(mailboxes, state.mailboxes)
    if (!moves && added.length + removed.length === 0) continue
    patches.set(email, patchOf(moves ? mailboxes : undefined, added, removed))
    before.set(email, [email, moves ? state.mailboxes : [], moves ? mailboxes : [], [...added, ...removed]])
  }
  const failed = await apply(tx, patches)
  for (const email of failed) before.delete(email)
  return { before: [...before.values()], failed: missing + failed.size }
}

/** Puts a slice back, but for emails that somebody has moved elsewhere meanwhile. */
export const undoSlice = async (tx: AccountWriter, act: Act, before: readonly Before[]): Promise<void> => {
  const tally = new Tally(tx)
  const patches = new Map<number, EmailPatch>()
  for (const [email, mailboxes, put, turned] of before) {
    const state = await stateOf(tx, email)
    if (!state) continue
    const there: number[] = []
    for (const id of mailboxes) if (await exists(tally, id)) there.push(id)
    const back = there.length > 0 && sameMailboxes(put, state.mailboxes)
    const on = turned.filter((keyword) => !state.keywords[keyword] && !isOn(act, keyword))
    const off = turned.filter((keyword) => state.keywords[keyword] && isOn(act, keyword))
    if (back || on.length + off.length > 0) patches.set(email, patchOf(back ? there : undefined, on, off))
  }
  await apply(tx, patches)
}

const exists = async (tally: Tally, mailbox: number): Promise<boolean> => {
  try {
    await tally.open(mailbox)
    return true
  } catch (error) {
    if (error instanceof Failure && error.code === 'notFound') return false
    throw error
  }
}

/** Whether the act set this keyword (or took it off). */
const isOn = (act: Act, keyword: string): boolean =>
  act.kind === 'junk' ? keyword === (act.on ? '$junk' : '$notjunk') : act.kind === 'keyword' && act.on
