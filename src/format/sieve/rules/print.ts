/** A rule as Sieve, and the extensions it needs. Reading it again gives the same rule. */
import { externalLists } from '../lists.data.ts'
import { printSieve } from '../print.ts'
import type { Argument, Command, Position, Test } from '../syntax.ts'
import type { Condition, Rule, RuleAction } from './rule.ts'

const at: Position = { line: 1, column: 1 }

const tag = (name: string): Argument => ({ kind: 'tag', name, at })
const number = (value: number): Argument => ({ kind: 'number', value, at })
const texts = (...list: readonly string[]): Argument => ({
  kind: 'strings',
  list: list.map((value) => ({ value, at })),
  bracketed: list.length !== 1,
  at,
})

const test = (name: string, args: readonly Argument[], tests: readonly Test[] = []): Test => ({
  name,
  args,
  tests,
  listed: name === 'allof' || name === 'anyof',
  at,
})

const plainTest = (condition: Condition): Test => {
  switch (condition.kind) {
    case 'field': {
      const { fields, part, how, values } = condition
      const tags = how === 'domain' ? [tag('domain'), tag('is')] : [tag(how)]
      return test(part === 'address' ? 'address' : 'header', [...tags, texts(...fields), texts(...values)])
    }
    case 'exists':
      return test('exists', [texts(...condition.fields)])
    case 'body':
      return test('body', [tag('text'), tag('contains'), texts(...condition.values)])
    case 'size':
      return test('size', [tag(condition.how), number(condition.octets)])
    case 'attachment':
      return test('header', [
        tag('mime'),
        tag('anychild'),
        tag('contains'),
        texts('content-disposition'),
        texts('attachment'),
      ])
    case 'sender':
      return test('address', [tag('list'), texts('from'), texts(externalLists[condition.list])])
    case 'day':
      return test('currentdate', [
        tag('value'),
        texts(condition.how === 'from' ? 'ge' : 'le'),
        texts('date'),
        texts(condition.day),
      ])
  }
}

const conditionTest = (condition: Condition): Test =>
  condition.not ? test('not', [], [plainTest(condition)]) : plainTest(condition)

const headTest = ({ enabled, match, conditions }: Rule): Test => {
  const tests = conditions.map(conditionTest)
  const [only] = tests
  const all =
    only === undefined
      ? test('true', [])
      : tests.length === 1 && match === 'all'
        ? only
        : test(match === 'any' ? 'anyof' : 'allof', [], tests)
  return enabled ? all : test('allof', [], [test('false', []), all])
}

const command = (name: string, args: readonly Argument[], more: Partial<Command> = {}): Command => ({
  name,
  args,
  tests: [],
  listed: false,
  block: undefined,
  at,
  start: 0,
  end: 0,
  ...more,
})

const actionCommand = (action: RuleAction): Command => {
  switch (action.kind) {
    case 'file': {
      const id = action.mailboxId === undefined ? [] : [tag('mailboxid'), texts(action.mailboxId)]
      const create = action.create ? [tag('create')] : []
      const copy = action.copy ? [tag('copy')] : []
      return command('fileinto', [...copy, ...create, ...id, texts(action.mailbox)])
    }
    case 'flag':
      return command('addflag', [texts(...action.flags)])
    case 'redirect':
      return command('redirect', [...(action.copy ? [tag('copy')] : []), texts(action.address)])
    case 'reject':
      return command('reject', [texts(action.text)])
    default:
      return command(action.kind, [])
  }
}

const conditionNeeds: Partial<Record<Condition['kind'], readonly string[]>> = {
  body: ['body'],
  attachment: ['mime'],
  sender: ['extlists'],
  day: ['date', 'relational'],
}

const actionNeeds = (action: RuleAction): readonly string[] => {
  if (action.kind === 'flag') return ['imap4flags']
  if (action.kind === 'reject') return ['reject']
  const copy = 'copy' in action && action.copy ? ['copy'] : []
  if (action.kind !== 'file') return copy
  const create = action.create ? ['mailbox'] : []
  return ['fileinto', ...copy, ...create, ...(action.mailboxId === undefined ? [] : ['mailboxid'])]
}

/** The extensions that a rule must ask for with `require`. */
export const needsOf = ({ conditions, actions }: Rule): string[] => [
  ...new Set([...conditions.flatMap(({ kind }) => conditionNeeds[kind] ?? []), ...actions.flatMap(actionNeeds)]),
]

/** A name on one line, as its comment can hold it. */
export const tidyName = (name: string): string =>
  name
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, 200)

/** Its name in a comment (the form that Roundcube reads and writes too), then its `if`. Lines end with LF. */
export const printRule = (rule: Rule): string => {
  const block = rule.actions.map(actionCommand)
  const text = printSieve({ commands: [command('if', [], { tests: [headTest(rule)], block })] }).trimEnd()
  return `# rule:[${tidyName(rule.name)}]\n${text}`
}
