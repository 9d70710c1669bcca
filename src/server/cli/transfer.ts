/** `convergence import` and `convergence export`: mail from and to other programs. */
import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { audit } from '#domain/people/audit.ts'
import type { ArchiveFormat, ArchiveReader } from '../archive/archive.ts'
import { readEml } from '../archive/eml.ts'
import { exportArchive } from '../archive/export.ts'
import { importArchive } from '../archive/import.ts'
import { isMaildir, readMaildir } from '../archive/maildir.ts'
import { readMbox } from '../archive/mbox.ts'
import { accountNamed, actor } from './account.ts'
import { type Command, CommandError, flagOption, type Invocation, textOption, UsageError, wordAt } from './command.ts'
import { createProgress, formatSize } from './terminal.ts'

const formats: readonly ArchiveFormat[] = ['mbox', 'maildir', 'eml']

const formatOption = (invocation: Invocation, otherwise: ArchiveFormat | undefined): ArchiveFormat | undefined => {
  const given = textOption(invocation, 'format')
  if (given === undefined || given === 'auto') return otherwise
  const format = formats.find((one) => one === given)
  if (!format) throw new UsageError(`--format takes ${formats.join(', ')}.`)
  return format
}

const beginsLikeMbox = (path: string): boolean => {
  const file = openSync(path, 'r')
  try {
    const start = Buffer.alloc(5)
    readSync(file, start)
    return start.toString('latin1') === 'From '
  } finally {
    closeSync(file)
  }
}

/** What the archive looks like. */
const recognize = (path: string): ArchiveFormat => {
  if (statSync(path).isFile()) return beginsLikeMbox(path) ? 'mbox' : 'eml'
  if (isMaildir(path)) return 'maildir'
  const files = readdirSync(path, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile())
  const first = files.find((entry) => !entry.name.startsWith('.'))
  return first && beginsLikeMbox(join(first.parentPath, first.name)) ? 'mbox' : 'eml'
}

const readers: Readonly<Record<ArchiveFormat, (path: string) => ArchiveReader>> = {
  mbox: readMbox,
  maildir: readMaildir,
  eml: readEml,
}

export const importCommand: Command = {
  name: 'import',
  usage: 'LOGIN PATH',
  about: 'Bring in mail from an mbox, a Maildir or a folder of .eml files',
  words: [2, 2],
  options: {
    format: { type: 'string', value: 'mbox|maildir|eml', about: 'what PATH is (found out by itself by default)' },
    mailbox: { type: 'string', value: 'NAME', about: 'put everything there, or below it' },
    fresh: { type: 'boolean', about: 'do not go on with an interrupted import: begin again' },
  },
  more: `
Flags come from Maildir names and from Status, X-Status and X-Keywords in mbox; dates from the archive, or else from the
message. The bytes of a message are kept as they are; line ends of Unix programs become those of mail. Mailboxes called
"Sent", "Envoyés", "Trash" and so on go to those of the account. An interrupted import goes on where it stopped when the
same command is given again: no message is taken twice. The server may be running.`,
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const account = await accountNamed(house, wordAt(invocation, 0))
      const source = wordAt(invocation, 1)
      if (!existsSync(source)) throw new CommandError(`${source} does not exist.`)
      const format = formatOption(invocation, undefined) ?? recognize(source)
      const reader = readers[format](source)
      const progress = createProgress(`Importing ${format}`)
      const { messages, already } = await importArchive(house, reader, {
        account: account.id,
        source,
        format,
        mailbox: textOption(invocation, 'mailbox'),
        fresh: flagOption(invocation, 'fresh'),
        progress: (done, position) => progress.update(position, reader.size, `(${done} messages)`),
      })
      progress.end()
      const detail = `${messages} messages, ${format}`
      await audit(house.ctx, { actor, action: 'mail.import', accountId: account.id, target: account.login, detail })
      const earlier = already > 0 ? ` (after ${already} of an interrupted import)` : ''
      invocation.say(`Imported ${messages} messages${earlier}, ${formatSize(reader.size)}, for ${account.login}.`)
      return 0
    }),
}

export const exportCommand: Command = {
  name: 'export',
  usage: 'LOGIN FOLDER',
  about: 'Write the mail of an account as Maildir, mbox or .eml files',
  words: [2, 2],
  options: {
    format: {
      type: 'string',
      value: 'maildir|mbox|eml',
      about: 'maildir by default: bytes, flags and dates are all kept',
    },
    mailbox: { type: 'string', value: 'NAME', about: 'only this mailbox and those below it' },
  },
  more: `
FOLDER must be new or empty, or hold an interrupted export, which then goes on. Maildir and eml keep every byte; mbox
writes Unix line ends and ends each message with a line end, as its readers expect. eml keeps no flags.`,
  run: (invocation) =>
    invocation.withHouse(async (house) => {
      const account = await accountNamed(house, wordAt(invocation, 0))
      const folder = wordAt(invocation, 1)
      const format = formatOption(invocation, 'maildir') ?? 'maildir'
      const progress = createProgress(`Exporting ${format}`)
      const messages = await exportArchive(house, {
        account: account.id,
        folder,
        format,
        mailbox: textOption(invocation, 'mailbox'),
        progress: (done, total) => progress.update(done, total),
      })
      progress.end()
      const detail = `${messages} messages, ${format}`
      await audit(house.ctx, { actor, action: 'mail.export', accountId: account.id, target: account.login, detail })
      invocation.say(`Exported ${messages} messages of ${account.login} to ${folder}.`)
      return 0
    }),
}
