/**
 * Plain HTTP to our own server, for what is not mail: signing in, one's account, administration. Answers are checked by
 * the reader given, none trusted.
 */

export type Body = Readonly<Record<string, unknown>>

export interface Refusal {
  readonly kind: 'refused'
  /** Names the fault: `AUTH-01`. */
  readonly code: string
  /** The server's own sentence, in the page's language when it has one. */
  readonly message: string
  readonly status: number
  /** Seconds to wait before the next try, when there is something to wait for. */
  readonly retryAfter: number | undefined
  readonly details: Body
}

export type Answer<T> = { readonly kind: 'ok'; readonly value: T } | Refusal | { readonly kind: 'unreachable' }
export type Problem = Exclude<Answer<never>, { kind: 'ok' }>

export const record = (value: unknown): Body => (typeof value === 'object' && value !== null ? { ...value } : {})
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
export const records = (value: unknown): readonly Body[] => list(value).map(record)
export const text = (value: unknown): string => (typeof value === 'string' ? value : '')
export const numberOr = <T>(value: unknown, otherwise: T): number | T =>
  typeof value === 'number' && Number.isFinite(value) ? value : otherwise
/** Milliseconds since 1970, from a number or an ISO date. */
export const momentOf = (value: unknown): number | undefined => {
  if (typeof value === 'number') return value > 0 ? value : undefined
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(ms) ? undefined : ms
}

/** What a refusal said, whatever its shape. */
export const readRefusal = (status: number, answer: Body, retryHeader: string | null): Refusal => {
  const seconds = Number(answer.retryAfter ?? retryHeader ?? Number.NaN)
  return {
    kind: 'refused',
    code: text(answer.code) || (status === 429 ? 'AUTH-02' : status === 404 ? 'WEB-04' : 'WEB-01'),
    message: text(answer.message),
    status,
    retryAfter: Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : undefined,
    details: answer,
  }
}

const send = (url: string, body: unknown): Promise<Response> =>
  fetch(url, {
    credentials: 'same-origin',
    cache: 'no-store',
    headers: {
      accept: 'application/json',
      'accept-language': document.documentElement.lang,
      'x-csrf': '1',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  })

/** GET without a body, POST with one. Never throws. */
export const ask = async <T>(url: string, body: unknown, read: (answer: Body) => T): Promise<Answer<T>> => {
  try {
    const response = await send(url, body)
    const answer = record(await response.json().catch(() => undefined))
    if (response.ok) return { kind: 'ok', value: read(answer) }
    if (response.status >= 500 && response.status !== 501 && response.status !== 503) return { kind: 'unreachable' }
    return readRefusal(response.status, answer, response.headers.get('retry-after'))
  } catch {
    return { kind: 'unreachable' }
  }
}

export const nothing = (): undefined => undefined
