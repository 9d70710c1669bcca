/**
 * The newest messages of the inbox are fetched before anybody opens them, so that they can be read without a network:
 * in idle moments, a few at a time, never where the connection is counted and never on a shared computer.
 */
import type { LiveList, MailClient } from '../data/index.ts'
import { session } from './session.ts'

/** What a browser tells of its connection (Network Information API); not all tell. */
export interface Connection {
  readonly saveData?: boolean
  readonly type?: string
  readonly effectiveType?: string
}

/** Not where each octet is paid for, or so slow that it would delay what the person does. Pure. */
export const isFreeConnection = (connection: Connection | undefined): boolean =>
  connection === undefined ||
  (connection.saveData !== true &&
    connection.type !== 'cellular' &&
    !['slow-2g', '2g', '3g'].includes(connection.effectiveType ?? ''))

/** Conversations from the top of the inbox, their age, and the size of one message with its attachments. */
const MAX_ROWS = 60
const MAX_AGE_MS = 21 * 86_400_000
const MAX_SIZE = 10_000_000
const AT_ONCE = 5
const START_MS = 8000
const PAUSE_MS = 1500
/** Without an answer for so long the next ones are asked for. */
const STALLED_MS = 20_000

/** The messages of a conversation's row that are worth having: the newest of it, and what is not read. */
const wantedOf = (client: MailClient, list: LiveList, now: number): string[] => {
  const ids: string[] = []
  for (let row = 0; row < Math.min(MAX_ROWS, list.total ?? 0); row++) {
    const email = client.email(list.idAt(row) ?? '').get()
    if (email === undefined || now - Date.parse(email.receivedAt) > MAX_AGE_MS) continue
    const all = client.thread(email.threadId).get()?.emails ?? [email]
    const last = all.at(-1)
    for (const one of all)
      if ((one === last || !one.keywords.$seen) && one.size <= MAX_SIZE && client.body(one.id).get() === undefined)
        ids.push(one.id)
  }
  return ids
}

/** Resolves when all have come, or none has for a while. To watch a body is to fetch it. */
const fetchBodies = (client: MailClient, ids: readonly string[]): Promise<void> =>
  new Promise((resolve) => {
    const stops: (() => void)[] = []
    const end = () => {
      clearTimeout(timer)
      for (const stop of stops) stop()
      resolve()
    }
    const timer = setTimeout(end, STALLED_MS)
    const look = () => {
      if (ids.every((id) => client.body(id).get() !== undefined)) end()
    }
    for (const id of ids) stops.push(client.body(id).subscribe(look))
  })

const idle = (fn: () => void): void => {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(fn, { timeout: 10_000 })
  else setTimeout(fn, 500)
}

const connectionOf = (): Connection | undefined =>
  'connection' in navigator ? (navigator.connection as Connection) : undefined

const mayFetch = (client: MailClient): boolean =>
  client.status.get() === 'online' &&
  document.visibilityState === 'visible' &&
  session.get()?.shared === false &&
  isFreeConnection(connectionOf())

/** Keeps them fetched as mail arrives. Returns how to stop. */
export const fetchAhead = (client: MailClient): (() => void) => {
  let list: LiveList | undefined
  let leave: (() => void) | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let isBusy = false
  /** Asked for once: what does not come is not asked for again and again. */
  const asked = new Set<string>()
  const later = (ms: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => idle(() => void step()), ms)
  }
  const step = async () => {
    if (isBusy || !mayFetch(client)) return
    const inbox = client.mailboxes.get()?.find(({ role }) => role === 'inbox')?.id
    if (inbox === undefined) return later(START_MS)
    if (list === undefined) {
      list = client.list(client.mailboxQuery(inbox))
      leave = list.subscribe(() => later(PAUSE_MS))
    }
    const ids = wantedOf(client, list, Date.now()).filter((id) => !asked.has(id))
    const some = ids.slice(0, AT_ONCE)
    if (some.length === 0) return
    for (const id of some) asked.add(id)
    isBusy = true
    await fetchBodies(client, some)
    isBusy = false
    later(PAUSE_MS)
  }
  const stops = [client.status.subscribe(() => later(START_MS)), client.mailboxes.subscribe(() => later(START_MS))]
  later(START_MS)
  return () => {
    clearTimeout(timer)
    for (const stop of stops) stop()
    leave?.()
    list?.close()
  }
}
