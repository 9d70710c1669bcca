/** A syntax tree as text, in one style: what the rule builder writes. */
import type { Argument, Command, Script, Test } from './syntax.ts'

/** A string in its shortest right form; many lines become `text:`. */
export const printString = (value: string): string => {
  const lines = value.split('\r\n')
  const many = lines.length > 2 && lines.at(-1) === '' && !value.replaceAll('\r\n', '').includes('\n')
  if (!many) return `"${value.replace(/[\\"]/g, '\\$&')}"`
  const body = lines.slice(0, -1).map((line) => (line.startsWith('.') ? `.${line}` : line))
  return `text:\n${body.join('\n')}\n.\n`
}

const printArgument = (arg: Argument): string => {
  if (arg.kind === 'tag') return `:${arg.name}`
  if (arg.kind === 'number') return String(arg.value)
  const texts = arg.list.map(({ value }) => printString(value))
  return arg.bracketed || texts.length !== 1 ? `[${texts.join(', ')}]` : (texts[0] ?? '""')
}

const printTest = (test: Test): string => [test.name, ...test.args.map(printArgument), ...printTests(test)].join(' ')

const printTests = ({ tests, listed }: Pick<Test, 'tests' | 'listed'>): string[] => {
  if (tests.length === 0) return []
  const texts = tests.map(printTest)
  return [listed ? `(${texts.join(', ')})` : texts.join(' ')]
}

const printCommand = (command: Command, indent: string): string => {
  const head = `${indent}${[command.name, ...command.args.map(printArgument), ...printTests(command)].join(' ')}`
  if (!command.block) return `${head.replace(/\n$/, '\n')};`
  const inner = command.block.map((one) => printCommand(one, `${indent}  `))
  return `${head} {\n${inner.map((line) => `${line}\n`).join('')}${indent}}`
}

/** The script as text; parsing it gives the same tree. */
export const printSieve = (script: Pick<Script, 'commands'>): string => {
  let text = ''
  for (const [i, command] of script.commands.entries()) {
    const before = script.commands[i - 1]
    // `elsif` and `else` continue the line of their `if`; blocks stand apart.
    const joined = command.name === 'elsif' || command.name === 'else'
    if (before) text += joined ? ' ' : before.block || command.block ? '\n\n' : '\n'
    text += printCommand(command, '')
  }
  return text === '' ? '' : `${text}\n`
}
