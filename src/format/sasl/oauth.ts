/** The messages of OAUTHBEARER (RFC 7628 §3.1) and of XOAUTH2, its forerunner, as IMAP and SMTP carry them. */

export interface TokenResponse {
  /** Who the program wants to be; undefined when it does not say. */
  readonly login: string | undefined
  /** Empty when the program brought none: asked what is offered (RFC 7628 §4.3), it is told like a wrong one. */
  readonly token: string
  /** XOAUTH2 words its errors in its own way. */
  readonly legacy: boolean
}

const bearer = (value: string | undefined): string => /^bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(value ?? '')?.[1] ?? ''

const pairs = (text: string): Map<string, string> => {
  const found = new Map<string, string>()
  for (const pair of text.split('\u0001')) {
    const at = pair.indexOf('=')
    if (at > 0) found.set(pair.slice(0, at).toLowerCase(), pair.slice(at + 1))
  }
  return found
}

const end = '\u0001\u0001'

/** `n,a=user,^Ahost=...^Aport=...^Aauth=Bearer ...^A^A`; undefined when it is malformed, or binds a channel. */
export const readOauthBearer = (text: string): TokenResponse | undefined => {
  const at = text.indexOf('\u0001')
  const header = /^[ny],(?:a=([^,]*))?,$/.exec(text.slice(0, Math.max(0, at)))
  if (!header || !text.endsWith(end)) return
  const login = header[1]?.replaceAll('=2C', ',').replaceAll('=3D', '=')
  return { login, token: bearer(pairs(text.slice(at)).get('auth')), legacy: false }
}

/** `user=...^Aauth=Bearer ...^A^A`; undefined when it is malformed. */
export const readXoauth2 = (text: string): TokenResponse | undefined => {
  const found = pairs(text)
  const login = found.get('user')
  if (login === undefined || !text.endsWith(end)) return
  return { login, token: bearer(found.get('auth')), legacy: true }
}

/** What a program is told of a token that is not taken, before the exchange fails (RFC 7628 §3.2.2): JSON. */
export const tokenRefusal = (legacy: boolean, status: 'invalid_token' | 'insufficient_scope', scope: string): string =>
  JSON.stringify(
    legacy ? { status: status === 'invalid_token' ? '401' : '403', schemes: 'bearer', scope } : { status, scope },
  )
