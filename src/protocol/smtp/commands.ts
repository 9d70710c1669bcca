/** The commands, by verb: an explicit list (law 11). */
import { auth } from './command/auth.ts'
import { bdat } from './command/bdat.ts'
import { data } from './command/data.ts'
import { hello } from './command/hello.ts'
import { mail } from './command/mail.ts'
import { rcpt } from './command/rcpt.ts'
import { startTls } from './command/starttls.ts'
import type { Session } from './session.ts'

export interface Command {
  /** May throw a Failure, which becomes the reply, or Closed. */
  run(session: Session, argument: string, verb: string): void | Promise<void>
  /** Allowed between the chunks of a message (RFC 3030 §2). */
  readonly withinChunks?: boolean
}

const quiet = (run: (session: Session) => void | Promise<void>): Command => ({ run })

export const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  // A new greeting gives up what was begun, as RSET does (RFC 5321 §4.1.4).
  ['HELO', { run: hello, withinChunks: true }],
  ['EHLO', { run: hello, withinChunks: true }],
  ['LHLO', { run: hello, withinChunks: true }],
  ['STARTTLS', { run: startTls }],
  ['AUTH', { run: auth }],
  ['MAIL', { run: mail }],
  ['RCPT', { run: rcpt }],
  ['DATA', { run: data }],
  ['BDAT', { run: bdat, withinChunks: true }],
  [
    'RSET',
    {
      run: async (session) => {
        await session.resetMail()
        session.reply('reset')
      },
      withinChunks: true,
    },
  ],
  ['NOOP', { run: (session) => session.reply('ok'), withinChunks: true }],
  ['QUIT', { run: (session) => session.quit(), withinChunks: true }],
  ['HELP', quiet((session) => session.reply('help'))],
  // Answering who exists would serve harvesters (RFC 5321 §7.3).
  ['VRFY', quiet((session) => session.reply('cannotVerify'))],
  ['EXPN', quiet((session) => session.reply('expnDenied'))],
  ['ETRN', quiet((session) => session.reply('notImplemented'))],
  ['TURN', quiet((session) => session.reply('notImplemented'))],
])
