/** `convergence account erase` and `account export-data`: what the law gives to whoever has an account. */
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { askErasure, cancelErasure, eraseAccount } from '#domain/people/erase.ts'
import { openPersonalArchive } from '../archive/personal.ts'
import { accountNamed, actor } from './account.ts'
import { type Command, flagOption, textOption, UsageError, wordAt } from './command.ts'

export const eraseCommand: Command = {
  name: 'account erase',
  usage: 'LOGIN',
  about: 'Suspend an account, and delete it with everything it holds within three months',
  words: [1, 1],
  options: {
    now: { type: 'boolean', about: 'delete it at once; there is no way back' },
    cancel: { type: 'boolean', about: 'call it off: the account works again' },
    reason: { type: 'string', value: 'TEXT', about: 'for the record' },
  },
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const [now, cancel] = [flagOption(invocation, 'now'), flagOption(invocation, 'cancel')]
      if (now && cancel) throw new UsageError('--now and --cancel exclude each other.')
      const account = await accountNamed(house, wordAt(invocation, 0))
      if (cancel) {
        await cancelErasure(house.people, actor, account.id)
        invocation.say(`${account.login} is not erased; it is active again.`)
      } else if (now) {
        await eraseAccount(house.people, actor, account.id, { now: true })
        invocation.say(`${account.login} and everything it held are deleted.`)
      } else {
        const due = await askErasure(house.people, actor, account.id, textOption(invocation, 'reason') ?? '')
        invocation.say(`${account.login} is suspended; it is deleted on ${new Date(due).toISOString().slice(0, 10)}.`)
      }
      return 0
    }),
}

export const exportDataCommand: Command = {
  name: 'account export-data',
  usage: 'LOGIN FILE',
  about: 'Write everything we hold about a person into FILE (tar.gz): data.json and the mail as .eml',
  words: [2, 2],
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const account = await accountNamed(house, wordAt(invocation, 0))
      const file = wordAt(invocation, 1)
      const archive = await openPersonalArchive(house.people, { actor }, account.id)
      // Nobody else on this machine reads it, and nothing is overwritten.
      await pipeline(archive, createWriteStream(file, { mode: 0o600, flags: 'wx' }))
      invocation.say(`The data of ${account.login} is in ${file}.`)
      return 0
    }),
}
