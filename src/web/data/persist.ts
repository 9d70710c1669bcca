/**
 * What survives the page: records with the states they belong to (written together, so that they never disagree), the
 * first rows of recent lists, and the unsent operations. A cache that cannot be written is no reason to fail.
 */
import type { Identity, Mailbox, Thread } from '#format/jmap/mail.ts'
import type { EmailBody, EmailSummary, SessionInfo } from './contract.ts'
import { type FirstScreen, firstScreenOf, layFirstScreen } from './first-screen.ts'
import type { QueryList, SavedList } from './list.ts'
import type { Model, RecordType } from './model.ts'
import type { Outbox, OutboxState } from './outbox.ts'
import type { Storage, Timers } from './ports.ts'

const SAVE_AFTER = 1000
const MAX_EMAILS = 4000
const MAX_BODIES = 300
const MAX_LISTS = 20
/** What the first screen is made of. The words of messages, the most of what is stored, are opened after it. */
const FIRST = ['states', 'mailboxes', 'identities', 'email/', 'thread/', 'list/', 'outbox/'] as const

export interface PersistHost {
  readonly storage: Storage
  readonly clock: Timers
  readonly model: Model
  readonly outbox: Outbox
  readonly pageId: string
  session(): SessionInfo | undefined
  /** Signed out, perhaps by another page, which has erased what was stored: nothing is to be written again. */
  isExpired(): boolean
  lists(): Iterable<QueryList>
  /** The one account it is for; undefined: whoever signs in. */
  readonly account: string | undefined
  /** Login of the person, when it is known already: what another one left is not shown to them. */
  owner(): string | undefined
}

export class Persist {
  readonly savedLists = new Map<string, SavedList>()
  private readonly host: PersistHost
  private readonly storedEmails = new Set<string>()
  private timer: unknown
  private outboxScheduled = false
  private outboxWritten = false
  private writing: Promise<void> = Promise.resolve()
  private stopped = false
  private isTooLate = false
  /** Of several pages one writes the records; two would mix records of different states. */
  private isWriter = false

  constructor(host: PersistHost) {
    this.host = host
  }

  /** Where the session rests with which a page begins before the server has answered. */
  private get lastKey(): string {
    const { account } = this.host
    return account === undefined ? 'last' : `${account}/last`
  }

  private get screenKey(): string {
    return `${this.lastKey}/screen`
  }

  /** True for the one page of several that writes the records. */
  get isFirst(): boolean {
    return this.isWriter
  }

  /**
   * Reads what the last account left; gives its session. `shown` is told of the first screen as soon as it is there, before
   * the rest is read.
   */
  async restore(shown: (session: SessionInfo) => void = () => {}): Promise<SessionInfo | undefined> {
    const { storage, model } = this.host
    const last = await storage.read(this.lastKey)
    const session = last.get(this.lastKey) as SessionInfo | undefined
    if (typeof session?.accountId !== 'string') return
    const owner = this.host.owner()
    if (owner !== undefined && owner !== session.username) return
    const prefix = `${session.accountId}/`
    const screen = last.get(this.screenKey) as FirstScreen | undefined
    const unsent = screen && (await storage.read(`${prefix}outbox/`))
    if (this.isTooLate) return
    // With unsent changes over them the records are shown together with those, below.
    if (screen?.accountId === session.accountId && unsent?.size === 0)
      model.notifier.batch(() => {
        const [key, saved] = layFirstScreen(model, screen)
        this.savedLists.set(key, saved)
        model.unsaved.clear()
        shown(session)
      })
    this.isWriter = await storage.claim(cacheLock(session.accountId))
    const first = await Promise.all(FIRST.map((kind) => storage.read(prefix + kind)))
    const entries = new Map(first.flatMap((some) => [...some]))
    await this.claimOwn(session.accountId)
    const left = await this.claimLeft(session.accountId, entries)
    if (this.isTooLate) return
    // Records and the unsent changes over them appear together: an archived row must not show for a moment.
    model.notifier.batch(() => {
      for (const [key, value] of entries) this.restoreEntry(key.slice(prefix.length), value)
      for (const state of left.values()) this.host.outbox.adopt(state)
      // A state without its records would never bring them.
      if (model.identities.get() === undefined) delete model.states.Identity
    })
    model.unsaved.clear()
    await this.release(session.accountId, left.keys())
    void this.restoreBodies(session.accountId).catch(() => undefined)
    return session
  }

  /** Those that have come from the server meanwhile are as good. */
  private async restoreBodies(accountId: string): Promise<void> {
    const { storage, model } = this.host
    const entries = await storage.read(`${accountId}/body/`)
    if (this.stopped || (this.host.session()?.accountId ?? accountId) !== accountId) return
    model.notifier.batch(() => {
      for (const value of entries.values()) {
        const body = value as EmailBody
        if (model.bodies.has(body.id)) continue
        model.setBody(body)
        model.unsaved.delete(`body/${body.id}`)
      }
    })
  }

  private restoreEntry(key: string, value: unknown): void {
    const { model } = this.host
    const kind = key.split('/', 1)[0]
    if (kind === 'states') Object.assign(model.states, value as Partial<Record<RecordType, string>>)
    else if (kind === 'mailboxes') model.setMailboxes(value as ReadonlyMap<string, Mailbox>)
    else if (kind === 'identities') model.identities.set(value as readonly Identity[])
    else if (kind === 'email') {
      model.setEmail(value as EmailSummary)
      this.storedEmails.add(key)
    } else if (kind === 'thread') model.setThread(value as Thread)
    else if (kind === 'list') this.savedLists.set(key.slice('list/'.length), value as SavedList)
  }

  /** The store was too slow: what it still gives must not be laid over newer things. */
  giveUpRestoring(): void {
    this.isTooLate = true
  }

  /** Takes over the unsent operations that pages no longer alive have left. */
  async adopt(accountId: string): Promise<void> {
    await this.claimOwn(accountId)
    const left = await this.claimLeft(accountId, await this.host.storage.read(`${accountId}/outbox/`))
    for (const state of left.values()) this.host.outbox.adopt(state)
    await this.release(accountId, left.keys())
  }

  /** This page's own place, before anything is written there: another page would take it for left. */
  private async claimOwn(accountId: string): Promise<void> {
    await this.host.storage.claim(outboxKey(accountId, this.host.pageId))
  }

  /** Claims the places of pages that are gone. */
  private async claimLeft(accountId: string, entries: ReadonlyMap<string, unknown>): Promise<Map<string, OutboxState>> {
    const { storage, pageId } = this.host
    const own = outboxKey(accountId, pageId)
    const left = new Map<string, OutboxState>()
    for (const [key, value] of entries) {
      if (key.startsWith(outboxKey(accountId, '')) && key !== own && (await storage.claim(key)))
        left.set(key, value as OutboxState)
    }
    return left
  }

  /** What was taken over is in this page's own place before it leaves the old one. */
  private async release(accountId: string, taken: Iterable<string>): Promise<void> {
    const keys = [...taken]
    if (!keys.length) return
    await this.saveOutbox(accountId)
    await this.write(new Map(), keys)
    for (const key of keys) this.host.storage.release(key)
  }

  /** The unsent operations changed: they are written at once. */
  outboxChanged(): void {
    if (this.outboxScheduled || this.stopped) return
    this.outboxScheduled = true
    queueMicrotask(() => {
      this.outboxScheduled = false
      const accountId = this.host.session()?.accountId
      if (accountId !== undefined) void this.saveOutbox(accountId)
    })
  }

  private saveOutbox(accountId: string): Promise<void> {
    const { outbox, pageId } = this.host
    const ops = outbox.ops.filter((op) => op.phase !== 'acked').map((op) => ({ ...op, emails: new Map(op.emails) }))
    const key = outboxKey(accountId, pageId)
    if (!ops.length && !outbox.draftIds.size) {
      if (!this.outboxWritten) return this.writing
      this.outboxWritten = false
      return this.write(new Map(), [key])
    }
    this.outboxWritten = true
    const state: OutboxState = { ops, draftIds: new Map(outbox.draftIds) }
    return this.write(new Map([[key, state]]), [])
  }

  /** Records changed: they are written soon. */
  changed(): void {
    if (this.timer !== undefined || this.stopped) return
    this.timer = this.host.clock.setTimeout(() => void this.save(), SAVE_AFTER)
  }

  async save(): Promise<void> {
    this.host.clock.clearTimeout(this.timer)
    this.timer = undefined
    const session = this.host.session()
    if (!session || this.stopped || this.host.isExpired() || !(await this.becomeWriter(session.accountId))) return
    const prefix = `${session.accountId}/`
    const put = new Map<string, unknown>([[this.lastKey, session]])
    const remove: string[] = []
    for (const key of this.host.model.unsaved) {
      const value = this.valueOf(key)
      if (value === undefined) remove.push(prefix + key)
      else put.set(prefix + key, value)
      if (key.startsWith('email/')) this.storedEmails[value === undefined ? 'delete' : 'add'](key)
    }
    this.host.model.unsaved.clear()
    this.saveLists(prefix, put)
    const screen = firstScreenOf(this.host.model, session.accountId, this.host.lists())
    if (screen) put.set(this.screenKey, screen)
    // An older one would bring back what has changed since.
    else remove.push(this.screenKey)
    this.evict(prefix, put, remove)
    await this.write(put, remove)
  }

  /** The page that wrote is gone: this one writes all it has over what that one left. */
  private async becomeWriter(accountId: string): Promise<boolean> {
    if (this.isWriter) return true
    const { storage, model } = this.host
    if (!(await storage.claim(cacheLock(accountId)))) return false
    this.isWriter = true
    for (const kind of ['email', 'thread', 'list']) await storage.clear(`${accountId}/${kind}/`).catch(() => {})
    this.storedEmails.clear()
    for (const key of ['states', 'mailboxes', 'identities']) model.unsaved.add(key)
    for (const id of model.emails.keys()) model.unsaved.add(`email/${id}`)
    for (const id of model.threads.keys()) model.unsaved.add(`thread/${id}`)
    return true
  }

  private valueOf(key: string): unknown {
    const { model } = this.host
    const slash = key.indexOf('/')
    const id = key.slice(slash + 1)
    switch (slash < 0 ? key : key.slice(0, slash)) {
      case 'states':
        return { ...model.states }
      case 'mailboxes':
        return model.mailboxRecords
      case 'identities':
        return model.identities.get()
      case 'email':
        return model.emails.get(id)
      case 'thread':
        return model.threads.get(id)
      case 'body':
        return model.bodies.get(id)
      default:
        return
    }
  }

  private saveLists(prefix: string, put: Map<string, unknown>): void {
    for (const list of this.host.lists()) {
      const saved = list.saved()
      if (!saved) continue
      this.savedLists.delete(list.key)
      this.savedLists.set(list.key, saved)
      put.set(`${prefix}list/${list.key}`, saved)
    }
  }

  /** Bounds what is stored: the oldest go first. */
  private evict(prefix: string, put: Map<string, unknown>, remove: string[]): void {
    const { model } = this.host
    const drop = (key: string) => {
      put.delete(prefix + key)
      remove.push(prefix + key)
    }
    for (const key of this.storedEmails) {
      if (this.storedEmails.size <= MAX_EMAILS) break
      this.storedEmails.delete(key)
      drop(key)
    }
    for (const id of model.bodies.keys()) {
      if (model.bodies.size <= MAX_BODIES) break
      if (model.topics.has(`body:${id}`)) continue
      model.bodies.delete(id)
      drop(`body/${id}`)
    }
    for (const key of this.savedLists.keys()) {
      if (this.savedLists.size <= MAX_LISTS) break
      this.savedLists.delete(key)
      drop(`list/${key}`)
    }
  }

  /** Erases all that is stored of every account (sign-out), or of the one account it is for. */
  async forget(): Promise<void> {
    this.stop()
    await this.writing
    const { account } = this.host
    await this.host.storage.clear(account === undefined ? '' : `${account}/`).catch(() => {})
    await this.leave()
  }

  /** What the server has as well; what has not been sent is kept for the one who wrote it. */
  async eraseRecords(accountId: string): Promise<void> {
    await this.host.storage.write(new Map(), [this.screenKey]).catch(() => {})
    for (const kind of ['states', 'mailboxes', 'identities', 'email/', 'thread/', 'body/', 'list/'])
      await this.host.storage.clear(`${accountId}/${kind}`).catch(() => {})
  }

  /** Another account: its cache has a lock of its own. */
  reset(accountId: string): void {
    if (this.isWriter) this.host.storage.release(cacheLock(accountId))
    this.isWriter = false
    this.savedLists.clear()
    this.storedEmails.clear()
  }

  stop(): void {
    this.stopped = true
    this.host.clock.clearTimeout(this.timer)
  }

  /** The other pages may take over what this one has not sent. */
  async leave(): Promise<void> {
    await this.writing
    const accountId = this.host.session()?.accountId
    if (accountId === undefined) return
    this.host.storage.release(outboxKey(accountId, this.host.pageId))
    if (this.isWriter) this.host.storage.release(cacheLock(accountId))
  }

  /** One write after the other, in the order asked. */
  private write(put: ReadonlyMap<string, unknown>, remove: readonly string[]): Promise<void> {
    this.writing = this.writing.then(() => this.host.storage.write(put, remove)).catch(() => {})
    return this.writing
  }
}

const cacheLock = (accountId: string): string => `${accountId}/cache`

const outboxKey = (accountId: string, pageId: string): string => `${accountId}/outbox/${pageId}`
