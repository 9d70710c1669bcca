/**
 * What every demonstration service is made of: a small HTTP server, sessions in memory under a cookie of its own, plain
 * forms. It knows Convergence only by its address.
 */
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { styleSheet } from './page.ts'

const longestBody = 512 * 1024

const environment = (name: string): string => {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is missing: this program is started by the demonstration`)
  return value
}

/** Where the service is, and who signs people in. */
export const places = () => ({ service: environment('SERVICE_URL'), provider: environment('PROVIDER_URL') })

export interface Visit {
  readonly method: string
  readonly url: URL
  readonly request: IncomingMessage
  readonly reply: ServerResponse
  /** Fields of a posted form. */
  form(): Promise<URLSearchParams>
}

const readBody = async (request: IncomingMessage): Promise<string> => {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of request) {
    size += (piece as Buffer).length
    if (size > longestBody) throw new Error('the request is too large')
    pieces.push(piece as Buffer)
  }
  return Buffer.concat(pieces).toString('utf8')
}

export const redirect = ({ reply }: Visit, to: string, status = 302): void => {
  reply.writeHead(status, { location: to, 'cache-control': 'no-store' }).end()
}

const policy = "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'"

export const sendHtml = ({ reply }: Visit, html: string, status = 200): void => {
  reply
    .writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
    })
    .end(html)
}

export const sendText = ({ reply }: Visit, text: string, status = 200): void => {
  reply.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }).end(text)
}

/** True when our own page posted the form: sign-out by another site's picture or form is a nuisance. */
export const isOwnForm = ({ request }: Visit): boolean => {
  const site = request.headers['sec-fetch-site']
  return site === undefined || site === 'same-origin' || site === 'none'
}

export interface Sessions<T> {
  find(visit: Visit): T | undefined
  open(visit: Visit, data: T): void
  close(visit: Visit): void
  /** Ends every session that fits, whoever asks (single log-out). Returns how many. */
  end(fits: (data: T) => boolean): number
}

/** Sessions in memory; the oldest go first when there are many. */
export const createSessions = <T>(cookie: string): Sessions<T> => {
  const sessions = new Map<string, T>()
  const most = 1000
  const idOf = ({ request }: Visit): string =>
    new RegExp(`(?:^|; )${cookie}=([A-Za-z0-9_-]{32})(?:;|$)`).exec(request.headers.cookie ?? '')?.[1] ?? ''
  const attributes = 'Path=/; HttpOnly; SameSite=Lax'
  return {
    find: (visit) => sessions.get(idOf(visit)),
    open: (visit, data) => {
      sessions.delete(idOf(visit))
      const [oldest] = sessions.keys()
      if (sessions.size >= most && oldest !== undefined) sessions.delete(oldest)
      const id = randomBytes(24).toString('base64url')
      sessions.set(id, data)
      visit.reply.appendHeader('set-cookie', `${cookie}=${id}; ${attributes}`)
    },
    close: (visit) => {
      sessions.delete(idOf(visit))
      visit.reply.appendHeader('set-cookie', `${cookie}=; ${attributes}; Max-Age=0`)
    },
    end: (fits) => {
      const ended = [...sessions].filter(([, data]) => fits(data))
      for (const [id] of ended) sessions.delete(id)
      return ended.length
    },
  }
}

/** Listens until the server that started us is gone. */
export const run = (handle: (visit: Visit) => Promise<void> | void): void => {
  const { service } = places()
  const server = createServer({ requestTimeout: 15_000 }, (request, reply) => {
    const url = URL.parse(request.url ?? '/', service)
    const visit: Visit | undefined = url
      ? {
          method: request.method ?? 'GET',
          url,
          request,
          reply,
          form: async () => new URLSearchParams(await readBody(request)),
        }
      : undefined
    if (url?.pathname === '/style.css') {
      reply
        .writeHead(200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'max-age=300' })
        .end(styleSheet)
      return
    }
    const answered =
      visit === undefined ? Promise.reject(new Error('not an address')) : Promise.resolve(visit).then(handle)
    answered.catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : String(error))
      if (!reply.headersSent) reply.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' })
      reply.end('Une erreur est survenue dans ce service de démonstration.\n')
    })
  })
  server.listen(Number(environment('PORT')), '127.0.0.1')
  process.on('disconnect', () => process.exit(0))
  process.on('SIGTERM', () => process.exit(0))
  // The terminal's Ctrl-C reaches the whole group: the server that started us says when to end.
  process.on('SIGINT', () => {})
}
