/** An `if` of a script as a rule; undefined when it says more than a rule can. */
import { type ExternalList, externalLists } from '../lists.data.ts'
import type { Argument, Command, Test } from '../syntax.ts'
import { addressFields, type Comparison, type Condition, type Rule, type RuleAction } from './rule.ts'

const tagsOf = (args: readonly Argument[]): string[] => args.flatMap((arg) => (arg.kind === 'tag' ? [arg.name] : []))

/** The texts of each argument that is one, in order. */
const textsOf = (args: readonly Argument[]): string[][] =>
  args.flatMap((arg) => (arg.kind === 'strings' ? [arg.list.map(({ value }) => value)] : []))

const lower = (names: readonly string[]): string[] => names.map((name) => name.toLowerCase())

const same = (tags: readonly string[], wanted: readonly string[]): boolean =>
  tags.length === wanted.length && wanted.every((tag) => tags.includes(tag))

/** Which comparison some tags ask for, when nothing else is asked. */
const comparisonOf = (tags: readonly string[]): Comparison | undefined => {
  if (same(tags, ['domain', 'is'])) return 'domain'
  const rest = tags.filter((tag) => tag !== 'all')
  const [one] = rest
  if (rest.length === 0) return 'is'
  return rest.length === 1 && (one === 'contains' || one === 'is' || one === 'matches') ? one : undefined
}

const isAddress = (name: string): boolean => addressFields.some((field) => field === name)

const readSender = (tags: readonly string[], texts: readonly string[][]): Condition | undefined => {
  const [fields = [], values = []] = texts
  const list = (Object.keys(externalLists) as ExternalList[]).find((key) => externalLists[key] === values[0])
  const plain = tags.filter((tag) => tag !== 'all')
  if (list === undefined || values.length !== 1 || !same(plain, ['list']) || !same(lower(fields), ['from'])) return
  return { kind: 'sender', list, not: false }
}

const readField = ({ name, args }: Test): Condition | undefined => {
  const tags = tagsOf(args)
  const texts = textsOf(args)
  if (texts.length !== 2) return
  if (name === 'address' && tags.includes('list')) return readSender(tags, texts)
  const [fields = [], values = []] = texts
  const names = lower(fields)
  if (name === 'header' && same(tags, ['mime', 'anychild', 'contains']))
    return same(names, ['content-disposition']) && same(values, ['attachment'])
      ? { kind: 'attachment', not: false }
      : undefined
  const how = comparisonOf(tags)
  if (how === undefined || names.length === 0 || values.length === 0) return
  const part = name === 'address' ? 'address' : 'whole'
  if (part === 'whole' ? tags.includes('all') || how === 'domain' : !names.every(isAddress)) return
  return { kind: 'field', fields: names, part, how, values, not: false }
}

const readDay = ({ args }: Test): Condition | undefined => {
  const [arg, compare] = args
  const texts = textsOf(args)
  if (arg?.kind !== 'tag' || arg.name !== 'value' || compare?.kind !== 'strings' || texts.length !== 3) return
  const [[how] = [], [part] = [], [day, ...others] = []] = texts
  if (tagsOf(args).length !== 1 || part !== 'date' || others.length > 0) return
  if (day === undefined || !/^\d{4}-\d\d-\d\d$/.test(day) || (how !== 'ge' && how !== 'le')) return
  return { kind: 'day', how: how === 'ge' ? 'from' : 'until', day, not: false }
}

const readBody = ({ args }: Test): Condition | undefined => {
  const [values = [], ...more] = textsOf(args)
  const tags = tagsOf(args)
  const isPlain = same(tags, ['text', 'contains']) || same(tags, ['contains'])
  return isPlain && more.length === 0 ? { kind: 'body', values, not: false } : undefined
}

const readSize = ({ args }: Test): Condition | undefined => {
  const [how] = tagsOf(args)
  const number = args.find((arg) => arg.kind === 'number')
  if (number?.kind !== 'number' || args.length !== 2 || (how !== 'over' && how !== 'under')) return
  return { kind: 'size', how, octets: number.value, not: false }
}

const readExists = ({ args }: Test): Condition | undefined => {
  const [fields = [], ...more] = textsOf(args)
  return args.length === 1 && more.length === 0 && fields.length > 0
    ? { kind: 'exists', fields: lower(fields), not: false }
    : undefined
}

const readers: Readonly<Record<string, (test: Test) => Condition | undefined>> = {
  header: readField,
  address: readField,
  exists: readExists,
  size: readSize,
  body: readBody,
  currentdate: readDay,
}

const readCondition = (test: Test): Condition | undefined => {
  if (test.name === 'not') {
    const [inner] = test.tests
    const read = inner && inner.name !== 'not' ? readCondition(inner) : undefined
    return read && { ...read, not: true }
  }
  return Object.hasOwn(readers, test.name) ? readers[test.name]?.(test) : undefined
}

type Head = Pick<Rule, 'enabled' | 'match' | 'conditions'>

const readHead = (test: Test): Head | undefined => {
  if (test.name === 'true') return { enabled: true, match: 'all', conditions: [] }
  const isList = test.name === 'allof' || test.name === 'anyof'
  // What is switched off begins with a test that always fails; `allof(false, anyof(...))` keeps the way of matching.
  if (test.name === 'allof' && test.tests[0]?.name === 'false') {
    const [, inner, ...more] = test.tests
    const head = inner && more.length === 0 ? readHead(inner) : undefined
    return head && { ...head, enabled: false }
  }
  const conditions: Condition[] = []
  for (const one of isList ? test.tests : [test]) {
    const condition = readCondition(one)
    if (!condition) return
    conditions.push(condition)
  }
  return { enabled: true, match: test.name === 'anyof' ? 'any' : 'all', conditions }
}

const readFile = ({ args }: Command): RuleAction | undefined => {
  const tags = tagsOf(args)
  if (!tags.every((tag) => ['copy', 'create', 'mailboxid'].includes(tag))) return
  const texts = textsOf(args)
  const hasId = tags.includes('mailboxid')
  const [id, path] = hasId ? texts : [undefined, texts[0]]
  if (texts.length !== (hasId ? 2 : 1) || path?.[0] === undefined) return
  return {
    kind: 'file',
    mailbox: path[0],
    mailboxId: id?.[0],
    copy: tags.includes('copy'),
    create: tags.includes('create'),
  }
}

const readAction = (command: Command): RuleAction | undefined => {
  const { name, args, block, tests } = command
  if (block || tests.length > 0) return
  const texts = textsOf(args)
  const [first = []] = texts
  const [word] = first
  const tags = tagsOf(args)
  if (name === 'fileinto') return readFile(command)
  if (name === 'keep' || name === 'discard' || name === 'stop') return args.length === 0 ? { kind: name } : undefined
  if (texts.length !== 1 || word === undefined) return
  if (name === 'addflag' && args.length === 1)
    return { kind: 'flag', flags: first.flatMap((flag) => flag.split(/\s+/)) }
  if (name === 'reject' && args.length === 1) return { kind: 'reject', text: word }
  const copy = same(tags, ['copy'])
  return name === 'redirect' && (copy || tags.length === 0) ? { kind: 'redirect', address: word, copy } : undefined
}

/** The rule that an `if` alone is. */
export const readRule = (command: Command, name: string): Rule | undefined => {
  const [test] = command.tests
  if (command.name !== 'if' || !test || !command.block || command.block.length === 0) return
  const head = readHead(test)
  if (!head) return
  const actions: RuleAction[] = []
  for (const one of command.block) {
    const action = readAction(one)
    if (!action) return
    actions.push(action)
  }
  return { name, ...head, actions }
}
