/** The web app: hashed files cached for ever, the page itself never, everything in its compressed form. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { languageOf } from './failure.ts'

const week = 7 * 24 * 3600

/** How long a browser may keep a file of the build, by its name. */
const cacheControl = (path: string): string => {
  if (/[\\/]assets[\\/]/.test(path)) return 'public, max-age=31536000, immutable'
  if (/\.(?:html|webmanifest)(?:\.br|\.gz)?$|[\\/]sw\.js(?:\.br|\.gz)?$/.test(path)) return 'no-cache'
  return `public, max-age=${week}`
}

/**
 * The document that shows a message's HTML. Its content brings its own, stricter policy; this one gives it an opaque
 * origin however it is reached, and lets our page (alone) hold it.
 */
const messageFrame = {
  'content-security-policy':
    "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'",
  'x-frame-options': 'SAMEORIGIN',
}

/** The thread that draws PDF files runs its own program and reaches nothing: neither the network nor, with it, us. */
const pdfThread = { 'content-security-policy': "default-src 'none'; script-src 'self'" }

const missing = {
  fr: 'L’application web n’est pas construite. Lancez « npm run build ».\n',
  en: 'The web app is not built. Run "npm run build".\n',
}

/**
 * Serves the build in `folder`; unknown pages are the app's own routes. `page`: the page of the app where it is not that of
 * the build (an académie's name and colours).
 */
export const registerWeb = async (app: FastifyInstance, folder: string, page?: string): Promise<void> => {
  const built = existsSync(join(folder, 'index.html'))
  if (built)
    await app.register(fastifyStatic, {
      root: folder,
      preCompressed: true,
      cacheControl: false,
      dotfiles: 'ignore',
      index: page === undefined ? ['index.html'] : false,
      setHeaders: (response, path) => {
        response.header('cache-control', cacheControl(path))
        if (/[\\/]assets[\\/]message-frame-[^\\/]+\.html/.test(path))
          for (const [name, value] of Object.entries(messageFrame)) response.header(name, value)
        if (/[\\/]assets[\\/]pdf-worker-[^\\/]+\.js/.test(path))
          for (const [name, value] of Object.entries(pdfThread)) response.header(name, value)
      },
    })
  const sendPage = (reply: FastifyReply) => {
    reply.header('cache-control', 'no-cache')
    return page === undefined ? reply.sendFile('index.html') : reply.type('text/html; charset=utf-8').send(page)
  }
  if (page !== undefined) app.get('/', (_, reply) => sendPage(reply))
  app.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html')
    const last = request.url.split('?')[0]?.split('/').at(-1) ?? ''
    if (isPage && built && !last.includes('.')) return sendPage(reply)
    if (isPage && !built) return reply.code(503).type('text/plain; charset=utf-8').send(missing[languageOf(request)])
    return reply.code(404).header('cache-control', 'no-store').send({ code: 'WEB-04', message: 'Not found.' })
  })
}
