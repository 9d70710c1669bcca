/**
 * Messages of the platform itself. They go through the queue like bounces, from a null sender; our own mailboxes show a
 * field that no message from outside may bear (`noForgedNotice`).
 */

import type { Writer } from '#store/engine.ts'
import { createDelivery, type Delivery } from '../delivery/delivery.ts'
import { announceQueue, enqueue, enqueueWithin, type QueueEntry } from '../delivery/queue.ts'
import type { People } from './people.ts'
import { type PlatformMail, preparePost } from './platform-post.ts'

export { type Language, oneLine, type PlatformMail } from './platform-post.ts'

const posts = new WeakMap<People, Delivery>()

/** What the queue needs; the same rows as those of the server's own delivery, which empties it. */
const postOf = (people: People): Delivery => {
  let post = posts.get(people)
  if (!post) {
    post = createDelivery({ ctx: people.ctx, people, config: { hostname: people.options.hostname } })
    posts.set(people, post)
  }
  return post
}

/** Puts a message of the platform into the queue. Resolves when it is durable. */
export const postMail = async (people: People, mail: PlatformMail): Promise<void> => {
  if (mail.to.length === 0) return
  const delivery = postOf(people)
  await enqueue(delivery, await preparePost(delivery, mail))
}

/** A message of the platform, composed and ready; nothing is written yet. */
export const composeMail = (people: People, mail: PlatformMail): Promise<QueueEntry> =>
  preparePost(postOf(people), mail)

/** Within a transaction: puts a composed message into the queue, so that it is sent exactly when the rest is true. */
export const postWithin = async (people: People, tx: Writer, entry: QueueEntry): Promise<void> => {
  await enqueueWithin(postOf(people), tx, entry)
}

/** After the commit: tells the queue that there is something to send. */
export const announcePost = (people: People): void => announceQueue(postOf(people))
