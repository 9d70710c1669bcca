/** Signs of life while a command takes its time (INPROGRESS, RFC 9585). */
import { stringOf } from './respond/text.ts'
import type { Session } from './session.ts'

/** Milliseconds between signs. */
const every = 10_000

/** Does work that writes nothing itself, telling now and then that it goes on: programs and routers keep waiting. */
export const withProgress = async <T>(session: Session, tag: string, work: () => Promise<T>): Promise<T> => {
  const timer = setInterval(() => {
    session.untagged(`OK [INPROGRESS (${stringOf(tag)} NIL NIL)] Still at it`)
    session.output.flush()
  }, every)
  timer.unref()
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}
