/**
 * The platform under the name, logo and colours of an académie: its files, the page of the web app, the manifest, and the
 * pages that the server writes. Registered only where a brand is configured; nothing is read or asked for otherwise.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { escapeXml } from '#format/xml/write.ts'
import type { Brand } from '../brand/brand.ts'

const product = 'Convergence'

/** A picture shown by its address runs nothing and loads nothing. */
const picturePolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

/** In the titles and headers of our pages, never in what people wrote. */
const rename = (html: string, name: string): string =>
  html.replace(/<title>[^<]*<\/title>|<header>.*?<\/header>|<h1>Convergence<\/h1>/gs, (part) =>
    part.replaceAll(product, escapeXml(name)),
  )

const withStyle = (html: string, { style }: Brand): string =>
  style === undefined ? html : html.replace('</head>', `<link rel="stylesheet" href="${style}">\n</head>`)

/** The page of the web app: its script reads the name and the logo from the page itself, without a request. */
const appPage = (html: string, brand: Brand): string => {
  const told = escapeXml(JSON.stringify({ name: brand.name, logo: brand.logo ?? '' })).replaceAll('"', '&quot;')
  const { icon } = brand
  const named = rename(html, brand.name).replace(
    '</head>',
    `<meta name="convergence-brand" content="${told}">\n</head>`,
  )
  return withStyle(
    icon === undefined
      ? named
      : named
          .replace(/<link rel="icon"[^>]*>/, `<link rel="icon" href="${icon.path}" type="${icon.type}">`)
          .replace(/<link rel="apple-touch-icon"[^>]*>/, `<link rel="apple-touch-icon" href="${icon.path}">`),
    brand,
  )
}

const manifestOf = (text: string, { name, shortName, icon }: Brand): string => {
  const manifest = JSON.parse(text) as Record<string, unknown>
  const sizes = icon?.type === 'image/svg+xml' ? 'any' : '192x192 512x512'
  const icons = icon === undefined ? manifest.icons : [{ src: icon.path, sizes, type: icon.type, purpose: 'any' }]
  return JSON.stringify({ ...manifest, name, short_name: shortName, icons })
}

/** A page that the server writes, under the name and colours of an académie. */
export const brandedPage = (html: string, brand: Brand): string => withStyle(rename(html, brand.name), brand)

export interface BrandedWeb {
  /** The page of the web app. */
  readonly page: string
}

const isOurPage = (reply: FastifyReply, payload: unknown): payload is string =>
  typeof payload === 'string' && String(reply.getHeader('content-type') ?? '').startsWith('text/html')

/** @param folder of the built web app; returns its page, or undefined when it is not built. */
export const registerBrand = (app: FastifyInstance, brand: Brand, folder: string): BrandedWeb | undefined => {
  app.get('/brand/:file', async (request, reply) => {
    const file = brand.files.get(request.url.split('?')[0] ?? '')
    if (file === undefined) return reply.code(404).send({ code: 'WEB-04', message: 'Not found.' })
    reply.header('cache-control', 'public, max-age=31536000, immutable').type(file.type)
    if (!file.type.startsWith('text/css')) reply.header('content-security-policy', picturePolicy)
    return reply.send(Buffer.from(file.bytes))
  })
  let built: { readonly page: string; readonly manifest: string } | undefined
  try {
    const read = (name: string) => readFileSync(join(folder, name), 'utf8')
    built = { page: appPage(read('index.html'), brand), manifest: manifestOf(read('app.webmanifest'), brand) }
  } catch {
    // Not built: the pages that need no script are branded all the same.
  }
  const manifest = built?.manifest
  if (manifest !== undefined)
    app.get('/app.webmanifest', (_, reply) =>
      reply.header('cache-control', 'no-cache').type('application/manifest+json').send(manifest),
    )
  app.addHook('onSend', async (_, reply, payload) => {
    if (!isOurPage(reply, payload) || payload === built?.page) return payload
    return brandedPage(payload, brand)
  })
  return built && { page: built.page }
}
