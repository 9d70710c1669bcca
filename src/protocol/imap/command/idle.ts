/** IDLE (RFC 2177, RFC 9051 §6.3.13): changes are told as they happen until the client says DONE. */
import { bad, type Command, ok, signedIn } from '../command.ts'
import { follow } from '../follow.ts'

export const idle: Command = {
  name: 'IDLE',
  states: signedIn,
  capabilities: [{ name: 'IDLE' }],
  run: async ({ session, args }) => {
    args.crlf()
    session.output.write('+ idling\r\n')
    session.output.flush()
    session.lastSign = Date.now()
    const stop = follow(session, true)
    const line = await session.input.line(session.limits.strangerLine)
    await stop()
    if (line === undefined) session.state = 'logout'
    else if (line === 'tooLong' || line.toString('latin1').trim().toUpperCase() !== 'DONE') return bad('Expected DONE')
    return ok('Idle completed')
  },
}
