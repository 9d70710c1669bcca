/**
 * When the person was asked to prove who they are, for which service: a signed word that goes with the browser to the
 * sign-in page and back. A query that merely says so proves nothing, and one word serves once: going back in the history
 * of a shared computer must not pass for a new sign-in.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { issue, peek } from '#domain/people/one-time.ts'
import type { Principal } from '#domain/people/principal.ts'
import type { Cas, Transaction } from './cas.ts'

const life = 15 * 60_000
const kind = 'cas-asked'
const moment = 10_000

const sign = ({ people }: Cas, time: string, service: string): string =>
  createHmac('sha256', people.key).update(`cas-asked\n${time}\n${service}`).digest('base64url').slice(0, 32)

/** The word for a service, from now. */
export const askedNow = (cas: Cas, service: string): string => {
  const time = cas.people.ctx.clock.now().toString(36)
  return `${time}.${sign(cas, time, service)}`
}

/** When the person was asked, in milliseconds; undefined when the word is not ours, of another service, or old. */
export const askedAt = (cas: Cas, word: string, service: string): number | undefined => {
  const [time = '', signature = '', ...more] = word.split('.')
  if (!/^[0-9a-z]{1,12}$/.test(time) || more.length > 0) return
  const right = Buffer.from(sign(cas, time, service))
  const given = Buffer.from(signature)
  if (given.length !== right.length || !timingSafeEqual(given, right)) return
  const at = Number.parseInt(time, 36)
  return at > cas.people.ctx.clock.now() - life ? at : undefined
}

/** True when the person proved who they are since this word was given, and it has not served yet. */
export const isFresh = async (
  tx: Pick<Transaction, 'first' | 'all' | 'tuples' | 'query' | 'dialect'>,
  cas: Cas,
  word: string | undefined,
  service: string,
  principal: Principal,
): Promise<boolean> => {
  const at = word === undefined ? undefined : askedAt(cas, word, service)
  if (word === undefined || at === undefined || principal.authenticatedAt <= at) return false
  const spent = await peek(tx, cas.people.ctx, kind, word)
  if (!spent) return true
  // A browser that was interrupted asks once more within the moment; that is no history.
  return spent.sessionId === principal.sessionId && cas.people.ctx.clock.now() - spent.createdAt < moment
}

/** Within a transaction: the word has served, in this session. */
export const spend = async (tx: Transaction, cas: Cas, word: string, session: string): Promise<void> => {
  if (await peek(tx, cas.people.ctx, kind, word)) return
  await issue(tx, cas.people.ctx, { kind, life, token: word, session })
}
