/** Documents asked for: handed in by people, asked and followed by the management (domain/requests). */
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Failure } from '#base/failure.ts'
import { formatId, parseId } from '#base/ids.ts'
import { audienceNames, reachOf } from '#domain/directory/audience.ts'
import { audienceWords, readAudience } from '#domain/directory/audience-rules.ts'
import { powersOf } from '#domain/directory/delegation.ts'
import type { People } from '#domain/people/people.ts'
import {
  answerFile,
  answersTo,
  answersZip,
  changeRequest,
  closeRequest,
  countAnswers,
  createRequest,
  deleteRequest,
  extendRequest,
  listRequests,
  openRequest,
  ownRequestOf,
  purgeRequest,
  remindRequest,
} from '#domain/requests/ask.ts'
import { handIn, ownFile } from '#domain/requests/hand-in.ts'
import type { FileKind } from '#domain/requests/kinds.ts'
import { mostFiles, type RequestDraft, type StoredRequest } from '#domain/requests/request.ts'
import { safeName, writeZip } from '#format/zip/write.ts'
import { attachmentNamed, uploadIn } from './admin-notices.ts'
import { momentIn, pathId, queryNumber, queryText, textsIn } from './admin-query.ts'
import { type Body, idsIn, neededIn, type Owner, ownerRoutes, textIn } from './owner.ts'

const write = { bodyLimit: 64 * 1024 }
const surely = { ...write, stepUp: true }

const numberIn = (body: Body, name: string): number => {
  const value = body[name]
  if (typeof value !== 'number') throw new Failure('invalid', `${name} is a number`, { property: name })
  return value
}

const draftIn = (body: Body): RequestDraft => ({
  uai: textIn(body, 'uai', 8),
  title: textIn(body, 'title', 500),
  text: textIn(body, 'text', 10_000),
  audience: readAudience(body.audience),
  dueAt: momentIn(body, 'dueAt') ?? 0,
  keepUntil: momentIn(body, 'keepUntil') ?? 0,
  // Checked where requests are kept.
  kinds: textsIn(body, 'kinds', 10, 20) as FileKind[],
  maxFiles: numberIn(body, 'maxFiles'),
  maxBytes: numberIn(body, 'maxBytes'),
  asksRemark: body.asksRemark === true,
})

const summary = (request: StoredRequest) => {
  const { authorId: _author, reached: _reached, ...told } = request
  return { ...told, sender: request.sender || 'Académie' }
}

const sendFile = (people: People, reply: FastifyReply, file: { blobId: number; name: string; size: number }) => {
  // Never shown within our pages, whatever it says it is.
  reply
    .type('application/octet-stream')
    .header('content-disposition', attachmentNamed(file.name))
    .header('content-length', file.size)
  return reply.send(Readable.from(people.ctx.store.blobs.open(file.blobId), { objectMode: false }))
}

const requestIn = (request: FastifyRequest): number => {
  const { id = '' } = request.params as { id?: string }
  const number = parseId('request', id)
  if (number === undefined) throw new Failure('notFound', 'no such request')
  return number
}

const uploadsIn = (body: Body) => {
  const list = body.files ?? []
  if (!Array.isArray(list) || list.length > mostFiles)
    throw new Failure('invalid', `at most ${mostFiles} files`, { property: 'files' })
  return list.map((one: unknown) => {
    const file = (typeof one === 'object' && one !== null ? one : {}) as Body
    return { name: neededIn(file, 'name', 500), hash: uploadIn(file) }
  })
}

const registerHandIn = (app: FastifyInstance, people: People): void => {
  const route = ownerRoutes(app, people)
  route(
    'POST',
    '/requests/:id',
    async ({ owner, body, request }) => {
      const keep = body.keep === undefined ? [] : idsIn(body, 'keep', mostFiles)
      const given = { keep, files: uploadsIn(body), remark: textIn(body, 'remark', 5000) }
      return { receipt: await handIn(people.ctx, owner, requestIn(request), given) }
    },
    write,
  )
  route('GET', '/requests/:id/files/:n', async ({ owner, request, reply }) => {
    const n = pathId(request, 'n')
    const id = requestIn(request)
    return sendFile(people, reply, await people.ctx.store.read((tx) => ownFile(tx, owner.accountId, id, n)))
  })
}

const registerVerbs = (app: FastifyInstance, people: People): void => {
  const route = ownerRoutes(app, people)
  const post = (name: string, work: (owner: Owner, id: number, body: Body) => Promise<unknown>, options = surely) =>
    route(
      'POST',
      `/admin/requests/:id/${name}`,
      async ({ owner, body, request }) => (await work(owner, pathId(request), body)) ?? {},
      options,
    )
  post('open', (owner, id) => openRequest(people, owner, id))
  post('close', (owner, id) => closeRequest(people, owner, id))
  post('remind', (owner, id) => remindRequest(people, owner, id))
  post('purge', (owner, id) => purgeRequest(people, owner, id))
  post('delete', (owner, id) => deleteRequest(people, owner, id))
  post('extend', (owner, id, body) => extendRequest(people, owner, id, momentIn(body, 'dueAt') ?? 0))
}

const registerFollowing = (app: FastifyInstance, people: People): void => {
  const route = ownerRoutes(app, people)
  const { store, clock } = people.ctx
  route('GET', '/admin/requests/:id/answers', ({ owner, request }) =>
    store.read(async (tx) => {
      const id = pathId(request)
      const now = clock.now()
      await ownRequestOf(tx, owner, id, now)
      const asked = queryText(request, 'handed', 5)
      const handed = asked === undefined ? undefined : asked === 'true'
      const within = reachOf(await powersOf(tx, owner, now), 'request')
      return answersTo(tx, id, { after: queryNumber(request, 'after') ?? 0, limit: 100, handed, now, within })
    }),
  )
  route('GET', '/admin/requests/:id/answers/:account/:n', async ({ owner, request, reply }) => {
    const [account, n] = [pathId(request, 'account'), pathId(request, 'n')]
    return sendFile(people, reply, await answerFile(people, owner, pathId(request), account, n))
  })
  route('GET', '/admin/requests/:id/zip', async ({ owner, request, reply }) => {
    const id = pathId(request)
    const entries = await answersZip(people, owner, id)
    const { title } = await store.read((tx) => ownRequestOf(tx, owner, id, clock.now()))
    reply.type('application/zip').header('content-disposition', attachmentNamed(`${safeName(title, 'documents')}.zip`))
    return reply.send(Readable.from(writeZip(entries), { objectMode: false }))
  })
}

export const registerRequests = (app: FastifyInstance, people: People): void => {
  const route = ownerRoutes(app, people)
  const { store, clock } = people.ctx
  route('GET', '/admin/requests', ({ owner }) =>
    store.read(async (tx) => ({ requests: (await listRequests(tx, owner, clock.now())).map(summary) })),
  )
  route(
    'POST',
    '/admin/requests',
    async ({ owner, body, reply }) => reply.code(201).send({ id: await createRequest(people, owner, draftIn(body)) }),
    write,
  )
  route('GET', '/admin/requests/:id', ({ owner, request }) =>
    store.read(async (tx) => {
      const one = await ownRequestOf(tx, owner, pathId(request), clock.now())
      const words = audienceWords(one.audience, await audienceNames(tx, one.audience))
      return {
        ...summary(one),
        key: formatId('request', one.id),
        audienceWords: words,
        ...(await countAnswers(tx, one.id)),
      }
    }),
  )
  route(
    'POST',
    '/admin/requests/:id',
    async ({ owner, body, request }) => {
      await changeRequest(people, owner, pathId(request), draftIn(body))
      return {}
    },
    write,
  )
  registerVerbs(app, people)
  registerFollowing(app, people)
  registerHandIn(app, people)
}
