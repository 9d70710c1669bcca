/**
 * Our own types of the mail in the browser: what the server last told, kept for the next visit and for no network. They
 * are short lists, read whole when something of them has changed. A change is shown at once and taken back when refused.
 */
import {
  type MailJob,
  type MailLabel,
  type MailPreferences,
  ORGANISING,
  type SavedSearch,
  type Snooze,
} from '#format/jmap/organising.ts'
import type { MailClient, SideDoor } from '../../../data/index.ts'
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

/** The server said no; `type` is the SetError's. */
export class Refused extends Error {
  readonly type: string
  constructor(type: string) {
    super(`refused: ${type}`)
    this.type = type
  }
}

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

type Args = Readonly<Record<string, unknown>>
const firstError = (args: Args): string | undefined => {
  for (const name of ['notCreated', 'notUpdated', 'notDestroyed']) {
    const [error] = Object.values((args[name] as Record<string, { type: string }> | null) ?? {})
    if (error) return error.type
  }
  return
}

const bySort = (a: { sortOrder: number; name: string }, b: { sortOrder: number; name: string }): number =>
  a.sortOrder - b.sortOrder || a.name.localeCompare(b.name)

/** The value known before when nothing of it has changed: screens need not render again, lists need not begin anew. */
const same = <T>(before: T, now: T): T => (JSON.stringify(before) === JSON.stringify(now) ? before : now)

export class OrganiseData {
  private readonly side: SideDoor
  private readonly accountId: string
  private records: Partial<Records> = {}
  private closed = false
  private timer: ReturnType<typeof setTimeout> | undefined
  private reading = false
  private again = false
  /** Changes on their way, and how many have begun or ended: what was read beside one may be older than it. */
  private changing = 0
  private turns = 0
  private readonly leave: () => void

  constructor(client: MailClient, accountId: string) {
    this.side = client.side
    this.accountId = accountId
    this.leave = this.side.subscribe(() => this.later(GATHER_MS))
    void this.restore().finally(() => this.later(0))
  }

  close(): void {
    this.closed = true
    this.leave()
    clearTimeout(this.timer)
  }

  /** Changes objects of a type; resolves with what was created, by creation id. Rejects with Refused, or offline. */
  async set(type: OrganiseType, change: Change): Promise<Readonly<Record<string, Created>>> {
    const before = this.records
    this.changing += 1
    this.turns += 1
    this.foresee(type, change)
    try {
      const [answer] = await this.side.send([{ name: `${type}/set`, args: { accountId: this.accountId, ...change } }], {
        write: true,
      })
      if (!answer?.ok) throw new Refused(answer?.type ?? 'serverFail')
      const error = firstError(answer.args)
      if (error !== undefined) throw new Refused(error)
      return (answer.args.created as Record<string, Created> | null) ?? {}
    } catch (error) {
      this.records = before
      this.show()
      throw error
    } finally {
      this.changing -= 1
      this.turns += 1
      this.later(0)
    }
  }

  private foresee(type: OrganiseType, { update = {}, destroy = [] }: Change): void {
    const list = (this.records[type] ?? []) as readonly { id: string }[]
    const next = list
      .filter(({ id }) => !destroy.includes(id))
      .map((one) => {
        const patch = update[one.id]
        const whole = patch && Object.fromEntries(Object.entries(patch).filter(([path]) => !path.includes('/')))
        return whole ? { ...one, ...whole } : one
      })
    this.records = { ...this.records, [type]: next }
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

  private show(): void {
    const { MailLabel = [], SavedSearch = [], MailPreferences = [], Snooze = [], MailJob = [] } = this.records
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
