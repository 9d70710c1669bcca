/** Editors' content as one file, out and in, for those who have the task. */
import type { FastifyInstance } from 'fastify'
import { exportContent, importContent } from '#domain/content/content.ts'
import type { People } from '#domain/people/people.ts'
import { objectIn } from './admin-query.ts'
import { platformRoutes } from './platform-routes.ts'

/** A page's file is parsed at once on the event loop: larger ones go in by the command line. */
const mostBytes = 8 * 1024 * 1024

export const registerAdminContent = (app: FastifyInstance, people: People): void => {
  const { post } = platformRoutes(app, people, 'content')
  post('/admin/content/export', async ({ owner, reply }) => {
    const text = await exportContent(people, owner)
    return reply
      .type('application/json; charset=utf-8')
      .header('content-disposition', 'attachment; filename="convergence-content.json"')
      .send(text)
  })
  // A file that is wrong is an answer, not a failure: each mistake with its place.
  post(
    '/admin/content/import',
    ({ owner, body }) => importContent(people, owner, objectIn(body, 'content'), { dry: body.dry === true }),
    mostBytes,
  )
}
