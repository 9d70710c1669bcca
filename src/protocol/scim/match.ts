/** Whether a resource satisfies a filter (RFC 7644 §3.4.2.2). */
import type { AttributePath, Comparison, Filter, FilterValue } from './filter.ts'
import { isList, isObject, type Json, type JsonObject, valueIn } from './value.ts'

/** Attributes compared with their case (RFC 7643: caseExact); everything else is compared without. */
const exact: ReadonlySet<string> = new Set(['id', 'externalid', '$ref', 'joinkey', 'location', 'version'])

/** The object that holds a path's attribute: the resource, or its extension. */
const holderOf = (resource: JsonObject, path: AttributePath): JsonObject | undefined => {
  if (path.schema === undefined) return resource
  const extension = valueIn(resource, path.schema)
  if (isObject(extension)) return extension
  // The core schema's URN may be written before its attributes: they are in the resource itself.
  return /:core:2\.0:|:scim:2\.0:(?:Group|School)$/i.test(path.schema) ? resource : undefined
}

/** Every value of a path, those of multi-valued attributes one by one. */
export const valuesAt = (resource: JsonObject, path: AttributePath): readonly Json[] => {
  const holder = holderOf(resource, path)
  const value = holder && valueIn(holder, path.name)
  const values = value === undefined ? [] : isList(value) ? value : [value]
  const { sub } = path
  if (sub === undefined) return values
  return values.flatMap((one) => {
    const inner = isObject(one) ? valueIn(one, sub) : undefined
    return inner === undefined ? [] : isList(inner) ? inner : [inner]
  })
}

/** Complex values without a sub-attribute are compared by their `value`. */
const plain = (value: Json): Json => (isObject(value) ? (valueIn(value, 'value') ?? null) : value)

const isEmpty = (value: Json): boolean =>
  value === null ||
  value === '' ||
  (isList(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0)

const compareTexts = (by: Comparison, left: string, right: string): boolean => {
  switch (by) {
    case 'eq':
      return left === right
    case 'ne':
      return left !== right
    case 'co':
      return left.includes(right)
    case 'sw':
      return left.startsWith(right)
    case 'ew':
      return left.endsWith(right)
    case 'gt':
      return left > right
    case 'ge':
      return left >= right
    case 'lt':
      return left < right
    default:
      return left <= right
  }
}

const compareNumbers = (by: Comparison, left: number, right: number): boolean => {
  switch (by) {
    case 'gt':
      return left > right
    case 'ge':
      return left >= right
    case 'lt':
      return left < right
    case 'le':
      return left <= right
    default:
      return by === 'ne' ? left !== right : by === 'eq' && left === right
  }
}

const moment = /^\d{4}-\d\d-\d\dT/

const compare = (by: Comparison, left: Json, right: FilterValue, caseExact: boolean): boolean => {
  if (typeof left === 'string' && typeof right === 'string') {
    // Moments are compared as moments, whatever their zone.
    const [a, b] = moment.test(left) && moment.test(right) ? [Date.parse(left), Date.parse(right)] : []
    if (
      a !== undefined &&
      b !== undefined &&
      !Number.isNaN(a) &&
      !Number.isNaN(b) &&
      by !== 'co' &&
      by !== 'sw' &&
      by !== 'ew'
    )
      return compareNumbers(by, a, b)
    return caseExact ? compareTexts(by, left, right) : compareTexts(by, left.toLowerCase(), right.toLowerCase())
  }
  if (typeof left === 'number' && typeof right === 'number') return compareNumbers(by, left, right)
  if (by === 'eq') return left === right
  return by === 'ne' && left !== right
}

/** Attributes whose `value` is an identifier of ours. */
const references: ReadonlySet<string> = new Set(['members', 'groups', 'children'])

const isExact = ({ name, sub }: AttributePath): boolean =>
  exact.has((sub ?? name).toLowerCase()) ||
  (references.has(name.toLowerCase()) && (sub === undefined || sub.toLowerCase() === 'value'))

const matchesComparison = (
  resource: JsonObject,
  { path, by, value }: Extract<Filter, { type: 'compare' }>,
): boolean => {
  const values = valuesAt(resource, path).map(plain)
  if (value === null) return values.every(isEmpty) === (by === 'eq')
  const caseExact = isExact(path)
  if (by === 'ne') return values.every((one) => compare('ne', one, value, caseExact))
  return values.some((one) => compare(by, one, value, caseExact))
}

/** True when the resource (or the value of a complex attribute) satisfies the filter. */
export const matches = (resource: JsonObject, filter: Filter): boolean => {
  switch (filter.type) {
    case 'and':
      return matches(resource, filter.left) && matches(resource, filter.right)
    case 'or':
      return matches(resource, filter.left) || matches(resource, filter.right)
    case 'not':
      return !matches(resource, filter.filter)
    case 'present':
      return valuesAt(resource, filter.path).some((value) => !isEmpty(value))
    case 'values':
      return valuesAt(resource, filter.path).some((value) =>
        isObject(value) ? matches(value, filter.filter) : matches({ value }, filter.filter),
      )
    default:
      return matchesComparison(resource, filter)
  }
}
