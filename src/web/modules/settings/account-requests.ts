/** One's own account over plain HTTP: password and device passwords. Answers are checked, none trusted. */

export interface DevicePassword {
  readonly id: number
  readonly label: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly lastUsedAt: number | undefined
}

export type Answer<T> =
  | { readonly kind: 'ok'; readonly value: T }
  /** The server's own sentence, in the person's language when it has one. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'unreachable' }

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

const ask = async <T>(url: string, body: unknown, read: (answer: Record<string, unknown>) => T): Promise<Answer<T>> => {
  try {
    const response = await fetch(url, {
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        'accept-language': document.documentElement.lang,
        'x-csrf': '1',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
    const answer = record(await response.json().catch(() => undefined))
    if (response.ok) return { kind: 'ok', value: read(answer) }
    if (response.status >= 500) return { kind: 'unreachable' }
    return { kind: 'refused', code: String(answer.code ?? ''), message: String(answer.message ?? '') }
  } catch {
    return { kind: 'unreachable' }
  }
}

/** Ignores what is not a device password. */
export const readDevicePasswords = (answer: Record<string, unknown>): readonly DevicePassword[] =>
  (Array.isArray(answer.appPasswords) ? answer.appPasswords : []).map(record).flatMap((one) =>
    typeof one.id === 'number'
      ? [
          {
            id: one.id,
            label: typeof one.label === 'string' ? one.label : '',
            createdAt: Number(one.createdAt) || 0,
            lastUsedAt: typeof one.lastUsedAt === 'number' ? one.lastUsedAt : undefined,
          },
        ]
      : [],
  )

export const listDevicePasswords = () => ask('/auth/app-passwords', undefined, readDevicePasswords)

/** Resolves with the password, shown this once. */
export const createDevicePassword = (label: string) =>
  ask('/auth/app-passwords', { label, scopes: ['imap', 'smtp', 'dav'] }, (answer) => String(answer.password ?? ''))

export const revokeDevicePassword = (id: number) => ask('/auth/app-passwords/revoke', { id }, () => undefined)

export const changePassword = (current: string, password: string) =>
  ask('/auth/password', { current, password }, () => undefined)
