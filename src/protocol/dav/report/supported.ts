/** Which reports a resource answers (RFC 3253 §3.1.5): what is told, and what is held to. */
import { CALDAV, DAV, keyOf, type Name } from '../names.ts'
import type { Resource } from '../resources.ts'

const inDav = (...names: readonly string[]): Name[] => names.map((name) => ({ ns: DAV, name }))

/** RFC 3253 §3.8, RFC 3744 §9. */
const everywhere = inDav('expand-property', 'principal-property-search', 'principal-search-property-set')

export const supportedReportsOf = (resource: Resource): Name[] => {
  switch (resource.kind) {
    case 'root':
    case 'principals':
    case 'principal':
      return [...everywhere, ...inDav('principal-match')]
    case 'homes':
      return everywhere
    case 'home':
    case 'book':
    case 'card': {
      const { ns, resourceType } = resource.area
      const collection = resource.kind !== 'card'
      return [
        { ns, name: `${resourceType}-query` },
        { ns, name: `${resourceType}-multiget` },
        ...(collection && ns === CALDAV ? [{ ns, name: 'free-busy-query' }] : []),
        ...(resource.kind === 'book' ? inDav('sync-collection') : []),
        ...inDav('acl-principal-prop-set'),
        ...everywhere,
      ]
    }
  }
}

export const isSupported = (resource: Resource, name: Name): boolean =>
  supportedReportsOf(resource).some((one) => keyOf(one) === keyOf(name))
