/**
 * What JMAP is asked before the program that reads it is there: its session object, by the first moments of a page on which
 * somebody was signed in, and by the sign-in page as soon as somebody is; and what came with the answer to the sign-in.
 */
import type { ResponseLike } from '../data/ports.ts'

/** A cookie-authenticated request must carry a header that other sites cannot send (CSRF). */
export const CSRF = 'X-CSRF'

const SESSION = '/jmap/session'
const API = '/jmap/api'
/** An answer that nobody has taken for so long is not taken any more. */
const FRESH_MS = 10_000

interface Asked {
  readonly answer: Promise<ResponseLike>
  readonly at: number
}

/** By address and body. */
const asked = new Map<string, Asked>()

const give = (url: string, body: unknown, answer: Promise<ResponseLike>): void => {
  asked.set(`${url} ${body ?? ''}`, { answer, at: Date.now() })
}

const told = (value: object): Promise<ResponseLike> =>
  Promise.resolve({ ok: true, status: 200, headers: new Headers(), json: async () => value })

export const askMailSession = (): void => {
  const answer = fetch(SESSION, { headers: { [CSRF]: '1' }, credentials: 'same-origin' })
  answer.catch(() => undefined)
  give(SESSION, undefined, answer)
}

/** It came with the answer to the sign-in. */
export const giveMailSession = (session: object): void => give(SESSION, undefined, told(session))

/** As did the answer to the request that the mail begins with; taken only by the very same request. */
export const giveFirstAnswer = (body: string, answer: object): void => give(API, body, told(answer))

/** The answer that is there, or on its way, to this request, once; undefined when there is none. */
export const takeAsked = (url: string, body: unknown): Promise<ResponseLike> | undefined => {
  const key = `${url} ${body ?? ''}`
  const found = asked.get(key)
  asked.delete(key)
  return found !== undefined && Date.now() - found.at < FRESH_MS ? found.answer : undefined
}

/** Stand in the first request for ids that are known once somebody is signed in. */
export const ACCOUNT = '{account}'
export const INBOX = '{inbox}'

let request: string | undefined

/** The request that the mail begins with in a browser that has kept nothing; undefined until it is known. */
export const firstRequest = (): string | undefined => request

export const setFirstRequest = (body: string): void => {
  request = body
}
