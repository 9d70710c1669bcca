/** Privileges as they are told (RFC 3744 §5.3 to §5.8, RFC 4791 §6.1.1); nothing of them is changed over DAV. */
import { CALDAV, DAV, dav, type Name, named } from './names.ts'
import type { Resource } from './resources.ts'

const inDav = (...names: readonly string[]): Name[] => names.map((name) => ({ ns: DAV, name }))
const freeBusy: Name = { ns: CALDAV, name: 'read-free-busy' }

const reading = inDav('read', 'read-acl', 'read-current-user-privilege-set')
const own = [...reading, ...inDav('write', 'write-properties', 'write-content', 'bind', 'unbind')]

const isOwn = ({ kind }: Resource): boolean => kind === 'home' || kind === 'book' || kind === 'card'

const isOfCalendars = (resource: Resource): boolean => 'area' in resource && resource.area.ns === CALDAV

const privilegesOf = (resource: Resource): Name[] => {
  const names = isOwn(resource) ? own : reading
  return isOwn(resource) && isOfCalendars(resource) ? [...names, freeBusy] : names
}

const privilege = (name: Name): string => dav('privilege', named(name))

export const privilegeSet = (resource: Resource): string => privilegesOf(resource).map(privilege).join('')

const supported = (name: Name, description: string, ...inner: readonly string[]): string =>
  dav('supported-privilege', privilege(name), `<D:description xml:lang="en">${description}</D:description>`, ...inner)

/** The tree of privileges, what is part of what (§5.3). */
export const supportedPrivileges = (resource: Resource): string => {
  const [read, readAcl, readSet] = reading as [Name, Name, Name]
  const [write, properties, content, bind, unbind] = own.slice(reading.length) as [Name, Name, Name, Name, Name]
  return supported(
    { ns: DAV, name: 'all' },
    'Everything',
    supported(read, 'Read', ...(isOfCalendars(resource) ? [supported(freeBusy, 'Read free and busy times')] : [])),
    supported(readAcl, 'Read who may do what'),
    supported(readSet, 'Read what one may do'),
    supported(
      write,
      'Write',
      supported(properties, 'Write properties'),
      supported(content, 'Write content'),
      supported(bind, 'Add to a collection'),
      supported(unbind, 'Remove from a collection'),
    ),
  )
}

/** Who may do what (§5.5): the owner everything, of the tree above everybody who is signed in may read. */
export const acl = (resource: Resource, owner: string): string => {
  const who = isOwn(resource) ? dav('property', dav('owner')) : dav('href', owner)
  return dav('ace', dav('principal', who), dav('grant', ...privilegesOf(resource).map(privilege)), dav('protected'))
}
