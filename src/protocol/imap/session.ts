/** What one connection is: who it is, what it has selected and enabled, and its two directions. */
import type { Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import type { Log } from '#base/log.ts'
import type { Context } from '#domain/context.ts'
import type { MailboxLists } from '#domain/mail/mailbox-lists.ts'
import type { People } from '#domain/people/people.ts'
import type { Principal } from '#domain/people/principal.ts'
import type { Deflated } from './deflated.ts'
import { decodeMailboxName, denormalized, encodeMailboxName } from './grammar/mailbox-name.ts'
import type { Input } from './input.ts'
import type { ImapLimits } from './limits.ts'
import type { Watch } from './notify.ts'
import type { Output } from './output.ts'
import type { RecentRegistry, RecentUids } from './recent.ts'
import { astringOf, octetsOf } from './respond/text.ts'
import type { SequenceView } from './view.ts'

export interface ImapConfig {
  /** Name in the greeting. */
  readonly hostname: string
  /** Largest message that APPEND accepts (APPENDLIMIT). */
  readonly maxMessageBytes: number
  /** Passwords without TLS, for tests and for a proxy on the same machine. */
  readonly allowPlaintextAuth?: boolean
  readonly limits?: Partial<ImapLimits>
}

export interface ImapDeps {
  readonly ctx: Context
  readonly people: People
  readonly config: ImapConfig
  readonly log: Log
  readonly metrics?: ImapMetrics
}

/** What an operator may count. */
export interface ImapMetrics {
  connected?(): void
  disconnected?(): void
  command?(name: string, status: 'OK' | 'NO' | 'BAD', milliseconds: number): void
}

export type State = 'notAuthenticated' | 'authenticated' | 'selected' | 'logout'

/** Extensions that ENABLE turns on (RFC 5161); CONDSTORE also by use. */
export type Enabled = 'CONDSTORE' | 'QRESYNC' | 'IMAP4REV2' | 'UTF8=ACCEPT' | 'UIDONLY'

/** The selected mailbox as this connection sees it. */
export interface Selected {
  /** Whose mailbox it is: the person's own account, or a function's. */
  readonly account: number
  readonly mailboxId: number
  /** Becomes true when the right to write is taken away meanwhile. */
  readOnly: boolean
  readonly view: SequenceView
  /** Changes up to this modseq have been told or are pending below. */
  modseq: number
  /** UIDs that are gone from the store and not yet told. */
  vanished: number[]
  /** UID -> modseq of flags that the client has just been told, so that they are not told twice. */
  readonly told: Map<number, number>
  /** Messages that are `\Recent` for this session. */
  readonly recent: RecentUids
  /** Keywords that a FLAGS response has named. */
  readonly keywords: Set<string>
  /** The bus has spoken since the last look. */
  stale: boolean
  /** RFC 5182: the result `$`, UIDs ascending. */
  saved: readonly number[]
  readonly unsubscribe: () => void
}

export class Session {
  readonly deps: ImapDeps
  readonly limits: ImapLimits
  readonly input: Input
  readonly output: Output
  readonly remoteAddress: string
  readonly recents: RecentRegistry
  readonly lists: MailboxLists
  readonly secureContext: SecureContext | undefined
  socket: Socket
  /** The stream that compresses what goes over the socket, once the client has asked for it. */
  compressed: Deflated | undefined
  tls: boolean
  state: State = 'notAuthenticated'
  principal: Principal | undefined
  selected: Selected | undefined
  readonly enabled = new Set<Enabled>()
  /** What must be undone when the client signs out or goes. */
  readonly atSignOut: (() => void)[] = []
  /** Commands not understood in a row; sign-ins refused. */
  mistakes = 0
  refusedLogins = 0
  /** A BINARY item met a transfer encoding that nobody knows: the FETCH ends with NO [UNKNOWN-CTE] (RFC 3516 §4.3). */
  unknownEncoding = false
  /** Why the connection is to end; it does so between two commands. */
  ending: string | undefined
  /** Runs once the tagged answer is written (STARTTLS). */
  afterReply: (() => Promise<void>) | undefined
  /** When the connection began, or its last sign-out (ms); when an idle client last heard from us. */
  since = Date.now()
  lastSign = Date.now()
  /** Called when the bus speaks while the client waits to be told. */
  onChange: (() => void) | undefined
  /** What NOTIFY asked for; undefined: what every client is told. */
  watch: Watch | undefined
  readonly #capabilities: (session: Session) => string
  /** Called when somebody signs in; throws Failure tooMany beyond the limit of connections. */
  readonly register: (accountId: number) => () => void

  constructor(parts: {
    deps: ImapDeps
    limits: ImapLimits
    socket: Socket
    input: Input
    output: Output
    tls: boolean
    secureContext: SecureContext | undefined
    recents: RecentRegistry
    lists: MailboxLists
    register: (accountId: number) => () => void
    capabilities: (session: Session) => string
  }) {
    this.deps = parts.deps
    this.limits = parts.limits
    this.socket = parts.socket
    this.input = parts.input
    this.output = parts.output
    this.tls = parts.tls
    this.secureContext = parts.secureContext
    this.register = parts.register
    this.recents = parts.recents
    this.lists = parts.lists
    this.#capabilities = parts.capabilities
    this.remoteAddress = parts.socket.remoteAddress ?? ''
  }

  /** The capability list as it is now, separated by spaces. */
  get capabilities(): string {
    return this.#capabilities(this)
  }

  get ctx(): Context {
    return this.deps.ctx
  }

  /** The account of the signed-in person. */
  get account(): number {
    if (this.principal === undefined) throw new TypeError('nobody is signed in')
    return this.principal.accountId
  }

  /** The account of the selected mailbox. */
  get selectedAccount(): number {
    return this.selected?.account ?? this.account
  }

  /** The client reads UTF-8 in mailbox names and quoted strings. */
  get utf8(): boolean {
    return this.enabled.has('IMAP4REV2') || this.enabled.has('UTF8=ACCEPT')
  }

  get condstore(): boolean {
    return this.enabled.has('CONDSTORE') || this.enabled.has('QRESYNC')
  }

  get qresync(): boolean {
    return this.enabled.has('QRESYNC')
  }

  /** Messages are named by their UIDs alone (RFC 9586). */
  get uidOnly(): boolean {
    return this.enabled.has('UIDONLY')
  }

  /** How a FETCH response begins: `4 FETCH (`, or `7 UIDFETCH (` (RFC 9586 §3.3). */
  fetchStart(sequence: number, uid: number): string {
    return this.uidOnly ? `${uid} UIDFETCH (` : `${sequence} FETCH (`
  }

  /** FETCH responses that nobody asked for name the UID (RFC 7162 §3.2.4, RFC 9051 §7.5.2). */
  get namesUids(): boolean {
    return this.enabled.has('QRESYNC') || this.enabled.has('IMAP4REV2')
  }

  /** VANISHED in place of EXPUNGE (RFC 7162 §3.2.10, RFC 9586 §3.4). */
  get tellsVanished(): boolean {
    return this.qresync || this.uidOnly
  }

  get mayUsePasswords(): boolean {
    return this.tls || this.deps.config.allowPlaintextAuth === true
  }

  /** Whether FLAGS of a message show `\Recent`: never in IMAP4rev2 (RFC 9051 appendix E). */
  isRecent(uid: number): boolean {
    return this.selected?.recent.has(uid) === true && !this.enabled.has('IMAP4REV2')
  }

  /** Turns CONDSTORE on by use; the client is then told where the mailbox stands (RFC 7162 §3.1). */
  wantCondstore(): void {
    if (this.condstore) return
    this.enabled.add('CONDSTORE')
    if (this.selected !== undefined) this.untagged(`OK [HIGHESTMODSEQ ${this.selected.modseq}] Highest`)
  }

  /** One untagged response, without `* ` and line end, as octets. */
  untagged(text: string): void {
    this.output.write(`* ${text}\r\n`)
  }

  /** A mailbox name from the client, as a path. */
  path(octets: Uint8Array): string {
    return decodeMailboxName(octets, this.utf8)
  }

  /** What the client wrote in IMAP4rev2, when it is not the name that the server keeps. */
  writtenName(octets: Uint8Array): { readonly oldName?: string } {
    const oldName = this.enabled.has('IMAP4REV2') ? denormalized(octets) : undefined
    return oldName === undefined ? {} : { oldName }
  }

  /** A path as this client reads it, quoted as needed. */
  name(path: string): string {
    return astringOf(octetsOf(encodeMailboxName(path, this.utf8)), this.utf8)
  }

  /** Says goodbye as soon as no answer is under way: in the middle of one, BYE would be read as part of it. */
  end(text: string): void {
    this.ending ??= text
    if (this.input.isWaiting) this.input.stop()
  }

  /** Leaves the selected mailbox without expunging. */
  unselect(): void {
    this.selected?.unsubscribe()
    this.selected = undefined
    if (this.state === 'selected') this.state = 'authenticated'
  }

  /** Forgets who it was: LOGOUT, UNAUTHENTICATE, the end of the connection. */
  signOut(): void {
    this.unselect()
    for (const undo of this.atSignOut.splice(0)) undo()
    this.watch?.end()
    this.watch = undefined
    this.enabled.clear()
    this.principal = undefined
    this.since = Date.now()
    if (this.state !== 'logout') this.state = 'notAuthenticated'
  }
}
