/**
 * Checks of untyped values: small functions that return the value with its type or throw `Invalid` with a path and a
 * plain sentence. Types of RFC 8620 §1.2 to §1.4.
 */
import type { Id } from '#format/jmap/core.ts'

/** A value is not what it must be. `path` is a JSON pointer without its first slash; `message` is fit for the client. */
export class Invalid extends Error {
  override readonly name = 'Invalid'
  readonly path: string
  /** Every path at fault, `path` first. */
  readonly paths: readonly string[]
  constructor(path: string, what: string, also: readonly string[] = []) {
    super(path === '' ? what : `"${path}" ${what}`)
    this.path = path
    this.paths = [path, ...also]
  }
}

export type Check<T> = (value: unknown, path: string) => T
export type Checked<C> = C extends Check<infer T> ? T : never

const kindOf = (value: unknown): string =>
  value === undefined ? 'missing' : value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`

const refuse = (value: unknown, path: string, expected: string): never => {
  throw new Invalid(
    path,
    value === undefined ? `is required (${expected})` : `must be ${expected}, not ${kindOf(value)}`,
  )
}

const child = (path: string, name: string): string => {
  const escaped = name.replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 100)
  return path === '' ? escaped : `${path}/${escaped}`
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const text: Check<string> = (value, path) =>
  typeof value === 'string' ? value : refuse(value, path, 'a string')

export const boolean: Check<boolean> = (value, path) =>
  typeof value === 'boolean' ? value : refuse(value, path, 'a boolean')

export const isTrue: Check<true> = (value, path) => (value === true ? value : refuse(value, path, 'true'))

/** Int: an integer that a double holds exactly. */
export const int: Check<number> = (value, path) =>
  typeof value === 'number' && Number.isSafeInteger(value) ? value : refuse(value, path, 'an integer')

export const unsigned: Check<number> = (value, path) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : refuse(value, path, 'an unsigned integer')

/** An unsigned integer above 0. */
export const positive: Check<number> = (value, path) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0
    ? value
    : refuse(value, path, 'an integer above 0')

const idSyntax = /^[A-Za-z0-9_-]{1,255}$/

/** Id (§1.2), or a creation reference: `#` and an id (§5.3). */
export const id: Check<Id> = (value, path) =>
  typeof value === 'string' && idSyntax.test(value[0] === '#' ? value.slice(1) : value)
    ? value
    : refuse(value, path, 'an Id')

export const isId = (value: string): boolean => idSyntax.test(value)

const dateSyntax = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-](\d\d):(\d\d))$/

/**
 * Milliseconds since 1970 of an RFC 3339 date-time as JMAP writes it (§1.4), or undefined: upper case T and Z, no
 * empty fraction, no date that does not exist. A leap second counts as the second before.
 */
export const parseDate = (value: string): number | undefined => {
  const match = dateSyntax.exec(value)
  if (!match) return undefined
  const [, year, month, day, hour, minute, second] = match.map(Number) as [number, ...number[]]
  if (hour! > 23 || minute! > 59 || second! > 60 || Number(match[9] ?? 0) > 23 || Number(match[10] ?? 0) > 59) return
  const calendar = new Date(Date.UTC(2000, month! - 1, day, 0, 0, 0))
  calendar.setUTCFullYear(year!, month! - 1, day)
  if (calendar.getUTCMonth() !== month! - 1 || calendar.getUTCDate() !== day) return
  const zone = match[8]!
  const offset = zone === 'Z' ? 0 : (zone[0] === '-' ? -1 : 1) * (Number(match[9]) * 60 + Number(match[10]))
  const fraction = match[7] === undefined ? 0 : Math.floor(Number(`0${match[7]}`) * 1000)
  return calendar.getTime() + ((hour! * 60 + minute! - offset) * 60 + Math.min(second!, 59)) * 1000 + fraction
}

/** UTCDate, as milliseconds since 1970. */
export const utcDate: Check<number> = (value, path) => {
  const time = typeof value === 'string' && value.endsWith('Z') ? parseDate(value) : undefined
  return time ?? refuse(value, path, 'a UTCDate such as "2026-09-01T08:00:00Z"')
}

/** Date, kept as its text, which holds a time zone. */
export const date: Check<string> = (value, path) =>
  typeof value === 'string' && parseDate(value) !== undefined
    ? value
    : refuse(value, path, 'a Date such as "2026-09-01T10:00:00+02:00"')

/** Writes milliseconds as a UTCDate: a fraction only when it is not zero (§1.4). */
export const formatUtcDate = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z')

export const nullable =
  <T>(check: Check<T>): Check<T | null> =>
  (value, path) =>
    value === null || value === undefined ? null : check(value, path)

/** An argument that may be left out; null is refused. */
export const optional =
  <T>(check: Check<T>): Check<T | undefined> =>
  (value, path) =>
    value === undefined ? undefined : check(value, path)

export const withDefault =
  <T>(check: Check<T>, fallback: T): Check<T> =>
  (value, path) =>
    value === undefined ? fallback : check(value, path)

export const oneOf =
  <const T extends string>(...values: readonly T[]): Check<T> =>
  (value, path) =>
    (values as readonly unknown[]).includes(value)
      ? (value as T)
      : refuse(value, path, `one of ${values.map((each) => `"${each}"`).join(', ')}`)

export const list =
  <T>(check: Check<T>): Check<T[]> =>
  (value, path) =>
    Array.isArray(value)
      ? value.map((item: unknown, i) => check(item, child(path, String(i))))
      : refuse(value, path, 'an array')

/** An object whose member names are free (checked by `key` when given) and whose values all pass `check`. */
export const mapOf =
  <T>(check: Check<T>, key: Check<string> = text): Check<Record<string, T>> =>
  (value, path) => {
    if (!isObject(value)) return refuse(value, path, 'an object')
    const map = Object.create(null) as Record<string, T>
    for (const [name, member] of Object.entries(value)) {
      key(name, path)
      map[name] = check(member, child(path, name))
    }
    return map
  }

export const anyObject: Check<Record<string, unknown>> = (value, path) =>
  isObject(value) ? value : refuse(value, path, 'an object')

type Shape = Readonly<Record<string, Check<unknown>>>
export type Shaped<S extends Shape> = { [K in keyof S]: Checked<S[K]> }

/** An object with exactly these members; one that is not known here is refused (RFC 8620 §3.6.2, invalidArguments). */
export const shape =
  <S extends Shape>(members: S): Check<Shaped<S>> =>
  (value, path) => {
    if (!isObject(value)) return refuse(value, path, 'an object')
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(members, name)) throw new Invalid(child(path, name), 'is not known here')
    }
    const result: Record<string, unknown> = {}
    for (const [name, check] of Object.entries(members)) result[name] = check(value[name], child(path, name))
    return result as Shaped<S>
  }
