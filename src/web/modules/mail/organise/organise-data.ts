/**
 * Our own types of the mail in the browser: what the server last told, kept for the next visit and for no network. They
 * are short lists, read whole when something of them has changed. A change is shown at once and taken back when refused.
 */
import i18next from 'i18next'
import {
  labelKeyword,
  type MailJob,
  type MailLabel,
  type MailPreferences,
  ORGANISING,
  type SavedSearch,
  type Snooze,
} from '#format/jmap/organising.ts'
import type { MailClient, SideDoor } from '../../../data/index.ts'
import { toast } from '../../../shell/toasts.tsx'
import { createdIn, isKept, OrganiseQueue, temporaryId } from './organise-queue.ts'
import { type Organised, organised } from './organised.ts'

interface Records {
  readonly MailLabel: readonly MailLabel[]
  readonly SavedSearch: readonly SavedSearch[]
  readonly MailPreferences: readonly MailPreferences[]
  readonly Snooze: readonly Snooze[]
  readonly MailJob: readonly MailJob[]
}
export type OrganiseType = keyof Records

const TYPES: readonly OrganiseType[] = ['MailLabel', 'SavedSearch', 'MailPreferences', 'Snooze', 'MailJob']
/** Changes that come together are read together: a job tells each of its slices. */
const GATHER_MS = 250
const RETRY_MS = 5000

export interface Change {
  readonly create?: Readonly<Record<string, object>>
  readonly update?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly destroy?: readonly string[]
}

/** What the server made; of a label, the keyword it chose too. */
export interface Created {
  readonly id: string
  readonly keyword?: string
}

const bySort = (a: { sortOrder: number; name: string }, b: { sortOrder: number; name: string }): number =>
  a.sortOrder - b.sortOrder || a.name.localeCompare(b.name)

/** The value known before when nothing of it has changed: screens need not render again, lists need not begin anew. */
const same = <T>(before: T, now: T): T => (JSON.stringify(before) === JSON.stringify(now) ? before : now)

/** What a change makes of the objects that are known. */
const foreseen = (
  list: readonly { readonly id: string }[],
  { create = {}, update = {}, destroy = [] }: Change,
  made: (creation: string, object: object) => { readonly id: string },
): readonly { readonly id: string }[] => [
  ...list
    .filter(({ id }) => !destroy.includes(id))
    .map((one) => {
      const patch = update[one.id]
      const whole = patch && Object.fromEntries(Object.entries(patch).filter(([path]) => !path.includes('/')))
      return whole ? { ...one, ...whole } : one
    }),
  ...Object.entries(create).map(([creation, object]) => made(creation, object)),
]

/** A change that waits for the network, as it will most likely be. */
const unnamed = (id: string, object: object): { readonly id: string } => {
  const name = 'name' in object ? String(object.name) : ''
  const missing = { sortOrder: 0, colour: 'blue', keyword: labelKeyword(name) ?? id }
  return { ...missing, ...object, id }
}

export class OrganiseData {
  private readonly client: MailClient
  private readonly side: SideDoor
  private readonly accountId: string
  /** As the server last told it. */
  private records: Partial<Records> = {}
  private readonly queue: OrganiseQueue
  private closed = false
  private timer: ReturnType<typeof setTimeout> | undefined
  private reading = false
  private again = false
  /** Changes on their way, and how many have begun or ended: what was read beside one may be older than it. */
  private changing = 0
  private turns = 0
  private readonly leave: readonly (() => void)[]
  /** Those who wait for the end of a change. */
  private readonly waiters = new Map<string, PromiseWithResolvers<Readonly<Record<string, Created>>>>()

  constructor(client: MailClient, accountId: string) {
    this.client = client
    this.side = client.side
    this.accountId = accountId
    this.queue = new OrganiseQueue(client.side, accountId, {
      changed: () => this.show(),
      done: ({ key, type, change }, created) => {
        this.apply(type, change, (creation, object) => ({ ...unnamed('', object), ...created[creation] }))
        this.waiters.get(key)?.resolve(created)
      },
      refused: ({ key }, error) => {
        const waiter = this.waiters.get(key)
        if (waiter) waiter.reject(error)
        else toast(i18next.t('organise.failed'), { tone: 'problem' })
      },
    })
    this.leave = [
      this.side.subscribe(() => this.later(GATHER_MS)),
      client.status.subscribe(() => {
        if (client.status.get() === 'online') void this.flush()
      }),
    ]
    void this.restore().finally(() => this.later(0))
    void this.queue.restore().then(
      () => this.flush(),
      () => undefined,
    )
  }

  close(): void {
    this.closed = true
    for (const stop of this.leave) stop()
    clearTimeout(this.timer)
    this.queue.close()
  }

  /**
   * Changes objects of a type; resolves with what was created, by creation id. Rejects with Refused. Without a network
   * what can be kept is kept and told as done, with ids that hold until the server gives others; the rest rejects.
   */
  async set(type: OrganiseType, change: Change): Promise<Readonly<Record<string, Created>>> {
    if (!isKept(type)) return this.setNow(type, change)
    const entry = await this.queue.add(type, change)
    const foreseenIds = Object.fromEntries(
      Object.entries(change.create ?? {}).map(([creation, object]) => {
        const id = temporaryId(entry.key, creation)
        return [creation, type === 'MailLabel' ? (unnamed(id, object) as Created) : { id }]
      }),
    )
    if (this.client.status.get() !== 'online') {
      void this.flush()
      return foreseenIds
    }
    const waiter = Promise.withResolvers<Readonly<Record<string, Created>>>()
    this.waiters.set(entry.key, waiter)
    // Whatever was not answered waits for the network.
    void this.flush().then(() => waiter.resolve(foreseenIds))
    return waiter.promise.finally(() => this.waiters.delete(entry.key))
  }

  private async setNow(type: OrganiseType, change: Change): Promise<Readonly<Record<string, Created>>> {
    const before = this.records
    this.begins()
    this.apply(type, { ...change, create: {} }, (id, object) => ({ ...object, id }))
    try {
      const args = { accountId: this.accountId, ...change }
      return createdIn((await this.side.send([{ name: `${type}/set`, args }], { write: true }))[0])
    } catch (error) {
      this.records = before
      this.show()
      throw error
    } finally {
      this.ends()
    }
  }

  private async flush(): Promise<void> {
    if (this.closed || this.queue.entries.length === 0) return
    this.begins()
    await this.queue.flush().finally(() => this.ends())
  }

  private begins(): void {
    this.changing += 1
    this.turns += 1
  }

  private ends(): void {
    this.changing -= 1
    this.turns += 1
    this.later(0)
  }

  private apply(
    type: OrganiseType,
    change: Change,
    made: (creation: string, object: object) => { readonly id: string },
  ): void {
    this.records = { ...this.records, [type]: foreseen(this.records[type] ?? [], change, made) }
    this.show()
  }

  private later(ms: number): void {
    clearTimeout(this.timer)
    if (!this.closed) this.timer = setTimeout(() => void this.read(), ms)
  }

  private async read(): Promise<void> {
    if (this.reading) {
      this.again = true
      return
    }
    this.reading = true
    try {
      const { accountId, turns } = this
      const answers = await this.side.send(
        TYPES.map((type) => ({ name: `${type}/get`, args: { accountId, ids: null } })),
      )
      if (this.closed) return
      // Read again once the change has ended.
      if (this.changing > 0) return
      if (this.turns !== turns) return this.later(0)
      const records: Record<string, unknown> = {}
      for (const [i, type] of TYPES.entries()) {
        const answer = answers[i]
        if (!answer?.ok) throw new Error(answer?.type ?? ORGANISING)
        records[type] = answer.args.list
      }
      this.records = records as Partial<Records>
      this.show()
      await this.side.storage.write(new Map([[this.key, this.records]]), []).catch(() => undefined)
      if (this.again) this.later(GATHER_MS)
    } catch {
      this.later(RETRY_MS)
    } finally {
      this.reading = false
      this.again = false
    }
  }

  /** What the server told, with what it has not been told yet. */
  private get shown(): Partial<Records> {
    let records: Partial<Records> = this.records
    for (const { key, type, change } of this.queue.entries) {
      const list = foreseen(records[type] ?? [], change, (creation, object) =>
        unnamed(temporaryId(key, creation), object),
      )
      records = { ...records, [type]: list }
    }
    return records
  }

  private show(): void {
    const { MailLabel = [], SavedSearch = [], MailPreferences = [], Snooze = [], MailJob = [] } = this.shown
    const before = organised.get()
    const view: Organised = {
      labels: same(before.labels, [...MailLabel].sort(bySort)),
      searches: same(before.searches, [...SavedSearch].sort(bySort)),
      preferences: same(before.preferences, MailPreferences[0]),
      snoozed: new Map(Snooze.map(({ id, until }) => [id, until])),
      jobs: same(before.jobs, MailJob),
    }
    if (!this.closed) organised.set(view)
  }

  private get key(): string {
    return `${this.accountId}/organising`
  }

  private async restore(): Promise<void> {
    const stored = (await this.side.storage.read(this.key)).get(this.key)
    if (typeof stored !== 'object' || stored === null || !('MailLabel' in stored) || this.closed) return
    this.records = stored as Partial<Records>
    this.show()
  }
}
