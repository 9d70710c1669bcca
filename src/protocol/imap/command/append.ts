/** APPEND (RFC 9051 §6.3.12), MULTIAPPEND (RFC 3502), APPENDLIMIT (RFC 7889): messages are streamed to the blob store. */
import { appendToPath, type NewMessage } from '#domain/mail/append.ts'
import { createContentReader } from '#domain/mail/content.ts'
import { type FlagSet, fromImapFlags } from '#domain/mail/flags.ts'
import { takeIn } from '#domain/mail/intake.ts'
import { mailboxIdByPath } from '#domain/mail/mailboxes.ts'
import { bad, type Call, type Command, no, ok, type Reply, signedIn } from '../command.ts'
import { type Announcement, announcement, skipCommand } from '../command-reader.ts'
import { replyTo } from '../failure.ts'
import { dateTime } from '../grammar/date.ts'
import { Scanner } from '../grammar/scanner.ts'
import { formatSet } from '../grammar/sequence-set.ts'
import type { Line } from '../input.ts'
import { notAllowed, type Place, placeOf } from '../others.ts'
import type { Session } from '../session.ts'

/** Messages up to this many octets are held in memory: most of them. */
const small = 65_536

type Message = Omit<NewMessage, 'mailboxIds'>

interface MessageHead {
  readonly flags: FlagSet
  readonly receivedAt: number | undefined
  /** RFC 6855 §4: `UTF8 (~{5}...)`, closed by a parenthesis after the literal. */
  readonly wrapped: boolean
}

/** `[SP flag-list] [SP date-time] SP` before a literal announcement, which is checked elsewhere. */
export const messageHead = (args: Scanner): MessageHead => {
  args.sp()
  let flags: FlagSet = fromImapFlags([])
  let receivedAt: number | undefined
  if (args.peek('(')) {
    flags = fromImapFlags(args.flagList())
    args.sp()
  }
  if (args.peek('"')) {
    receivedAt = dateTime(args)
    args.sp()
  }
  const wrapped = args.takeKeyword('UTF8')
  if (wrapped) {
    args.sp()
    args.expect('(')
  }
  if (!args.peek('{') && !args.peek('~')) args.fail('a literal')
  return { flags, receivedAt, wrapped }
}

type Received = Pick<NewMessage, 'blob' | 'content'>

/** Takes one literal from the client, all of it even when it cannot be kept; undefined when the client has gone. */
const receive = async (session: Session, literal: Announcement): Promise<Received | undefined> => {
  if (literal.waits) {
    session.output.write('+ OK\r\n')
    session.output.flush()
  }
  if (literal.size > small) return stream(session, literal)
  const bytes = await session.input.octets(literal.size)
  return bytes && takeIn(session.ctx.store.blobs, bytes)
}

/** A message of some size goes to the blob store as it comes. */
const stream = async (session: Session, literal: Announcement): Promise<Received | undefined> => {
  const sink = session.ctx.store.blobs.receive({ maxBytes: session.deps.config.maxMessageBytes })
  const reader = createContentReader()
  let problem: { readonly cause: unknown } | undefined
  const complete = await session.input.stream(literal.size, async (chunk) => {
    if (problem !== undefined) return
    try {
      reader.push(chunk)
      await sink.write(chunk)
    } catch (cause) {
      problem = { cause }
    }
  })
  if (complete && problem === undefined) return { blob: await sink.finish(), content: reader.end() }
  await sink.abort()
  if (problem !== undefined) throw problem.cause
  return
}

/** Milliseconds to wait for the line end before the client's network is suspected of holding it back. */
const nudgeAfter = 10

/**
 * The rest of the line after a message. A client that writes the message and its line end apart, without TCP_NODELAY,
 * holds the latter back until the former is acknowledged, which our kernel puts off for 40 ms; anything we send
 * acknowledges it at once, and an untagged OK is allowed at any time (RFC 9051 §7.1.1). It has a code (RFC 9585), for
 * there are programs that fall over one without.
 */
const lineAfterMessage = async ({ input, output, limits }: Session): Promise<Line> => {
  if (input.hasMore) return input.line(limits.line)
  const nudge = setTimeout(() => {
    output.write('* OK [INPROGRESS] Message received\r\n')
    output.flush()
  }, nudgeAfter)
  try {
    return await input.line(limits.line)
  } finally {
    clearTimeout(nudge)
  }
}

/** Why a literal is refused before it is read. */
const refusal = (session: Session, literal: Announcement, count: number): Reply | undefined => {
  if (literal.size > session.deps.config.maxMessageBytes) return no('Message too large', 'TOOBIG')
  if (literal.size === 0) return no('An empty message cannot be kept', 'CANNOT')
  return count >= session.limits.appendedMessages ? no('Too many messages at once', 'LIMIT') : undefined
}

export type Gathered = Message[] | Reply | 'gone'

/** Ends an APPEND early: what the client sends without waiting must still be taken off the line. */
const refuse = async (session: Session, literal: Announcement | undefined, reply: Reply): Promise<Gathered> =>
  literal === undefined || (await skipCommand(session.input, literal, session.limits)) ? reply : 'gone'

/** The rest of the line after a message, which ends the command or announces the next message. */
const nextHead = (line: Buffer, wrapped: boolean): MessageHead | undefined => {
  const args = new Scanner(line)
  if (wrapped) args.expect(')')
  if (announcement(line) !== undefined) return messageHead(args)
  args.crlf()
  return
}

/** Reads message after message until the command ends. */
export const gather = async (session: Session, first: MessageHead, announced: Announcement): Promise<Gathered> => {
  const messages: Message[] = []
  const answer = (error: unknown): Reply => replyTo(error, session.deps.log, 'APPEND')
  for (let head = first, literal = announced; ; ) {
    const refused = refusal(session, literal, messages.length)
    if (refused !== undefined) return refuse(session, literal, refused)
    const received = await receive(session, literal).catch((error: unknown) => answer(error))
    const line = received && (await lineAfterMessage(session))
    if (received === undefined || line === undefined) return 'gone'
    if (line === 'tooLong') return bad('Line too long')
    const next = announcement(line)
    if ('status' in received) return refuse(session, next, received)
    const { flags, receivedAt = session.ctx.clock.now(), wrapped } = head
    messages.push({ ...received, flags, receivedAt })
    try {
      const following = nextHead(line, wrapped)
      if (following === undefined || next === undefined) return messages
      head = following
      literal = next
    } catch (error) {
      return refuse(session, next, answer(error))
    }
  }
}

export const noMailbox = no('No such mailbox', 'TRYCREATE')

/**
 * Whether the mailbox is there, asked before its message is: when the client waits for our word, or has much to send. A
 * short message is here already; its mailbox is looked up by the transaction that takes it.
 */
export const targetMissing = async ({ session }: Call, place: Place, { waits, size }: Announcement): Promise<boolean> =>
  (waits || size > small) &&
  (await session.ctx.store.read((tx) => mailboxIdByPath(tx, place.account, place.path))) === undefined

const run = async (call: Call): Promise<Reply> => {
  const { session, args, message } = call
  args.sp()
  const path = session.path(args.astring())
  if (message === undefined) return bad('Expected a message literal')
  const head = messageHead(args)
  const place = await placeOf(session, path)
  if (place === undefined || (await targetMissing(call, place, message))) return noMailbox
  if (!place.rights.has('write')) return notAllowed()
  const gathered = await gather(session, head, message)
  if (gathered === 'gone') {
    session.state = 'logout'
    return no('Connection lost')
  }
  if ('status' in gathered) return gathered
  const appended = await appendToPath(session.ctx, place.account, place.path, gathered)
  if (appended === undefined) return noMailbox
  const entries = appended.map(({ entries: [entry] }) => entry!)
  return ok('Appended', `APPENDUID ${entries[0]!.uidValidity} ${formatSet(entries.map(({ uid }) => uid))}`)
}

export const append: Command = {
  name: 'APPEND',
  states: signedIn,
  looks: true,
  capabilities: [{ name: 'MULTIAPPEND' }, { name: ({ deps }) => `APPENDLIMIT=${deps.config.maxMessageBytes}` }],
  run,
}
