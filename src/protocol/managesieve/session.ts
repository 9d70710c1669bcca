/** One connection: who it is, and its two directions. */
import type { Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import type { Log } from '#base/log.ts'
import type { Context } from '#domain/context.ts'
import { filterLimits } from '#domain/filter/filter.ts'
import type { People } from '#domain/people/people.ts'
import type { Principal } from '#domain/people/principal.ts'
import { capabilities } from '#format/sieve/language.data.ts'
import { Input } from './input.ts'
import type { ManageSieveLimits } from './limits.ts'
import { stringOf } from './respond.ts'

export interface ManageSieveConfig {
  /** Name in the greeting. */
  readonly hostname: string
  /** Passwords without TLS, for tests and for a proxy on the same machine. */
  readonly allowPlaintextAuth?: boolean
  readonly limits?: Partial<ManageSieveLimits>
}

export interface ManageSieveDeps {
  readonly ctx: Context
  readonly people: People
  readonly config: ManageSieveConfig
  readonly log: Log
}

export const mechanismNames = ['PLAIN', 'OAUTHBEARER', 'XOAUTH2'] as const

export class Session {
  readonly deps: ManageSieveDeps
  readonly limits: ManageSieveLimits
  readonly input: Input
  readonly remoteAddress: string
  readonly secureContext: SecureContext | undefined
  /** Called when somebody signs in; throws Failure tooMany beyond the limit of connections. */
  readonly register: (account: number) => () => void
  readonly atSignOut: (() => void)[] = []
  socket: Socket
  tls: boolean
  principal: Principal | undefined
  since = Date.now()
  mistakes = 0
  refusedLogins = 0
  /** Why the connection is to end. */
  ending: string | undefined
  /** Runs once the answer is written (STARTTLS). */
  afterReply: (() => Promise<void>) | undefined

  constructor(parts: {
    deps: ManageSieveDeps
    limits: ManageSieveLimits
    socket: Socket
    tls: boolean
    secureContext: SecureContext | undefined
    register: (account: number) => () => void
  }) {
    this.deps = parts.deps
    this.limits = parts.limits
    this.socket = parts.socket
    this.tls = parts.tls
    this.secureContext = parts.secureContext
    this.register = parts.register
    this.input = new Input(parts.socket)
    this.remoteAddress = parts.socket.remoteAddress ?? ''
  }

  get mayUsePasswords(): boolean {
    return this.tls || this.deps.config.allowPlaintextAuth === true
  }

  get canStartTls(): boolean {
    return !this.tls && this.principal === undefined && this.secureContext !== undefined
  }

  /** The capability lines of RFC 5804 §1.7, as they are now. */
  capabilityLines(): string {
    const lines: [name: string, value?: string][] = [
      ['IMPLEMENTATION', 'Convergence'],
      ['SIEVE', capabilities.join(' ')],
      ['SASL', this.principal === undefined && this.mayUsePasswords ? mechanismNames.join(' ') : ''],
      ['NOTIFY', 'mailto'],
      ['MAXREDIRECTS', String(filterLimits.redirects)],
    ]
    if (this.canStartTls) lines.push(['STARTTLS'])
    if (this.principal !== undefined) lines.push(['OWNER', this.principal.login], ['UNAUTHENTICATE'])
    lines.push(['VERSION', '1.0'])
    return lines.map((words) => `${words.map((word) => stringOf(word ?? '')).join(' ')}\r\n`).join('')
  }

  write(text: string | Uint8Array): void {
    if (this.socket.writable) this.socket.write(text)
  }

  /** Says goodbye as soon as no command is under way. */
  end(text: string): void {
    this.ending ??= text
    if (this.input.isWaiting) this.input.stop()
  }

  signOut(): void {
    for (const undo of this.atSignOut.splice(0)) undo()
    this.principal = undefined
    this.since = Date.now()
  }
}
