/**
 * Where a browser goes after signing in. Always a path of ours, of a known part: whatever a link says, it can never
 * lead away (open redirect).
 */

const longest = 4096

/** First segments of the paths that may follow a sign-in. */
const parts: ReadonlySet<string> = new Set([
  'account',
  'activate',
  'admin',
  'agenda',
  'calendar',
  'cas',
  'contacts',
  'device',
  'diagnose',
  'federation',
  'mail',
  'notices',
  'notifications',
  'oidc',
  'portal',
  'recover',
  'requests',
  'saml',
  'search',
  'security',
  'services',
  'settings',
  'setup',
  'tickets',
])

/**
 * The path when it is one of ours, `/` otherwise. Never a full URL: `//evil`, `/\evil`, control characters (browsers
 * drop tabs and line ends before they read an address) and dot segments are refused.
 */
export const safeThen = (text: unknown): string => {
  if (typeof text !== 'string' || text.length > longest) return '/'
  if (!/^\/(?![/\\])/.test(text) || /[\p{Cc}\\]/u.test(text)) return '/'
  if (!text.isWellFormed()) return '/'
  const path = text.split(/[?#]/, 1)[0] ?? ''
  if (path.includes('//') || /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(path)) return '/'
  if (!parts.has(path.split('/')[1] ?? '')) return '/'
  // It goes into headers: only what may stand in one.
  return text.replace(/[^\x21-\x7e]/gu, encodeURIComponent)
}
