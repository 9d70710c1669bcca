/**
 * The guides without a network: the pages of help go to the server as ever; when it cannot be reached, they are put
 * together here from one answer that was kept (`/help/api/offline`), the search included. Nothing of it is about anybody.
 */
import { escapeXml } from '#format/xml/write.ts'
import { type KeptGuide, searchKept } from './guides-search.ts'

declare const self: ServiceWorkerGlobalScope

const CACHE = 'guides'
type Language = 'fr' | 'en'
const roots = { fr: '/aide', en: '/help' } as const

interface Kept {
  readonly page: string
  readonly style: string
  readonly home: { readonly title: string; readonly body: string }
  readonly note: string
  readonly found: string
  readonly foundNone: string
  readonly pictures: readonly string[]
  readonly guides: readonly KeptGuide[]
}

const copyOf = (language: Language): string => `/help/api/offline?lang=${language}`
const languageOf = (path: string): Language => (path.startsWith(roots.en) ? 'en' : 'fr')

/** Pages of help, without those that are answers for programs. */
const isHelp = (path: string): boolean => /^\/(?:aide|help)(?:\/(?!api\/)|$)/.test(path)

const put = async (cache: Cache, path: string, again: boolean): Promise<Response | undefined> => {
  if (!again && (await cache.match(path))) return
  const response = await fetch(path, { credentials: 'omit', cache: 'no-cache' })
  if (!response.ok || response.redirected) return
  await cache.put(path, response.clone())
  return response
}

const renewed = new Set<Language>()

/** Fetches the guides of a language, once in the life of this worker; what has not changed costs one short answer. */
export const keepGuides = async (language: Language): Promise<void> => {
  if (renewed.has(language)) return
  renewed.add(language)
  try {
    const cache = await caches.open(CACHE)
    const copy = await put(cache, copyOf(language), true)
    await put(cache, `${roots[language]}/contacts`, true)
    if (copy === undefined) return
    const { style, pictures } = (await copy.json()) as Kept
    for (const path of [style, ...pictures]) await put(cache, path, false)
  } catch {
    // Without a network: those of before stay, and it is tried again.
    renewed.delete(language)
  }
}

/** The language of the browser, as far as there are guides in it. */
export const ownLanguage = (): Language => (self.navigator.language.toLowerCase().startsWith('en') ? 'en' : 'fr')

const document = (kept: Kept, title: string, path: string, body: string): Response => {
  const news = `<p class="news" role="status">${escapeXml(kept.note)}</p>`
  const html = kept.page
    .replaceAll('@@title@@', () => escapeXml(title))
    .replaceAll('/@@path@@', () => escapeXml(path))
    .replace('@@body@@', () => news + body)
  return new Response(html, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    },
  })
}

const listOf = (guides: readonly KeptGuide[], root: string): string =>
  `<ul class="guides">${guides
    .map(
      ({ id, title, summary }) =>
        `<li><a href="${root}/${id}">${escapeXml(title)}</a><p>${escapeXml(summary)}</p></li>`,
    )
    .join('')}</ul>`

const pageOf = (kept: Kept, url: URL): Response => {
  const root = roots[languageOf(url.pathname)]
  const path = url.pathname.slice(root.length).replace(/\/$/, '')
  const code = /^\/code\/([^/]+)$/.exec(path)?.[1]?.toUpperCase()
  const guide = kept.guides.find(({ id, codes }) => path === `/${id}` || (code !== undefined && codes.includes(code)))
  if (guide) return document(kept, guide.title, `/${guide.id}`, guide.body)
  const typed = (url.searchParams.get('q') ?? '').trim().slice(0, 200)
  if (typed === '') return document(kept, kept.home.title, '', kept.home.body)
  const found = searchKept(kept.guides, typed)
  const answer = found.length === 0 ? `<p>${escapeXml(kept.foundNone)}</p>` : listOf(found, root)
  const body = `<h1>${escapeXml(kept.found)}</h1>${answer}<p><a href="${root}">${escapeXml(kept.home.title)}</a></p>`
  return document(kept, kept.found, '', body)
}

/** A page of help from what was kept; the error of the network when nothing was. */
const withoutNetwork = async (url: URL): Promise<Response> => {
  const cache = await caches.open(CACHE)
  const whole = await cache.match(url.pathname)
  if (whole) return whole
  const copy = await cache.match(copyOf(languageOf(url.pathname)))
  return copy ? pageOf((await copy.json()) as Kept, url) : Response.error()
}

/** The answer to a request for a page of help, its style or pictures; undefined: the request is none of these. */
export const answerFromGuides = (request: Request): Promise<Response> | undefined => {
  if (request.method !== 'GET') return
  const url = new URL(request.url)
  if (url.origin !== self.location.origin || !isHelp(url.pathname)) return
  if (request.mode === 'navigate') return fetch(request).catch(() => withoutNetwork(url))
  if (!/^\/aide\/(?:style\.css|pictures\/)/.test(url.pathname)) return
  return fetch(request).catch(async () => (await (await caches.open(CACHE)).match(request)) ?? Response.error())
}

/** The language of the help that somebody is reading, if so. */
export const helpLanguage = (request: Request): Language | undefined => {
  const { pathname } = new URL(request.url)
  return request.mode === 'navigate' && isHelp(pathname) ? languageOf(pathname) : undefined
}
