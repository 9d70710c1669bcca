/** DATA (RFC 5321 §4.1.1.4; RFC 2033 §4.2 for one reply per recipient). */

import type { Transaction } from '#domain/delivery/receive.ts'
import { Refusal } from '#domain/delivery/refusal.ts'
import { replyFor } from '../failure.ts'
import { maxContentTime } from '../listeners.data.ts'
import { type ReplyName, replies } from '../replies.data.ts'
import { Closed, type Session } from '../session.ts'

/** Feeds content to the transaction; after a failure the rest is read and dropped, and the failure kept for the end. */
export class Feed {
  readonly #transaction: Transaction
  readonly #deadline: number
  #failure: unknown

  constructor(transaction: Transaction) {
    this.#transaction = transaction
    this.#deadline = performance.now() + maxContentTime
  }

  get failure(): unknown {
    return this.#failure
  }

  fail(error: unknown): void {
    this.#failure ??= error
  }

  readonly consume = (chunk: Buffer): void | Promise<void> => {
    if (performance.now() > this.#deadline) throw new Closed()
    if (this.#failure !== undefined) return
    try {
      const wait = this.#transaction.write(chunk)
      if (wait) return wait.catch((error: unknown) => this.fail(error))
    } catch (error) {
      this.fail(error)
    }
  }
}

/** Ends a message: commits what was received and answers. The transaction is over afterwards, whatever happened. */
export const conclude = async (session: Session, feed: Feed): Promise<void> => {
  const { transaction, parts } = session
  if (!transaction) return
  const count = transaction.recipients
  try {
    if (feed.failure !== undefined) throw feed.failure
    const outcomes = await transaction.commit()
    session.transaction = undefined
    const [code, enhanced] = replies.ok
    if (!parts.listener.lmtp) session.answer([code, enhanced, `Taken as ${transaction.id}`])
    else
      for (const outcome of outcomes) {
        if (outcome === undefined) session.answer([code, '2.1.5', `Delivered as ${transaction.id}`])
        else session.refuse(outcome)
      }
  } catch (error) {
    const reply = replyFor(error, session.log)
    for (let i = 0; i < (parts.listener.lmtp ? count : 1); i++) session.answer(reply)
  } finally {
    await session.resetMail()
  }
}

/** RFC 5321 §3.3 allows 554 when every recipient was refused; RFC 2033 §4.2 wants 503 in any case. */
export const withoutRecipients = ({ attempts, parts }: Session): ReplyName =>
  attempts > 0 && !parts.listener.lmtp ? 'noValidRecipients' : 'recipientFirst'

export const data = async (session: Session, argument: string): Promise<void> => {
  const { transaction, parts } = session
  if (argument.trim() !== '') return session.error('syntax')
  if (!transaction) return session.error('mailFirst')
  if (transaction.recipients === 0) return session.error(withoutRecipients(session))
  session.reply('sendData')
  const feed = new Feed(transaction)
  const { bareNewline } = await session.readDotted(feed.consume)
  if (bareNewline && parts.listener.bareNewline === 'refuse')
    feed.fail(new Refusal('bareNewline', 'bare CR or LF in the content'))
  if (bareNewline && parts.listener.bareNewline === 'repair') transaction.repairNewlines()
  await conclude(session, feed)
}
