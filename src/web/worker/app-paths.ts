/**
 * The pages that the web app draws by itself, and that may therefore be opened from the cache. A list of what is ours
 * rather than of what is not: everything else (the sign-in pages with their forms without script, guides, CAS, OpenID,
 * SAML, the administration's JSON, a service's page) goes to the server as if there were no worker.
 */

/** Exactly these. Below most of them are the server's own answers. */
const pages = new Set([
  '/',
  '/portal',
  '/admin',
  '/account',
  '/agenda',
  '/contacts',
  '/search',
  '/settings',
  '/rules',
  '/diagnose',
  '/tickets',
  '/usage',
  '/setup',
  '/notices',
  '/notices/write',
  '/notifications',
  '/requests',
  '/requests/ask',
])
/** A mailbox or a search, with the conversation that is open; a part of the account. */
const parts =
  /^\/(?:mail\/(?!(?:image|images|zip|report|leave)(?:\/|$))[^./]+(?:\/[^./]+)?|search\/[^./]+|account\/[^./]+)$/

export const isAppPage = (pathname: string): boolean => {
  const path = pathname.length > 1 ? pathname.replace(/\/$/, '') : pathname
  return pages.has(path) || parts.test(path)
}
