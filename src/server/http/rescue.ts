/** What helps its owner on the day the password is forgotten: rescue address, trusted contacts. */
import type { FastifyInstance } from 'fastify'
import type { People } from '#domain/people/people.ts'
import { answerContact, askContact, removeContact, trustedContacts } from '#domain/people/recovery/contacts.ts'
import { askRescue, confirmRescue, removeRescue, rescueOf } from '#domain/people/recovery/rescue.ts'
import { idIn, neededIn, ownerRoutes } from './owner.ts'

const sensitive = { stepUp: true }

export const registerRescue = (app: FastifyInstance, people: People): void => {
  const route = ownerRoutes(app, people)

  route('GET', '/auth/rescue', ({ owner }) => rescueOf(people, owner.accountId))
  route(
    'POST',
    '/auth/rescue',
    async ({ owner, body }) => {
      await askRescue(people, owner, neededIn(body, 'mail'))
      return { sent: true }
    },
    sensitive,
  )
  route(
    'POST',
    '/auth/rescue/confirm',
    async ({ owner, body, request }) => ({
      mail: await confirmRescue(people, owner, neededIn(body, 'code', 20), request.ip),
    }),
    sensitive,
  )
  route(
    'POST',
    '/auth/rescue/remove',
    async ({ owner, request }) => {
      await removeRescue(people, owner, request.ip)
      return { removed: true }
    },
    sensitive,
  )

  route('GET', '/auth/trusted-contacts', ({ owner }) => trustedContacts(people, owner.accountId))
  route(
    'POST',
    '/auth/trusted-contacts',
    async ({ owner, body, request }) => {
      await askContact(people, owner, neededIn(body, 'address'), request.ip)
      return { asked: true }
    },
    sensitive,
  )
  route('POST', '/auth/trusted-contacts/remove', async ({ owner, body, request }) => {
    await removeContact(people, owner, idIn(body, 'accountId'), request.ip)
    return { removed: true }
  })
  route('POST', '/auth/trusted-contacts/answer', async ({ owner, body, request }) => {
    await answerContact(people, owner, idIn(body, 'accountId'), body.accept === true, request.ip)
    return { answered: true }
  })
}
