/** Sieve scripts over JMAP (RFC 9661), and their application to mail that is there. Answers are checked, none trusted. */
import type { MailClient, SideAnswer, SideCall } from '../../data/index.ts'

export interface Script {
  readonly id: string
  readonly name: string
  readonly blobId: string
  readonly isActive: boolean
}

export interface Scripts {
  readonly list: readonly Script[]
  /** What a change must find unchanged. */
  readonly state: string
  /** The text of the active script; empty when there is none. */
  readonly text: string
}

/** Why a script was not kept. `changed`: somebody else changed the scripts meanwhile; `wrong`: with line and column. */
export class RulesProblem extends Error {
  readonly reason: 'changed' | 'wrong' | 'refused' | 'unreachable'

  constructor(reason: RulesProblem['reason'], message = '') {
    super(message)
    this.reason = reason
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const asObject = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

const scriptOf = (value: unknown): Script => {
  const { id, name, blobId, isActive } = asObject(value)
  return { id: text(id), name: text(name), blobId: text(blobId), isActive: isActive === true }
}

const one = async (client: MailClient, call: SideCall, write: boolean): Promise<SideAnswer> => {
  let answers: readonly SideAnswer[]
  try {
    answers = await client.side.send([call], { write })
  } catch {
    throw new RulesProblem('unreachable')
  }
  const [answer] = answers
  if (!answer) throw new RulesProblem('unreachable')
  return answer
}

/** The text of a script. */
export const readText = async (client: MailClient, { blobId }: Script): Promise<string> => {
  const response = await fetch(client.downloadUrl(blobId, 'script.sieve', 'text/plain')).catch(() => undefined)
  if (!response?.ok) throw new RulesProblem('unreachable')
  // The bytes as they are: a mark at the beginning is part of what is kept.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await response.arrayBuffer())
}

/** Throws RulesProblem. */
export const readScripts = async (client: MailClient, accountId: string): Promise<Scripts> => {
  const answer = await one(client, { name: 'SieveScript/get', args: { accountId, ids: null } }, false)
  if (!answer.ok) throw new RulesProblem('unreachable')
  const list = (Array.isArray(answer.args.list) ? answer.args.list : []).map(scriptOf)
  const active = list.find(({ isActive }) => isActive)
  return { list, state: text(answer.args.state), text: active ? await readText(client, active) : '' }
}

const upload = async (client: MailClient, source: string): Promise<string> => {
  try {
    return (await client.upload(new Blob([source], { type: 'application/sieve' }))).blobId
  } catch {
    throw new RulesProblem('unreachable')
  }
}

/** What went wrong with one object of a /set, if so. */
const refusalOf = (args: Readonly<Record<string, unknown>>): RulesProblem | undefined => {
  for (const key of ['notCreated', 'notUpdated', 'notDestroyed'])
    for (const error of Object.values(asObject(args[key]))) {
      const { type, description } = asObject(error)
      return new RulesProblem(type === 'invalidSieve' ? 'wrong' : 'refused', text(description))
    }
  return undefined
}

const set = async (
  client: MailClient,
  accountId: string,
  state: string,
  args: Readonly<Record<string, unknown>>,
): Promise<void> => {
  const call = { name: 'SieveScript/set', args: { accountId, ifInState: state, ...args } }
  const answer = await one(client, call, true)
  if (!answer.ok) throw new RulesProblem(answer.type === 'stateMismatch' ? 'changed' : 'refused', answer.description)
  const refusal = refusalOf(answer.args)
  if (refusal) throw refusal
}

/** Keeps a text as the active script, which is made when there is none. Throws RulesProblem. */
export const saveText = async (
  client: MailClient,
  accountId: string,
  { list, state }: Scripts,
  source: string,
  newName: string,
): Promise<Scripts> => {
  const blobId = await upload(client, source)
  const active = list.find(({ isActive }) => isActive)
  const taken = new Set(list.map(({ name }) => name))
  let name = newName
  for (let n = 2; taken.has(name); n++) name = `${newName} ${n}`
  const change = active
    ? { update: { [active.id]: { blobId } } }
    : { create: { main: { name, blobId } }, onSuccessActivateScript: '#main' }
  await set(client, accountId, state, change)
  return readScripts(client, accountId)
}

/** Lets another script be the active one, or none. Throws RulesProblem. */
export const activate = async (
  client: MailClient,
  accountId: string,
  { state }: Scripts,
  id: string | undefined,
): Promise<Scripts> => {
  const change = id === undefined ? { onSuccessDeactivateScript: true } : { onSuccessActivateScript: id }
  await set(client, accountId, state, change)
  return readScripts(client, accountId)
}

/** Ends a script that is not active. Throws RulesProblem. */
export const removeScript = async (
  client: MailClient,
  accountId: string,
  { state }: Scripts,
  id: string,
): Promise<Scripts> => {
  await set(client, accountId, state, { destroy: [id] })
  return readScripts(client, accountId)
}

export type Before = Readonly<Record<string, unknown>>

export interface Progress {
  readonly looked: number
  readonly filed: number
  readonly flagged: number
  readonly faults: number
}

export interface Application extends Progress {
  /** Each changed message as it was. */
  readonly before: Before
  /** Why not all was looked at: it was stopped, or the server could not be reached any more. */
  readonly cut: 'stopped' | 'unreachable' | undefined
}

const count = (value: unknown): number => (typeof value === 'number' && value > 0 ? value : 0)

/**
 * Applies a script to a mailbox, slice by slice, telling how far it is. What was done stays when it is stopped or the
 * network goes: the answer then tells what was done so far. Throws RulesProblem when nothing was.
 */
export const applyTo = async (
  client: MailClient,
  accountId: string,
  given: { readonly source: string; readonly mailboxId: string; readonly rehearse: boolean },
  tell: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Application> => {
  const blobId = await upload(client, given.source)
  const { mailboxId, rehearse } = given
  let sum: Application = { looked: 0, filed: 0, flagged: 0, faults: 0, before: {}, cut: undefined }
  for (let after: number | null = 0; after !== null; ) {
    if (signal.aborted) return { ...sum, cut: 'stopped' }
    const args: SideCall['args'] = { accountId, mailboxId, blobId, rehearse, after, limit: rehearse ? 100 : 50 }
    const answer: SideAnswer | undefined = await one(client, { name: 'Mailbox/applySieve', args }, true).catch(
      (problem) => {
        if (sum.looked === 0) throw problem
        return undefined
      },
    )
    if (!answer) return { ...sum, cut: 'unreachable' }
    if (!answer.ok) throw new RulesProblem('refused', answer.description)
    const { messages, filed, flagged, faults, before, next }: SideCall['args'] = answer.args
    sum = {
      looked: sum.looked + count(messages),
      filed: sum.filed + Object.values(asObject(filed)).reduce<number>((total, n) => total + count(n), 0),
      flagged: sum.flagged + count(flagged),
      faults: sum.faults + count(faults),
      before: { ...sum.before, ...asObject(before) },
      cut: undefined,
    }
    tell(sum)
    after = typeof next === 'number' ? next : null
  }
  return sum
}

/** Puts messages back as they were; returns how many could not be. */
export const bringBack = async (client: MailClient, accountId: string, before: Before): Promise<number> => {
  const all = Object.entries(before)
  let lost = 0
  for (let i = 0; i < all.length; i += 100) {
    const update = Object.fromEntries(all.slice(i, i + 100))
    const answer = await one(client, { name: 'Email/set', args: { accountId, update } }, true)
    lost += answer.ok ? Object.keys(asObject(answer.args.notUpdated)).length : Object.keys(update).length
  }
  return lost
}
