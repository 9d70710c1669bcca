/** Administration of the platform: incidents and contacts, and, by its administrators only, programs that provision. */
import type { FastifyInstance } from 'fastify'
import {
  createProvisioningClient,
  listProvisioningClients,
  revokeProvisioningClient,
} from '#domain/directory/provisioning-clients.ts'
import type { People } from '#domain/people/people.ts'
import { momentIn, pathId, textsIn } from './admin-query.ts'
import { registerAdminSupport } from './admin-support.ts'
import { neededIn } from './owner.ts'
import { type PlatformRoutes, platformRoutes } from './platform-routes.ts'

const registerProvisioning = ({ get, post }: PlatformRoutes, people: People): void => {
  get('/admin/provisioning', async () => ({ clients: await people.ctx.store.read(listProvisioningClients) }))
  post('/admin/provisioning', async ({ owner, body, request, reply }) => {
    const wanted = {
      name: neededIn(body, 'name', 40),
      rights: body.rights === 'read' ? ('read' as const) : ('write' as const),
      uais: textsIn(body, 'uais', 100, 8),
      expiresAt: momentIn(body, 'expiresAt'),
    }
    return reply.code(201).send(await createProvisioningClient(people, owner.login, wanted, request.ip))
  })
  post('/admin/provisioning/:id/revoke', async ({ owner, request }) => {
    await revokeProvisioningClient(people, owner.login, pathId(request), request.ip)
    return {}
  })
}

export const registerAdminPlatform = (app: FastifyInstance, people: People): void => {
  registerAdminSupport(app, people)
  registerProvisioning(platformRoutes(app, people), people)
}
