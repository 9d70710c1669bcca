/** Files sent as links: `/files` for whoever shares them, `/f/<secret>` for whoever was sent the link. */
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Failure, isFailure } from '#base/failure.ts'
import type { People } from '#domain/people/people.ts'
import {
  countDownload,
  endFile,
  findLinked,
  type ShareLimits,
  sharedFiles,
  shareFile,
  shareRoom,
} from '#domain/share/files.ts'
import { escapeXml } from '#format/xml/write.ts'
import { contentDisposition, parseRange } from '#protocol/jmap/download.ts'
import { mediaType } from '#protocol/jmap/upload.ts'
import { languageOf } from './failure.ts'
import { idIn, ownerOf, ownerRoutes } from './owner.ts'
import { codeLink, sendPage } from './sso-page.ts'

const queryOf = (request: FastifyRequest): Readonly<Record<string, unknown>> =>
  request.query as Readonly<Record<string, unknown>>

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Uploads of one person under way at once. */
const maxUploads = 4

const words = {
  fr: {
    from: 'Partagé par',
    until: 'Disponible jusqu’au',
    get: 'Télécharger',
    care: 'N’ouvrez ce fichier que si vous connaissez la personne qui vous l’a envoyé.',
    gone: 'Ce lien ne mène plus à rien',
    goneMore: 'Il a expiré, ou la personne qui partageait le fichier l’a retiré. Demandez-lui un nouveau lien.',
  },
  en: {
    from: 'Shared by',
    until: 'Available until',
    get: 'Download',
    care: 'Open this file only if you know the person who sent it to you.',
    gone: 'This link leads nowhere any more',
    goneMore: 'It has expired, or the person who shared the file took it back. Ask them for a new link.',
  },
} as const

const sizeIn = (octets: number, language: 'fr' | 'en'): string => {
  const unit = language === 'fr' ? 'o' : 'B'
  const steps = ['', 'k', 'M', 'G', 'T']
  const step = Math.min(4, Math.max(0, Math.floor(Math.log10(Math.max(1, octets)) / 3)))
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: step === 0 ? 0 : 1 })
  return `${number.format(octets / 1000 ** step)}\u00a0${steps[step]}${unit}`
}

const sendGone = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const language = languageOf(request)
  const { gone, goneMore } = words[language]
  const body = `<p>${escapeXml(goneMore)}</p><p>${codeLink('FILE-02', language)}</p>`
  return sendPage(request, reply.header('referrer-policy', 'no-referrer'), { title: gone, body, status: 404 })
}

/** Receives a file as it comes; refused before its first octet when there is no room. */
const registerUpload = (app: FastifyInstance, people: People, limits: ShareLimits): void => {
  const { ctx } = people
  const uploading = new Map<number, number>()
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    scope.post('/files/upload', async (request, reply) => {
      const { accountId } = await ownerOf(people, request)
      const now = uploading.get(accountId) ?? 0
      if (now >= maxUploads) throw new Failure('throttled', 'too many uploads at once', { retryAfter: 10_000 })
      uploading.set(accountId, now + 1)
      try {
        const room = await shareRoom(ctx, accountId, limits)
        const announced = Number(request.headers['content-length'] ?? 0)
        const tooMuch = () =>
          room < limits.maxSize
            ? new Failure('overQuota', 'too much is shared already', { property: 'files' })
            : new Failure('tooLarge', `more than ${limits.maxSize} octets`, { property: 'files' })
        if (announced > room) throw tooMuch()
        const sink = ctx.store.blobs.receive({ maxBytes: room })
        try {
          const body = request.body instanceof Readable ? request.body.iterator({ destroyOnReturn: false }) : []
          for await (const chunk of body) await sink.write(chunk)
          const { name, type, days } = queryOf(request)
          const file = await shareFile(ctx, accountId, limits, {
            blob: await sink.finish(),
            name: text(name),
            type: mediaType(text(type)),
            days: Number(text(days)) || undefined,
          })
          const { token, ...shown } = file
          reply.code(201).header('cache-control', 'no-store')
          return { ...shown, url: `${people.options.publicUrl}/f/${token}` }
        } catch (error) {
          await sink.abort()
          throw isFailure(error, 'tooLarge') ? tooMuch() : error
        }
      } finally {
        const left = (uploading.get(accountId) ?? 1) - 1
        if (left > 0) uploading.set(accountId, left)
        else uploading.delete(accountId)
      }
    })
  })
}

export const registerFiles = (app: FastifyInstance, people: People, limits: ShareLimits): void => {
  const { ctx } = people
  const route = ownerRoutes(app, people)
  registerUpload(app, people, limits)

  route('GET', '/files', async ({ owner }) => ({
    files: await ctx.store.read((tx) => sharedFiles(tx, owner.accountId, ctx.clock.now())),
    limits,
  }))
  route('POST', '/files/end', async ({ owner, body }) => {
    await endFile(ctx, owner.accountId, idIn(body, 'id'))
    return {}
  })

  const tokenOf = (request: FastifyRequest): string => (request.params as { token?: string }).token ?? ''

  app.get('/f/:token', { exposeHeadRoute: false }, async (request, reply) => {
    const language = languageOf(request)
    const said = words[language]
    try {
      const { name, size, owner, expiresAt } = await findLinked(ctx, tokenOf(request))
      const until = new Intl.DateTimeFormat(language === 'fr' ? 'fr-FR' : 'en-GB', {
        dateStyle: 'long',
        timeZone: 'Europe/Paris',
      }).format(expiresAt)
      const body =
        `<p>${said.from} ${escapeXml(owner)} – ${sizeIn(size, language)}<br>${said.until} ${escapeXml(until)}.</p>` +
        `<p><a class="button" href="/f/${escapeXml(tokenOf(request))}/download" rel="nofollow">${said.get}</a></p>` +
        `<p>${said.care}</p>`
      // The address is the secret: it goes to nobody else.
      return sendPage(request, reply.header('referrer-policy', 'no-referrer'), { title: name, body })
    } catch (error) {
      if (isFailure(error, 'notFound')) return sendGone(request, reply)
      throw error
    }
  })

  app.get('/f/:token/download', { exposeHeadRoute: false }, async (request, reply) => {
    try {
      const { id, name, size, type, blobId } = await findLinked(ctx, tokenOf(request))
      const range = parseRange(request.headers.range, size)
      if (range === null) return reply.code(416).header('content-range', `bytes */${size}`).send()
      // What goes on after an interruption is the same download.
      if (range === undefined || range.start === 0) await countDownload(ctx, id)
      reply.headers({
        // Never shown in our own origin: what a stranger made is saved, whatever it says it is.
        'content-type': mediaType(type),
        'content-disposition': contentDisposition(name),
        'content-security-policy': "sandbox; default-src 'none'",
        'x-content-type-options': 'nosniff',
        'cache-control': 'private, no-store',
        'referrer-policy': 'no-referrer',
        'accept-ranges': 'bytes',
        'content-length': `${range ? range.end - range.start : size}`,
      })
      if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end - 1}/${size}`)
      return reply.send(Readable.from(ctx.store.blobs.open(blobId, range ?? {}), { objectMode: false }))
    } catch (error) {
      if (isFailure(error, 'notFound')) return sendGone(request, reply)
      throw error
    }
  })
}
