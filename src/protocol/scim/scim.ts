/**
 * SCIM 2.0 (RFC 7643, RFC 7644): one door for every request. The server in front has already proved which client asks;
 * here an address and a method lead to a page that reads, calls the domain and answers.
 */
import { Failure } from '#base/failure.ts'
import type { ProvisioningClient } from '#domain/directory/provisioning-clients.ts'
import type { People } from '#domain/people/people.ts'
import { ScimError } from './failure.ts'
import { groupPages } from './groups.ts'
import { type ListQuery, listQuery, listResponse, pathsOf, selectAttributes, versionIn } from './resource.ts'
import { resourceTypes, schemas, serviceProviderConfig } from './schemas.data.ts'
import { schoolPages } from './schools.ts'
import { userPages } from './users.ts'
import { isObject, type Json, type JsonObject } from './value.ts'

export interface Scim {
  readonly people: People
  readonly client: ProvisioningClient
  /** Address of the service, without a slash at its end. */
  readonly base: string
  readonly now: () => number
}

export interface ScimRequest {
  readonly method: string
  /** Below the base, such as `/Users/u1`. */
  readonly path: string
  readonly query: JsonObject
  readonly body: Json | undefined
  readonly ifMatch?: string
  readonly ifNoneMatch?: string
}

export interface ScimAnswer {
  readonly status: number
  readonly body?: JsonObject
  readonly location?: string
  readonly etag?: string
}

/** What a resource type can do; a verb that is absent is not implemented. */
export interface Pages {
  list(scim: Scim, query: ListQuery): Promise<JsonObject>
  /** Undefined when the client may not see it, or there is none. With a query, what it does not want may be left out. */
  read(scim: Scim, id: string, query?: ListQuery): Promise<JsonObject | undefined>
  /** The id of what was made. */
  create?(scim: Scim, body: Json): Promise<string>
  replace?(scim: Scim, id: string, body: Json): Promise<void>
  patch?(scim: Scim, id: string, current: JsonObject, body: Json): Promise<void>
  remove?(scim: Scim, id: string): Promise<void>
}

const pages: Readonly<Record<string, Pages>> = { Users: userPages, Groups: groupPages, Schools: schoolPages }

const notFound = (): never => {
  throw new ScimError(404, 'there is no such resource')
}

const described = (list: readonly JsonObject[], id: string | undefined): ScimAnswer => {
  if (id === undefined) return { status: 200, body: listResponse(list, list.length, 1) }
  const one = list.find((each) => each.id === id)
  return one ? { status: 200, body: one } : notFound()
}

const schemaUrn = 'urn:ietf:params:scim:schemas:core:2.0:Schema'
const typeUrn = 'urn:ietf:params:scim:schemas:core:2.0:ResourceType'

/** The three that describe us (RFC 7644 §4); filters make no sense there and are refused. */
const discovery = (scim: Scim, kind: string, id: string | undefined, query: JsonObject): ScimAnswer | undefined => {
  const { base } = scim
  if (kind !== 'ServiceProviderConfig' && kind !== 'Schemas' && kind !== 'ResourceTypes') return
  if (query.filter !== undefined) throw new ScimError(403, 'these are not searched')
  if (kind === 'ServiceProviderConfig') {
    if (id !== undefined) return notFound()
    const meta = { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` }
    return { status: 200, body: { ...serviceProviderConfig, meta } }
  }
  if (kind === 'Schemas') {
    const list = schemas.map((one): JsonObject => {
      const meta = { resourceType: 'Schema', location: `${base}/Schemas/${one.id}` }
      return JSON.parse(JSON.stringify({ schemas: [schemaUrn], ...one, meta }))
    })
    return described(list, id)
  }
  const list = resourceTypes.map((one): JsonObject => {
    const meta = { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${one.id}` }
    return JSON.parse(JSON.stringify({ schemas: [typeUrn], ...one, meta }))
  })
  return described(list, id)
}

/** §3.14: an entity tag, or a list of them, or `*`. */
const tagMatches = (header: string, version: string): boolean =>
  header.trim() === '*' ||
  header.split(',').some((one) => one.trim().replace(/^W\//, '') === version.replace(/^W\//, ''))

const shown = (resource: JsonObject, query: JsonObject): JsonObject => {
  const { attributes, excludedAttributes } = listQuery(query)
  return selectAttributes(resource, pathsOf(attributes), pathsOf(excludedAttributes))
}

const answerWith = (resource: JsonObject, status: number, query: JsonObject): ScimAnswer => {
  const { meta } = resource
  const location = isObject(meta) && typeof meta.location === 'string' ? meta.location : ''
  const etag = versionIn(resource)
  return { status, body: shown(resource, query), location, ...(etag === '' ? {} : { etag }) }
}

const mustWrite = ({ client }: Scim): void => {
  if (client.rights !== 'write') throw new Failure('forbidden', 'this client only reads')
}

const notImplemented = (): never => {
  throw new ScimError(501, 'this is not implemented')
}

const onResource = async (scim: Scim, type: Pages, id: string, request: ScimRequest): Promise<ScimAnswer> => {
  const { method, query, body = null } = request
  const read = async (asked?: ListQuery): Promise<JsonObject> => (await type.read(scim, id, asked)) ?? notFound()
  if (method === 'GET') {
    const resource = await read(listQuery(query))
    const version = versionIn(resource)
    const same = version !== '' && request.ifNoneMatch !== undefined && tagMatches(request.ifNoneMatch, version)
    return same ? { status: 304, etag: version } : answerWith(resource, 200, query)
  }
  mustWrite(scim)
  const current = await read()
  if (request.ifMatch !== undefined && !tagMatches(request.ifMatch, versionIn(current)))
    throw new ScimError(412, 'the resource has changed since')
  if (method === 'DELETE') {
    await (type.remove ?? notImplemented)(scim, id)
    return { status: 204 }
  }
  if (method === 'PUT') await (type.replace ?? notImplemented)(scim, id, body)
  else if (method === 'PATCH') await (type.patch ?? notImplemented)(scim, id, current, body)
  else return notImplemented()
  return answerWith(await read(), 200, query)
}

const onCollection = async (scim: Scim, type: Pages, request: ScimRequest): Promise<ScimAnswer> => {
  const { method, query, body = null } = request
  if (method === 'GET') return { status: 200, body: await type.list(scim, listQuery(query)) }
  if (method !== 'POST') return notImplemented()
  mustWrite(scim)
  const id = await (type.create ?? notImplemented)(scim, body)
  return answerWith((await type.read(scim, id)) ?? notFound(), 201, query)
}

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return notFound()
  }
}

/** Answers a request. Throws ScimError and Failure, which `scimFailure` maps. */
export const answerScim = async (scim: Scim, request: ScimRequest): Promise<ScimAnswer> => {
  const [kind = '', id, ...more] = request.path.split('/').slice(1).map(decode)
  if (more.length > 0) return notFound()
  // A search through every kind at once (§3.4.2.1) is as little for us as the rest of these.
  if (['Me', 'Bulk', '', '.search'].includes(kind)) return notImplemented()
  if (request.method === 'GET') {
    const about = discovery(scim, kind, id, request.query)
    if (about) return about
  }
  const type = Object.hasOwn(pages, kind) ? pages[kind] : undefined
  if (!type) return notFound()
  if (id === '.search') {
    if (request.method !== 'POST' || !isObject(request.body)) return notImplemented()
    return { status: 200, body: await type.list(scim, listQuery(request.body)) }
  }
  return id === undefined ? onCollection(scim, type, request) : onResource(scim, type, id, request)
}
