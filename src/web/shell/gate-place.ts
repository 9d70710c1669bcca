/**
 * Pages outside the application proper (signing in, recovering, agreeing): which of them the address names, and where
 * to go afterwards. They have no router of their own: a page is a word of the path.
 */
import { createValue } from './value.ts'

export const gatePages = [
  'login',
  'recover',
  'reset',
  'activate',
  'device',
  'consent',
  'signed-out',
  'accessibilite',
] as const
export type GatePage = (typeof gatePages)[number]

/** The page of the gate that a path names; undefined: the application. */
export const gatePageOf = (path: string): GatePage | undefined => {
  const word = path.split('/')[1] ?? ''
  return gatePages.find((page) => page === word)
}

/** First words of the paths that a sign-in may lead to (the server has the same list and checks again). */
const destinations = new Set([
  'cas',
  'oidc',
  'saml',
  'federation',
  'portal',
  'mail',
  'search',
  'account',
  'settings',
  'setup',
  'admin',
  'agenda',
  'contacts',
  'notices',
  'notifications',
  'requests',
  'diagnose',
  'tickets',
  'device',
  'consent',
  'activate',
  'recover',
])

/** Those that the server answers by itself, with a document or a redirection: they need a real visit. */
const ofTheServer = new Set(['cas', 'oidc', 'saml', 'federation'])

/**
 * Where to go afterwards: a path of this origin, or `/`. Nothing else, or a link to our sign-in page could send people
 * to anybody's (open redirect). `//host` and `/\host` are other hosts to a browser.
 */
export const safeThen = (text: string | null | undefined): string => {
  if (text === null || text === undefined || text.length > 4096) return '/'
  if (!/^\/(?![/\\])/.test(text) || /[\u0000-\u0020\u007f\\]/.test(text)) return '/'
  const first = /^\/([a-z-]*)(?=[/?#]|$)/.exec(text)?.[1]
  return first !== undefined && destinations.has(first) ? text : '/'
}

export const isOfTheServer = (then: string): boolean => ofTheServer.has(/^\/([a-z-]*)(?=[/?#]|$)/.exec(then)?.[1] ?? '')

/** What the sign-in page was asked for in its address. */
export interface Wanted {
  readonly onward: string
  /** 1: one factor; 2: two; 3: one that cannot be phished. */
  readonly acr: 1 | 2 | 3
  /** The person must prove again who they are. */
  readonly renew: boolean
  /** Kind of profile or audience asked for. */
  readonly profile: string
  readonly login: string
  /** Error of a form posted without script, or of another page. */
  readonly error: string
}

export const readWanted = (search: string): Wanted => {
  const given = new URLSearchParams(search)
  const acr = given.get('acr')
  return {
    onward: safeThen(given.get('then')),
    acr: acr === '2' ? 2 : acr === '3' ? 3 : 1,
    renew: given.get('renew') === '1',
    profile: (given.get('profile') ?? '').slice(0, 40),
    login: (given.get('login') ?? '').slice(0, 254),
    error: /^[A-Z]{2,6}-\d{1,3}$/.exec(given.get('error') ?? '')?.[0] ?? '',
  }
}

/** The page shown; undefined while the application is. */
export const gatePage = createValue<GatePage | undefined>(
  typeof location === 'undefined' ? undefined : gatePageOf(location.pathname),
)

if (typeof window !== 'undefined')
  window.addEventListener('popstate', () => gatePage.set(gatePageOf(window.location.pathname)))

/** Shows another page of the gate. */
export const go = (path: string): void => {
  window.history.pushState(null, '', path)
  gatePage.set(gatePageOf(window.location.pathname))
  window.scrollTo(0, 0)
}

/** A visit to a page of the server has begun: the document waits to be replaced. */
let isLeaving = false

// A page that comes back from the browser's memory may be left again.
if (typeof window !== 'undefined')
  window.addEventListener('pageshow', () => {
    isLeaving = false
  })

/**
 * Leaves the gate: the server's own pages are visited, the application's are shown. One visit only: a second one would
 * cut off the first, whose request the server may have answered for good (an interaction, a ticket).
 */
export const leave = (then: string): void => {
  if (isOfTheServer(then)) {
    if (isLeaving) return
    isLeaving = true
    window.location.assign(then)
    return
  }
  // Where the application would lead on from its front page, without going there first.
  window.history.replaceState(null, '', then === '/' ? '/mail/inbox' : then)
  gatePage.set(gatePageOf(window.location.pathname))
}

/** The sign-in page that leads back here. */
export const loginPath = (then: string): string => (then === '/' ? '/login' : `/login?then=${encodeURIComponent(then)}`)
