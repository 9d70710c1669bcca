/**
 * Addresses of services as patterns: scheme, host, port and the beginning of the path, with a boundary. Never a regular
 * expression: `https://ent.example` as one would also let `https://ent.example.evil.test` in.
 */

/** Longest address of a service that is looked at. */
export const longestService = 2048

/** What browsers, proxies and libraries read differently is refused rather than understood one way. */
const ambiguous = /[\p{Cc}\p{Zl}\p{Zp}\s\\<>"^`{|}]/u

/**
 * The address in parts, when nobody could read it another way: http(s), no name or password before the host, no
 * fragment, no backslash, no control character, no host that is not ASCII or was respelled by the parser.
 */
export const parseServiceUrl = (text: string): URL | undefined => {
  if (text.length > longestService || ambiguous.test(text) || text.includes('#')) return
  const given = /^(https?):\/\/([^/?]+)(?=[/?]|$)/i.exec(text)
  const url = given && URL.parse(text)
  if (!given || !url || url.username !== '' || url.password !== '') return
  const host = (given[2] ?? '').toLowerCase()
  // The parser turns full-width letters, soft hyphens, 0x7f.1 and percent signs into other hosts: only the plain spelling.
  const spelled = host.replace(given[1]?.toLowerCase() === 'https' ? /:443$/ : /:80$/, '')
  return spelled === url.host && /^[a-z0-9._:[\]-]+$/.test(spelled) ? url : undefined
}

/** `/a/../b` and `%2e%2e` are resolved by some and not by others. */
const dotted = (path: string): boolean => /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)|%2f|%5c|%00/i.test(path)

export interface UrlPattern {
  readonly origin: string
  readonly path: string
}

/** A pattern from its text (`https://pronote.example/0250001R/`); undefined when it is not one. */
export const parsePattern = (text: string): UrlPattern | undefined => {
  const url = parseServiceUrl(text)
  if (url?.search !== '' || dotted(text.slice(text.indexOf('://') + 3))) return
  return { origin: url.origin, path: url.pathname.replace(/\/$/, '') }
}

/** True when the address lies at the pattern's path or below it. */
export const matchesPattern = (pattern: UrlPattern, text: string): boolean => {
  const url = parseServiceUrl(text)
  if (!url || url.origin !== pattern.origin) return false
  const path = /^https?:\/\/[^/?]+([^?]*)/i.exec(text)?.[1] ?? ''
  if (dotted(path)) return false
  // `;jsessionid=` is appended to paths by servlet containers.
  const plain = url.pathname.replace(/;.*$/, '')
  return plain === pattern.path || plain.startsWith(`${pattern.path}/`)
}

/** True for this machine, where a back channel in the clear is nobody else's business. */
export const isLoopback = (url: URL): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname)

/** True when we may speak to the address from server to server: TLS, this machine, or the service's own rule. */
export const isSafeBackChannel = (text: string, clearText: boolean): boolean => {
  const url = parseServiceUrl(text)
  return url !== undefined && (url.protocol === 'https:' || clearText || isLoopback(url))
}
