/**
 * A small, correct JMAP server in memory: the model that the web client is proved against, and a stand-in for the real
 * one while screens are built. It answers synchronously; delays, losses and duplicates are the caller's to add.
 */
import type { Invocation, JmapRequest, JmapResponse, JmapSession, SetError, StateChange } from '#format/jmap/core.ts'
import type { Email, EmailAddress, EmailComparator, EmailFilter, Identity, Mailbox } from '#format/jmap/mail.ts'
import type { Recipient } from '#format/jmap/recipients.ts'
import { mailMethods } from './fake-methods.ts'
import { compare, matches } from './fake-query.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export type FakeMailbox = Mutable<
  Omit<Mailbox, 'totalEmails' | 'unreadEmails' | 'totalThreads' | 'unreadThreads' | 'myRights'>
>

export interface FakePart {
  readonly blobId: string
  readonly type: string
  readonly name: string
  readonly size: number
  readonly cid?: string | null
  readonly disposition?: string | null
}

export interface FakeEmail
  extends Mutable<
    Pick<
      Email,
      | 'id'
      | 'blobId'
      | 'threadId'
      | 'size'
      | 'receivedAt'
      | 'sentAt'
      | 'messageId'
      | 'inReplyTo'
      | 'references'
      | 'from'
      | 'to'
      | 'cc'
      | 'bcc'
      | 'replyTo'
      | 'subject'
    >
  > {
  mailboxIds: Record<string, true>
  keywords: Record<string, true>
  text: string
  html: string | null
  attachments: FakePart[]
}

export interface FakeSubmission {
  id: string
  identityId: string
  emailId: string
  threadId: string
  sendAt: string
  undoStatus: 'pending' | 'final' | 'canceled'
}

export type FakeType = 'Mailbox' | 'Email' | 'Thread' | 'Identity' | 'EmailSubmission'

interface Change {
  readonly modseq: number
  readonly type: FakeType
  readonly id: string
  readonly kind: 'created' | 'updated' | 'destroyed'
}

/** What `deliver` takes; everything has a default. */
export type NewEmail = Partial<Omit<FakeEmail, 'id' | 'blobId'>>

export class MethodFailure extends Error {
  readonly type: string
  constructor(type: string) {
    super(type)
    this.type = type
  }
}

const RIGHTS = {
  mayReadItems: true,
  mayAddItems: true,
  mayRemoveItems: true,
  maySetSeen: true,
  maySetKeywords: true,
  mayCreateChild: true,
  mayRename: true,
  mayDelete: true,
  maySubmit: true,
}

const ROLES = [
  ['INBOX', 'inbox'],
  ['Brouillons', 'drafts'],
  ['Envoyés', 'sent'],
  ['Archives', 'archive'],
  ['Indésirables', 'junk'],
  ['Corbeille', 'trash'],
] as const

export interface FakeOptions {
  readonly maxObjectsInGet?: number
  /** /changes answers at most this many. */
  readonly maxChanges?: number
  readonly start?: number
}

export class FakeJmap {
  readonly accountId = 'u1'
  readonly mailboxes = new Map<string, FakeMailbox>()
  readonly emails = new Map<string, FakeEmail>()
  readonly identities = new Map<string, Identity>()
  readonly submissions = new Map<string, FakeSubmission>()
  readonly blobs = new Map<string, { type: string; bytes: Uint8Array<ArrayBuffer> }>()
  readonly directory: Recipient[] = []
  readonly options: Required<FakeOptions>
  modseq = 1
  /** The next Email/set update or destroy of these ids is refused with this error. */
  readonly refuse = new Map<string, SetError>()
  /** Milliseconds; moves by one second at every delivery. */
  now: number
  private low = 0
  private counter = 0
  private readonly log: Change[] = []
  private readonly listeners = new Set<(change: StateChange) => void>()
  private readonly snapshots = new Map<string, readonly string[]>()
  private published = 1

  constructor(options: FakeOptions = {}) {
    this.options = {
      maxObjectsInGet: 500,
      maxChanges: 500,
      start: Date.UTC(2026, 8, 1, 8),
      ...options,
    }
    this.now = this.options.start
    for (const [name, role] of ROLES) this.createMailbox({ name, role })
    const identity = { id: 'i1', name: 'Camille Martin', email: 'camille.martin@academie.example' }
    this.identities.set('i1', {
      ...identity,
      replyTo: null,
      bcc: null,
      textSignature: '',
      htmlSignature: '',
      mayDelete: false,
    })
  }

  nextId(prefix: string): string {
    this.counter += 1
    return prefix + this.counter.toString(36)
  }

  get state(): string {
    return String(this.modseq)
  }

  /** The state of one type: that of its last change, so that a change of another type does not disturb it. */
  stateOf(type: FakeType): string {
    return String(this.log.findLast((change) => change.type === type)?.modseq ?? 1)
  }

  changed(type: FakeType, id: string, kind: Change['kind']): void {
    this.log.push({ modseq: this.modseq, type, id, kind })
  }

  /** One transaction: one modseq. */
  transaction<T>(fn: () => T): T {
    this.modseq += 1
    return fn()
  }

  /** Forgets the log: every older state is answered with cannotCalculateChanges. */
  forgetHistory(): void {
    this.low = this.modseq
    this.snapshots.clear()
  }

  createMailbox(mailbox: { name: string; role?: Mailbox['role']; parentId?: string | null }): string {
    const id = this.nextId('m')
    this.transaction(() => {
      const sortOrder = mailbox.role ? this.mailboxes.size : 10
      const rest = { role: mailbox.role ?? null, parentId: mailbox.parentId ?? null, sortOrder, isSubscribed: true }
      this.mailboxes.set(id, { id, name: mailbox.name, ...rest })
      this.changed('Mailbox', id, 'created')
    })
    return id
  }

  mailboxWithRole(role: string): string {
    for (const mailbox of this.mailboxes.values()) if (mailbox.role === role) return mailbox.id
    throw new Error(`no mailbox has the role ${role}`)
  }

  /** A message arrives. Defaults: unread, in the inbox, in a thread of its own, a second after the one before. */
  deliver(email: NewEmail = {}): string {
    return this.transaction(() => this.insert(email))
  }

  insert(email: NewEmail): string {
    const id = this.nextId('e')
    this.now += 1000
    const receivedAt = new Date(this.now).toISOString().replace('.000', '')
    const threadId = email.threadId ?? this.nextId('t')
    const isNewThread = this.threadEmails(threadId).length === 0
    const text = email.text ?? 'Bonjour'
    const blobId = this.nextId('b')
    this.blobs.set(blobId, { type: 'message/rfc822', bytes: new TextEncoder().encode(text) })
    this.emails.set(id, {
      mailboxIds: { [this.mailboxWithRole('inbox')]: true },
      keywords: {},
      size: 1000 + text.length,
      receivedAt,
      sentAt: receivedAt,
      messageId: [`${id}@fake.example`],
      inReplyTo: null,
      references: null,
      from: [{ name: 'Dominique Petit', email: 'dominique.petit@example.org' }],
      to: [{ name: 'Camille Martin', email: 'camille.martin@academie.example' }],
      cc: null,
      bcc: null,
      replyTo: null,
      subject: `Message ${id}`,
      html: null,
      attachments: [],
      ...email,
      text,
      threadId,
      id,
      blobId,
    })
    this.changed('Email', id, 'created')
    this.changed('Thread', threadId, isNewThread ? 'created' : 'updated')
    this.touchMailboxes(threadId)
    return id
  }

  /** The thread counts of a mailbox depend on the whole thread, wherever its emails are. */
  private touchMailboxes(threadId: string, ...more: string[]): void {
    const touched = new Set([...more, ...this.threadEmails(threadId).flatMap((email) => Object.keys(email.mailboxIds))])
    for (const mailboxId of touched) this.changed('Mailbox', mailboxId, 'updated')
  }

  /** Changes flags or mailboxes. */
  modify(id: string, change: (email: FakeEmail) => void): void {
    this.transaction(() => this.update(id, change))
  }

  update(id: string, change: (email: FakeEmail) => void): void {
    const email = this.emails.get(id)
    if (!email) return
    const before = Object.keys(email.mailboxIds)
    change(email)
    this.changed('Email', id, 'updated')
    this.touchMailboxes(email.threadId, ...before)
  }

  destroy(id: string): void {
    this.transaction(() => this.remove(id))
  }

  remove(id: string): void {
    const email = this.emails.get(id)
    if (!email) return
    this.emails.delete(id)
    this.changed('Email', id, 'destroyed')
    const left = this.threadEmails(email.threadId).length
    this.changed('Thread', email.threadId, left ? 'updated' : 'destroyed')
    this.touchMailboxes(email.threadId, ...Object.keys(email.mailboxIds))
  }

  threadEmails(threadId: string): FakeEmail[] {
    const found = [...this.emails.values()].filter((email) => email.threadId === threadId)
    return found.sort(compare([{ property: 'receivedAt' }]))
  }

  mailbox(id: string): Mailbox | undefined {
    const mailbox = this.mailboxes.get(id)
    if (!mailbox) return
    const emails = [...this.emails.values()].filter((email) => email.mailboxIds[id])
    const isUnread = (email: FakeEmail) => !email.keywords.$seen && !email.keywords.$draft
    const threads = new Set(emails.map((email) => email.threadId))
    return {
      ...mailbox,
      totalEmails: emails.length,
      unreadEmails: emails.filter(isUnread).length,
      totalThreads: threads.size,
      unreadThreads: new Set(emails.filter(isUnread).map((email) => email.threadId)).size,
      myRights: RIGHTS,
    }
  }

  /** The whole result of a query, in order. */
  results(filter: EmailFilter | null, sort: readonly EmailComparator[], collapseThreads: boolean): string[] {
    const threads = Map.groupBy(this.emails.values(), (email) => email.threadId)
    const found = [...this.emails.values()].filter((email) => matches(email, filter, threads.get(email.threadId) ?? []))
    found.sort(compare(sort))
    const seen = new Set<string>()
    return found
      .filter((email) => !collapseThreads || (!seen.has(email.threadId) && seen.add(email.threadId)))
      .map((email) => email.id)
  }

  /** Remembers a result so that queryChanges can be answered from it; gives the query state. */
  snapshot(key: string, ids: readonly string[]): string {
    this.snapshots.set(`${key} ${this.state}`, ids)
    if (this.snapshots.size > 400) this.snapshots.delete(this.snapshots.keys().next().value!)
    return this.state
  }

  snapshotAt(key: string, state: string): readonly string[] | undefined {
    return this.snapshots.get(`${key} ${state}`)
  }

  /** Ids of a type changed since, coalesced, oldest change first (RFC 8620 §5.2). */
  changesSince(type: FakeType, since: string, max: number) {
    const from = Number(since)
    if (!Number.isInteger(from) || from < this.low || from > this.modseq)
      throw new MethodFailure('cannotCalculateChanges')
    const kinds = new Map<string, Change['kind'][]>()
    let newState = from
    let hasMoreChanges = false
    for (const change of this.log) {
      if (change.type !== type || change.modseq <= from) continue
      if (kinds.size >= Math.min(max, this.options.maxChanges) && change.modseq !== newState) {
        hasMoreChanges = true
        break
      }
      newState = change.modseq
      kinds.set(change.id, [...(kinds.get(change.id) ?? []), change.kind])
    }
    const created: string[] = []
    const updated: string[] = []
    const destroyed: string[] = []
    for (const [id, all] of kinds) {
      if (all.at(-1) === 'destroyed') {
        if (all[0] !== 'created') destroyed.push(id)
      } else if (all.includes('created')) created.push(id)
      else updated.push(id)
    }
    return { created, updated, destroyed, hasMoreChanges, oldState: since, newState: String(newState) }
  }

  session(): JmapSession {
    const core = {
      maxSizeUpload: 50_000_000,
      maxConcurrentUpload: 4,
      maxSizeRequest: 10_000_000,
      maxConcurrentRequests: 8,
      maxCallsInRequest: 32,
      maxObjectsInGet: this.options.maxObjectsInGet,
      maxObjectsInSet: 500,
      collationAlgorithms: [],
    }
    const names = ['urn:ietf:params:jmap:mail', 'urn:ietf:params:jmap:submission', 'urn:convergence:recipients']
    const capabilities = Object.fromEntries(names.map((name) => [name, {}]))
    const account = { name: 'Camille Martin', isPersonal: true, isReadOnly: false, accountCapabilities: capabilities }
    return {
      capabilities: { 'urn:ietf:params:jmap:core': core, ...capabilities },
      accounts: { [this.accountId]: account },
      primaryAccounts: Object.fromEntries(names.map((name) => [name, this.accountId])),
      username: 'camille.martin',
      apiUrl: '/jmap/api',
      downloadUrl: '/jmap/download/{accountId}/{blobId}/{name}?accept={type}',
      uploadUrl: '/jmap/upload/{accountId}',
      eventSourceUrl: '/jmap/eventsource?types={types}&closeafter={closeafter}&ping={ping}',
      state: '1',
    }
  }

  handle(request: JmapRequest): JmapResponse {
    const responses: Invocation[] = []
    const createdIds: Record<string, string> = {}
    for (const [name, args, callId] of request.methodCalls) {
      try {
        const resolved = resolveReferences(args, responses)
        const method = mailMethods[name]
        if (!method) throw new MethodFailure('unknownMethod')
        for (const [answer, value] of method(this, resolved, createdIds)) {
          responses.push([answer, { accountId: this.accountId, ...value }, callId])
        }
      } catch (error) {
        if (!(error instanceof MethodFailure)) throw error
        responses.push(['error', { type: error.type }, callId])
      }
    }
    return JSON.parse(JSON.stringify({ methodResponses: responses, sessionState: '1' }))
  }

  /** Tells the listeners the present states, if something changed since the last time. */
  publish(): void {
    if (this.published === this.modseq) return
    this.published = this.modseq
    const types: FakeType[] = ['Mailbox', 'Email', 'Thread', 'Identity', 'EmailSubmission']
    const states = Object.fromEntries(types.map((type) => [type, this.stateOf(type)]))
    const change: StateChange = { '@type': 'StateChange', changed: { [this.accountId]: states } }
    for (const listener of this.listeners) listener(change)
  }

  onStateChange(fn: (change: StateChange) => void): () => void {
    this.listeners.add(fn)
    return () => this.listeners.delete(fn)
  }

  /** Serves the whole HTTP surface; what is changed is published after the answer. */
  async fetch(url: string, init: { method?: string; body?: unknown } = {}): Promise<Response> {
    const path = new URL(url, 'http://fake.example').pathname
    const json = (value: unknown) => Response.json(value)
    if (path === '/jmap/session') return json(this.session())
    if (path === '/jmap/api') {
      const response = this.handle(JSON.parse(String(init.body)))
      queueMicrotask(() => this.publish())
      return json(response)
    }
    if (path.startsWith('/jmap/upload/')) {
      const blob = await new Response(init.body as BodyInit).blob()
      const bytes = new Uint8Array(await blob.arrayBuffer())
      const blobId = this.nextId('b')
      const type = blob.type || 'application/octet-stream'
      this.blobs.set(blobId, { type, bytes })
      return Response.json({ accountId: this.accountId, blobId, type, size: bytes.length }, { status: 201 })
    }
    const blob = this.blobs.get(path.split('/')[4] ?? '')
    if (!blob) return new Response('not found', { status: 404 })
    return new Response(blob.bytes, { headers: { 'content-type': blob.type } })
  }
}

/** RFC 8620 §3.7. */
const resolveReferences = (args: Record<string, unknown>, responses: readonly Invocation[]) => {
  const resolved: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(args)) {
    if (!key.startsWith('#')) {
      resolved[key] = value
      continue
    }
    const { resultOf, name, path } = value as { resultOf: string; name: string; path: string }
    const response = responses.find((one) => one[2] === resultOf && one[0] === name)
    if (!response) throw new MethodFailure('invalidResultReference')
    resolved[key.slice(1)] = pointer(response[1], path.split('/').slice(1))
  }
  return resolved
}

const pointer = (value: unknown, path: readonly string[]): unknown => {
  const [step, ...rest] = path
  if (step === undefined) return value
  if (step === '*') {
    if (!Array.isArray(value)) throw new MethodFailure('invalidResultReference')
    return value.flatMap((item) => pointer(item, rest))
  }
  if (typeof value !== 'object' || value === null || !(step in value)) throw new MethodFailure('invalidResultReference')
  return pointer((value as Record<string, unknown>)[step], rest)
}

export type { EmailAddress }
