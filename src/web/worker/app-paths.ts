/**
 * The pages that the web app draws by itself, and that may therefore be opened from the cache. A list of what is ours
 * rather than of what is not: everything else (the sign-in pages with their forms without script, guides, CAS, OpenID,
 * SAML, the administration's JSON, a service's page) goes to the server as if there were no worker.
 */

/** Exactly these. Below /admin and /portal are the server's own answers. */
const pages = new Set(['/', '/portal', '/admin', '/account', '/search', '/settings'])
/** These, and what is below them. */
const parts = /^\/(?:mail|search|account|settings)\/[^.]*$/

export const isAppPage = (pathname: string): boolean => {
  const path = pathname.length > 1 ? pathname.replace(/\/$/, '') : pathname
  return pages.has(path) || parts.test(path)
}
