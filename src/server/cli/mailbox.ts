/** `convergence mailbox ...`: the mailboxes of functions and who has access. */
import { becomeFunction, listFunctionMailboxes } from '#domain/access/mailboxes/accounts.ts'
import { type Granter, grantMailbox, listGrants, revokeMailbox } from '#domain/access/mailboxes/grants.ts'
import { type MailboxRole, mailboxRoles } from '#domain/access/mailboxes/roles.data.ts'
import { accountNamed, actor } from './account.ts'
import { type Command, CommandError, textOption, UsageError, wordAt } from './command.ts'
import { table } from './terminal.ts'

const by: Granter = { actor, everywhere: true }

const day = (at: number | null): string => (at === null ? '' : new Date(at).toISOString().slice(0, 10))

const list: Command = {
  name: 'mailbox list',
  usage: '[LOGIN]',
  about: 'List the mailboxes of functions, or who has access to one',
  words: [0, 1],
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const name = invocation.words[0]
      if (name === undefined) {
        const all = await house.store.read((tx) => listFunctionMailboxes(tx))
        const rows = all.map(({ login, name: title, email, active, grants }) => [
          login,
          title,
          email,
          active ? '' : 'disabled',
          String(grants),
        ])
        invocation.say(table(['IDENTIFIER', 'NAME', 'ADDRESS', 'STATUS', 'ACCESSES'], rows))
        return 0
      }
      const account = await accountNamed(house, name)
      const grants = await house.store.read((tx) => listGrants(tx, account.id))
      const rows = grants.map((grant) => [
        String(grant.id),
        grant.login || grant.groupKey,
        grant.name,
        grant.role,
        day(grant.expiresAt),
        grant.grantedBy,
        day(grant.lastUsedAt),
      ])
      invocation.say(table(['NUMBER', 'WHO', 'NAME', 'ROLE', 'UNTIL', 'GIVEN BY', 'LAST USE'], rows))
      return 0
    }),
}

const roleNamed = (text: string): MailboxRole => {
  const role = mailboxRoles.find((one) => one === text)
  if (role === undefined) throw new UsageError(`The role is one of ${mailboxRoles.join(', ')}.`)
  return role
}

const untilOption = (text: string | undefined): number | null => {
  if (text === undefined) return null
  const at = Date.parse(text)
  if (!Number.isFinite(at)) throw new UsageError('The end is a date such as 2027-06-30.')
  return at
}

const grant: Command = {
  name: 'mailbox grant',
  usage: 'LOGIN PERSON|GROUP ROLE',
  about: 'Give access to the mailbox of a function, or change it',
  words: [3, 3],
  options: { until: { type: 'string', value: 'DATE', about: 'ends then' } },
  more: `The role is one of ${mailboxRoles.join(', ')}. A group is named by its key, such as manual:3 or 0250001R:staff.`,
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const account = await accountNamed(house, wordAt(invocation, 0))
      const who = wordAt(invocation, 1)
      const role = roleNamed(wordAt(invocation, 2))
      const whom = who.includes(':') ? { group: who } : { person: who }
      const expiresAt = untilOption(textOption(invocation, 'until'))
      await grantMailbox(house.people, by, account.id, { ...whom, role, expiresAt })
      invocation.say(`${who} may open ${account.login} as ${role}.`)
      return 0
    }),
}

const revoke: Command = {
  name: 'mailbox revoke',
  usage: 'LOGIN PERSON|GROUP',
  about: 'Take access away; whoever has the mailbox open loses it at once',
  words: [2, 2],
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const account = await accountNamed(house, wordAt(invocation, 0))
      const who = wordAt(invocation, 1)
      const person = who.includes(':') ? 0 : (await accountNamed(house, who)).id
      const grants = await house.store.read((tx) => listGrants(tx, account.id))
      const found = grants.find(({ groupKey, personId }) => (person === 0 ? groupKey === who : personId === person))
      if (!found) throw new CommandError(`${who} has no access to ${account.login}.`)
      await revokeMailbox(house.people, by, account.id, found.id)
      invocation.say(`${who} no longer opens ${account.login}.`)
      return 0
    }),
}

const become: Command = {
  name: 'mailbox convert',
  usage: 'LOGIN',
  about: 'Make an account with a shared password the mailbox of a function; its passwords end, its mail stays',
  words: [1, 1],
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const account = await accountNamed(house, wordAt(invocation, 0))
      await becomeFunction(house.people, by, account.id)
      invocation.say(`${account.login} is the mailbox of a function: give access with "convergence mailbox grant".`)
      return 0
    }),
}

export const mailboxCommands: readonly Command[] = [list, grant, revoke, become]
