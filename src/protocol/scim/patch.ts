/**
 * PATCH (RFC 7644 §3.5.2): operations on the JSON of a resource, one after another; what comes out is then written as a
 * PUT would write it, so that every rule about people is in one place.
 */
import { ScimError } from './failure.ts'
import { type AttributePath, type Filter, parseAttributePath, parseFilter } from './filter.ts'
import { matches } from './match.ts'
import { isList, isObject, isSafeName, type Json, type JsonObject, nameIn, valueIn } from './value.ts'

export const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

export interface PatchPath extends AttributePath {
  /** Which values of a multi-valued attribute. */
  readonly filter?: Filter
}

export interface Operation {
  readonly op: 'add' | 'replace' | 'remove'
  readonly path: PatchPath | undefined
  readonly value: Json | undefined
}

const mostOperations = 200

/** Attributes that a client never writes. */
const fixed: ReadonlySet<string> = new Set(['id', 'meta', 'schemas', 'groups'])

/** Attributes that hold several values, as our schemas have them. */
const several: ReadonlySet<string> = new Set(['emails', 'phonenumbers', 'members', 'profiles', 'classes', 'children'])

/** `emails[type eq "work"].value`, `name.familyName`, `urn:...:User:department`, or a whole extension. */
export const parsePatchPath = (text: string, extensions: readonly string[]): PatchPath => {
  if (text.length > 1000) throw new ScimError(400, 'the path is too long', 'invalidPath')
  const whole = extensions.find((urn) => urn.toLowerCase() === text.toLowerCase())
  if (whole !== undefined) return { name: whole }
  const open = text.indexOf('[')
  if (open < 0) return parseAttributePath(text)
  const close = text.lastIndexOf(']')
  const rest = close < open ? 'x' : text.slice(close + 1)
  if (!/^(?:\.[A-Za-z$][\w$-]*)?$/.test(rest))
    throw new ScimError(400, `"${text.slice(0, 100)}" is not a path`, 'invalidPath')
  const { sub, ...attribute } = parseAttributePath(text.slice(0, open))
  if (sub !== undefined) throw new ScimError(400, 'a filter is on a whole attribute', 'invalidPath')
  const filter = parseFilter(text.slice(open + 1, close))
  return { ...attribute, filter, ...(rest === '' ? {} : { sub: rest.slice(1) }) }
}

/** Reads the body of a PATCH. Throws ScimError 400. */
export const parsePatch = (body: Json, extensions: readonly string[]): Operation[] => {
  const schemas = isObject(body) ? valueIn(body, 'schemas') : undefined
  const listed = isObject(body) ? valueIn(body, 'Operations') : undefined
  if (!isList(schemas) || !schemas.includes(patchSchema) || !isList(listed) || listed.length === 0)
    throw new ScimError(400, 'a PATCH is a PatchOp with Operations', 'invalidSyntax')
  if (listed.length > mostOperations) throw new ScimError(400, `at most ${mostOperations} operations`, 'tooMany')
  return listed.map((one) => {
    if (!isObject(one)) throw new ScimError(400, 'an operation is an object', 'invalidSyntax')
    const word = valueIn(one, 'op')
    // Some clients write `Add`.
    const op = (['add', 'replace', 'remove'] as const).find((known) => known === String(word).toLowerCase())
    if (op === undefined) throw new ScimError(400, 'an operation is add, replace or remove', 'invalidSyntax')
    const path = valueIn(one, 'path')
    if (path !== undefined && typeof path !== 'string') throw new ScimError(400, 'a path is a text', 'invalidPath')
    return { op, path: path === undefined ? undefined : parsePatchPath(path, extensions), value: valueIn(one, 'value') }
  })
}

// -- applying --------------------------------------------------------------------------------------------------------

const equal = (left: Json, right: Json): boolean => JSON.stringify(left) === JSON.stringify(right)

const set = (object: JsonObject, name: string, value: Json | undefined): JsonObject => {
  if (!isSafeName(name)) throw new ScimError(400, 'no such attribute', 'invalidPath')
  const key = nameIn(object, name) ?? name
  const { [key]: _, ...rest } = object
  return value === undefined ? rest : { ...rest, [key]: value }
}

/** Adds what is not there: §3.5.2.1, an equal value is not added twice. */
const added = (held: Json | undefined, value: Json, name: string): Json => {
  if (isList(held) || several.has(name.toLowerCase())) {
    const before = isList(held) ? held : held === undefined ? [] : [held]
    const fresh = (isList(value) ? value : [value]).filter((one) => !before.some((other) => equal(other, one)))
    return [...before, ...fresh]
  }
  return isObject(held) && isObject(value) ? merged(held, value) : value
}

const merged = (held: JsonObject, value: JsonObject): JsonObject =>
  Object.entries(value).reduce((all, [name, one]) => set(all, name, one), held)

/** §3.5.2.3: a complex attribute keeps the parts that are not named; a list is replaced whole. */
const replaced = (held: Json | undefined, value: Json, name: string): Json => {
  if (several.has(name.toLowerCase())) return isList(value) ? value : [value]
  return isObject(held) && isObject(value) ? merged(held, value) : value
}

const putValue = (held: Json | undefined, value: Json, op: 'add' | 'replace', name: string): Json =>
  op === 'add' ? added(held, value, name) : replaced(held, value, name)

/** `type eq "work"` says what a value that is missing would look like; other filters do not. */
const sketch = (filter: Filter): JsonObject | undefined => {
  if (filter.type === 'and') {
    const [left, right] = [sketch(filter.left), sketch(filter.right)]
    return left && right ? { ...left, ...right } : undefined
  }
  if (filter.type !== 'compare' || filter.by !== 'eq' || filter.path.sub !== undefined) return
  return isSafeName(filter.path.name) ? { [filter.path.name]: filter.value } : undefined
}

const onValues = (
  held: Json | undefined,
  path: PatchPath,
  filter: Filter,
  { op, value }: Operation,
): Json | undefined => {
  const list = isList(held) ? held : held === undefined ? [] : [held]
  const chosen = list.map((one) => matches(isObject(one) ? one : { value: one }, filter))
  const { sub } = path
  if (!chosen.includes(true)) {
    // §3.5.2.3: only what is there is replaced.
    const seed = op !== 'add' || value === undefined ? undefined : sketch(filter)
    if (!seed) throw new ScimError(400, 'no value is like this', 'noTarget')
    const fresh = sub === undefined ? (isObject(value) ? merged(seed, value) : seed) : set(seed, sub, value)
    return [...list, fresh]
  }
  if (op === 'remove' && sub === undefined) return list.filter((_one, index) => !chosen[index])
  return list.map((one, index) => {
    if (!chosen[index]) return one
    if (sub !== undefined) return isObject(one) ? set(one, sub, op === 'remove' ? undefined : value) : one
    return isObject(one) && isObject(value) ? merged(one, value) : (value ?? one)
  })
}

const onSub = (held: Json | undefined, sub: string, { op, value }: Operation): Json | undefined => {
  const next = (object: JsonObject): JsonObject =>
    set(
      object,
      sub,
      op === 'remove' || value === undefined ? undefined : putValue(valueIn(object, sub), value, op, sub),
    )
  if (isList(held)) return held.map((one) => (isObject(one) ? next(one) : one))
  return next(isObject(held) ? held : {})
}

const onAttribute = (held: Json | undefined, path: PatchPath, operation: Operation): Json | undefined => {
  const { op, value } = operation
  if (path.filter) return onValues(held, path, path.filter, operation)
  if (path.sub !== undefined) return onSub(held, path.sub, operation)
  if (op === 'remove') {
    // `remove` of members with a value names those that go: not in the RFC, and what large clients send.
    if (value === undefined || !isList(held)) return
    const gone = isList(value) ? value : [value]
    const same = (one: Json, other: Json) =>
      equal(one, other) || (isObject(one) && isObject(other) && equal(one.value ?? null, other.value ?? 0))
    return held.filter((one) => !gone.some((other) => same(one, other)))
  }
  if (value === undefined) throw new ScimError(400, `${op} needs a value`, 'invalidValue')
  return putValue(held, value, op, path.name)
}

const applyAt = (
  resource: JsonObject,
  path: PatchPath,
  operation: Operation,
  extensions: readonly string[],
): JsonObject => {
  const urn = extensions.find((one) => one.toLowerCase() === path.schema?.toLowerCase())
  if (urn === undefined && fixed.has(path.name.toLowerCase()))
    throw new ScimError(400, `${path.name} cannot be written`, 'mutability')
  const holder = urn === undefined ? resource : valueIn(resource, urn)
  const object = isObject(holder) ? holder : {}
  const next = set(object, path.name, onAttribute(valueIn(object, path.name), path, operation))
  return urn === undefined ? next : set(resource, urn, next)
}

/** Without a path the value is a resource of which each attribute is meant; some clients write paths as its names. */
const spread = (operation: Operation, extensions: readonly string[]): Operation[] => {
  const { op, value, path } = operation
  if (path) return [operation]
  if (op === 'remove') throw new ScimError(400, 'remove needs a path', 'noTarget')
  if (!isObject(value)) throw new ScimError(400, 'without a path the value is an object', 'invalidValue')
  return Object.entries(value)
    .filter(([name]) => !fixed.has(name.toLowerCase()))
    .map(([name, one]) => ({ op, path: parsePatchPath(name, extensions), value: one }))
}

/** The resource after the operations. Throws ScimError 400 (noTarget, mutability, invalidValue, invalidPath). */
export const applyPatch = (
  resource: JsonObject,
  operations: readonly Operation[],
  extensions: readonly string[],
): JsonObject =>
  operations
    .flatMap((operation) => spread(operation, extensions))
    .reduce((now, operation) => (operation.path ? applyAt(now, operation.path, operation, extensions) : now), resource)
