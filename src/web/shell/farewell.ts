/** What the server said when the session ended, kept across the reload that forgets everything else. */
import { type Body, list, record, text } from './request.ts'

export interface ClosedService {
  readonly name: string
  readonly state: 'closed' | 'pending' | 'failed'
}

const KEY = 'convergence.farewell'

const readServices = (value: unknown): readonly ClosedService[] =>
  list(value).flatMap((one) => {
    const name = typeof one === 'string' ? one : text(record(one).name)
    const state = record(one).state
    return name === '' ? [] : [{ name, state: state === 'closed' || state === 'failed' ? state : 'pending' }]
  })

export const keepFarewell = (answer: Body): void => {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(list(answer.services)))
  } catch {
    // Storage refused: the page says less.
  }
}

/** The page after the end: one of the server's, when services must be told by the browser; else our own. */
export const onwardOf = (answer: Body): string =>
  /^\/(?:saml|federation|oidc|cas)\/[^\\]*$/.test(text(answer.then)) ? text(answer.then) : '/signed-out'

/** Once. */
export const takeFarewell = (): readonly ClosedService[] => {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '[]')
    sessionStorage.removeItem(KEY)
    return readServices(kept)
  } catch {
    return []
  }
}
