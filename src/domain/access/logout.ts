/**
 * Single log-out by the back channel. When a session ends, a notice for each service it had opened is written in the same
 * transaction (`queueLogout`); whatever happens to this process then, the services are told. What is posted is written
 * when it is sent, by the protocol concerned: an OpenID logout token must be fresh and signed.
 */
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import type { ParticipationData } from './participation.ts'
import type { SsoProtocol } from './relying-parties.ts'

/** What is kept of an ended participation until its service has been told. */
export interface LogoutNotice {
  readonly id: number
  readonly protocol: SsoProtocol
  /** Where it will be posted. */
  readonly url: string
  readonly session: string
  readonly account: number
  readonly party: number
  readonly reference: string
  readonly data: Readonly<Record<string, unknown>>
  /** Tries before this one. */
  readonly attempts: number
}

/** What is posted. */
export interface LogoutMessage {
  readonly protocol: SsoProtocol
  readonly url: string
  readonly body: string
  readonly contentType: string
}

/** How each protocol writes its message; undefined: there is nothing to tell any more. */
export type PrepareLogout = (notice: LogoutNotice) => Promise<LogoutMessage | undefined>

type NoticeBody = Pick<LogoutNotice, 'session' | 'account' | 'party' | 'reference' | 'data'>

const participations = statement((q, p: Params<{ session: string }>) =>
  q.selectFrom('participation').selectAll().where('session_id', '=', p.session).orderBy('id'),
)

const dropParticipations = statement((q, p: Params<{ session: string }>) =>
  q.deleteFrom('participation').where('session_id', '=', p.session),
)

const insert = statement((q, p: Params<{ protocol: string; url: string; body: string }>) =>
  q.insertInto('logout_notice').values({
    protocol: p.protocol,
    url: p.url,
    body: p.body,
    attempts: 0,
    // Due at once; the runner sets the times of what has to be tried again.
    next_at: 0,
    created_at: 0,
  }),
)

/**
 * Within the transaction that ends these sessions: queues the notices to the services they had opened. The runner is
 * woken by the topic `people`, which whoever ends a session publishes after the commit. Returns how many were queued.
 */
export const queueLogout = async (tx: Writer, sessions: readonly string[]): Promise<number> => {
  let queued = 0
  for (const session of sessions) {
    const rows = await tx.all(participations, { session })
    if (rows.length === 0) continue
    for (const row of rows) {
      const { logoutUrl, data } = JSON.parse(row.data) as ParticipationData
      if (logoutUrl === '') continue
      const { account_id: account, relying_party_id: party, reference, protocol } = row
      const body = JSON.stringify({ session, account, party, reference, data } satisfies NoticeBody)
      await tx.run(insert, { protocol, url: logoutUrl, body })
      queued++
    }
    await tx.run(dropParticipations, { session })
  }
  return queued
}

const due = statement((q, p: Params<{ now: number; limit: number }>, dialect) => {
  const rows = q
    .selectFrom('logout_notice')
    .selectAll()
    .where('next_at', '<=', p.now)
    .orderBy('next_at')
    .orderBy('id')
    .limit(p.limit)
  return dialect === 'postgres' ? rows.forUpdate().skipLocked() : rows
})

const hold = statement((q, p: Params<{ id: number; until: number; attempts: number }>) =>
  q.updateTable('logout_notice').set({ next_at: p.until, attempts: p.attempts }).where('id', '=', p.id),
)

const forget = statement((q, p: Params<{ id: number }>) => q.deleteFrom('logout_notice').where('id', '=', p.id))

const earliest = statement((q) => q.selectFrom('logout_notice').select('next_at').orderBy('next_at').limit(1))

/** Within a transaction: takes what is due until `until`; it is found again then unless it is settled before. */
export const takeNotices = async (tx: Writer, now: number, until: number, limit: number): Promise<LogoutNotice[]> => {
  const taken: LogoutNotice[] = []
  for (const { id, protocol, url, body, attempts } of await tx.all(due, { now, limit })) {
    await tx.run(hold, { id, until, attempts })
    taken.push({ id, protocol: protocol as SsoProtocol, url, attempts, ...(JSON.parse(body) as NoticeBody) })
  }
  return taken
}

/** Within a transaction: the notice was delivered, or is given up. */
export const dropNotice = async (tx: Writer, id: number): Promise<void> => {
  await tx.run(forget, { id })
}

/** Within a transaction: the notice will be tried again at `at`. */
export const postponeNotice = async (tx: Writer, id: number, at: number, attempts: number): Promise<void> => {
  await tx.run(hold, { id, until: at, attempts })
}

/** When the next notice is due; undefined when none waits. */
export const nextNoticeAt = async (tx: Reader): Promise<number | undefined> => (await tx.first(earliest, {}))?.next_at
