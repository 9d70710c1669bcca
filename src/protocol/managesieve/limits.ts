/** Every bound of a ManageSieve connection, in one table. */
export interface ManageSieveLimits {
  /** Octets of one line. */
  readonly line: number
  /** Octets of a literal, after and before sign-in. */
  readonly literal: number
  readonly strangerLiteral: number
  /** Octets of a refused literal that are read and thrown away; beyond, the connection ends. */
  readonly skipped: number
  /** Strings and words of one command. */
  readonly words: number
  /** Milliseconds a stranger has to sign in. */
  readonly loginTimeout: number
  /** Milliseconds without a command (RFC 5804 §1.3: at least 30 minutes). */
  readonly idleTimeout: number
  /** Commands refused in a row. */
  readonly mistakes: number
  readonly loginAttempts: number
  readonly connectionsPerAccount: number
  readonly connectionsPerAddress: number
  readonly connections: number
}

export const defaultLimits: ManageSieveLimits = {
  line: 16 * 1024,
  literal: 512 * 1024,
  strangerLiteral: 12 * 1024,
  skipped: 8 * 1024 * 1024,
  words: 8,
  loginTimeout: 60_000,
  idleTimeout: 35 * 60_000,
  mistakes: 20,
  loginAttempts: 5,
  connectionsPerAccount: 10,
  connectionsPerAddress: 500,
  connections: 5_000,
}
