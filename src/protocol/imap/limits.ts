/** Every bound of an IMAP connection, in one table. */
export interface ImapLimits {
  /** Octets of one line, and of a literal other than a message, and of a whole command without messages. */
  readonly line: number
  readonly literal: number
  readonly command: number
  /** Octets of refused literals that are read and thrown away; beyond, the connection ends. */
  readonly skipped: number
  /** The same before sign-in. */
  readonly strangerLine: number
  readonly strangerLiteral: number
  readonly strangerSkipped: number
  /** Milliseconds a stranger has to sign in. */
  readonly loginTimeout: number
  /** Milliseconds without a command (RFC 9051 §5.4: at least 30 minutes). */
  readonly idleTimeout: number
  /** Milliseconds a client may leave our answer unread. */
  readonly stalledTimeout: number
  /** Milliseconds between signs of life during IDLE, so that routers and phones keep the connection. */
  readonly keepalive: number
  /** Commands not understood in a row, before and after sign-in. */
  readonly strangerMistakes: number
  readonly mistakes: number
  /** Failed sign-ins of one connection. */
  readonly loginAttempts: number
  readonly connectionsPerAccount: number
  readonly connectionsPerAddress: number
  readonly connections: number
  /** Messages in one MULTIAPPEND. */
  readonly appendedMessages: number
}

export const defaultLimits: ImapLimits = {
  line: 64 * 1024,
  literal: 64 * 1024,
  command: 256 * 1024,
  skipped: 512 * 1024 * 1024,
  strangerLine: 8 * 1024,
  strangerLiteral: 4 * 1024,
  strangerSkipped: 64 * 1024,
  loginTimeout: 60_000,
  idleTimeout: 35 * 60_000,
  stalledTimeout: 5 * 60_000,
  keepalive: 4 * 60_000,
  strangerMistakes: 5,
  mistakes: 30,
  loginAttempts: 5,
  connectionsPerAccount: 60,
  connectionsPerAddress: 2_000,
  connections: 100_000,
  appendedMessages: 500,
}
