/** What a search found inside what is attached to a message. */
import { isFailure } from '#base/failure.ts'
import { spansOf } from '#format/search/spans.ts'
import type { Passage } from '#store/search/search.ts'
import type { Context } from '../context.ts'
import type { EmailRecord } from './emails.ts'

/** Documents take long to read: so many of one result, and so long for all of them. */
const mostRead = 20
const longest = 2_500

/** Reads attachments for the rows of one result; the rows beyond its bounds go without. */
export class Passages {
  readonly #ctx: Context
  readonly #until: number
  #left = mostRead

  constructor(ctx: Context) {
    this.#ctx = ctx
    this.#until = performance.now() + longest
  }

  /**
   * The place of its attachments that has one of the words (folded); undefined when there is none, when what is shown of
   * the message (`shown`) has all of them already, and when it takes too long.
   */
  async of(email: EmailRecord, words: readonly string[], shown: string): Promise<Passage | undefined> {
    const within = this.#until - performance.now()
    if (!email.content.hasAttachment || this.#left === 0 || within <= 0) return undefined
    if (words.every((word) => spansOf(shown, [word]).length > 0)) return undefined
    this.#left -= 1
    try {
      const { id, blobId: blob, size } = email
      return await this.#ctx.store.search.passage({ id, blob, size }, words, within)
    } catch (error) {
      if (isFailure(error, 'unavailable')) return undefined
      throw error
    }
  }
}
