/**
 * Changes of labels, saved searches and preferences that the server has not answered yet, in their order. They rest in the
 * page's sealed store, so that they outlive it without a network; of several pages each sends its own, and a page takes
 * over what one that is gone has left (as the outbox of the mail does, docs/adr/0009).
 */
import type { SideAnswer, SideDoor } from '../../../data/index.ts'
import type { Change, Created } from './organise-data.ts'

/** Types whose changes are kept: those that ask for nothing but themselves. */
export type KeptType = 'MailLabel' | 'SavedSearch' | 'MailPreferences'
export const isKept = (type: string): type is KeptType =>
  type === 'MailLabel' || type === 'SavedSearch' || type === 'MailPreferences'

export interface Waiting {
  readonly key: string
  readonly type: KeptType
  readonly change: Change
  /** Sent, or left by another page: nobody knows whether the server has done it. */
  readonly uncertain?: boolean
}

/** What an object is called until the server has named it. */
export const temporaryId = (key: string, creation: string): string => `new-${key}-${creation}`

/** The server said no; `type` is the SetError's. */
export class Refused extends Error {
  readonly type: string
  constructor(type: string) {
    super(`refused: ${type}`)
    this.type = type
  }
}

type Args = Readonly<Record<string, unknown>>

const firstError = (args: Args): string | undefined => {
  for (const name of ['notCreated', 'notUpdated', 'notDestroyed']) {
    const [error] = Object.values((args[name] as Record<string, { type: string }> | null) ?? {})
    if (error) return error.type
  }
  return
}

/** @returns what was created; throws Refused */
export const createdIn = (answer: SideAnswer | undefined): Readonly<Record<string, Created>> => {
  if (!answer?.ok) throw new Refused(answer?.type ?? 'serverFail')
  const error = firstError(answer.args)
  if (error !== undefined) throw new Refused(error)
  return (answer.args.created as Record<string, Created> | null) ?? {}
}

/** The change with the ids that the server has given meanwhile. */
const renamed = (change: Change, ids: ReadonlyMap<string, string>): Change => {
  const { create, update, destroy } = change
  const idOf = (id: string) => ids.get(id) ?? id
  return {
    ...(create && { create }),
    ...(update && { update: Object.fromEntries(Object.entries(update).map(([id, patch]) => [idOf(id), patch])) }),
    ...(destroy && { destroy: destroy.map(idOf) }),
  }
}

export interface QueueHost {
  /** The change is done: `created` by creation id, `key` as it was given. */
  done(entry: Waiting, created: Readonly<Record<string, Created>>): void
  /** The server said no: it is forgotten. */
  refused(entry: Waiting, error: Refused): void
  /** What waits has changed. */
  changed(): void
}

export class OrganiseQueue {
  private readonly side: SideDoor
  private readonly accountId: string
  private readonly host: QueueHost
  private readonly own: string
  private waiting: readonly Waiting[] = []
  private sending: Promise<void> | undefined
  private closed = false

  constructor(side: SideDoor, accountId: string, host: QueueHost) {
    this.side = side
    this.accountId = accountId
    this.host = host
    this.own = `${this.prefix}${crypto.randomUUID()}`
  }

  get entries(): readonly Waiting[] {
    return this.waiting
  }

  private get prefix(): string {
    return `${this.accountId}/organise-queue/`
  }

  /** Takes over what pages that are gone have left. */
  async restore(): Promise<void> {
    const { storage } = this.side
    await storage.claim(this.own)
    const left: Waiting[] = []
    const gone: string[] = []
    for (const [key, value] of await storage.read(this.prefix)) {
      if (key === this.own || !Array.isArray(value) || !(await storage.claim(key))) continue
      left.push(...(value as Waiting[]).map((entry) => ({ ...entry, uncertain: true })))
      gone.push(key)
    }
    if (left.length === 0 || this.closed) return
    await this.put([...left, ...this.waiting], gone)
  }

  /** @returns the entry, kept before anything is sent */
  async add(type: KeptType, change: Change): Promise<Waiting> {
    const entry: Waiting = { key: crypto.randomUUID(), type, change }
    await this.put([...this.waiting, entry])
    return entry
  }

  /** Sends all that waits, in order; ends early, keeping the rest, when the server does not answer. */
  flush(): Promise<void> {
    this.sending ??= this.sendAll().finally(() => {
      this.sending = undefined
    })
    return this.sending
  }

  close(): void {
    this.closed = true
    this.side.storage.release(this.own)
  }

  private async put(next: readonly Waiting[], gone: readonly string[] = []): Promise<void> {
    this.waiting = next
    this.host.changed()
    const written = next.length > 0 ? new Map<string, unknown>([[this.own, next]]) : new Map<string, unknown>()
    await this.side.storage.write(written, next.length > 0 ? gone : [...gone, this.own]).catch(() => undefined)
  }

  private async sendAll(): Promise<void> {
    for (let entry = this.waiting[0]; entry && !this.closed; entry = this.waiting[0]) {
      const { key } = entry
      let created: Readonly<Record<string, Created>>
      try {
        created = await this.send(entry)
      } catch (error) {
        if (!(error instanceof Refused)) {
          await this.put(this.waiting.map((one) => (one.key === key ? { ...one, uncertain: true } : one)))
          return
        }
        await this.put(this.waiting.filter((one) => one.key !== key))
        this.host.refused(entry, error)
        continue
      }
      const ids = new Map(Object.entries(created).map(([creation, { id }]) => [temporaryId(key, creation), id]))
      const rest = this.waiting.filter((one) => one.key !== key)
      this.host.done(entry, created)
      await this.put(rest.map((one) => ({ ...one, change: renamed(one.change, ids) })))
    }
  }

  private async send(entry: Waiting): Promise<Readonly<Record<string, Created>>> {
    const { type, uncertain } = entry
    const { change, known } = uncertain ? await this.withoutDone(entry) : { change: entry.change, known: {} }
    if (Object.keys(change).length === 0) return known
    const args = { accountId: this.accountId, ...change }
    const [answer] = await this.side.send([{ name: `${type}/set`, args }], { write: true })
    return { ...known, ...createdIn(answer) }
  }

  /** What is left to do of a change that the server may have done: what is there is not made twice, nor ended twice. */
  private async withoutDone({ type, change }: Waiting): Promise<{ change: Change; known: Record<string, Created> }> {
    const [answer] = await this.side.send([{ name: `${type}/get`, args: { accountId: this.accountId, ids: null } }])
    const list = answer?.ok && Array.isArray(answer.args.list) ? (answer.args.list as (Created & Args)[]) : []
    const there = new Set(list.map(({ id }) => id))
    const known: Record<string, Created> = {}
    const create: Record<string, object> = {}
    for (const [creation, object] of Object.entries(change.create ?? {})) {
      const same = list.find((one) => Object.entries(object).every(([name, value]) => one[name] === value))
      if (same) known[creation] = same
      else create[creation] = object
    }
    const destroy = (change.destroy ?? []).filter((id) => there.has(id))
    const update = Object.entries(change.update ?? {}).filter(([id]) => there.has(id))
    return {
      known,
      change: {
        ...(Object.keys(create).length > 0 && { create }),
        ...(update.length > 0 && { update: Object.fromEntries(update) }),
        ...(destroy.length > 0 && { destroy }),
      },
    }
  }
}
