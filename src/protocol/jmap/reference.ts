/** References to previous method results (RFC 8620 §3.7). */
import type { Invocation } from '#format/jmap/core.ts'
import { isObject } from './check.ts'
import { invalidArguments, MethodFault } from './failure.ts'

/** No reference may gather more values than this: `/list/*` over a response of ours stays far below. */
const maxValues = 100_000

const fail = (what: string): never => {
  throw new MethodFault('invalidResultReference', what)
}

const readToken = (token: string): string => token.replaceAll('~1', '/').replaceAll('~0', '~')

/**
 * Evaluates a JSON pointer with the `*` of RFC 8620 §3.7: on an array, it maps the rest of the pointer over every item
 * and flattens results that are arrays. Returns undefined when something on the way does not exist.
 */
export const evaluatePointer = (value: unknown, tokens: readonly string[]): unknown => {
  let current = value
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!
    if (Array.isArray(current)) {
      if (token === '*') return mapOverItems(current, tokens.slice(i + 1))
      if (!/^(0|[1-9]\d{0,8})$/.test(token)) return undefined
      current = current[Number(token)]
    } else if (isObject(current) && Object.hasOwn(current, readToken(token))) {
      current = current[readToken(token)]
    } else return undefined
    if (current === undefined) return undefined
  }
  return current
}

const mapOverItems = (items: readonly unknown[], rest: readonly string[]): unknown => {
  const values: unknown[] = []
  for (const item of items) {
    const value = evaluatePointer(item, rest)
    if (value === undefined) return undefined
    if (Array.isArray(value)) for (const each of value) values.push(each)
    else values.push(value)
    if (values.length > maxValues) fail('The result reference gathers too many values')
  }
  return values
}

/**
 * Replaces each `#name` argument by the value it refers to among the responses so far. Throws a MethodFault:
 * `invalidArguments` when an argument is given both ways, `invalidResultReference` when a reference leads nowhere.
 */
export const resolveReferences = (
  args: Readonly<Record<string, unknown>>,
  responses: readonly Invocation[],
): Record<string, unknown> => {
  const resolved: Record<string, unknown> = Object.create(null)
  for (const [name, value] of Object.entries(args)) {
    if (!name.startsWith('#')) {
      resolved[name] = value
      continue
    }
    const plain = name.slice(1)
    if (Object.hasOwn(args, plain)) throw invalidArguments(`"${plain}" is given both as a value and as a reference`)
    resolved[plain] = resolveOne(value, plain, responses)
  }
  return resolved
}

const resolveOne = (reference: unknown, name: string, responses: readonly Invocation[]): unknown => {
  if (
    !isObject(reference) ||
    typeof reference.resultOf !== 'string' ||
    typeof reference.name !== 'string' ||
    typeof reference.path !== 'string'
  )
    return fail(`"#${name}" is not a result reference`)
  const { resultOf, path } = reference as { resultOf: string; path: string }
  const response = responses.find(([, , callId]) => callId === resultOf)
  if (!response) return fail(`No earlier call has the id that "#${name}" refers to`)
  if (response[0] !== reference.name) return fail(`The call that "#${name}" refers to answered with another name`)
  if (path !== '' && !path.startsWith('/')) return fail(`The path of "#${name}" is not a JSON pointer`)
  const value = evaluatePointer(response[1], path === '' ? [] : path.slice(1).split('/'))
  return value === undefined ? fail(`The path of "#${name}" leads to nothing`) : value
}
