/**
 * The application's own files, kept by version, so that a page starts without a network and never mixes two builds. Only
 * what is in the build's list is ever stored: no answer of the server about anybody.
 */
import { isAppPage } from './app-paths.ts'

/** Every file of the build, `/` being the page itself; put there by the build (vite.config.ts). */
declare const __FILES__: readonly string[]
/** Fingerprint of them all. */
declare const __BUILD__: string

const PREFIX = 'shell-'
const NAME = PREFIX + __BUILD__
const files: ReadonlySet<string> = new Set(__FILES__)
/** Requests at a time while installing: a phone's line is shared with the mail. */
const AT_ONCE = 4
/** A page that still runs the version before finds its parts. */
const VERSIONS_KEPT = 2

/** Their names change with their contents. */
const isHashed = (path: string): boolean => path.startsWith('/assets/')

const fetchInto = async (cache: Cache, path: string): Promise<void> => {
  const known = isHashed(path) ? await caches.match(path) : undefined
  const response = known ?? (await fetch(path, { cache: isHashed(path) ? 'default' : 'reload', credentials: 'omit' }))
  if (!response.ok || response.redirected) throw new Error(`${path}: ${response.status}`)
  await cache.put(path, response)
}

/** The page names only files of this build: the server may have been updated while we installed. */
const checkPage = async (cache: Cache): Promise<void> => {
  const html = (await (await cache.match('/'))?.text()) ?? ''
  const named = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? '')
  if (named.length === 0 || named.some((path) => !files.has(path))) throw new Error('the page is of another build')
}

/** Stores everything, or nothing. */
export const installShell = async (): Promise<void> => {
  const cache = await caches.open(NAME)
  try {
    const left = [...files]
    const work = async () => {
      for (let path = left.shift(); path !== undefined; path = left.shift()) await fetchInto(cache, path)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    await checkPage(cache)
  } catch (error) {
    await caches.delete(NAME)
    throw error
  }
}

/** Forgets versions that no page can be running any more. */
export const dropOldShells = async (): Promise<void> => {
  const versions = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME)
  const old = versions.slice(0, Math.max(0, versions.length - (VERSIONS_KEPT - 1)))
  await Promise.all(old.map((name) => caches.delete(name)))
}

const stored = async (path: string): Promise<Response | undefined> => {
  const own = await (await caches.open(NAME)).match(path)
  return own ?? (isHashed(path) ? caches.match(path) : undefined)
}

/** The answer to a request for one of our own files or pages; undefined: the request is none of ours. */
export const answerFromShell = (request: Request): Promise<Response> | undefined => {
  if (request.method !== 'GET') return
  const { origin, pathname, search } = new URL(request.url)
  if (origin !== self.location.origin) return
  const isPage = request.mode === 'navigate' && request.destination === 'document'
  if (isPage ? !isAppPage(pathname) : search !== '' || pathname === '/' || !(files.has(pathname) || isHashed(pathname)))
    return
  return stored(isPage ? '/' : pathname).then((found) => found ?? fetch(request))
}
