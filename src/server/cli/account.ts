/** `convergence account ...`: the people of this installation. */

import { createFunctionMailbox } from '#domain/access/mailboxes/accounts.ts'
import { splitName } from '#domain/directory/names.ts'
import { createPerson } from '#domain/directory/persons.ts'
import {
  type Account,
  disableAccount,
  enableAccount,
  findAccount,
  listAccounts,
  setPassword,
  setQuota,
} from '#domain/people/accounts.ts'
import { addAlias, listAddresses, removeAlias } from '#domain/people/addresses.ts'
import { notifyOwner } from '#domain/people/alerts.ts'
import type { House } from '../house.ts'
import { BadSetting, readSize } from '../settings.ts'
import { type Command, CommandError, flagOption, type Invocation, textOption, UsageError, wordAt } from './command.ts'
import { askNewPassword, formatSize, makePassword, table } from './terminal.ts'

export const actor = 'command line'

/** The account a word names: identifier or address. Throws Failure notFound. */
export const accountNamed = (house: House, name: string): Promise<Account> =>
  house.store.read((tx) => findAccount(tx, name))

const sizeOption = (text: string): number => {
  try {
    return readSize(text)
  } catch (error) {
    if (error instanceof BadSetting) throw new UsageError(`The size ${error.message}.`)
    throw error
  }
}

/** The password asked for, made up, or none; and whether it must be shown. */
const choosePassword = async (invocation: Invocation): Promise<{ password: string; shown: boolean }> =>
  flagOption(invocation, 'generate')
    ? { password: makePassword(), shown: true }
    : { password: await askNewPassword(), shown: false }

const mustChange = { type: 'boolean', about: 'its owner has to choose another at the first sign-in' } as const

const generate = { type: 'boolean', about: 'make up a password and show it' } as const

/** Addresses, language and size, as the options say. */
const placeOf = (invocation: Invocation, house: House) => {
  const address = textOption(invocation, 'address')
  const quota = textOption(invocation, 'quota')
  return {
    aliases:
      textOption(invocation, 'alias')
        ?.split(/[\s,]+/)
        .filter(Boolean) ?? [],
    locale: textOption(invocation, 'locale') ?? house.config.locale,
    quotaBytes: quota === undefined ? house.config['limits.quota'] : sizeOption(quota),
    ...(address === undefined ? {} : { address }),
  }
}

const addFunction = async (invocation: Invocation, house: House): Promise<number> => {
  const login = wordAt(invocation, 0)
  const owner = textOption(invocation, 'owner')
  const wanted = { login, name: textOption(invocation, 'name') ?? login, ...placeOf(invocation, house) }
  const account = await createFunctionMailbox(house.people, { actor, everywhere: true }, wanted, owner)
  invocation.say(`Created the mailbox of a function ${account.login} <${account.email}>.`)
  invocation.say(owner === undefined ? 'Nobody has access yet: convergence mailbox grant.' : `Its owner is ${owner}.`)
  return 0
}

const add: Command = {
  name: 'account add',
  usage: 'LOGIN',
  about: 'Create an account with its mailboxes',
  words: [1, 1],
  options: {
    name: { type: 'string', value: '"FIRST LAST"', about: 'name as others see it' },
    address: { type: 'string', value: 'ADDRESS', about: 'primary address (LOGIN at the first domain by default)' },
    alias: { type: 'string', value: 'A,B', about: 'other addresses, separated by commas' },
    quota: { type: 'string', value: 'SIZE', about: 'largest mailbox, such as 5G' },
    locale: { type: 'string', value: 'fr|en', about: 'language' },
    admin: { type: 'boolean', about: 'may administer the platform' },
    function: { type: 'boolean', about: 'the mailbox of a function: nobody signs in to it, see "convergence mailbox"' },
    owner: { type: 'string', value: 'LOGIN', about: 'with --function: who says who has access' },
    'no-password': { type: 'boolean', about: 'nobody can sign in until a password is set' },
    generate,
    'must-change': mustChange,
  },
  more: 'The password is asked for, or read from the first line of standard input.',
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      if (flagOption(invocation, 'function')) return addFunction(invocation, house)
      const login = wordAt(invocation, 0)
      const chosen = flagOption(invocation, 'no-password') ? undefined : await choosePassword(invocation)
      const name = textOption(invocation, 'name') ?? login
      const account = await createPerson(house.people, actor, {
        ...splitName(name),
        login,
        name,
        admin: flagOption(invocation, 'admin'),
        ...placeOf(invocation, house),
        ...(chosen === undefined
          ? {}
          : { password: chosen.password, mustChange: flagOption(invocation, 'must-change') }),
      })
      invocation.say(`Created ${account.login} <${account.email}>.`)
      if (chosen?.shown) invocation.say(`Password: ${chosen.password}`)
      return 0
    }),
}

const list: Command = {
  name: 'account list',
  usage: '',
  about: 'List the accounts',
  words: [0, 0],
  options: { json: { type: 'boolean', about: 'one JSON object per line, for programs' } },
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const rows: string[][] = []
      for await (const account of listAccounts(house.people)) {
        const addresses = await house.store.read((tx) => listAddresses(tx, account.id))
        const aliases = addresses.filter(({ kind }) => kind === 'alias').map(({ address }) => address)
        if (flagOption(invocation, 'json')) {
          invocation.say(JSON.stringify({ ...account, aliases }))
          continue
        }
        const { login, name, email, status, usedBytes, quotaBytes } = account
        const space = `${formatSize(usedBytes)}${quotaBytes > 0 ? ` of ${formatSize(quotaBytes)}` : ''}`
        rows.push([
          login,
          name,
          email,
          status === 'active' ? (account.admin ? 'admin' : '') : status,
          space,
          aliases.join(' '),
        ])
      }
      if (!flagOption(invocation, 'json'))
        invocation.say(table(['IDENTIFIER', 'NAME', 'ADDRESS', 'STATUS', 'SPACE', 'ALIASES'], rows))
      return 0
    }),
}

const password: Command = {
  name: 'account password',
  usage: 'LOGIN',
  about: 'Set a password; sessions and connections opened with the old one end',
  words: [1, 1],
  options: { generate, 'must-change': mustChange },
  more: 'The password is asked for, or read from the first line of standard input.',
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const account = await accountNamed(house, wordAt(invocation, 0))
      const chosen = await choosePassword(invocation)
      await setPassword(house.people, actor, account.id, chosen.password, {
        mustChange: flagOption(invocation, 'must-change'),
      })
      await notifyOwner(house.people, account.id, { kind: 'password-changed' })
      invocation.say(`The password of ${account.login} is changed.`)
      if (chosen.shown) invocation.say(`Password: ${chosen.password}`)
      return 0
    }),
}

const disable: Command = {
  name: 'account disable',
  usage: 'LOGIN',
  about: 'Stop sign-in and mail for an account; nothing is deleted',
  words: [1, 1],
  options: { reason: { type: 'string', value: 'TEXT', about: 'for the audit log' } },
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const account = await accountNamed(house, wordAt(invocation, 0))
      await disableAccount(house.people, actor, account.id, textOption(invocation, 'reason') ?? '')
      invocation.say(`${account.login} is disabled and disconnected.`)
      return 0
    }),
}

const enable: Command = {
  name: 'account enable',
  usage: 'LOGIN',
  about: 'Let an account work again',
  words: [1, 1],
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const account = await accountNamed(house, wordAt(invocation, 0))
      await enableAccount(house.people, actor, account.id)
      invocation.say(`${account.login} is active.`)
      return 0
    }),
}

const quota: Command = {
  name: 'account quota',
  usage: 'LOGIN [SIZE]',
  about: 'Show or set how much an account may hold (0 is no limit)',
  words: [1, 2],
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const account = await accountNamed(house, wordAt(invocation, 0))
      const wanted = invocation.words[1]
      if (wanted !== undefined) await setQuota(house.people, actor, account.id, sizeOption(wanted))
      const limit = wanted === undefined ? account.quotaBytes : sizeOption(wanted)
      invocation.say(
        `${account.login} holds ${formatSize(account.usedBytes)} of ${limit === 0 ? 'no limit' : formatSize(limit)}.`,
      )
      return 0
    }),
}

const alias: Command = {
  name: 'account alias',
  usage: 'LOGIN ADDRESS',
  about: 'Give an account another address, or take it away',
  words: [2, 2],
  options: { remove: { type: 'boolean', about: 'take it away' } },
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const account = await accountNamed(house, wordAt(invocation, 0))
      const address = wordAt(invocation, 1)
      if (flagOption(invocation, 'remove')) {
        await removeAlias(house.people, actor, account.id, address)
        invocation.say(`${address} no longer leads to ${account.login}.`)
        return 0
      }
      const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
      if (!house.config.domains.includes(domain)) throw new CommandError(`${domain} is not one of our domains.`)
      invocation.say(`${await addAlias(house.people, actor, account.id, address)} leads to ${account.login}.`)
      return 0
    }),
}

export const accountCommands: readonly Command[] = [add, list, password, disable, enable, quota, alias]
