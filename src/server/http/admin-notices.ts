/**
 * Official notices as their authors have them: the people one may address, drafts, publication, what came of it. Every
 * right is the domain's (domain/notices/write.ts); here requests are read and answers written.
 */
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Failure, isFailure } from '#base/failure.ts'
import { formatId, parseId } from '#base/ids.ts'
import { audienceNames, countAudience, reachOf, requireAddress, requireSomebody } from '#domain/directory/audience.ts'
import { audienceWords, readAudience } from '#domain/directory/audience-rules.ts'
import { powersOf, requireTask } from '#domain/directory/delegation.ts'
import { groupKey, groupLabel } from '#domain/directory/group-keys.ts'
import { schoolGroups } from '#domain/directory/groups.ts'
import { manualGroupsOf } from '#domain/directory/manual-groups.ts'
import { listSchools } from '#domain/directory/schools.ts'
import { correctNotice, remindNotice, withdrawNotice } from '#domain/notices/amend.ts'
import { addNoticeFile, removeNoticeFile } from '#domain/notices/files.ts'
import { actsOf, filesOf, type NoticeDraft, type NoticeFile, type StoredNotice } from '#domain/notices/notice.ts'
import { receivedFile } from '#domain/notices/read.ts'
import { ownNotice } from '#domain/notices/rights.ts'
import { noticeCsv, noticeStatistics } from '#domain/notices/statistics.ts'
import { bodyHtml, senderName } from '#domain/notices/words.ts'
import {
  changeNotice,
  createNotice,
  deleteNotice,
  listNotices,
  publishNotice,
  unscheduleNotice,
} from '#domain/notices/write.ts'
import { appendAudit } from '#domain/people/audit.ts'
import type { People } from '#domain/people/people.ts'
import type { Words } from '#format/jmap/portal.ts'
import { parseBlobId } from '#protocol/jmap/blob/reference.ts'
import type { Reader } from '#store/engine.ts'
import { momentIn, objectIn, pathId, queryUai } from './admin-query.ts'
import { type Body, neededIn, type Owner, ownerRoutes, textIn } from './owner.ts'

const write = { bodyLimit: 256 * 1024 }
/** What reaches people wants a fresh proof of who asks. */
const publicly = { ...write, stepUp: true }

const wordsIn = (body: Body, name: string, longest: number): Words => {
  const words = body[name] === undefined ? {} : objectIn(body, name)
  return { fr: textIn(words, 'fr', longest), en: textIn(words, 'en', longest) }
}

const draftIn = (body: Body): NoticeDraft => ({
  uai: textIn(body, 'uai', 8),
  title: wordsIn(body, 'title', 500),
  body: wordsIn(body, 'body', 50_000),
  audience: readAudience(body.audience),
  urgent: body.urgent === true,
  acknowledge: body.acknowledge === true,
  expiresAt: momentIn(body, 'expiresAt'),
})

/** The SHA-256 behind the id of an upload (a whole one). Throws Failure invalid. */
export const uploadIn = (body: Body): Uint8Array => {
  const ref = parseBlobId(neededIn(body, 'blobId', 100))
  if (!ref || ref.slices.length > 0) throw new Failure('invalid', 'blobId names no upload', { property: 'blobId' })
  return ref.hash
}

const fileOf = (noticeId: number, { n, name, type, size }: NoticeFile) => {
  const url = `/notices/${formatId('notice', noticeId)}/files/${n}`
  return { n, name, type, size, url }
}

const summary = (notice: StoredNotice) => {
  const { mailBlobId: _blob, authorId: _author, reached: _reached, body: _body, ...told } = notice
  return { ...told, sender: senderName(notice) }
}

const described = async (tx: Reader, notice: StoredNotice) => ({
  ...summary(notice),
  body: notice.body,
  html: bodyHtml(notice.body),
  audienceWords: audienceWords(notice.audience, await audienceNames(tx, notice.audience)),
  files: (await filesOf(tx, notice.id)).map((file) => fileOf(notice.id, file)),
  acts: await actsOf(tx, notice.id),
})

/** What one may choose among in a school. */
const choicesIn = async (tx: Reader, uai: string, now: number) => {
  const computed = await schoolGroups(tx, uai, now)
  const byHand = await manualGroupsOf(tx, uai)
  const names = (type: 'class' | 'group' | 'discipline') => [
    ...new Set(computed.flatMap((group) => (group.type === type ? [group.name] : []))),
  ]
  return {
    classes: names('class'),
    groups: [
      ...computed.flatMap((group) =>
        group.type === 'staff' || group.type === 'function'
          ? [{ key: groupKey(group), fr: groupLabel(group, 'fr'), en: groupLabel(group, 'en') }]
          : [],
      ),
      ...byHand.map(({ id, name }) => ({ key: groupKey({ type: 'manual', id }), fr: name, en: name })),
    ],
    disciplines: names('discipline'),
  }
}

const registerAudience = (app: FastifyInstance, people: People): void => {
  const route = ownerRoutes(app, people)
  const { store, clock } = people.ctx

  route('GET', '/admin/audience', ({ owner, request }) =>
    store.read(async (tx) => {
      const now = clock.now()
      const uai = queryUai(request)
      if (uai !== undefined) {
        await requireTask(tx, owner, 'notices', uai, now)
        return choicesIn(tx, uai, now)
      }
      const reach = reachOf(await powersOf(tx, owner, now), 'notice')
      const rows = await listSchools(tx, reach === 'all' ? {} : { uais: [...reach] })
      return {
        everywhere: reach === 'all',
        schools: rows.map(({ uai: code, name, city, department }) => ({ uai: code, name, city, department })),
      }
    }),
  )

  route(
    'POST',
    '/admin/audience/count',
    async ({ owner, body }) => {
      const audience = readAudience(body.audience)
      const now = clock.now()
      const words = await store.read(async (tx) => {
        await requireAddress(tx, owner, 'notice', audience, now)
        return audienceWords(audience, await audienceNames(tx, audience))
      })
      return { count: await countAudience(store, audience, now), words }
    },
    write,
  )
}

const registerVerbs = (app: FastifyInstance, people: People): void => {
  const route = ownerRoutes(app, people)
  const post = (
    name: string,
    work: (owner: Owner, id: number, body: Body) => Promise<unknown>,
    options: { readonly stepUp?: boolean; readonly bodyLimit: number } = publicly,
  ) =>
    route(
      'POST',
      `/admin/notices/:id/${name}`,
      async ({ owner, body, request }) => (await work(owner, pathId(request), body)) ?? {},
      options,
    )
  post('publish', (owner, id, body) => publishNotice(people, owner, id, momentIn(body, 'at')))
  post('unschedule', (owner, id) => unscheduleNotice(people, owner, id), write)
  post('correct', (owner, id, body) =>
    correctNotice(people, owner, id, {
      title: wordsIn(body, 'title', 500),
      body: wordsIn(body, 'body', 50_000),
      note: wordsIn(body, 'note', 1000),
      again: body.again === true,
    }),
  )
  post('withdraw', (owner, id, body) => withdrawNotice(people, owner, id, wordsIn(body, 'note', 1000)))
  post('remind', (owner, id) => remindNotice(people, owner, id))
  post('delete', (owner, id) => deleteNotice(people, owner, id), write)
  post(
    'files',
    async (owner, id, body) => ({
      n: await addNoticeFile(people, owner, id, {
        name: neededIn(body, 'name', 500),
        type: textIn(body, 'type', 100),
        hash: uploadIn(body),
      }),
    }),
    write,
  )
  route(
    'POST',
    '/admin/notices/:id/files/:n/remove',
    async ({ owner, request }) => {
      await removeNoticeFile(people, owner, pathId(request), pathId(request, 'n'))
      return {}
    },
    write,
  )
}

const registerNotices = (app: FastifyInstance, people: People): void => {
  const route = ownerRoutes(app, people)
  const { store, clock } = people.ctx

  route('GET', '/admin/notices', ({ owner }) =>
    store.read(async (tx) => ({ notices: (await listNotices(tx, owner, clock.now())).map(summary) })),
  )
  route(
    'POST',
    '/admin/notices',
    async ({ owner, body, reply }) => reply.code(201).send({ id: await createNotice(people, owner, draftIn(body)) }),
    write,
  )
  route(
    'POST',
    '/admin/notices/preview',
    async ({ owner, body }) => {
      await store.read((tx) => requireSomebody(tx, owner, 'notice', clock.now()))
      return { html: bodyHtml(wordsIn(body, 'body', 50_000)) }
    },
    write,
  )
  route('GET', '/admin/notices/:id', ({ owner, request }) =>
    store.read(async (tx) => described(tx, await ownNotice(tx, owner, pathId(request), clock.now()))),
  )
  route(
    'POST',
    '/admin/notices/:id',
    async ({ owner, body, request }) => {
      await changeNotice(people, owner, pathId(request), draftIn(body))
      return {}
    },
    write,
  )
  route('GET', '/admin/notices/:id/statistics', async ({ owner, request }) => {
    const id = pathId(request)
    const within = await store.read(async (tx) => {
      await ownNotice(tx, owner, id, clock.now())
      return reachOf(await powersOf(tx, owner, clock.now()), 'notice')
    })
    return noticeStatistics(people.ctx, id, within)
  })
  route('GET', '/admin/notices/:id/readers', async ({ owner, request, reply }) => {
    const id = pathId(request)
    const now = clock.now()
    const within = await store.read(async (tx) => {
      await ownNotice(tx, owner, id, now)
      return reachOf(await powersOf(tx, owner, now), 'notice')
    })
    await store.writeGlobal((tx) =>
      appendAudit(tx, now, { actor: owner.login, action: 'notice.export', target: `${id}`, ip: request.ip }),
    )
    reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="lecteurs-${id}.csv"`)
    return reply.send(Readable.from(noticeCsv(people.ctx, id, within)))
  })
}

/** A name in a header (RFC 6266): ASCII for old programs, UTF-8 for the others. */
export const attachmentNamed = (name: string): string => {
  const plain = name.normalize('NFKD').replace(/[^\w. -]+/g, '')
  return `attachment; filename="${plain || 'document'}"; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)}`
}

const noticeIn = (request: FastifyRequest): number => {
  const { id = '' } = request.params as { id?: string }
  const number = parseId('notice', id)
  if (number === undefined) throw new Failure('notFound', 'no such notice')
  return number
}

/** Files of a notice: to those who have received it, and to those who may write to it. */
const registerFiles = (app: FastifyInstance, people: People): void => {
  const { store, clock } = people.ctx
  ownerRoutes(app, people)('GET', '/notices/:id/files/:n', async ({ owner, request, reply }) => {
    const id = noticeIn(request)
    const n = pathId(request, 'n')
    const now = clock.now()
    const file = await store.read(async (tx) => {
      try {
        return await receivedFile(tx, owner.accountId, id, n, now)
      } catch (error) {
        if (!isFailure(error, 'notFound')) throw error
        await ownNotice(tx, owner, id, now)
        return (await filesOf(tx, id)).find((one) => one.n === n)
      }
    })
    if (!file) throw new Failure('notFound', 'no such file')
    // Never shown within our pages, whatever it says it is.
    reply
      .type('application/octet-stream')
      .header('content-disposition', attachmentNamed(file.name))
      .header('content-length', file.size)
    return reply.send(Readable.from(store.blobs.open(file.blobId), { objectMode: false }))
  })
}

export const registerAdminNotices = (app: FastifyInstance, people: People): void => {
  registerAudience(app, people)
  registerNotices(app, people)
  registerVerbs(app, people)
  registerFiles(app, people)
}
