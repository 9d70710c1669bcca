/** `convergence directory ...`: people as a directory of the académie tells them. */
import type { FeedCounts } from '#domain/directory/feed.ts'
import { ldapSettings } from '../ldap/settings.ts'
import { syncLdap } from '../ldap/sync.ts'
import { type Command, CommandError, flagOption } from './command.ts'

const line = ({ met, created, changed, unchanged, refused }: FeedCounts): string =>
  `${met} entries: ${created} created, ${changed} changed, ${unchanged} unchanged, ${refused} refused`

const sync: Command = {
  name: 'directory sync',
  usage: '',
  about: 'Take people over from the LDAP directory that is the source of truth',
  words: [0, 0],
  options: {
    'dry-run': { type: 'boolean', about: 'say what would change, and change nothing' },
    force: { type: 'boolean', about: 'suspend those who are gone even when they are many' },
  },
  more: [
    'Who is not in the directory any more is suspended, and deleted after three months unless they come back. When',
    'more than ldap.guard-percent of a school would disappear, nobody is suspended, and the exit code is 3. A run that',
    'is cut goes on at the next one.',
  ].join('\n'),
  run: (invocation) =>
    invocation.withHouse(async ({ config, people }) => {
      const settings = ldapSettings(config)
      if (!settings) throw new CommandError('No directory is configured: set ldap.url and ldap.base.')
      const rehearse = flagOption(invocation, 'dry-run')
      const result = await syncLdap(people, settings, {
        rehearse,
        force: flagOption(invocation, 'force'),
        progress: (counts) => {
          if (counts.met % 1000 === 0) invocation.say(`  ${line(counts)}`)
        },
      })
      if (result.resumed) invocation.say('This run went on where the last one was cut.')
      invocation.say(`${rehearse ? 'It would be: ' : ''}${line(result)}, ${result.suspended} suspended.`)
      if (result.stopped.length === 0) return 0
      invocation.say('Nobody was suspended, because too many people would disappear:')
      for (const { uai, total, absent } of result.stopped)
        invocation.say(`  ${uai || 'without a school'}: ${absent} of ${total}`)
      invocation.say('Look at the directory; if this is right, run it again with --force.')
      return 3
    }),
}

export const directoryCommands: readonly Command[] = [sync]
