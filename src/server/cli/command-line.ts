/** The command line: finds the command, reads its options, tells what went wrong in plain words. */
import { parseArgs } from 'node:util'
import { isFailure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import { ConfigError, loadConfig } from '../config.ts'
import { openHouse } from '../house.ts'
import { ListenError } from '../listeners.ts'
import { createLog } from '../log.ts'
import { type Command, CommandError, type OptionSpec, UsageError } from './command.ts'
import { commands } from './commands.ts'

const generalOptions: Readonly<Record<string, OptionSpec>> = {
  config: {
    type: 'string',
    value: 'FILE',
    about: 'configuration file (convergence.json beside the data folder by default)',
  },
  data: { type: 'string', value: 'FOLDER', about: 'data folder (./data by default)' },
  help: { type: 'boolean', short: 'h', about: 'show this' },
}

const optionLines = (options: Readonly<Record<string, OptionSpec>>): string => {
  const rows = Object.entries(options).map(([name, { short, value, about }]) => {
    const names = `${short ? `-${short}, ` : '    '}--${name}${value ? ` ${value}` : ''}`
    return [names, about] as const
  })
  const width = Math.max(...rows.map(([names]) => names.length))
  return rows.map(([names, about]) => `  ${names.padEnd(width)}  ${about}`).join('\n')
}

const commandLines = (some: readonly Command[]): string => {
  const width = Math.max(...some.map(({ name }) => name.length))
  return some.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`).join('\n')
}

const overview = (): string => {
  return `Convergence: the mail server and web mail of a school authority.

Usage: convergence COMMAND [OPTIONS]

${commandLines(commands)}

"convergence COMMAND --help" tells more about one of them.
Settings come from convergence.json and from the environment (CONVERGENCE_...); "convergence check --settings" lists them.
`
}

const helpOf = (command: Command): string => `${command.about}

Usage: convergence ${command.name}${command.usage === '' ? '' : ` ${command.usage}`} [OPTIONS]

${optionLines({ ...command.options, ...generalOptions })}
${command.more === undefined ? '' : `\n${command.more.trim()}\n`}`

/** The command whose name the arguments begin with, and what is left of them. */
const find = (args: readonly string[]): { command: Command; rest: string[] } | undefined => {
  for (const length of [2, 1]) {
    const command = commands.find(({ name }) => name === args.slice(0, length).join(' '))
    if (command) return { command, rest: args.slice(length) }
  }
  return
}

const toStdout = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const complain = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

/** Commands say what matters on their own: only warnings of the rooms below are logged. */
const commandLog = (): Log =>
  createLog({
    level: 'warn',
    format: process.stderr.isTTY ? 'pretty' : 'json',
    write: (line) => process.stderr.write(line),
  })

const parse = (command: Command, args: string[]) => {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: Object.fromEntries(
        Object.entries({ ...command.options, ...generalOptions }).map(([name, { type, short }]) => [
          name,
          short === undefined ? { type } : { type, short },
        ]),
      ),
    })
    // No option is declared multiple, so none is a list.
    return { options: values as Record<string, string | boolean | undefined>, words: positionals }
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

const execute = async (command: Command, args: string[]): Promise<number> => {
  const { options, words } = parse(command, args)
  if (options.help === true) {
    toStdout(helpOf(command))
    return 0
  }
  const [least, most] = command.words
  if (words.length < least) throw new UsageError(`Something is missing: ${command.usage}`)
  if (words.length > most) throw new UsageError(`One word too many: ${words[most]}`)
  const config = loadConfig({
    file: typeof options.config === 'string' ? options.config : undefined,
    data: typeof options.data === 'string' ? options.data : undefined,
    environment: process.env,
    folder: process.cwd(),
  })
  const log = commandLog()
  return command.run({
    words,
    options,
    config,
    log,
    say: toStdout,
    withHouse: async (work) => {
      const house = await openHouse(config, log, { role: 'command' })
      try {
        return await work(house)
      } finally {
        await house.close()
      }
    },
  })
}

/** No command was named, or half of one: shows what there is. */
const explainCommands = (args: readonly string[]): number => {
  const [first = '--help', second] = args
  const family = commands.filter(({ name }) => name.startsWith(`${first} `))
  const asked = ['--help', '-h', 'help'].includes(family.length > 0 ? (second ?? '--help') : first)
  const help = family.length > 0 ? `${commandLines(family)}\n` : overview()
  if (asked) toStdout(help)
  else complain(`There is no command "${args.slice(0, 2).join(' ')}".\n\n${help}`)
  return asked ? 0 : 2
}

/** Runs a command line; resolves to the exit code (0 done, 1 failed, 2 misused, 3 something was found). */
export const runCommandLine = async (args: readonly string[]): Promise<number> => {
  const found = find(args)
  if (!found) return explainCommands(args)
  try {
    return await execute(found.command, found.rest)
  } catch (error) {
    if (error instanceof UsageError) {
      complain(`${error.message}\nTry: convergence ${found.command.name} --help`)
      return 2
    }
    const plain = error instanceof CommandError || error instanceof ConfigError || error instanceof ListenError
    if (plain || isFailure(error)) complain(error.message)
    else complain(error instanceof Error ? (error.stack ?? error.message) : String(error))
    return 1
  }
}
