/** REPORT (RFC 3253 §3.6): which there are, and where. */
import { parseBody } from '../body.ts'
import { xmlType } from '../failure.ts'
import { DavFault } from '../fault.ts'
import { CALDAV, CARDDAV, DAV, dav, keyOf, multistatus } from '../names.ts'
import type { DavCall, DavResponse } from '../request.ts'
import { findThere } from '../resources.ts'
import { freeBusy } from './free-busy.ts'
import { cardQuery, eventQuery, multiget } from './objects.ts'
import { aclPrincipals, expandProperty, principalMatch, principalSearch, searchProperties } from './principals.ts'
import type { Report } from './responses.ts'
import { isSupported } from './supported.ts'
import { syncCollection } from './sync.ts'

/** Every report (law 11); where each is answered is said in supported.ts. */
const reports: Readonly<Record<string, Report>> = {
  [keyOf({ ns: CARDDAV, name: 'addressbook-multiget' })]: multiget,
  [keyOf({ ns: CARDDAV, name: 'addressbook-query' })]: cardQuery,
  [keyOf({ ns: CALDAV, name: 'calendar-multiget' })]: multiget,
  [keyOf({ ns: CALDAV, name: 'calendar-query' })]: eventQuery,
  [keyOf({ ns: CALDAV, name: 'free-busy-query' })]: freeBusy,
  [keyOf({ ns: DAV, name: 'sync-collection' })]: syncCollection,
  [keyOf({ ns: DAV, name: 'expand-property' })]: expandProperty,
  [keyOf({ ns: DAV, name: 'principal-match' })]: principalMatch,
  [keyOf({ ns: DAV, name: 'principal-property-search' })]: principalSearch,
  [keyOf({ ns: DAV, name: 'principal-search-property-set' })]: searchProperties,
  [keyOf({ ns: DAV, name: 'acl-principal-prop-set' })]: aclPrincipals,
}

export const report = async (call: DavCall): Promise<DavResponse> => {
  const resource = await findThere(call)
  const root = parseBody(call.request.body)
  const run = reports[keyOf(root)]
  if (!run || !isSupported(resource, root)) throw new DavFault(403, dav('supported-report'))
  const answer = await run(call, resource, root)
  if ('status' in answer) return answer
  return { status: 207, headers: { 'content-type': xmlType }, body: multistatus(answer) }
}
