/**
 * How the mail of a page begins, told with the answer to a sign-in: the session resource, and the answer to the request
 * with which the page would begin. The page sends that request along with the proof, before it can know its ids.
 */
import type { Log } from '#base/log.ts'
import type { Principal } from '#domain/people/principal.ts'
import { type JmapSession, MAIL } from '#format/jmap/core.ts'
import { ORGANISING } from '#format/jmap/organising.ts'
import type { Jmap } from '#protocol/jmap/jmap.ts'
import { Problem } from '#protocol/jmap/problem.ts'
import { jmapPrincipal } from './jmap.ts'

export interface MailBeginning {
  /** The session resource (RFC 8620 §2). */
  readonly mail: object
  /** What was asked, as the page would have sent it, and its answer (RFC 8620 §3.4); absent when there is none. */
  readonly first?: { readonly asked: string; readonly answer: object }
}

/**
 * `template`: a JMAP request, with `{account}` for the id of the account and `{inbox}` for that of its inbox; undefined
 * when nothing is asked.
 */
export type BeginMail = (
  principal: Principal & { readonly ip: string },
  baseUrl: string,
  template: string | undefined,
) => Promise<MailBeginning>

/** Octets. */
const maxTemplate = 8000
const maxAnswer = 250_000
const maxCalls = 16
/** It only looks: a sign-in changes nothing in the mail. */
const isRead = (name: unknown): boolean => typeof name === 'string' && /^[A-Z][A-Za-z]*\/(?:get|query)$/.test(name)

/** RFC 8620 §1.2: nothing in an id could end the text that it is put into. */
const isId = (value: unknown): value is string => typeof value === 'string' && /^[A-Za-z0-9_-]{1,255}$/.test(value)

/** The request that the template means for this session; undefined for one that is not answered. */
const requestOf = (template: string, session: JmapSession): string | undefined => {
  if (template.length > maxTemplate) return
  const account = session.primaryAccounts[MAIL]
  const inbox = account && session.accounts[account]?.accountCapabilities[ORGANISING]?.inbox
  if (!isId(account) || !isId(inbox)) return
  const asked = template.replaceAll('{account}', account).replaceAll('{inbox}', inbox)
  let calls: unknown
  try {
    calls = (JSON.parse(asked) as { methodCalls?: unknown } | null)?.methodCalls
  } catch {
    return
  }
  const isAnswered = Array.isArray(calls) && calls.length <= maxCalls && calls.every((call) => isRead(call?.[0]))
  return isAnswered ? asked : undefined
}

async function* onePiece(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text)
}

/** The whole answer; undefined when it is too long to come along. */
const gather = async (pieces: AsyncIterable<string>): Promise<object | undefined> => {
  let text = ''
  for await (const piece of pieces) {
    text += piece
    if (text.length > maxAnswer) return
  }
  return JSON.parse(text)
}

/** By the same door as the requests of the page: the same rights, the same limits. */
export const createBeginMail =
  (jmap: Pick<Jmap, 'session' | 'api'>, log: Log): BeginMail =>
  async (principal, baseUrl, template) => {
    const who = jmapPrincipal(principal)
    const mail = await jmap.session(who, baseUrl)
    const asked = template === undefined ? undefined : requestOf(template, mail)
    if (asked === undefined) return { mail }
    try {
      const request = { contentType: 'application/json', body: onePiece(asked), baseUrl }
      const answer = await gather(await jmap.api(who, request))
      return answer === undefined ? { mail } : { mail, first: { asked, answer } }
    } catch (error) {
      // The page asks by itself, and is told what is wrong.
      if (!(error instanceof Problem)) log.error('jmap.first', {}, error)
      return { mail }
    }
  }
