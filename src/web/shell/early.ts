/**
 * The JMAP session object asked for before the program that reads it is there: by the first moments of a page on which
 * somebody was signed in, and by the sign-in page as soon as somebody is.
 */

/** A cookie-authenticated request must carry a header that other sites cannot send (CSRF). */
export const CSRF = 'X-CSRF'

const PATH = '/jmap/session'
/** An answer that nobody has taken for so long is not taken any more. */
const FRESH_MS = 10_000

let asked: { readonly answer: Promise<Response>; readonly at: number } | undefined

export const askMailSession = (): void => {
  const answer = fetch(PATH, { headers: { [CSRF]: '1' }, credentials: 'same-origin' })
  answer.catch(() => undefined)
  asked = { answer, at: Date.now() }
}

/** It came with the answer to the sign-in. */
export const giveMailSession = (told: object): void => {
  asked = { answer: Promise.resolve(Response.json(told)), at: Date.now() }
}

/** The answer that is on its way to this request, once; undefined when there is none. */
export const takeAsked = (method: string, url: string): Promise<Response> | undefined => {
  if (method !== 'GET' || url !== PATH || asked === undefined) return
  const { answer, at } = asked
  asked = undefined
  return Date.now() - at < FRESH_MS ? answer : undefined
}
