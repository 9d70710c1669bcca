/** A person takes a calendar along as one file. */
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { Failure } from '#base/failure.ts'
import { parseId } from '#base/ids.ts'
import { openCalendarFile } from '#domain/calendar/file.ts'
import type { People } from '#domain/people/people.ts'
import { isForeign } from './auth.ts'
import { ownerRoutes } from './owner.ts'

export const registerCalendarFile = (app: FastifyInstance, people: People): void => {
  /** One at a time: each reads a whole calendar. */
  const under = new Set<number>()

  ownerRoutes(app, people)('GET', '/auth/calendar/export', async ({ owner, request, reply }) => {
    if (isForeign(request)) throw new Failure('forbidden', 'the request does not come from our own page')
    const { accountId } = owner
    const { calendar = '' } = request.query as { calendar?: string }
    const id = parseId('calendar', calendar)
    if (id === undefined) throw new Failure('notFound', 'no such calendar')
    if (under.has(accountId)) throw new Failure('throttled', 'an export is under way', { retryAfter: 10_000 })
    under.add(accountId)
    try {
      const { name, content } = await openCalendarFile(people.ctx, accountId, id)
      const stream = Readable.from(content, { objectMode: false })
      // A file that breaks off must not look complete.
      stream.once('error', () => reply.raw.destroy())
      reply.raw.once('close', () => {
        under.delete(accountId)
        stream.destroy()
      })
      const as = `attachment; filename="calendar.ics"; filename*=UTF-8''${encodeURIComponent(`${name}.ics`)}`
      return reply.type('text/calendar; charset=utf-8').header('content-disposition', as).send(stream)
    } catch (error) {
      under.delete(accountId)
      throw error
    }
  })
}
