/**
 * Posts the log-out notices: a few at a time, fewer still to one host, each within a bounded time, tried again with
 * growing delays. No redirect is followed, and nothing is sent in the clear to another machine unless the service's row
 * says so: a notice names a session.
 */
import type { People } from '../people/people.ts'
import {
  dropNotice,
  type LogoutMessage,
  type LogoutNotice,
  nextNoticeAt,
  type PrepareLogout,
  postponeNotice,
  takeNotices,
} from './logout.ts'
import { relyingPartyById, type SsoProtocol } from './relying-parties.ts'
import { isSafeBackChannel } from './service-url.ts'

export interface LogoutRunnerParts {
  readonly people: People
  readonly prepare: Partial<Readonly<Record<SsoProtocol, PrepareLogout>>>
  /** Posts a message and returns the status of the answer; throws when there is none. */
  readonly post?: (message: LogoutMessage) => Promise<number>
}

export interface LogoutRunner {
  start(): void
  /** Takes no more; resolves when what is being posted is settled. */
  stop(): Promise<void>
  /** Resolves when nothing is due and nothing is being posted (tests, tools). */
  idle(): Promise<void>
}

const second = 1000
/** Waits after each try; then it is given up: after a day the service's own session has ended too. */
const delays = [10, 60, 300, 1800, 7200, 21_600, 43_200].map((seconds) => seconds * second)
const together = 16
const perHost = 4
const patience = 5 * second
/** Who dies while posting gives the notice back after this long. */
const lease = 60 * second
const longestSleep = 30 * second
const coalescing = 20

/** RFC 9110: a 3xx has been received and understood; what is permanent is not tried again. */
const isDelivered = (status: number): boolean => status < 400
const isPermanent = (status: number): boolean => status >= 400 && status < 500 && status !== 408 && status !== 429

const postByFetch = async ({ url, body, contentType }: LogoutMessage): Promise<number> => {
  const headers = { 'content-type': contentType, 'user-agent': 'Convergence', 'cache-control': 'no-store' }
  const signal = AbortSignal.timeout(patience)
  const answer = await fetch(url, { method: 'POST', body, headers, redirect: 'manual', signal })
  await answer.body?.cancel()
  return answer.status
}

const hostOf = (url: string): string => URL.parse(url)?.host ?? ''

export const createLogoutRunner = (parts: LogoutRunnerParts): LogoutRunner => {
  const { people, prepare, post = postByFetch } = parts
  const { store, clock, log } = people.ctx
  const running = new Set<Promise<void>>()
  const hosts = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> | undefined
  let again = false
  let stopped = true
  let unsubscribe = () => {}

  const settle = (notice: LogoutNotice, verdict: 'done' | 'again'): Promise<void> => {
    const wait = delays[notice.attempts]
    return store.writeGlobal((tx) =>
      verdict === 'done' || wait === undefined
        ? dropNotice(tx, notice.id)
        : postponeNotice(tx, notice.id, clock.now() + wait, notice.attempts + 1),
    )
  }

  const send = async (notice: LogoutNotice): Promise<'done' | 'again'> => {
    const about = { protocol: notice.protocol, host: hostOf(notice.url), attempt: notice.attempts + 1 }
    const party = await store.read((tx) => relyingPartyById(tx, notice.party))
    const message = party && (await prepare[notice.protocol]?.(notice))
    if (!party || !message) return 'done'
    if (!isSafeBackChannel(message.url, party.rules.clearText)) {
      log.warn('logout.unsafe', about)
      return 'done'
    }
    try {
      const status = await post(message)
      if (isDelivered(status)) log.info('logout.told', { ...about, status })
      else log.warn('logout.refused', { ...about, status })
      return isDelivered(status) || isPermanent(status) ? 'done' : 'again'
    } catch (error) {
      log.warn('logout.unreachable', { ...about, message: error instanceof Error ? error.message : String(error) })
      return 'again'
    }
  }

  const perform = async (notice: LogoutNotice): Promise<void> => {
    let verdict: 'done' | 'again' = 'again'
    try {
      verdict = await send(notice)
    } catch (cause) {
      log.error('logout.prepare', { protocol: notice.protocol }, cause)
    }
    await settle(notice, verdict)
  }

  const begin = (notice: LogoutNotice): void => {
    const host = hostOf(notice.url)
    hosts.set(host, (hosts.get(host) ?? 0) + 1)
    const task = perform(notice)
      .catch((cause) => log.error('logout.settle', {}, cause))
      .finally(() => {
        running.delete(task)
        const left = (hosts.get(host) ?? 1) - 1
        if (left > 0) hosts.set(host, left)
        else hosts.delete(host)
        kick()
      })
    running.add(task)
  }

  /** Starts what may start; what would crowd a host is given back for a moment. */
  const take = async (): Promise<number> => {
    const room = together - running.size
    if (room <= 0) return 0
    const now = clock.now()
    const notices = await store.writeGlobal(async (tx) => {
      const kept: LogoutNotice[] = []
      const planned = new Map(hosts)
      for (const notice of await takeNotices(tx, now, now + lease, room)) {
        const host = hostOf(notice.url)
        const held = planned.get(host) ?? 0
        if (held >= perHost) await postponeNotice(tx, notice.id, now + second, notice.attempts)
        else {
          planned.set(host, held + 1)
          kept.push(notice)
        }
      }
      return kept
    })
    for (const notice of notices) begin(notice)
    return notices.length
  }

  const sleep = async (): Promise<void> => {
    const next = await store.read((tx) => nextNoticeAt(tx))
    if (stopped) return
    clearTimeout(timer)
    const wait = next === undefined ? longestSleep : Math.max(coalescing, next - clock.now())
    timer = setTimeout(kick, Math.min(longestSleep, wait))
  }

  const look = async (): Promise<void> => {
    do {
      again = false
      // Most sessions end without a notice: a look without a write first.
      const next = await store.read((tx) => nextNoticeAt(tx))
      if (next === undefined || next > clock.now()) break
      if ((await take()) > 0) again = true
    } while (again && !stopped)
    await sleep()
  }

  const kick = (): void => {
    again = true
    if (stopped || looking) return
    looking = look()
      .catch((cause) => {
        log.error('logout.look', {}, cause)
        clearTimeout(timer)
        if (!stopped) timer = setTimeout(kick, 5 * second)
      })
      .finally(() => {
        looking = undefined
        if (again && !stopped) kick()
      })
  }

  /** Many sessions that end together are one look. */
  const kickSoon = (): void => {
    if (stopped) return
    clearTimeout(timer)
    timer = setTimeout(kick, coalescing)
  }

  return {
    start: () => {
      stopped = false
      unsubscribe = store.bus.subscribeTopic('people', kickSoon)
      kick()
    },
    stop: async () => {
      stopped = true
      unsubscribe()
      clearTimeout(timer)
      await looking
      await Promise.all(running)
    },
    idle: async () => {
      for (;;) {
        await looking
        await Promise.all(running)
        if (looking || running.size > 0) continue
        const next = await store.read((tx) => nextNoticeAt(tx))
        if (looking || running.size > 0) continue
        if (next === undefined || next > clock.now()) return
        kick()
      }
    },
  }
}
