/** IDLE (RFC 2177, RFC 9051 §6.3.13): changes are told as they happen until the client says DONE. */
import { bad, type Command, ok, signedIn } from '../command.ts'
import { replyTo } from '../failure.ts'
import type { Session } from '../session.ts'
import { synchronise } from '../synchronise.ts'

/** Tells changes whenever the bus speaks; returns the way to stop, which resolves when nothing is being told any more. */
const follow = (session: Session): (() => Promise<void>) => {
  let running: Promise<void> | undefined
  let again = false
  const look = async (): Promise<void> => {
    do {
      again = false
      await synchronise(session, { look: true, expunges: true, uids: false })
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

export const idle: Command = {
  name: 'IDLE',
  states: signedIn,
  capabilities: [{ name: 'IDLE' }],
  run: async ({ session, args }) => {
    args.crlf()
    session.output.write('+ idling\r\n')
    session.output.flush()
    session.lastSign = Date.now()
    const stop = follow(session)
    const line = await session.input.line(session.limits.strangerLine)
    await stop()
    if (line === undefined) session.state = 'logout'
    else if (line === 'tooLong' || line.toString('latin1').trim().toUpperCase() !== 'DONE') return bad('Expected DONE')
    return ok('Idle completed')
  },
}
