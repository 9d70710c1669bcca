/** What every /query shares (RFC 8620 §5.5): filters made of operators, comparators, and the window on the list. */
import type { Filter, Id } from '#format/jmap/core.ts'
import {
  anyObject,
  boolean,
  type Check,
  Invalid,
  id,
  int,
  isObject,
  list,
  nullable,
  oneOf,
  text,
  unsigned,
  withDefault,
} from './check.ts'
import { MethodFault } from './failure.ts'

const maxFilterDepth = 10
const maxConditions = 100

/** Collations of RFC 4790 that the session object announces. */
const collations: readonly string[] = ['i;ascii-casemap', 'i;unicode-casemap', 'i;octet', 'i;ascii-numeric']

export const windowArguments = {
  position: withDefault(int, 0),
  anchor: nullable(id),
  anchorOffset: withDefault(int, 0),
  limit: nullable(unsigned),
  calculateTotal: withDefault(boolean, false),
}

export const filterArguments = { filter: nullable(anyObject), sort: nullable(list(anyObject)) }

const operator = oneOf('AND', 'OR', 'NOT')

/**
 * A filter checked: `conditions` has a check for each property a condition may have. A property that is not there is
 * `unsupportedFilter`; a value of the wrong type is Invalid.
 */
export const checkFilter = <C>(
  value: Record<string, unknown>,
  conditions: { readonly [K in keyof C]-?: Check<C[K]> },
): Filter<C> => {
  let count = 0
  const visit = (part: unknown, path: string, depth: number): Filter<C> => {
    if (!isObject(part)) throw new Invalid(path, 'must be a filter')
    if (depth > maxFilterDepth || ++count > maxConditions)
      throw new MethodFault('unsupportedFilter', 'The filter is too deep, or has too many conditions')
    if (Object.hasOwn(part, 'operator')) {
      for (const name of Object.keys(part)) {
        if (name !== 'operator' && name !== 'conditions') throw new Invalid(`${path}/${name}`, 'is not known here')
      }
      const parts = list((each, where) => visit(each, where, depth + 1))(part.conditions, `${path}/conditions`)
      return { operator: operator(part.operator, `${path}/operator`), conditions: parts }
    }
    const condition: Record<string, unknown> = {}
    for (const [name, given] of Object.entries(part)) {
      if (!Object.hasOwn(conditions, name))
        throw new MethodFault('unsupportedFilter', `There is no filter "${name.slice(0, 100)}"`)
      condition[name] = conditions[name as keyof C](given, `${path}/${name}`)
    }
    return condition as Filter<C>
  }
  return visit(value, 'filter', 0)
}

export interface CheckedSort<P extends string> {
  readonly property: P
  readonly isAscending: boolean
  readonly keyword: string | undefined
}

/** Comparators checked. Throws MethodFault unsupportedSort for an unknown property or collation. */
export const checkSort = <P extends string>(
  comparators: readonly Record<string, unknown>[],
  properties: readonly P[],
  extra: readonly string[] = [],
): CheckedSort<P>[] =>
  comparators.map((comparator, i) => {
    const path = `sort/${i}`
    const property = text(comparator.property, `${path}/property`)
    const unknown = Object.keys(comparator).find(
      (name) => !['property', 'isAscending', 'collation', ...extra].includes(name),
    )
    if (unknown !== undefined)
      throw new MethodFault('unsupportedSort', `A comparator has no "${unknown.slice(0, 100)}"`)
    if (!(properties as readonly string[]).includes(property))
      throw new MethodFault('unsupportedSort', `Cannot sort by "${property.slice(0, 100)}"`)
    const collation = nullable(text)(comparator.collation, `${path}/collation`)
    if (collation !== null && !collations.includes(collation))
      throw new MethodFault('unsupportedSort', `Unknown collation "${collation.slice(0, 100)}"`)
    return {
      property: property as P,
      isAscending: withDefault(boolean, true)(comparator.isAscending, `${path}/isAscending`),
      keyword: comparator.keyword === undefined ? undefined : text(comparator.keyword, `${path}/keyword`),
    }
  })

export interface Window {
  readonly position: number
  readonly anchor: Id | null
  readonly anchorOffset: number
  readonly limit: number | null
}

export interface Windowed {
  readonly ids: Id[]
  readonly position: number
  /** Only when it is not what was asked for (RFC 8620 §5.5). */
  readonly limit?: number
}

/** The window on a whole list that is in memory, as the response tells it. Throws MethodFault anchorNotFound. */
export const windowOn = (ids: readonly Id[], window: Window, max: number): Windowed => {
  let start = window.position < 0 ? Math.max(0, ids.length + window.position) : window.position
  if (window.anchor !== null) {
    const at = ids.indexOf(window.anchor)
    if (at < 0) throw new MethodFault('anchorNotFound', 'The anchor is not in the list')
    start = Math.max(0, at + window.anchorOffset)
  }
  const limit = Math.min(window.limit ?? max, max)
  const shown = { ids: ids.slice(start, start + limit), position: start }
  return window.limit === limit ? shown : { ...shown, limit }
}
