/**
 * What can be seen to be wrong with the strings of a script before it runs: addresses that are none, names that nothing
 * can have. A string that holds variables is only known when it is executed, and is judged then.
 */
import { oneAddress } from '../address/parse.ts'
import type { Node, Program, Value } from './check.ts'
import { compileRegex, RegexError } from './regex.ts'
import { SieveError } from './syntax.ts'
import { decodeEncodedCharacters, strayCharacter } from './variables.ts'

type Literals = (value: Value | undefined) => readonly string[]

/** What is wrong with a node, in one sentence without a final stop. */
type Judge = (node: Node, literals: Literals) => string | undefined

const quoted = (text: string): string => JSON.stringify(text)

/** Fields that hold no addresses, whatever a program writes into them (RFC 5228 §5.1 allows `address` only on those that do). */
const withoutAddresses: ReadonlySet<string> = new Set([
  'comments',
  'content-disposition',
  'content-id',
  'content-transfer-encoding',
  'content-type',
  'date',
  'in-reply-to',
  'keywords',
  'message-id',
  'mime-version',
  'received',
  'references',
  'resent-date',
  'resent-message-id',
  'subject',
])

const isVariable = (name: string): boolean => /^(?:global\.)?[A-Za-z_]\w*$/i.test(name)

const variable =
  (arg: number): Judge =>
  ({ args }, literals) => {
    const wrong = literals(args[arg]).find((name) => !isVariable(name))
    return wrong === undefined ? undefined : `${quoted(wrong)} is not the name of a variable`
  }

const fieldName: Judge = ({ args }, literals) => {
  const wrong = literals(args[0]).find((name) => !/^[!-9;-~]+$/.test(name))
  return wrong === undefined ? undefined : `${quoted(wrong)} is not the name of a field`
}

const judges: Readonly<Record<string, Judge>> = {
  address: ({ args }, literals) => {
    const wrong = literals(args[0]).find((name) => withoutAddresses.has(name.toLowerCase()))
    return wrong === undefined ? undefined : `the field ${quoted(wrong)} holds no addresses`
  },
  envelope: ({ args }, literals) => {
    const wrong = literals(args[0]).find((part) => !/^(?:from|to)$/i.test(part))
    return wrong === undefined ? undefined : `the envelope has no part ${quoted(wrong)}`
  },
  redirect: ({ args, tags }, literals) => {
    const wrong = tags.has('list') ? undefined : literals(args[0]).find((one) => oneAddress(one) === undefined)
    return wrong === undefined ? undefined : `${quoted(wrong)} is not an address`
  },
  vacation: ({ tags }, literals) => {
    const wrong = [...literals(tags.get('from')), ...literals(tags.get('addresses'))].find(
      (one) => oneAddress(one) === undefined,
    )
    return wrong === undefined ? undefined : `${quoted(wrong)} is not an address`
  },
  notify: ({ args, tags }, literals) => {
    // RFC 5435 §3.1: a method that is not offered
    const method = literals(args[0]).find((uri) => !/^mailto:./i.test(uri))
    if (method !== undefined) return `${quoted(method)} is no method that can notify: mailto:address`
    const wrong = literals(tags.get('importance')).find((one) => !/^[123]$/.test(one))
    if (wrong !== undefined) return `${quoted(wrong)} is not an importance: "1", "2" or "3"`
    // RFC 5435 §3.4
    const option = literals(tags.get('options')).find((one) => !/^[A-Za-z0-9][\w.-]*=[^\r\n\0]*$/.test(one))
    if (option !== undefined) return `${quoted(option)} is not an option: name=value`
    const from = literals(tags.get('from')).find((one) => oneAddress(one) === undefined)
    return from === undefined ? undefined : `${quoted(from)} is not an address`
  },
  set: variable(0),
  setflag: variable(0),
  addflag: variable(0),
  removeflag: variable(0),
  hasflag: variable(0),
  global: variable(0),
  extracttext: variable(0),
  addheader: fieldName,
  deleteheader: fieldName,
}

/** `:last` counts from the end what `:index` chooses (RFC 5260 §6); `:anychild` and its like need `:mime` (RFC 5703 §4). */
const loneTag = ({ name, tags }: Node): string | undefined => {
  if (tags.has('last') && !tags.has('index') && name !== 'addheader' && name !== 'duplicate')
    return ':last needs :index'
  const lone = ['anychild', 'type', 'subtype', 'contenttype', 'param'].find((tag) => tags.has(tag))
  return lone === undefined || tags.has('mime') ? undefined : `:${lone} needs :mime`
}

/** Commands that need another extension than their own (RFC 5703 §7, RFC 6609 §3.4), or to be within `foreverypart`. */
const misplaced = ({ name }: Node, extensions: ReadonlySet<string>, inLoop: boolean): string | undefined => {
  if ((name === 'extracttext' || name === 'global') && !extensions.has('variables'))
    return `${name} needs require "variables"`
  return (name === 'extracttext' || name === 'break') && !inLoop
    ? `${name} is for the parts of foreverypart`
    : undefined
}

const wrongZone: Judge = ({ tags }, literals) => {
  const wrong = literals(tags.get('zone')).find((zone) => !/^[+-]\d\d[0-5]\d$/.test(zone))
  return wrong === undefined ? undefined : `${quoted(wrong)} is not a zone such as +0200`
}

const wrongRegex: Judge = ({ args, tags }, literals) => {
  if (!tags.has('regex')) return undefined
  for (const pattern of literals(args.at(-1)))
    try {
      compileRegex(pattern, true)
    } catch (error) {
      if (!(error instanceof RegexError)) throw error
      return `a regular expression is not right: ${error.message}`
    }
  return undefined
}

const stringsOf = (value: Value | undefined): readonly string[] =>
  typeof value === 'string' ? [value] : Array.isArray(value) ? (value as readonly string[]) : []

/** Throws SieveError for the first string that cannot be right. */
export const checkLiterals = ({ commands, extensions }: Program): void => {
  const encodes = extensions.has('encoded-character')
  const literals: Literals = (value) =>
    stringsOf(value)
      .map((text) => (encodes ? decodeEncodedCharacters(text) : text))
      .filter((text) => !extensions.has('variables') || !text.includes('${'))
  const stray = ({ args, tags }: Node): string | undefined => {
    if (!encodes) return undefined
    const found = [...args, ...tags.values()]
      .flatMap(stringsOf)
      .map(strayCharacter)
      .find((one) => one !== undefined)
    return found === undefined ? undefined : `there is no character ${found}`
  }
  const visit = (node: Node, inLoop: boolean): void => {
    const own = Object.hasOwn(judges, node.name) ? judges[node.name]?.(node, literals) : undefined
    const problem =
      misplaced(node, extensions, inLoop) ??
      own ??
      stray(node) ??
      loneTag(node) ??
      wrongZone(node, literals) ??
      wrongRegex(node, literals)
    if (problem !== undefined) throw new SieveError(problem, node.at)
    for (const inner of [...node.tests, ...node.block]) visit(inner, inLoop || node.name === 'foreverypart')
  }
  for (const node of commands) visit(node, false)
}
