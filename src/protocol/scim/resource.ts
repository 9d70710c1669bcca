/** What every resource shares: its version, the attributes asked for, lists (RFC 7644 §3.4.2, §3.9, §3.14). */
import { createHash } from 'node:crypto'
import { ScimError } from './failure.ts'
import { type AttributePath, parseAttributePath } from './filter.ts'
import { mostResults } from './schemas.data.ts'
import { isList, isObject, type Json, type JsonObject, nameIn } from './value.ts'

export const listSchema = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'

/** Weak: the same attributes, perhaps in another order of writing. */
export const versionOf = (resource: JsonObject): string =>
  `W/"${createHash('sha256').update(JSON.stringify(resource)).digest('base64url').slice(0, 22)}"`

export interface Place {
  readonly type: 'User' | 'Group' | 'School'
  readonly location: string
  readonly created?: number
  readonly modified?: number
}

const moment = (at: number): string => new Date(at).toISOString()

/**
 * Completes a resource with its `meta`; the version is of everything else, so that a resource which is not told whole
 * has none.
 */
export const withMeta = (resource: JsonObject, place: Place, whole = true): JsonObject => ({
  ...resource,
  meta: {
    resourceType: place.type,
    ...(place.created === undefined ? {} : { created: moment(place.created) }),
    ...(place.modified === undefined ? {} : { lastModified: moment(place.modified) }),
    location: place.location,
    ...(whole ? { version: versionOf(resource) } : {}),
  },
})

/** The version that `meta` says. */
export const versionIn = (resource: JsonObject): string => {
  const { meta } = resource
  return isObject(meta) && typeof meta.version === 'string' ? meta.version : ''
}

/** Always there, whatever is asked for (RFC 7643 §3, §3.1). */
const always: ReadonlySet<string> = new Set(['id', 'schemas'])

/** Whether an attribute of the core schema is told, with what is asked for and what is not wanted. */
export const isTold = (
  name: string,
  wanted: readonly AttributePath[] | undefined,
  unwanted: readonly AttributePath[] = [],
) => {
  const named = (paths: readonly AttributePath[], whole: boolean): boolean =>
    paths.some((path) => path.name.toLowerCase() === name.toLowerCase() && !(whole && path.sub !== undefined))
  return wanted ? named(wanted, false) : !named(unwanted, true)
}

/** A text such as `userName,name.familyName` as paths; undefined when absent. Throws ScimError. */
export const pathsOf = (text: string | undefined): AttributePath[] | undefined => {
  if (text === undefined || text.trim() === '') return
  if (text.length > 2000) throw new ScimError(400, 'too many attributes', 'invalidValue')
  return text.split(',').map((one) => parseAttributePath(one.trim()))
}

/** Names of an extension's attributes are written behind its URN; a bare URN is the whole extension. */
const reaches = (path: AttributePath, urn: string | undefined, name: string): boolean => {
  const schema = path.schema?.toLowerCase()
  const whole = `${path.schema ?? ''}:${path.name}`.toLowerCase()
  if (urn !== undefined && whole.startsWith(urn.toLowerCase()) && whole === urn.toLowerCase()) return true
  const home = urn === undefined ? schema === undefined || schema.includes(':core:2.0:') : schema === urn.toLowerCase()
  return home && path.name.toLowerCase() === name.toLowerCase()
}

const keepSubs = (value: Json, subs: readonly string[], keep: boolean): Json => {
  if (isList(value)) return value.map((one) => keepSubs(one, subs, keep))
  if (!isObject(value)) return value
  const folded = subs.map((one) => one.toLowerCase())
  return Object.fromEntries(Object.entries(value).filter(([name]) => folded.includes(name.toLowerCase()) === keep))
}

const selectIn = (
  object: JsonObject,
  urn: string | undefined,
  paths: readonly AttributePath[],
  keep: boolean,
): JsonObject =>
  Object.fromEntries(
    Object.entries(object).flatMap(([name, value]): [string, Json][] => {
      if (urn === undefined && always.has(name.toLowerCase())) return [[name, value]]
      if (urn === undefined && name.startsWith('urn:') && isObject(value)) {
        const inner = selectIn(value, name, paths, keep)
        return Object.keys(inner).length === 0 ? [] : [[name, inner]]
      }
      const about = paths.filter((path) => reaches(path, urn, name))
      const subs = about.flatMap(({ sub }) => sub ?? [])
      if (about.length === 0) return keep ? [] : [[name, value]]
      if (subs.length < about.length) return keep ? [[name, value]] : []
      return [[name, keepSubs(value, subs, keep)]]
    }),
  )

/** A resource with only the attributes asked for, or without those not wanted (§3.9: never both). */
export const selectAttributes = (
  resource: JsonObject,
  wanted: readonly AttributePath[] | undefined,
  excluded: readonly AttributePath[] | undefined,
): JsonObject => {
  if (wanted) return selectIn(resource, undefined, wanted, true)
  return excluded ? selectIn(resource, undefined, excluded, false) : resource
}

export interface ListQuery {
  readonly filter?: string
  /** From 1. */
  readonly startIndex: number
  readonly count: number
  readonly attributes?: string
  readonly excludedAttributes?: string
}

const whole = (value: Json | undefined, otherwise: number): number => {
  const number = typeof value === 'string' && /^-?\d{1,9}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : otherwise
}

const joined = (value: Json | undefined): string | undefined =>
  isList(value) ? value.join(',') : typeof value === 'string' ? value : undefined

/** The parameters of a list, from an address or from the body of `.search` (§3.4.2, §3.4.3). */
export const listQuery = (given: JsonObject): ListQuery => {
  const of = (name: string): Json | undefined => {
    const key = nameIn(given, name)
    return key === undefined ? undefined : given[key]
  }
  const filter = of('filter')
  const [attributes, excludedAttributes] = [joined(of('attributes')), joined(of('excludedAttributes'))]
  return {
    // §3.4.2.4: less than one is one, a negative count is none.
    startIndex: Math.max(1, whole(of('startIndex'), 1)),
    count: Math.max(0, Math.min(whole(of('count'), 100), mostResults)),
    ...(typeof filter === 'string' && filter.trim() !== '' ? { filter } : {}),
    ...(attributes === undefined ? {} : { attributes }),
    ...(excludedAttributes === undefined ? {} : { excludedAttributes }),
  }
}

/** A list response. */
export const listResponse = (resources: readonly JsonObject[], total: number, startIndex: number): JsonObject => ({
  schemas: [listSchema],
  totalResults: total,
  startIndex,
  itemsPerPage: resources.length,
  Resources: resources,
})
