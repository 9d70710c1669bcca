/** Leaving a mailing list with one press (RFC 8058): posted by us, so that the list learns nothing but that. */

import { utf8 } from '#base/bytes.ts'
import { Failure } from '#base/failure.ts'
import { getEmail } from '../mail/emails.ts'
import { askOutside, type Outside } from '../outside/outside.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import { unsubscribeWays } from './proof.ts'
import { headerOf } from './read.ts'
import type { Reporter } from './report.ts'

const time = 15_000
const maxAnswer = 65_536

/**
 * Posts the request that a verified message asks for, and notes it in the audit log. Throws Failure notFound (no such
 * email), unsupported (it offers no one-click way that a signature covers), forbidden (address not allowed), unavailable
 * (the list's server refuses or does not answer).
 */
export const unsubscribe = async (people: People, outside: Outside, by: Reporter, emailId: number): Promise<void> => {
  const { ctx } = people
  const { accountId, login, ip } = by
  const email = await ctx.store.read((tx) => getEmail(tx, accountId, emailId))
  if (!email) throw new Failure('notFound', 'no such email', { property: 'emailId' })
  const url = unsubscribeWays(await headerOf(ctx, email), people.options.hostname)?.post ?? null
  if (url === null) throw new Failure('unsupported', 'no one-click way out', { property: 'unsubscribe' })
  const body = { type: 'application/x-www-form-urlencoded', bytes: utf8('List-Unsubscribe=One-Click') }
  // §3.1: no cookies, no redirection followed, nothing but the one pair.
  const { status } = await askOutside(outside, {
    method: 'POST',
    url,
    body,
    maxBytes: maxAnswer,
    time,
    maxRedirects: 0,
  })
  if (status < 200 || status > 299)
    throw new Failure('unavailable', `the list answers ${status}`, { property: 'unsubscribe' })
  const target = new URL(url).hostname
  const line = { actor: login, action: 'mail.unsubscribe', accountId, target, ip } as const
  await ctx.store.writeGlobal((tx) => appendAudit(tx, ctx.clock.now(), line))
}
