/** The life of one connection: greeting, commands one after the other, goodbye (RFC 5804 §1.3). */
import { commands } from './commands.ts'
import { replyTo } from './failure.ts'
import { type ReadCommand, readCommand } from './read.ts'
import { no, ok, type Reply, replyLine } from './respond.ts'
import type { Session } from './session.ts'

const limitsOf = ({ limits, principal }: Session) =>
  principal === undefined ? { ...limits, literal: limits.strangerLiteral, skipped: limits.literal } : limits

const perform = async (session: Session, { words }: Extract<ReadCommand, { kind: 'command' }>): Promise<Reply> => {
  const [name, ...args] = words
  const known = name?.kind === 'atom' && Object.hasOwn(commands, name.text) ? commands[name.text] : undefined
  if (!known || name?.kind !== 'atom') return no('Unknown command')
  const signedIn = session.principal !== undefined
  if (known.when === 'before' && signedIn) return no('Already signed in')
  if (known.when === 'after' && !signedIn) return no('Sign in first')
  const [least, most] = known.takes
  if (args.length < least || args.length > most) return no('Wrong number of arguments')
  try {
    return await known.run({ session, args })
  } catch (error) {
    return replyTo(error, session.deps.log, name.text)
  }
}

const step = async (session: Session, read: Exclude<ReadCommand, { kind: 'end' }>): Promise<void> => {
  const reply =
    read.kind === 'command'
      ? await perform(session, read)
      : no(read.reason, ...(read.tooLarge ? (['QUOTA/MAXSIZE'] as const) : []))
  session.mistakes = reply.status === 'OK' ? 0 : session.mistakes + 1
  session.write(replyLine(reply))
  const { limits } = session
  if (session.mistakes >= limits.mistakes || session.refusedLogins >= limits.loginAttempts)
    session.ending ??= 'Too many errors'
}

/** Serves a connection until it ends. Never rejects. */
export const serve = async (session: Session): Promise<void> => {
  const { input, deps } = session
  try {
    session.write(session.capabilityLines() + replyLine(ok(`${deps.config.hostname} Convergence ManageSieve ready`)))
    while (session.ending === undefined) {
      const read = await readCommand(input, limitsOf(session))
      if (read.kind === 'end') break
      await step(session, read)
      const { afterReply } = session
      session.afterReply = undefined
      await afterReply?.()
    }
  } catch (error) {
    session.write(replyLine({ ...replyTo(error, deps.log, 'connection'), status: 'BYE' }))
  } finally {
    if (session.ending) session.write(replyLine({ status: 'BYE', text: session.ending }))
    session.signOut()
  }
}
