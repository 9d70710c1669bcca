/**
 * Connections that wait for the next letter to the same server: a mailing to two hundred people of one provider is a few
 * connections, not two hundred. A connection serves only letters with the same demands of TLS and the same sign-in, for so
 * many transactions and so long, and waits for a moment only.
 */
import type { Host, Letter } from '#domain/delivery/courier.ts'
import type { Connection } from './connection.ts'

export type Extensions = ReadonlyMap<string, string>

/** A connection with which a transaction may begin. */
export interface Ready {
  readonly connection: Connection
  readonly extensions: Extensions
  /** Transactions so far. */
  uses: number
  /** By the monotonic clock, in milliseconds. */
  readonly openedAt: number
}

export interface PoolOptions {
  /** Transactions of one connection, at most; 1: none is used again. */
  readonly uses: number
  /** Milliseconds that a connection waits, and that it lives. */
  readonly idle: number
  readonly life: number
  /** Connections that wait: in all, and for one server. */
  readonly total: number
  readonly perHost: number
}

export const poolDefaults: PoolOptions = { uses: 100, idle: 3000, life: 300_000, total: 50, perHost: 5 }

export interface Pool {
  /** A connection that waits for such a letter; it still has to be asked whether it is there. */
  take(host: Host, letter: Letter): Ready | undefined
  /** Gives a connection back after its transactions: it waits, or takes its leave. */
  give(host: Host, letter: Letter, ready: Ready): void
  /** All that wait take their leave. */
  close(): void
}

/** What must be the same for a connection to serve another letter. */
const keyOf = ({ name, address, port, tls, login, demand, dane }: Host, { requireTls }: Letter): string =>
  JSON.stringify([name, address, port, tls, requireTls, login ?? '', demand?.by === 'dane', dane?.names ?? []])

/** Transactions that the server takes on one connection (RFC 9422 §4.1). */
const mailMax = (extensions: Extensions): number =>
  Number(/MAILMAX[ =](\d{1,6})/i.exec(extensions.get('LIMITS') ?? '')?.[1] ?? 0) || Number.POSITIVE_INFINITY

interface Waiting {
  readonly ready: Ready
  readonly timer: NodeJS.Timeout
}

export const createPool = (options: PoolOptions): Pool => {
  const waiting = new Map<string, Waiting[]>()
  let total = 0

  const remove = (key: string, one: Waiting): void => {
    clearTimeout(one.timer)
    const left = (waiting.get(key) ?? []).filter((other) => other !== one)
    if (left.length > 0) waiting.set(key, left)
    else waiting.delete(key)
    total--
  }

  const isGood = ({ connection, extensions, uses, openedAt }: Ready): boolean =>
    connection.quiet &&
    uses < Math.min(options.uses, mailMax(extensions)) &&
    performance.now() - openedAt < options.life

  return {
    take: (host, letter) => {
      const key = keyOf(host, letter)
      // The one that came last is the one most likely to be there still.
      for (let one = waiting.get(key)?.at(-1); one; one = waiting.get(key)?.at(-1)) {
        remove(key, one)
        if (isGood(one.ready)) return one.ready
        one.ready.connection.quit()
      }
      return
    },
    give: (host, letter, ready) => {
      const key = keyOf(host, letter)
      const beside = waiting.get(key)?.length ?? 0
      if (!isGood(ready) || total >= options.total || beside >= options.perHost) {
        ready.connection.quit()
        return
      }
      const timer = setTimeout(() => {
        remove(key, one)
        ready.connection.quit()
      }, options.idle)
      const one: Waiting = { ready, timer }
      waiting.set(key, [...(waiting.get(key) ?? []), one])
      total++
    },
    close: () => {
      for (const [key, all] of waiting)
        for (const one of all) {
          remove(key, one)
          one.ready.connection.quit()
        }
    },
  }
}
