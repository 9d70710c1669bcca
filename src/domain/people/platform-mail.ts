/**
 * Messages of the platform itself. They go through the queue like bounces, from a null sender; our own mailboxes show a
 * field that no message from outside may bear (`noForgedNotice`).
 */
import { createDelivery, type Delivery } from '../delivery/delivery.ts'
import { enqueue } from '../delivery/queue.ts'
import type { People } from './people.ts'
import { type PlatformMail, preparePost } from './platform-post.ts'

export { escapeHtml, type Language, oneLine, type PlatformMail } from './platform-post.ts'

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
