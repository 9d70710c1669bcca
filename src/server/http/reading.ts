/** Routes of reading: remote pictures by our proxy, reports of frauds, leaving a list, all attachments as one file. */
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { Failure } from '#base/failure.ts'
import { parseId } from '#base/ids.ts'
import { systemDns } from '#domain/delivery/dns.ts'
import type { Outside } from '#domain/outside/outside.ts'
import type { People } from '#domain/people/people.ts'
import { openAttachments } from '#domain/reading/attachments.ts'
import { createImages, type ImageOptions, maxImages } from '#domain/reading/images.ts'
import { reportEmail, undoReport } from '#domain/reading/report.ts'
import { readImageTrust, setImageTrust } from '#domain/reading/trust.ts'
import { unsubscribe } from '#domain/reading/unsubscribe.ts'
import type { Config } from '../config.ts'
import { createCarry, webProxyOf } from '../outside.ts'
import { accountIn } from './function-account.ts'
import { type Body, idIn, neededIn, type Owner, ownerRoutes, textIn } from './owner.ts'

export interface ReadingParts {
  readonly outside: Outside
  readonly images: ImageOptions
}

export const readingParts = (config: Config, outside: Outside | undefined): ReadingParts => ({
  outside: outside ?? { resolve: systemDns(), carry: createCarry(webProxyOf(config['outgoing.web-proxy'])) },
  images: {
    enabled: config['images.proxy'],
    maxBytes: config['images.size'],
    cacheBytes: config['images.cache'],
  },
})

/** Texts of a list, bounded. Throws Failure invalid. */
const textsIn = (body: Body, name: string, most: number, longest: number): string[] => {
  const value = body[name] ?? []
  const good = Array.isArray(value) && value.length <= most
  if (!good || !value.every((one): one is string => typeof one === 'string' && one.length <= longest))
    throw new Failure('invalid', `${name} is a list of at most ${most} texts`, { property: name })
  return value
}

/** The number behind an Email's id. Throws Failure notFound. */
const emailIn = (id: string): number => {
  const number = parseId('email', id)
  if (number === undefined) throw new Failure('notFound', 'no such email', { property: 'emailId' })
  return number
}

const reporterOf = ({ login }: Owner, accountId: number, ip: string) => ({ accountId, login, ip })

const queryText = (query: unknown, name: string): string => {
  const value = (query as Readonly<Record<string, unknown>>)[name]
  return typeof value === 'string' ? value : ''
}

/** A picture is only a picture: whatever its octets, a browser takes it for nothing else. */
const pictureHeaders = {
  'cache-control': 'private, max-age=86400, immutable',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'content-disposition': 'inline; filename="image"',
}

/** Longest list of addresses in octets: each may be long. */
const signLimit = 512 * 1024

export const registerReading = (app: FastifyInstance, people: People, parts: ReadingParts): void => {
  const { ctx } = people
  const images = createImages(people, parts.outside, parts.images)
  const route = ownerRoutes(app, people)

  route(
    'POST',
    '/mail/images',
    async ({ owner, body }) => ({
      paths: images.sign(owner, textsIn(body, 'urls', maxImages, 4096)).map((path) => path ?? null),
    }),
    { bodyLimit: signLimit },
  )
  route('GET', '/mail/image', async ({ owner, request, reply }) => {
    const { query } = request
    const expires = Number(queryText(query, 'e'))
    const given = { url: queryText(query, 'u'), expires: Number.isSafeInteger(expires) ? expires : 0 }
    const { type, bytes } = await images.fetch(owner, { ...given, sign: queryText(query, 's') })
    return reply
      .headers(pictureHeaders)
      .type(type)
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
  })
  route('GET', '/mail/images/trust', async ({ owner }) => readImageTrust(ctx, owner.accountId))
  route('POST', '/mail/images/trust', async ({ owner, body }) => {
    await setImageTrust(ctx, owner.accountId, neededIn(body, 'sender'), body.trusted === true)
    return readImageTrust(ctx, owner.accountId)
  })

  route('POST', '/mail/report', async ({ owner, body, request }) =>
    reportEmail(
      ctx,
      reporterOf(owner, await accountIn(people, owner, textIn(body, 'account', 20), 'write'), request.ip),
      emailIn(neededIn(body, 'emailId')),
      textsIn(body, 'findings', 20, 30),
    ),
  )
  route('POST', '/mail/report/undo', async ({ owner, body, request }) => {
    const account = await accountIn(people, owner, textIn(body, 'account', 20), 'write')
    await undoReport(ctx, reporterOf(owner, account, request.ip), idIn(body, 'reportId'))
    return { undone: true }
  })
  route('POST', '/mail/unsubscribe', async ({ owner, body, request }) => {
    const account = await accountIn(people, owner, textIn(body, 'account', 20), 'write')
    await unsubscribe(people, parts.outside, reporterOf(owner, account, request.ip), emailIn(neededIn(body, 'emailId')))
    return { unsubscribed: true }
  })

  route('GET', '/mail/zip/:file', async ({ owner, request, reply }) => {
    // With its ending, no program takes it for a page.
    const { file = '' } = request.params as Readonly<Record<string, string>>
    const { name, content } = await openAttachments(
      ctx,
      await accountIn(people, owner, queryText(request.query, 'account'), 'read'),
      emailIn(file.replace(/\.zip$/, '')),
    )
    reply
      .type('application/zip')
      .header(
        'content-disposition',
        `attachment; filename="attachments.zip"; filename*=UTF-8''${encodeURIComponent(name)}`,
      )
    return reply.send(Readable.from(content, { objectMode: false }))
  })
}
