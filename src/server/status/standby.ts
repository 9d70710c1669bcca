/**
 * The standby: a process of its own that serves the copy of the public pages, and nothing else. It knows neither the
 * store nor the configuration of mail; it says when the server does not answer, and since when there is no news.
 */
import { readFile, stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, request as requestHttp, type Server, type ServerResponse } from 'node:http'
import { request as requestHttps } from 'node:https'
import { extname, join, normalize, sep } from 'node:path'
import { newsPart, newsPlace } from '../http/status-page.ts'
import { type Pulse, pulseFile } from './static-copy.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.xml': 'application/atom+xml; charset=utf-8',
  '.ics': 'text/calendar; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  // Pictures of guides.
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.jpg': 'image/jpeg',
}

/** Only these were published: nothing else of the folder is anybody's business. */
const published = /^\/(?:etat|status|aide|help|brand)(?:\/|$)/

const headers = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
  'x-convergence-standby': '1',
}

/** News older than this is old. */
const oldAfter = 5 * 60_000
/** The server is asked at most this often. */
const askedEvery = 3000
const askTimeout = 2000

const isPulse = (value: unknown): value is Pulse => {
  const { at, host, port } = (value ?? {}) as Partial<Pulse>
  return typeof at === 'number' && typeof host === 'string' && typeof port === 'number'
}

const readPulse = async (folder: string): Promise<Pulse | undefined> => {
  try {
    const value: unknown = JSON.parse(await readFile(join(folder, pulseFile), 'utf8'))
    return isPulse(value) ? value : undefined
  } catch {
    return undefined
  }
}

const answers = ({ host, port, tls }: Pulse): Promise<boolean> =>
  new Promise((resolve) => {
    const options = { host, port, path: '/health/live', agent: false, timeout: askTimeout, rejectUnauthorized: false }
    const request = (tls ? requestHttps : requestHttp)(options, (response) => {
      response.resume()
      resolve((response.statusCode ?? 500) < 500)
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
    request.end()
  })

/** What to say of the news, with what is known of the server. */
const createNews = (folder: string) => {
  let asked = { at: 0, alive: true }
  return async (now: number): Promise<{ readonly why: 'noNews' | 'oldNews'; readonly at: number } | undefined> => {
    const pulse = await readPulse(folder)
    if (!pulse) return
    if (now - asked.at > askedEvery) asked = { at: now, alive: await answers(pulse) }
    if (!asked.alive) return { why: 'noNews', at: pulse.at }
    return now - pulse.at > oldAfter ? { why: 'oldNews', at: pulse.at } : undefined
  }
}

/** The file of a path; undefined outside of what was published. */
const fileOf = (folder: string, path: string): string | undefined => {
  if (!published.test(path) || path.includes('\0')) return
  const inside = normalize(path)
  if (!published.test(inside.split(sep).join('/'))) return
  if (inside === '/status/api') return join(folder, 'status', 'api.json')
  return join(folder, extname(inside) in types ? inside : join(inside, 'index.html'))
}

const pathOf = (request: IncomingMessage): string => {
  try {
    return decodeURIComponent((request.url ?? '/').split('?', 1)[0] ?? '/').replace(/(.)\/+$/, '$1')
  } catch {
    return '/'
  }
}

const languageOf = (request: IncomingMessage, path: string): 'fr' | 'en' => {
  if (/^\/(?:status|help)(?:\/|$)/.test(path)) return 'en'
  if (/^\/(?:etat|aide)(?:\/|$)/.test(path)) return 'fr'
  const wanted = (request.headers['accept-language'] ?? '').toLowerCase()
  const [fr, en] = [wanted.search(/\bfr\b/), wanted.search(/\ben\b/)]
  return en >= 0 && (fr < 0 || en < fr) ? 'en' : 'fr'
}

const readBytes = async (file: string | undefined): Promise<Buffer | undefined> => {
  try {
    return file !== undefined && (await stat(file)).isFile() ? await readFile(file) : undefined
  } catch {
    return undefined
  }
}

const readText = async (file: string | undefined): Promise<string | undefined> =>
  (await readBytes(file))?.toString('utf8')

/** Answers from the folder of the copy. */
export const createStandby = (folder: string, now: () => number = Date.now): Server => {
  const news = createNews(folder)
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = pathOf(request)
    const language = languageOf(request, path)
    const send = (status: number, type: string, text: string | Buffer, more: Record<string, string> = {}): void => {
      response.writeHead(status, { ...headers, 'content-type': type, ...more })
      response.end(request.method === 'HEAD' ? undefined : text)
    }
    const reading = request.method === 'GET' || request.method === 'HEAD'
    if (reading && path === '/health/live') return send(200, types['.json'] as string, '{"status":"standby"}')
    const file = reading ? fileOf(folder, path) : undefined
    const found = await readBytes(file)
    const type = path.endsWith('/rss.xml')
      ? 'application/rss+xml; charset=utf-8'
      : (types[extname(file ?? '')] ?? 'text/html; charset=utf-8')
    if (found !== undefined && !type.startsWith('text/html')) return send(200, type, found)
    // Whatever else is asked for while the server is away: where one can still read something.
    const text = found?.toString('utf8') ?? (await readText(join(folder, `absent.${language}.html`))) ?? 'Convergence'
    const old = await news(now())
    const html = text.replace(newsPlace, old ? newsPart(old.why, old.at, language) : '')
    send(
      found === undefined ? 503 : 200,
      types['.html'] as string,
      html,
      found === undefined ? { 'retry-after': '60' } : {},
    )
  }
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 15_000, keepAliveTimeout: 5000 },
    (request, response) => {
      answer(request, response).catch(() => response.destroy())
    },
  )
  server.maxConnections = 2000
  return server
}
