/** The one place where failures become answers of WebDAV (law 8): a status and, where the RFCs name one, a condition. */
import { isFailure } from '#base/failure.ts'
import { DavFault } from './fault.ts'
import { CARDDAV, DAV, documentOf, named } from './names.ts'
import type { DavResponse } from './request.ts'

const condition = (ns: string, name: string): string => named({ ns, name })

export const xmlType = 'application/xml; charset=utf-8'

/** The fault behind whatever a domain verb threw; undefined for what nobody foresaw. */
const faultOf = (error: unknown): DavFault | undefined => {
  if (error instanceof DavFault) return error
  if (!isFailure(error)) return undefined
  switch (error.code) {
    case 'notFound':
      return new DavFault(error.property === undefined ? 404 : 409)
    case 'forbidden':
      return error.property === 'scope' ? undefined : new DavFault(403)
    case 'invalid':
    case 'unsupported':
      return new DavFault(400)
    case 'alreadyExists':
      return error.property === 'uid' ? new DavFault(409, condition(CARDDAV, 'no-uid-conflict')) : new DavFault(409)
    case 'conflict':
      return new DavFault(409)
    case 'tooLarge':
      return new DavFault(413, condition(CARDDAV, 'max-resource-size'))
    case 'tooMany':
    case 'overQuota':
      return new DavFault(507, condition(DAV, 'quota-not-exceeded'))
    case 'cannotCalculateChanges':
      return new DavFault(403, condition(DAV, 'valid-sync-token'))
    default:
      return undefined
  }
}

/** The answer to a failure; undefined when it is for the application to answer (who are you, try later, unknown). */
export const failureResponse = (error: unknown): DavResponse | undefined => {
  const fault = faultOf(error)
  if (!fault) return undefined
  const { status, headers } = fault
  if (fault.condition === undefined) return { status, headers }
  return {
    status,
    headers: { ...headers, 'content-type': xmlType },
    body: documentOf(DAV, 'error', fault.condition),
  }
}
