/**
 * Reports on principals and on properties that lead elsewhere (RFC 3744 §9, RFC 3253 §3.8). Everybody finds themselves only:
 * nobody learns over DAV who else there is.
 */

import type { XmlElement } from '#format/xml/parse.ts'
import { escapeXml } from '#format/xml/write.ts'
import { child, wantedOf } from '../body.ts'
import { xmlType } from '../failure.ts'
import { DavFault } from '../fault.ts'
import { CALDAV, DAV, dav, documentOf, type Name, named } from '../names.ts'
import { propertyValue } from '../properties.ts'
import type { DavCall } from '../request.ts'
import { findThere, hrefOf, type Resource } from '../resources.ts'
import { type Report, responsesOf } from './responses.ts'

const self: Resource = { kind: 'principal' }

/** What principals can be found by. */
const searchable: readonly (readonly [Name, string])[] = [
  [{ ns: DAV, name: 'displayname' }, 'Name'],
  [{ ns: CALDAV, name: 'calendar-user-address-set' }, 'Address'],
]

export const searchProperties: Report = async () => {
  const properties = searchable.map(([name, description]) =>
    dav(
      'principal-search-property',
      dav('prop', named(name)),
      `<D:description xml:lang="en">${description}</D:description>`,
    ),
  )
  const body = documentOf(DAV, 'principal-search-property-set', ...properties)
  return { status: 200, headers: { 'content-type': xmlType }, body }
}

const maxSearches = 20

const plain = (xml: string): string => xml.replace(/<[^>]*>/g, ' ')

/** RFC 3744 §9.4: every property of a search must match, and every search unless `test` is `anyof`. */
export const principalSearch: Report = async (call, _resource, root) => {
  const searches = root.children.filter((one) => one.ns === DAV && one.name === 'property-search')
  if (searches.length === 0 || searches.length > maxSearches) throw new DavFault(400)
  const matches = (search: XmlElement): boolean => {
    const wanted = escapeXml((child(search, DAV, 'match')?.text ?? '').trim()).toLowerCase()
    const names = child(search, DAV, 'prop')?.children ?? []
    return names.slice(0, maxSearches).every((name) => {
      const isSearchable = searchable.some(([one]) => one.ns === name.ns && one.name === name.name)
      const value = isSearchable ? propertyValue(name, self, call.principal) : undefined
      return value !== undefined && plain(value).toLowerCase().includes(wanted)
    })
  }
  const isFound = root.attributes.get('test') === 'anyof' ? searches.some(matches) : searches.every(matches)
  return responsesOf(call, isFound ? [self] : [], wantedOf(root))
}

/** RFC 3744 §9.3: of what is below, what is oneself. */
export const principalMatch: Report = async (call, _resource, root) => {
  if (!child(root, DAV, 'self') && !child(root, DAV, 'principal-property')) throw new DavFault(400)
  return responsesOf(call, [self], wantedOf(root))
}

/** RFC 3744 §9.2: the principals that the acl of a resource names. */
export const aclPrincipals: Report = async (call, _resource, root) => responsesOf(call, [self], wantedOf(root))

/** Names of one level, and levels. */
const maxNames = 50
const maxLevels = 3

const expandedValue = async (call: DavCall, value: string, asked: XmlElement, level: number): Promise<string> => {
  const inner = asked.children.filter((one) => one.ns === DAV && one.name === 'property')
  if (inner.length === 0 || level >= maxLevels) return value
  const parts: string[] = []
  for (const [, path = ''] of value.matchAll(/<D:href>(\/[^<]*)<\/D:href>/g)) {
    const resource = await findThere(call, path).catch((error: unknown) => {
      if (error instanceof DavFault) return undefined
      throw error
    })
    if (resource) parts.push(await expandedResponse(call, resource, inner, level + 1))
  }
  return parts.length > 0 ? parts.join('') : value
}

const expandedResponse = async (
  call: DavCall,
  resource: Resource,
  asked: readonly XmlElement[],
  level: number,
): Promise<string> => {
  if (asked.length > maxNames) throw new DavFault(400)
  const there: string[] = []
  const missing: string[] = []
  for (const one of asked) {
    const name = { ns: one.attributes.get('namespace') ?? DAV, name: one.attributes.get('name') ?? '' }
    if (!/^[A-Za-z_][\w.-]{0,100}$/.test(name.name)) throw new DavFault(400)
    const value = propertyValue(name, resource, call.principal)
    if (value === undefined) missing.push(named(name))
    else there.push(named(name, await expandedValue(call, value, one, level)))
  }
  const propstat = (status: string, properties: readonly string[]): string =>
    properties.length === 0 ? '' : dav('propstat', dav('prop', ...properties), dav('status', `HTTP/1.1 ${status}`))
  return dav(
    'response',
    dav('href', escapeXml(hrefOf(call.principal, resource))),
    propstat('200 OK', there) + propstat('404 Not Found', missing),
  )
}

/** RFC 3253 §3.8: properties, and in place of the addresses in them the properties of what is there. */
export const expandProperty: Report = async (call, resource, root) => {
  const asked = root.children.filter((one) => one.ns === DAV && one.name === 'property')
  const response = await expandedResponse(call, resource, asked, 0)
  return (async function* () {
    yield response
  })()
}
