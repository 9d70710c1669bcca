/**
 * Mailboxes of functions over HTTP: which are open to me, and who has access. The same acts for their owners
 * (`/functions`) and for administrators of the platform (`/admin/functions`).
 */
import type { FastifyInstance } from 'fastify'
import { formatId } from '#base/ids.ts'
import { createFunctionMailbox, listFunctionMailboxes } from '#domain/access/mailboxes/accounts.ts'
import {
  type Grant,
  type Granter,
  grantMailbox,
  listGrants,
  requireOwner,
  revokeMailbox,
} from '#domain/access/mailboxes/grants.ts'
import { openMailboxes } from '#domain/access/mailboxes/open.ts'
import type { MailboxRole } from '#domain/access/mailboxes/roles.data.ts'
import type { People } from '#domain/people/people.ts'
import { momentIn, pathId } from './admin-query.ts'
import { idIn, neededIn, type OwnerRoute, ownerRoutes, textIn } from './owner.ts'
import { platformRoutes } from './platform-routes.ts'

const granterOf = ({ owner, request }: OwnerRoute, everywhere: boolean): Granter => ({
  actor: owner.login,
  accountId: owner.accountId,
  everywhere,
  ip: request.ip,
})

const told = (grants: readonly Grant[]) => ({
  grants: grants.map(({ id, kind, name, login, groupKey, role, expiresAt, grantedAt, grantedBy, lastUsedAt }) => ({
    id,
    kind,
    name,
    who: kind === 'person' ? login : groupKey,
    role,
    expiresAt,
    grantedAt,
    grantedBy,
    lastUsedAt,
  })),
})

/** What one does with one mailbox; who may is asked by the domain at each act. */
const actsOn = (people: People, everywhere: boolean) => {
  const { store, clock } = people.ctx
  return {
    show: (given: OwnerRoute) =>
      store.read(async (tx) => {
        const id = pathId(given.request)
        const { name, email } = await requireOwner(tx, granterOf(given, everywhere), id, clock.now())
        return { id, name, email, ...told(await listGrants(tx, id)) }
      }),
    grant: async (given: OwnerRoute) => {
      const { body, request } = given
      const who = neededIn(body, 'who').trim()
      // The domain refuses a role that is none.
      const role = neededIn(body, 'role', 20) as MailboxRole
      const whom = who.includes(':') ? { group: who } : { person: who }
      const wanted = { ...whom, role, expiresAt: momentIn(body, 'expiresAt') }
      return told(await grantMailbox(people, granterOf(given, everywhere), pathId(request), wanted))
    },
    revoke: async (given: OwnerRoute) =>
      told(await revokeMailbox(people, granterOf(given, everywhere), pathId(given.request), idIn(given.body, 'grant'))),
  }
}

export const registerFunctions = (app: FastifyInstance, people: People): void => {
  const { store, clock } = people.ctx
  const route = ownerRoutes(app, people)
  const own = actsOn(people, false)
  route('GET', '/functions', async ({ owner }) => ({
    mailboxes: (await store.read((tx) => openMailboxes(tx, owner.accountId, clock.now()))).map((one) => ({
      id: one.accountId,
      account: formatId('account', one.accountId),
      name: one.name,
      email: one.email,
      role: one.role,
      manages: one.rights.has('manage'),
    })),
  }))
  route('GET', '/functions/:id', own.show)
  route('POST', '/functions/:id/grant', own.grant, { stepUp: true })
  route('POST', '/functions/:id/revoke', own.revoke, { stepUp: true })

  const platform = platformRoutes(app, people)
  const everywhere = actsOn(people, true)
  platform.get('/admin/functions', async () => ({ mailboxes: await store.read(listFunctionMailboxes) }))
  platform.post('/admin/functions', async (given) => {
    const { body, reply } = given
    const address = textIn(body, 'address').trim()
    const account = await createFunctionMailbox(
      people,
      granterOf(given, true),
      { login: neededIn(body, 'login', 64), name: neededIn(body, 'name', 200), ...(address === '' ? {} : { address }) },
      textIn(body, 'owner').trim(),
    )
    return reply.code(201).send({ id: account.id, email: account.email })
  })
  platform.get('/admin/functions/:id', everywhere.show)
  platform.post('/admin/functions/:id/grant', everywhere.grant)
  platform.post('/admin/functions/:id/revoke', everywhere.revoke)
}
