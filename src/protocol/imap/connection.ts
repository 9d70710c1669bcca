/** The life of one connection: greeting, commands one after the other, goodbye (RFC 9051 §3). */

import { bad, type Call, type Command, no, type Reply } from './command.ts'
import { type ReadCommand, type ReadLimits, readCommand, skipCommand } from './command-reader.ts'
import { commandNamed } from './commands.ts'
import { replyTo } from './failure.ts'
import { follow, tellSelected } from './follow.ts'
import { BadSyntax, Scanner } from './grammar/scanner.ts'
import { stillOpen } from './others.ts'
import { startPace } from './pace.ts'
import type { Session } from './session.ts'

/** Longer texts and anything outside ASCII have no place in a response text. */
const plainText = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 500)

const tagged = (session: Session, tag: string, { status, code, text }: Reply): void =>
  session.output.write(`${tag} ${status} ${code === undefined ? '' : `[${code}] `}${plainText(text)}\r\n`)

const limitsOf = ({ state, limits }: Session): ReadLimits =>
  state === 'notAuthenticated'
    ? {
        line: limits.strangerLine,
        literal: limits.strangerLiteral,
        command: 2 * limits.strangerLine,
        skipped: limits.strangerSkipped,
      }
    : limits

interface Parsed {
  readonly tag: string
  readonly command: Command | undefined
  readonly uid: boolean
  readonly args: Scanner
}

/** Tag and command name; BadSyntax when there is not even a tag. */
const parse = (text: Buffer): Parsed => {
  const args = new Scanner(text)
  const tag = args.tag()
  try {
    args.sp()
    let name = args.keyword()
    let uid = false
    if (name === 'UID') {
      uid = true
      args.sp()
      name = args.keyword()
    }
    const command = commandNamed(name)
    const fits = command !== undefined && (uid ? command.withUid !== undefined : command.withUid !== 'only')
    return { tag, command: fits ? command : undefined, uid, args }
  } catch (error) {
    if (error instanceof BadSyntax) return { tag, command: undefined, uid: false, args }
    throw error
  }
}

const stateProblem = (session: Session, { states }: Command): string => {
  if (session.state === 'notAuthenticated') return 'Sign in first'
  return states.includes('selected') ? 'Select a mailbox first' : 'Already signed in'
}

/** Runs one command to its tagged answer, with pending changes told before it where that is allowed. */
const perform = async (session: Session, parsed: Parsed, call: Call): Promise<Reply> => {
  const { command } = parsed
  if (command === undefined) return bad('Unknown command')
  if (session.state === 'logout' || !command.states.includes(session.state)) return bad(stateProblem(session, command))
  if (session.uidOnly && !parsed.uid && command.withUid === 'also' && command.name !== 'EXPUNGE')
    return bad('Message numbers are switched off', 'UIDREQUIRED')
  let reply: Reply
  try {
    if (!(await stillOpen(session))) return no('Access was revoked', 'NOPERM')
    reply = await command.run(call)
  } catch (error) {
    reply = replyTo(error, session.deps.log, command.name)
  }
  if (command.tellsExpunges !== 'never' && session.selected !== undefined)
    await tellChanges(session, command, parsed.uid)
  return reply
}

const tellChanges = async (session: Session, command: Command, uid: boolean): Promise<void> => {
  // After a NOTIFY that does not speak of the selected mailbox, only commands that ask are answered.
  if (session.watch?.selected.messages === false && command.looks !== true) return
  try {
    await tellSelected(session, {
      look: command.looks === true,
      expunges: command.tellsExpunges !== 'uid' || uid,
      uids: uid,
    })
  } catch (error) {
    replyTo(error, session.deps.log, command.name)
  }
}

/** The rest of a command whose message literal nobody read. */
const dropMessage = async (session: Session, call: Call, position: number): Promise<boolean> => {
  if (call.message === undefined || session.input.position !== position) return true
  return skipCommand(session.input, call.message, limitsOf(session))
}

/** False when the connection must end. */
const step = async (session: Session, read: Exclude<ReadCommand, { kind: 'end' }>): Promise<boolean> => {
  if (read.kind === 'refused') {
    tagged(session, read.tag, read.tooBig ? no(read.reason, 'TOOBIG') : bad(read.reason))
    return countMistake(session, true)
  }
  const started = performance.now()
  let parsed: Parsed
  try {
    parsed = parse(read.text)
  } catch {
    session.untagged('BAD Invalid tag')
    return countMistake(session, true)
  }
  const { tag, uid, args } = parsed
  const call: Call = { session, tag, args, uid, ...(read.message === undefined ? {} : { message: read.message }) }
  const before = session.input.position
  const reply = await perform(session, parsed, call)
  if (!(await dropMessage(session, call, before))) return false
  // Somebody ended the connection while this command waited for the client.
  if (session.ending !== undefined && session.input.ended) return false
  tagged(session, tag, reply)
  session.deps.metrics?.command?.(parsed.command?.name ?? 'unknown', reply.status, performance.now() - started)
  return countMistake(session, reply.status === 'BAD')
}

/** RFC 9051 §7.1.5: somebody who only errs, or only guesses, is sent away. */
const countMistake = (session: Session, mistake: boolean): boolean => {
  session.mistakes = mistake ? session.mistakes + 1 : 0
  const stranger = session.state === 'notAuthenticated'
  const allowed = stranger ? session.limits.strangerMistakes : session.limits.mistakes
  if (session.mistakes < allowed && session.refusedLogins < session.limits.loginAttempts) return true
  session.untagged('BYE Too many errors')
  return false
}

/** Serves a connection until it ends. Never rejects. */
export const serve = async (session: Session): Promise<void> => {
  const { input, output, deps } = session
  try {
    output.write(`* OK [CAPABILITY ${session.capabilities}] ${deps.config.hostname} Convergence IMAP ready\r\n`)
    output.flush()
    const pace = startPace()
    while (session.state !== 'logout' && session.ending === undefined && !output.closed) {
      // A client that pipelines thousands of commands must not keep the others waiting.
      if (pace.due) await pace.rest()
      // After NOTIFY, what happens is told between commands too.
      const stop = session.watch === undefined ? undefined : follow(session, false)
      const read = await readCommand(input, output, limitsOf(session), stop)
      await stop?.()
      if (read.kind === 'end' || !(await step(session, read))) break
      // Pipelined commands share a write.
      if (!input.hasMore) output.flush()
      await output.ready()
      if (session.afterReply !== undefined) {
        const action = session.afterReply
        session.afterReply = undefined
        output.flush()
        await action()
      }
    }
  } catch (error) {
    replyTo(error, deps.log, 'connection')
    session.untagged('BYE Internal error')
  } finally {
    if (session.ending !== undefined) session.untagged(`BYE ${session.ending}`)
    session.signOut()
    output.flush()
  }
}
