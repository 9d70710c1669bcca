/** What each door speaks. The extensions announced are derived from this table and from the commands. */
import type { Door } from '#domain/delivery/envelope.ts'

export interface Listener {
  readonly door: Door
  readonly lmtp: boolean
  /** Signing in is possible, and needed before MAIL. */
  readonly auth: boolean
  /** Content with a bare CR or LF: refused, its newlines repaired, or kept as it is. */
  readonly bareNewline: 'refuse' | 'repair' | 'keep'
  /** Messages may be held (RFC 4865). */
  readonly futureRelease: boolean
  /** Connections at the same time, in all and from one address. */
  readonly connections: number
  readonly connectionsPerAddress: number
  /** Errors after which the connection is closed. */
  readonly errors: number
  /** Milliseconds of silence before the connection is closed (RFC 5321 §4.5.3.2.7 asks for five minutes). */
  readonly idle: number
}

const minute = 60_000

export const listeners: Record<Door, Listener> = {
  mx: {
    door: 'mx', lmtp: false, auth: false, bareNewline: 'refuse', futureRelease: false,
    connections: 1000, connectionsPerAddress: 50, errors: 20, idle: 5 * minute,
  },
  submission: {
    door: 'submission', lmtp: false, auth: true, bareNewline: 'repair', futureRelease: true,
    connections: 2000, connectionsPerAddress: 100, errors: 20, idle: 5 * minute,
  },
  lmtp: {
    door: 'lmtp', lmtp: true, auth: false, bareNewline: 'keep', futureRelease: false,
    connections: 1000, connectionsPerAddress: 1000, errors: 100_000, idle: 10 * minute,
  },
}

/** Longest command line, in octets with its end: far above RFC 5321 §4.5.3.1.4 for the parameters of extensions. */
export const maxLine = 12_288
/** A message must have come within this time, however slowly it drips. */
export const maxContentTime = 20 * minute
/** RFC 4865: how long a message may be held, in seconds. */
export const maxHold = 30 * 24 * 3600
