/** `convergence content export` and `content import`: editors' content as one file. */
import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import {
  exportContent,
  importContent,
  type Progress,
  parseContent,
  requireContentSize,
  sections,
} from '#domain/content/content.ts'
import type { Fault } from '#domain/content/places.ts'
import { actor } from './account.ts'
import { type Command, CommandError, flagOption, type Invocation, wordAt } from './command.ts'
import { table } from './terminal.ts'

const operator = { accountId: 0, login: actor, admin: true }

const progressOf =
  (invocation: Invocation): Progress =>
  (section, done, total) =>
    invocation.say(`  ${done}/${total} ${section}`)

const told = (faults: readonly Fault[]): string => faults.map(({ path, why }) => `  ${path}: ${why}`).join('\n')

const exportIt: Command = {
  name: 'content export',
  usage: 'FILE',
  about: 'Write editors’ content to a file: portal services and rules, contacts, closures, status, notices, requests',
  words: [1, 1],
  more: 'Declared services, providers and secrets are no content; who has read or handed in what is none either.',
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const file = wordAt(invocation, 0)
      const text = await exportContent(house.people, operator, progressOf(invocation))
      // Whole or not at all: a file that broke off would be imported as less than there was.
      const beside = `${file}.${process.pid}.part`
      try {
        const handle = await open(beside, 'wx', 0o600)
        await handle.writeFile(text)
        await handle.sync()
        await handle.close()
        await rename(beside, file)
      } finally {
        await rm(beside, { force: true })
      }
      invocation.say(`Wrote ${file}.`)
      return 0
    }),
}

const importIt: Command = {
  name: 'content import',
  usage: 'FILE',
  about: 'Bring editors’ content in from a file; notices and requests come as drafts, nobody is told',
  words: [1, 1],
  options: { 'dry-run': { type: 'boolean', about: 'only say what would become of it' } },
  more: 'What is there is changed or left, the rest is made, nothing is removed. A file with a mistake changes nothing.',
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const file = wordAt(invocation, 0)
      requireContentSize((await stat(file)).size)
      const parsed = parseContent(await readFile(file, 'utf8'))
      if ('fault' in parsed) throw new CommandError(`${file} is no JSON:\n${told([parsed.fault])}`)
      const dry = flagOption(invocation, 'dry-run')
      const options = { dry, progress: progressOf(invocation) }
      const { faults, counts } = await importContent(house.people, operator, parsed.value, options)
      if (faults.length > 0) throw new CommandError(`Nothing was changed. ${file} is wrong at:\n${told(faults)}`)
      invocation.say(
        table(
          ['PART', 'NEW', 'CHANGED', 'AS BEFORE'],
          sections.map((section) => {
            const { created = 0, changed = 0, unchanged = 0 } = counts[section] ?? {}
            return [section, String(created), String(changed), String(unchanged)]
          }),
        ),
      )
      invocation.say(dry ? 'Nothing was changed: this was a trial.' : 'Done.')
      return 0
    }),
}

export const contentCommands = [exportIt, importIt]
