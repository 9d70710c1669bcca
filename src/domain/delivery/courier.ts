/** Who carries a letter to another server: the seam between the queue and the protocol that speaks to servers. */
import type { Recipient, Ret } from './envelope.ts'

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
  content(): AsyncIterable<Uint8Array>
}

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
}

export interface Courier {
  /**
   * Hands the letter over: one answer per recipient, in order. Throws HostFailure when the server could not be spoken
   * with before it had decided about any recipient; another host may then be tried.
   */
  carry(host: Host, letter: Letter): Promise<Answer[]>
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
