/** HELO, EHLO (RFC 5321 §4.1.1.1) and LHLO (RFC 2033 §4.1), with the extensions we offer at this moment. */
import { readHelo } from '../grammar.ts'
import { maxHold } from '../listeners.data.ts'
import type { Session } from '../session.ts'
import { mechanismNames } from './auth.ts'

/** Each extension and when it is announced. */
const extensions: readonly (readonly [when: (session: Session) => boolean, text: (session: Session) => string])[] = [
  [() => true, () => 'PIPELINING'],
  [() => true, (session) => `SIZE ${session.parts.delivery.config.maxSize}`],
  [() => true, () => '8BITMIME'],
  [() => true, () => 'SMTPUTF8'],
  [() => true, () => 'CHUNKING'],
  [() => true, () => 'ENHANCEDSTATUSCODES'],
  [() => true, () => 'DSN'],
  [() => true, (session) => `LIMITS RCPTMAX=${session.parts.delivery.config.maxRecipients}`],
  [(session) => !session.encrypted && session.parts.secureContext?.() !== undefined, () => 'STARTTLS'],
  // RFC 4954 §4: never in the clear, so that no password is.
  [(session) => session.parts.listener.auth && session.encrypted, () => `AUTH ${mechanismNames}`],
  [(session) => session.encrypted && !session.parts.listener.lmtp, () => 'REQUIRETLS'],
  [(session) => session.parts.listener.futureRelease, (session) => `FUTURERELEASE ${maxHold} ${futureLimit(session)}`],
]

const futureLimit = (session: Session): string =>
  new Date(session.parts.delivery.ctx.clock.now() + maxHold * 1000).toISOString().replace(/\.\d+Z$/, 'Z')

export const hello = async (session: Session, argument: string, verb: string): Promise<void> => {
  const { listener, hostname } = session.parts
  if (listener.lmtp !== (verb === 'LHLO')) return session.error('wrongHello')
  const name = readHelo(argument)
  if (name === undefined) return session.error('badHelo')
  await session.resetMail()
  session.helo = name
  session.extended = verb !== 'HELO'
  if (!session.extended) return session.write(`250 ${hostname}\r\n`)
  const offered = extensions.filter(([when]) => when(session)).map(([, text]) => text(session))
  session.lines(250, [hostname, ...offered])
}
