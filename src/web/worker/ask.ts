/** JMAP method calls of the worker, with the session cookie of the browser. */

export type Call = readonly [name: string, args: Readonly<Record<string, unknown>>]
export type Body = Readonly<Record<string, unknown>>

const USING = ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail', 'urn:convergence:portal']

export const record = (value: unknown): Body => (typeof value === 'object' && value !== null ? { ...value } : {})
export const records = (value: unknown): readonly Body[] => (Array.isArray(value) ? value.map(record) : [])
export const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The first answer's arguments; undefined when there is none (no network, signed out, refused). */
export const ask = async (...[name, args]: Call): Promise<Body | undefined> => {
  try {
    const response = await fetch('/jmap/api', {
      method: 'POST',
      credentials: 'same-origin',
      cache: 'no-store',
      headers: { 'content-type': 'application/json', 'x-csrf': '1' },
      body: JSON.stringify({ using: USING, methodCalls: [[name, args, 'c']] }),
    })
    if (!response.ok) return
    const answer = record(await response.json())
    const [first] = Array.isArray(answer.methodResponses) ? (answer.methodResponses as unknown[]) : []
    const [said, value] = Array.isArray(first) ? (first as unknown[]) : []
    return said === name ? record(value) : undefined
  } catch {
    return
  }
}
