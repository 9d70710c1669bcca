/** Who carries a letter to another server: the seam between the queue and the protocol that speaks to servers. */
import type { Dane } from './dane.ts'
import type { Recipient, Ret } from './envelope.ts'

/** A policy of the recipients' domain; under `testing` a failure is told to us and changes nothing (RFC 8461 §5). */
export interface TlsDemand {
  readonly by: 'mta-sts' | 'dane'
  readonly mode: 'enforce' | 'testing'
  /** The policy names this server. */
  readonly named: boolean
}

/** How a letter travelled: in the clear, encrypted to whoever it was, or to the server that its certificate proves. */
export type TlsUsed = 'none' | 'unverified' | 'verified'

/** A server to hand a letter to. */
export interface Host {
  readonly name: string
  /** IP address, or a name that the system resolves (smarthost). */
  readonly address: string
  readonly port: number
  /**
   * `always`: TLS from the first octet, verified; `starttls`: required, verified; `try`: when offered, unverified, and in
   * the clear rather than not at all (RFC 7435); `none`: never.
   */
  readonly tls: 'always' | 'starttls' | 'try' | 'none'
  /** What the recipients' domain asks of the connection, and how; absent when it asks nothing. */
  readonly demand?: TlsDemand
  /** The certificates that the DNS names, in place of the authorities. */
  readonly dane?: Dane
  readonly login?: string
  readonly password?: string
}

export interface Letter {
  /** For the log. */
  readonly id: string
  readonly sender: string
  readonly recipients: readonly Recipient[]
  readonly size: number
  readonly eightBit: boolean
  /** The header has UTF-8 that only SMTPUTF8 allows. */
  readonly utf8Header: boolean
  readonly ret?: Ret
  readonly envid?: string
  readonly requireTls: boolean
  /** `TLS-Required: No` (RFC 8689 §3): to arrive matters more than what the recipients' domain asks of the connection. */
  readonly tlsOptional?: boolean
  content(): AsyncIterable<Uint8Array>
}

/**
 * True when the letter must not travel over a hop that has not proved who it is (RFC 8689). A report about such a letter
 * (null sender) asks for the same where it is offered, and travels without rather than not at all (§5).
 */
export const mustProve = ({ requireTls, sender }: Pick<Letter, 'requireTls' | 'sender'>): boolean =>
  requireTls && sender !== ''

/** What a server said, or what we say in its place. */
export interface Answer {
  readonly code: number
  /** Enhanced status code (RFC 3463). */
  readonly status: string
  readonly text: string
  /** The server passes on wishes for reports (RFC 3461). */
  readonly dsn?: boolean
  /** The server that said it. */
  readonly host?: string
  /** By a connection that had served another letter before. */
  readonly reused?: boolean
  /** How the letter went there. */
  readonly tls?: TlsUsed
  readonly demand?: TlsDemand
}

export interface Courier {
  /**
   * Hands the letter over: one answer per recipient, in order. Throws HostFailure when the server could not be spoken
   * with before it had decided about any recipient; another host may then be tried.
   */
  carry(host: Host, letter: Letter): Promise<Answer[]>
  /** Takes leave of the servers whose connections wait for another letter. */
  close(): void
}

/** A server that could not be spoken with. */
export class HostFailure extends Error {
  readonly answer: Answer

  constructor(answer: Answer, options?: ErrorOptions) {
    super(answer.text, options)
    this.answer = answer
  }
}

export const isPermanent = ({ code }: Answer): boolean => code >= 500
export const isSuccess = ({ code }: Answer): boolean => code >= 200 && code < 300
