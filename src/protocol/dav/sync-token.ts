/** Sync tokens (RFC 6578 §3): URIs around the account's modseq. */
import type { SyncPoint } from '#domain/sync/collection-changes.ts'
import { DavFault } from './fault.ts'
import { dav } from './names.ts'

const scheme = 'urn:convergence:sync:'

export const tokenOf = ({ modseq, id, first }: SyncPoint): string =>
  `${scheme}${modseq}${id === undefined ? '' : `-${id}`}${first ? '-first' : ''}`

/** The point of a token; undefined for the empty one. Throws DavFault 403 valid-sync-token. */
export const pointOf = (token: string): SyncPoint | undefined => {
  if (token === '') return undefined
  const match = /^(\d{1,15})(?:-(\d{1,15})(-first)?)?$/.exec(token.startsWith(scheme) ? token.slice(scheme.length) : '')
  if (!match) throw new DavFault(403, dav('valid-sync-token'))
  return {
    modseq: Number(match[1]),
    ...(match[2] === undefined ? {} : { id: Number(match[2]) }),
    ...(match[3] === undefined ? {} : { first: true }),
  }
}
