/**
 * The public status of the services, without sign-in, script or cookie: `/etat` in French, `/status` in English, its
 * feeds, subscription by mail; the same as JSON for the web app (`/status/api`). When the store does not answer, the
 * last status known.
 */
import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isFailure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import type { People } from '#domain/people/people.ts'
import { readStatus, type ShownIncident, type Status } from '#domain/status/snapshot.ts'
import { decideSubscription, subscribe } from '#domain/status/subscribers.ts'
import { audiences } from '#domain/support/contacts.ts'
import { isFor } from '#domain/support/incidents.ts'
import { escapeXml } from '#format/xml/write.ts'
import { isForeign } from './auth.ts'
import { guidePolicy, stylePath } from './guides.ts'
import { bodyOf } from './owner.ts'
import { statusAtom, statusCalendar, statusRss } from './status-feeds.ts'
import {
  newsPart,
  newsPlace,
  noticeBody,
  type PageLanguage,
  sayStatus,
  statusBody,
  statusDocument,
  statusRoots,
} from './status-page.ts'
import { statusWords } from './status-words.data.ts'

/** A status is remembered this long: everybody opens the page at once when something is down. */
const life = 10_000

export interface StatusDesk {
  /** The status of now, or the last one known; undefined: there is none yet. */
  read(): Promise<{ readonly status: Status; readonly stale: boolean } | undefined>
}

export const createStatusDesk = (people: People, log: Log): StatusDesk => {
  let known: Status | undefined
  let asking: Promise<Status> | undefined
  return {
    read: async () => {
      const now = people.ctx.clock.now()
      if (known && now - known.at < life && now >= known.at) return { status: known, stale: false }
      try {
        asking ??= people.ctx.store
          .read((tx) => readStatus(tx, now))
          .finally(() => {
            asking = undefined
          })
        known = await asking
        return { status: known, stale: false }
      } catch (error) {
        log.warn('status.read', { message: error instanceof Error ? error.message : String(error) })
        return known && { status: known, stale: true }
      }
    },
  }
}

const textIn = (values: unknown, name: string, most: number): string => {
  const value = (values as Readonly<Record<string, unknown>> | null | undefined)?.[name]
  return typeof value === 'string' ? value.slice(0, most) : ''
}

const audienceIn = (values: unknown) => {
  const asked = textIn(values, 'profile', 40)
  return audiences.find((one) => one === asked)
}

const sendTagged = (request: FastifyRequest, reply: FastifyReply, type: string, text: string): FastifyReply => {
  const tag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
  reply.header('etag', tag).header('cache-control', 'public, max-age=15')
  if ((request.headers['if-none-match'] ?? '').includes(tag)) return reply.code(304).send()
  return reply.type(type).send(text)
}

const sendPage = (reply: FastifyReply, html: string, status = 200): FastifyReply =>
  reply
    .code(status)
    .header('content-security-policy', guidePolicy)
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(html)

/** An incident as programs read it: both languages, no name of who wrote it. */
const incidentJson = ({ component: _, ...incident }: ShownIncident) => incident

/** What the web app and other programs read. */
export const statusJson = (status: Status, audience?: string) => {
  const mine = (incidents: readonly ShownIncident[]) =>
    incidents.filter((one) => isFor(one, audience)).map(incidentJson)
  return {
    at: status.at,
    state: status.state,
    components: status.components.map(({ days: _, ...component }) => component),
    current: mine(status.current),
    planned: mine(status.planned),
  }
}

const absent = (reply: FastifyReply, language: PageLanguage): FastifyReply =>
  sendPage(
    reply,
    statusDocument(
      { title: statusWords.title[language], body: noticeBody(language, { title: 'absent', text: 'absentText' }) },
      language,
      stylePath,
    ),
    503,
  )

const registerPages = (app: FastifyInstance, people: People, desk: StatusDesk, language: PageLanguage): void => {
  const root = statusRoots[language]
  const { publicUrl } = people.options
  app.get(root, async (request, reply) => {
    const known = await desk.read()
    if (!known) return absent(reply, language)
    const { status, stale } = known
    const body = statusBody(status, language, { audience: audienceIn(request.query), paper: stale })
    const html = statusDocument({ title: statusWords.title[language], body }, language, stylePath).replace(
      newsPlace,
      stale ? newsPart('storeGone', status.at, language) : '',
    )
    reply.header('content-security-policy', guidePolicy)
    return sendTagged(request, reply, 'text/html; charset=utf-8', html)
  })
  const feeds = [
    ['atom.xml', 'application/atom+xml; charset=utf-8', statusAtom],
    ['rss.xml', 'application/rss+xml; charset=utf-8', statusRss],
    ['maintenance.ics', 'text/calendar; charset=utf-8', statusCalendar],
  ] as const
  for (const [name, type, write] of feeds)
    app.get(`${root}/${name}`, async (request, reply) => {
      const known = await desk.read()
      if (!known) return absent(reply, language)
      return sendTagged(request, reply, type, write(known.status, language, publicUrl))
    })
}

const registerSubscription = (app: FastifyInstance, people: People, language: PageLanguage): void => {
  const root = statusRoots[language]
  const page = (reply: FastifyReply, notice: Parameters<typeof noticeBody>[1], status = 200): FastifyReply =>
    sendPage(
      reply,
      statusDocument(
        { title: statusWords[notice.title][language], body: noticeBody(language, notice) },
        language,
        stylePath,
      ),
      status,
    )
  app.post(`${root}/subscribe`, { bodyLimit: 2048 }, async (request, reply) => {
    if (isForeign(request)) return page(reply, { title: 'badLink', text: 'badLinkText' }, 403)
    const values = bodyOf(request)
    try {
      await subscribe(people, textIn(values, 'mail', 320), language, textIn(values, 'profile', 40))
    } catch (error) {
      if (!isFailure(error, 'invalid')) throw error
      return page(reply, { title: 'badAddress', text: 'badAddressText' }, 400)
    }
    return page(reply, { title: 'asked', text: 'askedText' })
  })
  const link = (values: unknown) => ({
    what: textIn(values, 'what', 10) === 'leave' ? ('leave' as const) : ('confirm' as const),
    id: Number(textIn(values, 'id', 15)),
    token: textIn(values, 'token', 100),
  })
  // Programs that look at links in mail follow them: only the button does something.
  app.get(`${root}/subscription`, async (request, reply) => {
    const { what, id, token } = link(request.query)
    const fields = Object.entries({ what, id: String(id), token }).map(
      ([name, value]) => `<input type="hidden" name="${name}" value="${escapeXml(value)}">`,
    )
    const form = `<form method="post" action="${root}/subscription">${fields.join('')}<button type="submit">${sayStatus(what, language)}</button></form>`
    return page(reply, { title: what, text: what === 'leave' ? 'leaveText' : 'confirmText', form })
  })
  // RFC 8058: a mail program posts to the address of the link, from nowhere in particular; the token is what counts.
  app.post(`${root}/subscription`, { bodyLimit: 2048 }, async (request, reply) => {
    const inBody = textIn(bodyOf(request), 'token', 100) !== ''
    const { what, id, token } = link(inBody ? bodyOf(request) : request.query)
    const good = Number.isSafeInteger(id) && (await decideSubscription(people, what, id, token))
    if (!good) return page(reply, { title: 'badLink', text: 'badLinkText' }, 404)
    return page(
      reply,
      what === 'leave' ? { title: 'left', text: 'leftText' } : { title: 'confirmed', text: 'confirmedText' },
    )
  })
}

export const registerStatus = (app: FastifyInstance, people: People, log: Log): void => {
  const desk = createStatusDesk(people, log)
  for (const language of ['fr', 'en'] as const) {
    registerPages(app, people, desk, language)
    registerSubscription(app, people, language)
  }
  app.get('/status/api', async (request, reply) => {
    const known = await desk.read()
    if (!known) return reply.code(503).send({ code: 'WEB-09' })
    return sendTagged(
      request,
      reply,
      'application/json; charset=utf-8',
      JSON.stringify(statusJson(known.status, audienceIn(request.query))),
    )
  })
}
