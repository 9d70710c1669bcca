/** Changes are told as they happen: while a client waits in IDLE, and after NOTIFY between any two commands. */
import { replyTo } from './failure.ts'
import { writeMessages } from './fetch.ts'
import type { FetchItem } from './grammar/fetch.ts'
import type { Session } from './session.ts'
import { synchronise, type Telling } from './synchronise.ts'

const uidItem: FetchItem = { kind: 'simple', name: 'UID' }

/** Brings the client's view up to date, and tells of new messages what NOTIFY asks for (RFC 5465 §5.2). */
export const tellSelected = async (session: Session, telling: Telling): Promise<void> => {
  const fresh = await synchronise(session, telling)
  const items = session.watch?.selected.items ?? []
  if (fresh.length === 0 || items.length === 0 || session.selected === undefined) return
  const rest = items.filter((item) => item.kind !== 'simple' || item.name !== 'UID')
  await writeMessages(session, { uids: fresh, items: [uidItem, ...rest] })
}

/**
 * Tells changes whenever the bus speaks; returns the way to stop, which resolves when nothing is being told any more.
 * `idles`: the client waits in IDLE, where what is gone may be told at once.
 */
export const follow = (session: Session, idles: boolean): (() => Promise<void>) => {
  let running: Promise<void> | undefined
  let again = false
  const once = async (): Promise<void> => {
    const { watch } = session
    const wish = watch?.selected
    if (wish === undefined || wish.messages)
      await tellSelected(session, { look: idles, expunges: idles || wish?.delayed === false, uids: false })
    await watch?.tell()
  }
  const look = async (): Promise<void> => {
    do {
      again = false
      await once()
      session.output.flush()
      await session.output.ready()
    } while (again && session.onChange !== undefined)
  }
  const start = (): void => {
    again = true
    running ??= look()
      .catch((error: unknown) => {
        replyTo(error, session.deps.log, 'IDLE')
      })
      .finally(() => {
        running = undefined
      })
  }
  session.onChange = start
  start()
  return async () => {
    session.onChange = undefined
    await running
  }
}
