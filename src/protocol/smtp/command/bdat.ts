/** BDAT (RFC 3030 §2): the message in counted chunks, without dots. */
import { readNumber } from '../grammar.ts'
import type { Session } from '../session.ts'
import { conclude, Feed, withoutRecipients } from './data.ts'

/** The message being received by each session. */
const feeds = new WeakMap<object, Feed>()

const feedOf = (session: Session): Feed | undefined => {
  const { transaction } = session
  if (!transaction || transaction.recipients === 0) return undefined
  let feed = feeds.get(transaction)
  if (!feed) feeds.set(transaction, (feed = new Feed(transaction)))
  return feed
}

export const bdat = async (session: Session, argument: string): Promise<void> => {
  const match = /^(\d{1,15})( LAST)?$/i.exec(argument.trim())
  const size = readNumber(match?.[1])
  // Without its size there is no telling where the chunk ends and the next command begins.
  if (!match || size === undefined) return session.error('syntax')
  const last = match[2] !== undefined
  const feed = feedOf(session)
  if (!feed) {
    await session.readCounted(size, () => {})
    return session.error(session.transaction ? withoutRecipients(session) : 'mailFirst')
  }
  session.chunking = 'open'
  await session.readCounted(size, feed.consume)
  if (last) return conclude(session, feed)
  if (feed.failure === undefined) return session.answer([250, '2.0.0', `${size} octets taken`])
  session.refuse(feed.failure)
  // RFC 3030 §2: after a failed chunk the transaction is void until RSET.
  await session.resetMail()
}
