/** Who is signed in, by plain HTTP (it must work when nothing else does). Every answer is checked, none trusted. */
import { createValue } from './value.ts'

export interface DemoAccount {
  readonly login: string
  readonly name: string
  readonly profile: string
}

export interface Session {
  readonly signedIn: boolean
  readonly name: string
  readonly email: string
  readonly login: string
  /** Ports and host for phones, when the server tells them. */
  readonly mail: Readonly<Record<string, unknown>> | undefined
  readonly demo: { readonly accounts: readonly DemoAccount[]; readonly password: string } | undefined
}

export type SignInResult =
  | { readonly kind: 'ok' }
  | { readonly kind: 'wrong'; readonly code: string }
  | { readonly kind: 'throttled'; readonly code: string; readonly seconds: number }
  | { readonly kind: 'unreachable' }

/** Undefined until the first answer. */
export const session = createValue<Session | undefined>(undefined)

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {}
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const demoOf = (value: unknown): Session['demo'] => {
  const demo = record(value)
  if (!Array.isArray(demo.accounts)) return
  const accounts = demo.accounts.map(record).map((account) => ({
    login: text(account.login),
    name: text(account.name),
    profile: text(account.profile),
  }))
  return { accounts, password: text(demo.password) }
}

export const readSession = (value: unknown): Session => {
  const answer = record(value)
  return {
    signedIn: answer.signedIn === true,
    name: text(answer.name),
    email: text(answer.email),
    login: text(answer.login),
    mail: typeof answer.mail === 'object' && answer.mail !== null ? record(answer.mail) : undefined,
    demo: demoOf(answer.demo),
  }
}

const post = (url: string, body: unknown): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json', accept: 'application/json', 'x-csrf': '1' },
    body: JSON.stringify(body),
  })

/** Asks the server who we are. Throws when it cannot be reached. */
export const refreshSession = async (): Promise<Session> => {
  const response = await fetch('/auth/session', {
    credentials: 'same-origin',
    headers: { accept: 'application/json' },
    cache: 'no-store',
  })
  if (!response.ok && response.status !== 401) throw new Error(`session: ${response.status}`)
  const answer = readSession(await response.json())
  session.set(answer)
  return answer
}

export const signIn = async (login: string, password: string): Promise<SignInResult> => {
  try {
    const response = await post('/auth/login', { login, password })
    if (response.ok) {
      await refreshSession()
      return { kind: 'ok' }
    }
    const answer = record(await response.json().catch(() => undefined))
    if (response.status === 429) {
      const seconds = Number(answer.retryAfter ?? response.headers.get('retry-after') ?? 30)
      return { kind: 'throttled', code: text(answer.code) || 'AUTH-02', seconds: Math.ceil(seconds) || 30 }
    }
    if (response.status >= 500) return { kind: 'unreachable' }
    return { kind: 'wrong', code: text(answer.code) || 'AUTH-01' }
  } catch {
    return { kind: 'unreachable' }
  }
}

export const signOut = async (): Promise<void> => {
  await post('/auth/logout', {}).catch(() => undefined)
}
