/** PatchObject (RFC 8620 §5.3): property paths to new values; null restores the default or removes. */
import { isObject } from './check.ts'
import { SetFault } from './failure.ts'

const invalidPatch = (what: string): never => {
  throw new SetFault('invalidPatch', what)
}

/** The tokens of a patch path: a JSON pointer with an implicit first slash. */
export const patchTokens = (path: string): string[] => {
  if (/~(?![01])/.test(path)) invalidPatch(`"${path.slice(0, 100)}" is not a JSON pointer`)
  return path.split('/').map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

const copy = (value: unknown): unknown => {
  if (!isObject(value)) return value
  const twin: Record<string, unknown> = Object.create(null)
  return Object.assign(twin, value)
}

/**
 * The object after the patch, and the names of its top-level properties that the patch touches. `current` is not
 * changed. `defaults` holds what null at the top level means for each property (absent: null itself).
 *
 * Throws SetFault `invalidPatch` when a path runs through an array or something that does not exist, or when one path
 * is the beginning of another.
 */
export const applyPatch = (
  current: Readonly<Record<string, unknown>>,
  patch: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, unknown>> = {},
): { value: Record<string, unknown>; touched: Set<string> } => {
  const value = { ...current }
  const touched = new Set<string>()
  const entries = Object.entries(patch).map(([path, to]) => ({ path, to, tokens: patchTokens(path) }))
  refuseOverlaps(entries.map(({ tokens }) => tokens))
  const copied = new Set<string>()
  for (const { path, to, tokens } of entries) {
    const top = tokens[0]!
    touched.add(top)
    if (tokens.length === 1) {
      value[top] = to === null && Object.hasOwn(defaults, top) ? defaults[top] : to
      continue
    }
    let parent: Record<string, unknown> = value
    for (let depth = 0; depth < tokens.length - 1; depth++) {
      const token = tokens[depth]!
      const next = Object.hasOwn(parent, token) ? parent[token] : undefined
      if (!isObject(next)) invalidPatch(`"${path.slice(0, 100)}" runs through something that is not an object`)
      const trail = tokens.slice(0, depth + 1).join('\u0000')
      if (!copied.has(trail)) {
        copied.add(trail)
        parent[token] = copy(next)
      }
      parent = parent[token] as Record<string, unknown>
    }
    const last = tokens.at(-1)!
    if (to === null) delete parent[last]
    else parent[last] = to
  }
  return { value, touched }
}

const refuseOverlaps = (paths: readonly (readonly string[])[]): void => {
  const seen = new Set(paths.map((tokens) => tokens.join('\u0000')))
  if (seen.size < paths.length) invalidPatch('Two paths of the patch are the same')
  for (const tokens of paths) {
    for (let length = 1; length < tokens.length; length++) {
      if (seen.has(tokens.slice(0, length).join('\u0000'))) invalidPatch('One path of the patch is within another')
    }
  }
}

/** Deep equality of JSON values, the order of members aside. */
export const sameJson = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]))
  }
  if (!isObject(a) || !isObject(b)) return false
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && sameJson(a[name], b[name]))
  )
}
