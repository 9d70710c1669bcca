/** `convergence scim ...`: the programs that may provision people. */
import {
  createProvisioningClient,
  listProvisioningClients,
  revokeProvisioningClient,
} from '#domain/directory/provisioning-clients.ts'
import { actor } from './account.ts'
import { type Command, flagOption, textOption, UsageError, wordAt } from './command.ts'
import { table } from './terminal.ts'

const day = 86_400_000

const token: Command = {
  name: 'scim token',
  usage: 'NAME',
  about: 'Make a token for a program that provisions people (SCIM 2.0)',
  words: [1, 1],
  options: {
    school: { type: 'string', value: 'UAI,UAI', about: 'only these schools' },
    'read-only': { type: 'boolean', about: 'it may look and not write' },
    days: { type: 'string', value: 'N', about: 'the token ends after so many days' },
  },
  more: 'The token is shown this once. The service is at /scim/v2.',
  run: (invocation) =>
    invocation.withHouse(async ({ people }) => {
      const days = textOption(invocation, 'days')
      if (days !== undefined && !/^[1-9]\d{0,3}$/.test(days)) throw new UsageError('--days is a number of days.')
      const made = await createProvisioningClient(people, actor, {
        name: wordAt(invocation, 0),
        rights: flagOption(invocation, 'read-only') ? 'read' : 'write',
        uais:
          textOption(invocation, 'school')
            ?.split(/[\s,]+/)
            .filter(Boolean) ?? [],
        expiresAt: days === undefined ? null : people.ctx.clock.now() + Number(days) * day,
      })
      invocation.say(`Client ${made.id}. Token, shown this once:`)
      invocation.say(made.token)
      return 0
    }),
}

const dateOf = (at: number | null): string => (at === null ? '' : new Date(at).toISOString().slice(0, 16))

const list: Command = {
  name: 'scim list',
  usage: '',
  about: 'List the programs that provision people',
  words: [0, 0],
  run: (invocation) =>
    invocation.withHouse(async ({ store }) => {
      const clients = await store.read(listProvisioningClients)
      const rows = clients.map((one) => [
        String(one.id),
        one.name,
        one.rights,
        one.uais.join(' ') || 'all schools',
        dateOf(one.lastUsedAt) || 'never used',
        one.revokedAt === null ? dateOf(one.expiresAt) : 'ended',
      ])
      invocation.say(table(['ID', 'NAME', 'RIGHTS', 'SCHOOLS', 'LAST USE', 'END'], rows))
      return 0
    }),
}

const revoke: Command = {
  name: 'scim revoke',
  usage: 'ID',
  about: 'End the token of a program that provisions people',
  words: [1, 1],
  run: (invocation) =>
    invocation.withHouse(async ({ people }) => {
      const id = Number(wordAt(invocation, 0))
      if (!Number.isSafeInteger(id)) throw new UsageError('ID is a number, see: convergence scim list')
      await revokeProvisioningClient(people, actor, id)
      invocation.say('Ended.')
      return 0
    }),
}

export const scimCommands: readonly Command[] = [token, list, revoke]
