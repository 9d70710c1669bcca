/**
 * Live properties: which resource has which, and its value (RFC 4918 §15, RFC 3744 read only, RFC 5397, RFC 6352 §6 and
 * §7, RFC 6578, CalendarServer's getctag). One table; what is not in it is 404 in a propstat.
 */
import { maxMediaOctets, maxSourceOctets } from '#domain/contacts/limits.data.ts'
import { escapeXml } from '#format/xml/write.ts'
import { CALENDARSERVER, CARDDAV, card, DAV, dav, keyOf, type Name, named } from './names.ts'
import type { DavPrincipal } from './request.ts'
import { etagOf, hrefOf, hrefs, type Resource } from './resources.ts'
import { tokenOf } from './sync-token.ts'

/** What a property may need that is not at hand. */
export interface Loaded {
  /** The vCard of a card, in the version asked for. */
  readonly vcard?: string
}

type Value = (resource: Resource, principal: DavPrincipal, loaded: Loaded) => string | undefined

const href = (path: string): string => dav('href', escapeXml(path))

const forKinds =
  (kinds: readonly Resource['kind'][], value: Value): Value =>
  (resource, principal, loaded) =>
    kinds.includes(resource.kind) ? value(resource, principal, loaded) : undefined

const ofBook =
  (value: (book: Extract<Resource, { kind: 'book' }>['book']) => string): Value =>
  (resource) =>
    resource.kind === 'book' ? value(resource.book) : undefined

const ofCard =
  (value: (place: Extract<Resource, { kind: 'card' }>['place'], loaded: Loaded) => string | undefined): Value =>
  (resource, _principal, loaded) =>
    resource.kind === 'card' ? value(resource.place, loaded) : undefined

const resourceType: Value = ({ kind }) => {
  if (kind === 'card') return ''
  if (kind === 'principal') return dav('collection') + dav('principal')
  return dav('collection') + (kind === 'book' ? card('addressbook') : '')
}

const displayName: Value = (resource, principal) => {
  switch (resource.kind) {
    case 'book':
      return escapeXml(resource.book.name)
    case 'principal':
    case 'home':
      return escapeXml(principal.name || principal.login)
    default:
      return undefined
  }
}

const privileges = ['read', 'read-acl', 'read-current-user-privilege-set']
const ownPrivileges = [...privileges, 'write', 'write-properties', 'write-content', 'bind', 'unbind']

const privilegeSet: Value = ({ kind }) =>
  (kind === 'home' || kind === 'book' || kind === 'card' ? ownPrivileges : privileges)
    .map((name) => dav('privilege', dav(name)))
    .join('')

const report = (ns: string, name: string): string => dav('supported-report', dav('report', named({ ns, name })))

const reports = [
  report(CARDDAV, 'addressbook-query'),
  report(CARDDAV, 'addressbook-multiget'),
  report(DAV, 'sync-collection'),
].join('')

const collations = ['i;ascii-casemap', 'i;octet', 'i;unicode-casemap']

const addressData = ['3.0', '4.0']
  .map((version) => `<C:address-data-type content-type="text/vcard" version="${version}"/>`)
  .join('')

const httpDate = (ms: number): string => new Date(ms).toUTCString()

const table: readonly (readonly [Name, Value, isCheap?: boolean])[] = [
  [{ ns: DAV, name: 'resourcetype' }, resourceType, true],
  [{ ns: DAV, name: 'displayname' }, displayName, true],
  [{ ns: DAV, name: 'getetag' }, ofCard((place) => escapeXml(etagOf(place))), true],
  [{ ns: DAV, name: 'getcontenttype' }, ofCard(() => 'text/vcard; charset=utf-8'), true],
  [{ ns: DAV, name: 'getlastmodified' }, ofCard(({ updatedAt }) => httpDate(updatedAt)), true],
  [{ ns: DAV, name: 'creationdate' }, ofCard(({ createdAt }) => new Date(createdAt).toISOString()), true],
  [
    { ns: DAV, name: 'getcontentlength' },
    ofCard((_place, { vcard }) => (vcard === undefined ? undefined : String(Buffer.byteLength(vcard)))),
  ],
  [{ ns: CARDDAV, name: 'address-data' }, ofCard((_place, { vcard }) => vcard && escapeXml(vcard))],
  [{ ns: DAV, name: 'current-user-principal' }, (_resource, principal) => href(hrefs.principal(principal))],
  [
    { ns: DAV, name: 'principal-URL' },
    forKinds(['principal'], (_resource, principal) => href(hrefs.principal(principal))),
  ],
  [{ ns: DAV, name: 'principal-collection-set' }, () => href(hrefs.principals)],
  [{ ns: DAV, name: 'alternate-URI-set' }, forKinds(['principal'], () => '')],
  [{ ns: DAV, name: 'group-member-set' }, forKinds(['principal'], () => '')],
  [{ ns: DAV, name: 'group-membership' }, forKinds(['principal'], () => '')],
  [
    { ns: DAV, name: 'owner' },
    forKinds(['home', 'book', 'card'], (_resource, principal) => href(hrefs.principal(principal))),
  ],
  [{ ns: DAV, name: 'current-user-privilege-set' }, privilegeSet],
  [{ ns: DAV, name: 'supported-report-set' }, forKinds(['book'], () => reports)],
  [
    { ns: CARDDAV, name: 'addressbook-home-set' },
    forKinds(['principal'], (_resource, principal) => href(hrefs.home(principal))),
  ],
  [{ ns: CARDDAV, name: 'addressbook-description' }, ofBook(({ description }) => escapeXml(description))],
  [{ ns: CARDDAV, name: 'supported-address-data' }, ofBook(() => addressData)],
  [
    { ns: CARDDAV, name: 'supported-collation-set' },
    ofBook(() => collations.map((one) => card('supported-collation', one)).join('')),
  ],
  [{ ns: CARDDAV, name: 'max-resource-size' }, ofBook(() => String(maxSourceOctets))],
  [{ ns: CARDDAV, name: 'max-image-size' }, ofBook(() => String(maxMediaOctets))],
  [{ ns: DAV, name: 'sync-token' }, ofBook((book) => tokenOf({ modseq: book.modseq }))],
  [{ ns: CALENDARSERVER, name: 'getctag' }, ofBook((book) => `"${book.modseq}"`)],
]

const byKey = new Map(table.map(([name, value]) => [keyOf(name), value]))

/** What `allprop` gives: what RFC 4918 defines (§9.1). */
export const commonNames: readonly Name[] = table.flatMap(([name, , isCheap]) => (isCheap ? [name] : []))
export const allNames: readonly Name[] = table.map(([name]) => name)

/** Properties for which the vCard itself must be read. */
export const needsVCard = (names: readonly Name[]): boolean =>
  names.some(
    ({ ns, name }) => (ns === DAV && name === 'getcontentlength') || (ns === CARDDAV && name === 'address-data'),
  )

const propstat = (status: string, properties: readonly string[]): string =>
  properties.length === 0 ? '' : dav('propstat', dav('prop', ...properties), dav('status', `HTTP/1.1 ${status}`))

/** The response element of one resource. `quiet`: properties that it does not have are left out (Brief, allprop). */
export const responseOf = (
  resource: Resource,
  principal: DavPrincipal,
  names: readonly Name[],
  options: { readonly loaded?: Loaded; readonly quiet?: boolean; readonly namesOnly?: boolean } = {},
): string => {
  const there: string[] = []
  const missing: string[] = []
  for (const name of names) {
    const value = byKey.get(keyOf(name))?.(resource, principal, options.loaded ?? {})
    if (value !== undefined) there.push(named(name, options.namesOnly ? '' : value))
    else if (!options.quiet) missing.push(named(name))
  }
  const stats = propstat('200 OK', there) + propstat('404 Not Found', missing)
  const body = stats === '' ? dav('status', 'HTTP/1.1 200 OK') : stats
  return dav('response', href(hrefOf(principal, resource)), body)
}

/** The response element of what is not there, or not any more. */
export const missingResponse = (path: string, status = '404 Not Found'): string =>
  dav('response', href(path), dav('status', `HTTP/1.1 ${status}`))
