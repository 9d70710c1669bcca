/** Requests for help: of whoever is signed in (`/tickets`), and the queue of those who answer (`/admin/tickets`). */
import type { FastifyInstance } from 'fastify'
import { Failure } from '#base/failure.ts'
import { diagnose, reportText } from '#domain/diagnose/diagnose.ts'
import { findSchool } from '#domain/directory/schools.ts'
import type { Post } from '#domain/tickets/address.ts'
import { helpersFor } from '#domain/tickets/desk.ts'
import { attachFile, fileLimits, filesOf, readFile } from '#domain/tickets/files.ts'
import type { Ticket } from '#domain/tickets/rows.ts'
import {
  answerTicket,
  assignTicket,
  moveTicket,
  noteTicket,
  openTicket,
  ownTickets,
  queueFor,
  rateTicket,
  readTicket,
  topics,
} from '#domain/tickets/tickets.ts'
import { pathId, queryText } from './admin-query.ts'
import { languageOf } from './failure.ts'
import { type Body, idIn, neededIn, ownerOf, ownerRoutes, textIn } from './owner.ts'

const long = { bodyLimit: 96 * 1024 }

const line = ({ id, subject, status, level, uai, name, topic, rating, assigneeId, createdAt, updatedAt }: Ticket) => ({
  id,
  subject,
  status,
  level,
  uai,
  name,
  topic,
  rating,
  taken: assigneeId !== null,
  createdAt,
  updatedAt,
})

/** What its writer wrote of, and the diagnosis when they attached it. */
const newIn = (body: Body) => ({
  subject: neededIn(body, 'subject', 200),
  text: neededIn(body, 'text', 20_000),
  topic: topics.find((one) => one === body.topic) ?? ('other' as const),
})

const registerReading = (app: FastifyInstance, post: Post): void => {
  const { people } = post
  const { ctx } = people
  const route = ownerRoutes(app, people)
  const whole = async (owner: Parameters<typeof readTicket>[1], id: number) => {
    const { ticket, files, helpers } = await ctx.store.read(async (tx) => {
      const now = ctx.clock.now()
      const ticket = await readTicket(tx, owner, id, now)
      const helpers = ticket.may.includes('assign') ? await helpersFor(tx, ticket, now) : []
      return { ticket, files: await filesOf(tx, id), helpers }
    })
    return {
      ...line(ticket),
      role: ticket.role,
      may: ticket.may,
      report: ticket.report,
      mail: ticket.role === 'desk' ? ticket.mail : '',
      accountId: ticket.role === 'desk' ? ticket.accountId : null,
      assignee: ticket.role === 'desk' ? ticket.assigneeId : null,
      helpers: helpers.map(({ id, name }) => ({ id, name })),
      entries: ticket.entries.map(({ messageId: _, ...entry }) => entry),
      files: files.map(({ blobId: _, ...file }) => file),
    }
  }
  route('GET', '/tickets/own', async ({ owner }) => ({
    tickets: (await ctx.store.read((tx) => ownTickets(tx, owner.accountId))).map(line),
    address: post.address,
  }))
  route('GET', '/tickets/one/:id', async ({ owner, request }) => whole(owner, pathId(request)))
  route('GET', '/admin/tickets', async ({ owner, request }) => {
    const over = queryText(request, 'over', 1) === '1'
    const mine = queryText(request, 'mine', 1) === '1'
    const { tickets, names } = await ctx.store.read(async (tx) => {
      const tickets = await queueFor(tx, owner, over, ctx.clock.now(), mine)
      const names = new Map<string, string>()
      for (const uai of new Set(tickets.map((one) => one.uai).filter((one) => one !== '')))
        names.set(uai, (await findSchool(tx, uai))?.name ?? '')
      return { tickets, names }
    })
    return { tickets: tickets.map((one) => ({ ...line(one), schoolName: names.get(one.uai) ?? '' })) }
  })
  route('GET', '/admin/tickets/:id', async ({ owner, request }) => whole(owner, pathId(request)))
}

const registerWriting = (app: FastifyInstance, post: Post): void => {
  const { people } = post
  const route = ownerRoutes(app, people)
  route(
    'POST',
    '/tickets/new',
    async ({ owner, body, request, reply }) => {
      const wanted = newIn(body)
      const report =
        body.report === true ? reportText(await diagnose(people, owner.accountId, languageOf(request))) : ''
      return reply.code(201).send({ id: await openTicket(post, owner, { ...wanted, report }) })
    },
    long,
  )
  route(
    'POST',
    '/tickets/one/:id/answer',
    async ({ owner, body, request }) => {
      await answerTicket(post, owner, pathId(request), neededIn(body, 'text', 20_000))
      return {}
    },
    long,
  )
  route(
    'POST',
    '/tickets/one/:id/note',
    async ({ owner, body, request }) => {
      await noteTicket(post, owner, pathId(request), neededIn(body, 'text', 20_000))
      return {}
    },
    long,
  )
  route('POST', '/tickets/one/:id/move', async ({ owner, body, request }) => {
    const what = (['assign', 'escalate', 'solve'] as const).find((one) => one === textIn(body, 'what', 20))
    if (what === undefined) throw new Failure('invalid', 'what is to be done?', { property: 'what' })
    await moveTicket(post, owner, pathId(request), what)
    return {}
  })
  route('POST', '/tickets/one/:id/assign', async ({ owner, body, request }) => {
    await assignTicket(post, owner, pathId(request), idIn(body, 'to'))
    return {}
  })
  route('POST', '/tickets/one/:id/rate', async ({ owner, body, request }) => {
    await rateTicket(post, owner, pathId(request), idIn(body, 'rating'))
    return {}
  })
}

/** Files travel as they are: nothing is shown in the page, everything is downloaded. */
const registerFiles = (app: FastifyInstance, post: Post): void => {
  const { people } = post
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: fileLimits.each }, (_request, body, done) =>
      done(null, body),
    )
    scope.post('/tickets/one/:id/files', { bodyLimit: fileLimits.each }, async (request, reply) => {
      const owner = await ownerOf(people, request)
      const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      if (bytes.length === 0) throw new Failure('invalid', 'the file is empty', { property: 'file' })
      const name = queryText(request, 'name', 200) ?? 'file'
      const type = request.headers['content-type'] ?? ''
      await attachFile(people.ctx, owner, pathId(request), { name, type, bytes })
      reply.header('cache-control', 'no-store')
      return {}
    })
  })
  app.get('/tickets/one/:id/files/:file', async (request, reply) => {
    const owner = await ownerOf(people, request)
    const found = await readFile(people.ctx, owner, pathId(request), pathId(request, 'file'))
    const name = encodeURIComponent(found.name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)
    return reply
      .header('cache-control', 'private, no-store')
      .header('content-disposition', `attachment; filename*=UTF-8''${name}`)
      .header('content-security-policy', "default-src 'none'; sandbox")
      .type('application/octet-stream')
      .send(Buffer.from(await people.ctx.store.blobs.bytes(found.blobId)))
  })
}

export const registerTickets = (app: FastifyInstance, post: Post): void => {
  registerReading(app, post)
  registerWriting(app, post)
  registerFiles(app, post)
}
