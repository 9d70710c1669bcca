/** `convergence app-password ...`: passwords for one phone or program, revocable one by one. */
import { createAppPassword, listAppPasswords, revokeAppPassword } from '#domain/people/credentials.ts'
import { services } from '#domain/people/people.ts'
import { accountNamed, actor } from './account.ts'
import { type Command, textOption, UsageError, wordAt } from './command.ts'
import { table } from './terminal.ts'

const date = (at: number | null): string =>
  at === null ? 'never' : new Date(at).toISOString().slice(0, 16).replace('T', ' ')

const add: Command = {
  name: 'app-password add',
  usage: 'LOGIN',
  about: 'Make a password for one phone or mail program, and show it once',
  words: [1, 1],
  options: {
    label: { type: 'string', value: 'TEXT', about: 'what it is for: "Phone of Anne"' },
    scopes: { type: 'string', value: 'imap,smtp,jmap', about: 'what it opens (all three by default)' },
  },
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const account = await accountNamed(house, wordAt(invocation, 0))
      const wanted = (textOption(invocation, 'scopes') ?? 'imap,smtp,jmap').split(/[\s,]+/)
      const scopes = services.filter((service) => wanted.includes(service))
      if (scopes.length !== wanted.length) throw new UsageError('--scopes takes imap, smtp and jmap.')
      const label = textOption(invocation, 'label') ?? 'Made on the command line'
      const { id, password } = await createAppPassword(house.people, actor, account.id, { label, scopes })
      invocation.say(`App password ${id} of ${account.login} (${scopes.join(', ')}): ${password}`)
      return 0
    }),
}

const list: Command = {
  name: 'app-password list',
  usage: 'LOGIN',
  about: 'List the app passwords of an account',
  words: [1, 1],
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const account = await accountNamed(house, wordAt(invocation, 0))
      const rows = (await listAppPasswords(house.people, account.id)).map((one) => [
        String(one.id),
        one.label,
        one.scopes.join(' '),
        date(one.createdAt),
        date(one.lastUsedAt),
        one.lastUsedIp ?? '',
        one.lastFailedAt === null ? '' : `${date(one.lastFailedAt)} from ${one.lastFailedIp ?? 'unknown'}`,
      ])
      invocation.say(table(['NUMBER', 'LABEL', 'OPENS', 'MADE', 'LAST USE', 'FROM', 'LAST FAILURE'], rows))
      return 0
    }),
}

const revoke: Command = {
  name: 'app-password revoke',
  usage: 'LOGIN NUMBER',
  about: 'Revoke an app password; whoever is connected with it is disconnected',
  words: [2, 2],
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const account = await accountNamed(house, wordAt(invocation, 0))
      await revokeAppPassword(house.people, actor, account.id, Number(wordAt(invocation, 1)))
      invocation.say('Revoked.')
      return 0
    }),
}

export const appPasswordCommands: readonly Command[] = [add, list, revoke]
