/** The mail client put together: each part does one thing, this file only introduces them to each other. */
import type { JmapSession } from '#format/jmap/core.ts'
import { MAIL } from '#format/jmap/core.ts'
import { actionsOf } from './actions.ts'
import type {
  ListQuery,
  Live,
  MailActions,
  MailClient,
  MailErrorEvent,
  SessionInfo,
  SideDoor,
  Status,
  WaitingMessage,
} from './contract.ts'
import { DraftDesk } from './drafts.ts'
import { emptyMailbox } from './empty.ts'
import { Intake } from './intake.ts'
import { keyOfQuery, type QueryList, type Window } from './list.ts'
import { Cell } from './live.ts'
import { Loader } from './loader.ts'
import { Model, type RecordType } from './model.ts'
import { rowsFromCache } from './offline-rows.ts'
import { Outbox } from './outbox.ts'
import { Persist } from './persist.ts'
import type { ClientOptions } from './ports.ts'
import { Push, pushUrl } from './push.ts'
import { parseSearch } from './search.ts'
import { findRecipients, updateIdentity } from './server-asked.ts'
import { infoOf } from './session-info.ts'
import { Shelf } from './shelf.ts'
import { Lane } from './sync.ts'
import { Transport } from './transport.ts'
import { fillTemplate, uploadFile } from './upload.ts'
import { waitingIn } from './waiting.ts'

/** Summaries kept in memory: some tens of megabytes. */
const MAX_EMAILS = 20_000
const MAX_LIVES = 10_000
const QUIET_AFTER = 30_000
const RESTORE_WITHIN = 3000

class Client {
  readonly model = new Model()
  readonly intake = new Intake(this.model)
  readonly session = new Cell<SessionInfo>(this.model.notifier)
  readonly status = new Cell<Status>(this.model.notifier, 'starting')
  readonly pending = new Cell<number>(this.model.notifier, 0)
  readonly waiting = new Cell<readonly WaitingMessage[]>(this.model.notifier, [])
  readonly shelf: Shelf
  readonly clock
  readonly transport: Transport
  readonly outbox: Outbox
  readonly lane: Lane
  readonly loader: Loader
  readonly persist: Persist
  readonly push: Push
  readonly actions: MailActions
  readonly drafts: DraftDesk
  private readonly options: ClientOptions
  private readonly errorListeners = new Set<(event: MailErrorEvent) => void>()
  private readonly lives = new Map<string, Live<unknown>>()
  private readonly ready = Promise.withResolvers<void>()
  private isReady = false
  private hiddenTimer: unknown
  private closed = false

  constructor(options: ClientOptions) {
    this.options = options
    this.clock = options.clock
    this.transport = new Transport(options, {
      status: (status) => this.statusChanged(status),
      session: (session) => void this.begin(session),
    })
    this.outbox = new Outbox({
      model: this.model,
      clock: options.clock,
      wake: () => this.wakeLane(),
      report: (event) => this.report(event),
      changed: () => this.outboxChanged(),
    })
    this.lane = new Lane(this)
    this.loader = new Loader(this)
    this.shelf = new Shelf({
      model: this.model,
      maxWindow: () => Math.min(500, this.transport.core('maxObjectsInGet', 500)),
      load: (list, window) => this.load(list, window),
      requestSync: () => this.requestSync(),
      wantRow: (id) => this.isReady && this.loader.wantEmail(id),
      saved: (key) => this.persist.savedLists.get(key),
      isReady: () => this.isReady,
    })
    const pageId = this.random()
    this.persist = new Persist({
      storage: options.storage,
      clock: options.clock,
      model: this.model,
      outbox: this.outbox,
      pageId,
      session: () => this.session.get(),
      isExpired: () => this.status.get() === 'expired',
      lists: () => this.shelf.lists.values(),
      account: options.account,
      owner: () => options.owner?.(),
    })
    this.push = new Push({
      clock: options.clock,
      open: options.eventSource,
      url: () => this.transport.session && pushUrl(this.transport.session.eventSourceUrl),
      accountId: () => this.session.get()?.accountId,
      stateOf: (type) => this.model.states[type],
      changed: (types) => this.lane.request(types),
      besides: () => this.tellBesides(),
      accountsChanged: () => this.transport.readSession(),
      knows: (accountId) => this.transport.session?.accounts[accountId] !== undefined,
    })
    this.actions = actionsOf(this)
    this.drafts = new DraftDesk(this)
    void this.start()
  }

  /** Types that the account has, for this person. */
  follows(type: RecordType): boolean {
    return type !== 'Identity' || this.session.get()?.maySend !== false
  }

  get accountId(): string {
    return this.session.get()?.accountId ?? ''
  }

  /** Reads what is stored, but does not wait for a store that does not answer. */
  private async start(): Promise<void> {
    if (this.options.isEmpty) {
      this.persist.giveUpRestoring()
      return this.transport.start()
    }
    const timeout = Promise.withResolvers<undefined>()
    const timer = this.clock.setTimeout(() => timeout.resolve(undefined), RESTORE_WITHIN)
    const show = (known: SessionInfo) => {
      if (this.closed) return
      this.session.set(known)
      this.shelf.restoreAll()
    }
    const session = await Promise.race([this.persist.restore(show).catch(() => undefined), timeout.promise])
    this.clock.clearTimeout(timer)
    this.persist.giveUpRestoring()
    if (this.closed) return
    this.model.notifier.batch(() => {
      if (session && this.session.get() === undefined) this.session.set(session)
      this.shelf.restoreAll()
    })
    this.transport.start()
  }

  /** The server has told who we are. */
  private async begin(session: JmapSession): Promise<void> {
    const { account } = this.options
    const accountId = account ?? session.primaryAccounts[MAIL] ?? Object.keys(session.accounts)[0] ?? ''
    const before = this.session.get()
    // Closed to the person: whoever made this client learns it from the person's own, and ends it.
    if (account !== undefined && session.accounts[account] === undefined) return
    if (before && before.accountId !== accountId) this.becomeAnother(before.accountId)
    const info = infoOf(session, accountId, this.transport.core('maxSizeUpload', 50_000_000), account !== undefined)
    if (JSON.stringify(info) !== JSON.stringify(before)) this.session.set(info)
    const adopted = before?.accountId === accountId ? undefined : this.persist.adopt(accountId).catch(() => {})
    if (!this.options.isEmpty) await adopted
    this.isReady = true
    this.ready.resolve()
    this.lane.requestAll()
    this.push.stop()
    this.push.start()
    this.shelf.fill()
    // At once: without a session in store, a page opened offline could keep nothing.
    void this.persist.save()
  }

  /** Someone else has signed in on this page: nothing of the first may be seen by the second. */
  private becomeAnother(before: string): void {
    this.persist.reset(before)
    void this.persist.eraseRecords(before)
    this.model.notifier.batch(() => {
      this.outbox.reset()
      this.model.reset()
      this.shelf.reset()
    })
  }

  private readonly besides = new Set<() => void>()

  private tellBesides(): void {
    for (const fn of [...this.besides]) fn()
  }

  /** Requests wait for the session like any other; what is stored is under the account. */
  readonly side: Omit<SideDoor, 'storage'> = {
    send: async (calls, options) => {
      await this.ready.promise
      const answers = await this.transport.send(calls, options)
      return answers.map(([first]) => first ?? { ok: false, type: 'serverPartialFail' })
    },
    subscribe: (fn) => {
      this.besides.add(fn)
      return () => {
        this.besides.delete(fn)
      }
    },
  }

  report(event: MailErrorEvent): void {
    for (const listener of this.errorListeners) listener(event)
  }

  readonly subscribeErrors = (fn: (event: MailErrorEvent) => void): (() => void) => {
    this.errorListeners.add(fn)
    return () => {
      this.errorListeners.delete(fn)
    }
  }

  random(): string {
    return this.options.random?.() ?? crypto.randomUUID()
  }

  readonly roleId = (role: string): string | undefined =>
    this.model.mailboxes.get()?.find((mailbox) => mailbox.role === role)?.id

  requestSync(): void {
    this.lane.request(['Email', 'Thread', 'Mailbox'])
  }

  private wakeLane(): void {
    if (this.isReady) this.lane?.request()
  }

  private outboxChanged(): void {
    this.persist?.outboxChanged()
    this.model.notifier.batch(() => {
      this.waiting.set(waitingIn(this.outbox))
      this.pending.set(this.outbox.ops.filter((op) => op.phase !== 'acked').length)
      this.drafts?.refresh()
    })
  }

  private statusChanged(status: Status): void {
    this.status.set(status)
    if (status === 'expired') this.push.stop()
    if (status === 'offline') for (const list of this.shelf.opened()) this.offer(list)
  }

  /** After a round: what lists still miss, and what is to be stored. */
  applied(): void {
    this.shelf.fill()
    if (this.model.unsaved.size) this.persist.changed()
  }

  openLists(): QueryList[] {
    return this.shelf.opened()
  }

  /** Emails that screens look at, with the rest of their threads, and those that wait to be sent. */
  inUse(): ReadonlySet<string> {
    const { model } = this
    const ids = new Set<string>([...model.pendingEmails(), ...this.shelf.emails()])
    for (const id of model.emails.keys()) if (model.topics.has(`email:${id}`)) ids.add(id)
    const mates = (threadId: string | undefined) => (threadId && model.threads.get(threadId)?.emailIds) || []
    for (const id of [...ids]) for (const mate of mates(model.emails.get(id)?.threadId)) ids.add(mate)
    for (const id of model.threads.keys())
      if (model.topics.has(`thread:${id}`)) for (const mate of mates(id)) ids.add(mate)
    return ids
  }

  load(list: QueryList, window: Window): void {
    if (this.status.get() === 'offline') this.offer(list)
    void this.ready.promise
      .then(() => this.loader.window(list, window))
      .then(() => {
        this.persist.changed()
        this.model.evict(MAX_EMAILS, () => this.inUse())
      })
  }

  private offer(list: QueryList): void {
    if (list.queryState === undefined) list.offered(rowsFromCache(this.model, list.query))
  }

  /**
   * A value computed from the cache, fetched when someone looks and it is not there. The same object for the same topic,
   * so that a screen may ask for it at each rendering.
   */
  live<T>(topic: string, read: () => T | undefined, want: () => void): Live<T> {
    const known = this.lives.get(topic)
    if (known) return known as Live<T>
    const live: Live<T> = {
      get: read,
      subscribe: (fn) => {
        const unsubscribe = this.model.topics.subscribe(topic, fn)
        void this.ready.promise.then(() => !this.closed && want())
        return unsubscribe
      },
    }
    if (this.lives.size >= MAX_LIVES) this.lives.clear()
    this.lives.set(topic, live)
    return live
  }

  emailsOf(threadIds: readonly string[], mailboxId?: string): string[] {
    return threadIds.flatMap((threadId) => {
      const emails = this.model.thread(threadId)?.emails ?? []
      return emails.filter((email) => mailboxId === undefined || email.mailboxIds[mailboxId]).map(({ id }) => id)
    })
  }

  async upload(file: Blob, onProgress?: (fraction: number) => void, signal?: AbortSignal) {
    await this.ready.promise
    const { session } = this.transport
    if (!session) throw new TypeError('no session')
    return uploadFile(this.options, this.transport, session, { accountId: this.accountId, file }, onProgress, signal)
  }

  downloadUrl(blobId: string, name: string, type: string): string {
    const template = this.transport.session?.downloadUrl ?? '/jmap/download/{accountId}/{blobId}/{name}?accept={type}'
    return fillTemplate(template, { accountId: this.accountId, blobId, name, type })
  }

  wake(): void {
    this.transport.wake()
    this.push.wake()
    if (!this.isReady) return
    this.shelf.retry()
    this.lane.requestAll()
    this.tellBesides()
    // What a page closed meanwhile has left unsent.
    void this.persist.adopt(this.accountId).catch(() => {})
  }

  setVisible(isVisible: boolean): void {
    this.clock.clearTimeout(this.hiddenTimer)
    if (isVisible) {
      this.push.setQuiet(false)
      this.wake()
    } else this.hiddenTimer = this.clock.setTimeout(() => this.push.setQuiet(!this.persist.isFirst), QUIET_AFTER)
  }

  async close({ forget = false }: { forget?: boolean } = {}): Promise<void> {
    this.closed = true
    this.clock.clearTimeout(this.hiddenTimer)
    this.lane.close()
    this.push.stop()
    this.transport.close()
    this.outbox.close()
    if (forget) return this.persist.forget()
    await this.persist.save()
    this.persist.stop()
    await this.persist.leave()
  }
}

const NEWEST_FIRST: ListQuery['sort'] = [{ property: 'receivedAt', isAscending: false }]

/** Starts the client: reads what is stored, then the session, then keeps everything up to date. */
export const createClient = (options: ClientOptions): MailClient => {
  const client = new Client(options)
  const { model, loader } = client
  return {
    side: { ...client.side, storage: options.storage },
    account: options.account,
    session: client.session,
    status: client.status,
    errors: { subscribe: client.subscribeErrors },
    pending: client.pending,
    waiting: client.waiting,
    mailboxes: model.mailboxes,
    identities: model.identities,
    actions: client.actions,
    drafts: client.drafts,
    list: (query) => client.shelf.list(query),
    thread: (id) =>
      client.live(
        `thread:${id}`,
        () => model.thread(id),
        () => loader.wantThread(id),
      ),
    email: (id) =>
      client.live(
        `email:${id}`,
        () => model.email(id),
        () => loader.wantEmail(id),
      ),
    body: (id) =>
      client.live(
        `body:${id}`,
        () => model.bodies.get(id),
        () => loader.wantBody(id),
      ),
    emailsOf: (threadIds, mailboxId) => client.emailsOf(threadIds, mailboxId),
    snippet: (query, id) => {
      const key = keyOfQuery(query)
      const read = () => loader.snippets.get(`${key} ${id}`) ?? undefined
      return client.live(`snippet:${key} ${id}`, read, () => loader.wantSnippet(query, key, id))
    },
    search: (text, mailboxId, labels) =>
      parseSearch(text, { mailboxes: model.mailboxes.get() ?? [], mailboxId, labels, now: options.clock.now() }),
    mailboxQuery: (inMailbox) => ({ filter: { inMailbox }, sort: NEWEST_FIRST, collapseThreads: true }),
    recipients: (text) => findRecipients(client, text),
    updateIdentity: (id, change) => updateIdentity(client, id, change),
    emptyMailbox: (id, onProgress, allBut) => emptyMailbox(client, id, onProgress, allBut),
    upload: (file, onProgress, signal) => client.upload(file, onProgress, signal),
    downloadUrl: (blobId, name, type) => client.downloadUrl(blobId, name, type),
    wake: () => client.wake(),
    setVisible: (isVisible) => client.setVisible(isVisible),
    resume: () => client.transport.resume(),
    close: (how) => client.close(how),
  }
}
