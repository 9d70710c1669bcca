/**
 * The portal's records in the browser: what the server last told, kept for the next visit and for no network; over it the
 * person's changes that have not been acknowledged. One lane, as for mail: send, ask what changed, apply at once.
 */
import type { DocumentRequest, Notice, PortalNotification } from '#format/jmap/notices.ts'
import type { Card, PortalArrangement, Tile } from '#format/jmap/portal.ts'
import type { MailClient, SideAnswer, SideCall, SideDoor } from '../../data/index.ts'
import { createValue } from '../../shell/value.ts'

const TYPES = ['Tile', 'PortalArrangement', 'Card', 'Notice', 'Notification', 'DocumentRequest'] as const
type Type = (typeof TYPES)[number]
const RETRY_AFTER = 5000

export type Arranged = Partial<Pick<PortalArrangement, 'favourites' | 'order' | 'groups' | 'hidden'>>

interface Op {
  readonly type: 'PortalArrangement' | 'Card' | 'Notice' | 'Notification'
  readonly id: string
  readonly patch: Readonly<Record<string, unknown>>
}

interface Stored {
  readonly id: string
}

interface Saved {
  readonly states: Readonly<Partial<Record<Type, string>>>
  readonly records: Readonly<Partial<Record<Type, readonly Stored[]>>>
  readonly pending: readonly Op[]
}

export interface PortalView {
  readonly tiles: readonly Tile[]
  readonly arrangements: readonly PortalArrangement[]
  readonly cards: readonly Card[]
  readonly notices: readonly Notice[]
  readonly notifications: readonly PortalNotification[]
  readonly requests: readonly DocumentRequest[]
}

const isSaved = (value: unknown): value is Saved =>
  typeof value === 'object' && value !== null && 'states' in value && 'records' in value && 'pending' in value

const listOf = (args: Readonly<Record<string, unknown>>, name: string): string[] =>
  Array.isArray(args[name]) ? args[name].filter((one): one is string => typeof one === 'string') : []

const recordsOf = (args: Readonly<Record<string, unknown>>): Stored[] =>
  Array.isArray(args.list) ? args.list.filter((one: Stored | null) => typeof one?.id === 'string') : []

export class PortalData {
  /** Undefined until something is known. */
  readonly view = createValue<PortalView | undefined>(undefined)
  readonly problem = createValue(false)
  /** A change was refused: it has been taken back. */
  onRefused: () => void = () => {}
  private readonly side: SideDoor
  private readonly accountId: string
  private readonly records: Record<Type, Map<string, Stored>> = {
    Tile: new Map(),
    PortalArrangement: new Map(),
    Card: new Map(),
    Notice: new Map(),
    Notification: new Map(),
    DocumentRequest: new Map(),
  }
  private states: Partial<Record<Type, string>> = {}
  private pending: Op[] = []
  private running = false
  private wanted = false
  private closed = false
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly leave: () => void

  constructor(client: MailClient, accountId: string) {
    this.side = client.side
    this.accountId = accountId
    this.leave = this.side.subscribe(() => this.sync())
    void this.restore().finally(() => this.sync())
  }

  close(): void {
    this.closed = true
    this.leave()
    clearTimeout(this.timer)
  }

  /** Changes the arrangement at once; the server hears of it as soon as it can. */
  arrange(id: string, patch: Arranged): void {
    this.add({ type: 'PortalArrangement', id, patch })
  }

  dismiss(id: string, isDismissed: boolean): void {
    this.add({ type: 'Card', id, patch: { isDismissed } })
  }

  /** The notice was opened. */
  see(id: string): void {
    this.add({ type: 'Notice', id, patch: { isSeen: true } })
  }

  /** The person says that they have read it. */
  acknowledge(id: string): void {
    this.add({ type: 'Notice', id, patch: { isAcknowledged: true, isSeen: true } })
  }

  seeNotification(id: string): void {
    this.add({ type: 'Notification', id, patch: { isSeen: true } })
  }

  sync(): void {
    this.wanted = true
    if (!this.running && !this.closed) void this.run()
  }

  private add(op: Op): void {
    this.pending = [...this.pending, op]
    this.show()
    void this.save()
    this.sync()
  }

  private async run(): Promise<void> {
    this.running = true
    while (this.wanted && !this.closed) {
      this.wanted = false
      try {
        await this.send()
        await this.ask()
        this.problem.set(false)
      } catch {
        this.problem.set(true)
        clearTimeout(this.timer)
        this.timer = setTimeout(() => this.sync(), RETRY_AFTER)
        break
      }
    }
    this.running = false
  }

  /** What the person changed, in order. Whole values: said twice they are the same, so a lost answer is sent again. */
  private async send(): Promise<void> {
    const batch = this.pending.slice(0, 10)
    if (batch.length === 0) return
    const calls = batch.map(({ type, id, patch }) => ({
      name: `${type}/set`,
      args: { accountId: this.accountId, update: { [id]: patch } },
    }))
    const answers = await this.side.send(calls, { write: true })
    const refused = answers.some(
      (answer) => !answer.ok || Object.keys((answer.args.notUpdated as object) ?? {}).length > 0,
    )
    // What was acknowledged becomes the base, so that nothing flickers until the changes are told.
    for (const [i, op] of batch.entries()) {
      const answer = answers[i]
      const known = this.records[op.type].get(op.id)
      if (answer?.ok && known && op.id in ((answer.args.updated as object) ?? {}))
        this.records[op.type].set(op.id, { ...known, ...op.patch })
    }
    this.pending = this.pending.slice(batch.length)
    if (refused) this.onRefused()
    this.show()
    if (this.pending.length > 0) this.wanted = true
  }

  private async ask(): Promise<void> {
    const unknown = TYPES.filter((type) => this.states[type] === undefined)
    const known = TYPES.filter((type) => this.states[type] !== undefined)
    const lost = [...unknown, ...(known.length > 0 ? await this.askChanges(known) : [])]
    if (lost.length > 0) await this.askAll(lost)
    this.show()
    await this.save()
  }

  private async askAll(types: readonly Type[]): Promise<void> {
    const { accountId } = this
    const answers = await this.side.send(types.map((type) => ({ name: `${type}/get`, args: { accountId, ids: null } })))
    for (const [i, type] of types.entries()) {
      const answer = answers[i]
      if (!answer?.ok) throw new Error(answer?.type ?? 'no answer')
      this.records[type].clear()
      this.take(type, answer)
      this.states[type] = String(answer.args.state)
    }
  }

  /** Applies what changed; returns the types of which the server cannot say, to be asked for whole. */
  private async askChanges(types: readonly Type[]): Promise<Type[]> {
    const { accountId } = this
    const calls: SideCall[] = types.flatMap((type, i) => {
      const get = (path: string): SideCall => ({
        name: `${type}/get`,
        args: { accountId, '#ids': { resultOf: `c${i * 3}`, name: `${type}/changes`, path } },
      })
      const changes = { name: `${type}/changes`, args: { accountId, sinceState: this.states[type] } }
      return [changes, get('/created'), get('/updated')]
    })
    const answers = await this.side.send(calls)
    const lost: Type[] = []
    for (const [i, type] of types.entries()) {
      const [changes, created, updated] = answers.slice(i * 3, i * 3 + 3)
      if (!changes?.ok && changes?.type !== 'cannotCalculateChanges') throw new Error(changes?.type ?? 'no answer')
      if (!changes.ok || changes.args.hasMoreChanges === true || !created?.ok || !updated?.ok) {
        lost.push(type)
        continue
      }
      this.take(type, created)
      this.take(type, updated)
      for (const id of listOf(changes.args, 'destroyed')) this.records[type].delete(id)
      this.states[type] = String(changes.args.newState)
    }
    return lost
  }

  private take(type: Type, answer: SideAnswer & { ok: true }): void {
    for (const record of recordsOf(answer.args)) this.records[type].set(record.id, record)
    for (const id of listOf(answer.args, 'notFound')) this.records[type].delete(id)
  }

  /** The base with the pending changes over it. */
  private show(): void {
    if (this.states.Tile === undefined) return
    const over = <T>(type: Type): T[] =>
      [...this.records[type].values()].map((record) => {
        const patches = this.pending.filter((op) => op.type === type && op.id === record.id).map((op) => op.patch)
        return Object.assign({}, record, ...patches) as T
      })
    this.view.set({
      tiles: over('Tile'),
      arrangements: over('PortalArrangement'),
      cards: over('Card'),
      notices: over('Notice'),
      notifications: over('Notification'),
      requests: over('DocumentRequest'),
    })
  }

  // -- storage

  private get key(): string {
    return `${this.accountId}/portal`
  }

  private async restore(): Promise<void> {
    const stored = (await this.side.storage.read(this.key)).get(this.key)
    if (!isSaved(stored) || this.closed) return
    this.states = { ...stored.states }
    for (const type of TYPES) for (const record of stored.records[type] ?? []) this.records[type].set(record.id, record)
    this.pending = [...stored.pending, ...this.pending]
    this.show()
  }

  private async save(): Promise<void> {
    const records = Object.fromEntries(TYPES.map((type) => [type, [...this.records[type].values()]]))
    const saved: Saved = { states: { ...this.states }, records, pending: this.pending }
    // A cache that cannot be written is no reason to fail.
    await this.side.storage.write(new Map([[this.key, saved]]), []).catch(() => undefined)
  }
}
