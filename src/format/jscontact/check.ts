/** Whether a value is a JSContact Card (RFC 9553): the types of the members that it names; others are free. Pure. */
import { types } from './types.data.ts'

export interface CardFault {
  /** Top-level member. */
  readonly member: string
  /** JSON pointer without its first slash. */
  readonly path: string
  readonly what: string
}

const maxDepth = 12

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

class Wrong extends Error {
  readonly path: string
  constructor(path: string, what: string) {
    super(what)
    this.path = path
  }
}

const join = (path: string, name: string): string =>
  path === '' ? name : `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 100)}`

const checkDepth = (value: unknown, path: string, left: number): void => {
  if (typeof value !== 'object' || value === null) return
  if (left === 0) throw new Wrong(path, 'is too deep')
  for (const [name, member] of Object.entries(value)) checkDepth(member, join(path, name), left - 1)
}

const simple: Readonly<Record<string, readonly [check: (value: unknown) => boolean, what: string]>> = {
  text: [(value) => typeof value === 'string' && value.isWellFormed(), 'must be a string'],
  count: [
    (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0,
    'must be an unsigned integer',
  ],
  pref: [
    (value) => typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 100,
    'must be 1 to 100',
  ],
  truth: [(value) => typeof value === 'boolean', 'must be true or false'],
  true: [(value) => value === true, 'must be true'],
  utc: [
    (value) =>
      typeof value === 'string' &&
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(value) &&
      !Number.isNaN(Date.parse(value)),
    'must be a UTCDateTime',
  ],
  any: [() => true, ''],
}

/** `type`: a word of `simple`, a type of the table, or one of both within `list:`, `set` or `map:`. */
const check = (type: string, value: unknown, path: string): void => {
  const known = simple[type]
  if (known) {
    if (!known[0](value)) throw new Wrong(path, known[1])
    return
  }
  if (type === 'set') checkMap('true', value, path, /^/)
  else if (type.startsWith('list:')) {
    if (!Array.isArray(value)) throw new Wrong(path, 'must be an array')
    for (const [at, one] of value.entries()) check(type.slice(5), one as unknown, `${path}/${at}`)
  } else if (type.startsWith('map:')) checkMap(type.slice(4), value, path, /^[A-Za-z0-9_-]{1,255}$/)
  else if (type.startsWith('by:')) checkMap(type.slice(3), value, path, /^/)
  else checkMembers(type, value, path)
}

const checkMap = (type: string, value: unknown, path: string, key: RegExp): void => {
  if (!isObject(value)) throw new Wrong(path, 'must be an object')
  for (const [name, member] of Object.entries(value)) {
    if (!key.test(name) || name === '') throw new Wrong(path, `"${name.slice(0, 50)}" cannot be a key`)
    check(type, member, join(path, name))
  }
}

const checkMembers = (type: string, value: unknown, path: string): void => {
  if (!isObject(value)) throw new Wrong(path, 'must be an object')
  const members = types[type] ?? {}
  for (const [name, expected] of Object.entries(members)) {
    const required = expected.endsWith('!')
    if (value[name] === undefined) {
      if (required) throw new Wrong(join(path, name), 'is required')
    } else check(required ? expected.slice(0, -1) : expected, value[name], join(path, name))
  }
  // The one type that depends on the place: a date of an anniversary says which it is.
  if (type === 'Anniversary' && isObject(value.date) && value.date['@type'] === 'Timestamp')
    check('utc', value.date.utc, `${path}/date/utc`)
}

/** What is wrong with a card, or undefined. */
export const faultOf = (card: Readonly<Record<string, unknown>>): CardFault | undefined => {
  try {
    checkDepth(card, '', maxDepth)
    checkMembers('Card', card, '')
    return undefined
  } catch (error) {
    if (!(error instanceof Wrong)) throw error
    return { member: error.path.split('/')[0] ?? '', path: error.path, what: error.message }
  }
}
