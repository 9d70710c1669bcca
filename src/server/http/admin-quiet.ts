/** When each profile is left alone as long as somebody has chosen nothing, for the administrators of the platform. */
import type { FastifyInstance } from 'fastify'
import { Failure } from '#base/failure.ts'
import { profileKinds } from '#domain/directory/profiles.ts'
import { readQuietTable, saveUsualQuiet, usualQuiet } from '#domain/notify/usual-quiet.ts'
import type { People } from '#domain/people/people.ts'
import { objectIn } from './admin-query.ts'
import { quietIn } from './notifications.ts'
import { platformRoutes } from './platform-routes.ts'

export const registerAdminQuiet = (app: FastifyInstance, people: People): void => {
  const { get, post } = platformRoutes(app, people)
  get('/admin/quiet', async () => {
    const table = await people.ctx.store.read(readQuietTable)
    return {
      profiles: profileKinds.map((kind) => ({
        kind,
        quiet: usualQuiet([kind], table),
        isOwn: table[kind] !== undefined,
      })),
    }
  })
  post('/admin/quiet', async ({ owner, body }) => {
    const kind = profileKinds.find((one) => one === body.kind)
    if (kind === undefined) throw new Failure('invalid', 'there is no such profile', { property: 'kind' })
    await saveUsualQuiet(people, owner, kind, body.quiet === null ? null : quietIn(objectIn(body, 'quiet')))
    return {}
  })
}
