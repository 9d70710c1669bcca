/**
 * The door of this room: WebDAV, CardDAV and CalDAV (RFC 4918, 3744 read only, 4791, 5397, 5689, 6352, 6578) without HTTP,
 * which server/http/dav.ts puts around it.
 */
import type { Context } from '#domain/context.ts'
import { failureResponse } from './failure.ts'
import { DavFault } from './fault.ts'
import { mkcol, proppatch } from './method/collections.ts'
import { copy, move } from './method/copy.ts'
import { get, put, remove } from './method/items.ts'
import { propfind } from './method/propfind.ts'
import { report } from './report/report.ts'
import type { DavCall, DavRequest, DavResponse } from './request.ts'

export { maxSourceOctets } from '#domain/contacts/limits.data.ts'
export type { DavRequest, DavResponse } from './request.ts'
export { hrefs, mount } from './resources.ts'

type Method = (call: DavCall) => Promise<DavResponse>

/** Every method of this server (law 11). */
const methods: Readonly<Record<string, Method>> = {
  GET: get,
  HEAD: get,
  PUT: put,
  DELETE: remove,
  COPY: copy,
  MOVE: move,
  PROPFIND: propfind,
  PROPPATCH: proppatch,
  MKCOL: mkcol,
  MKCALENDAR: mkcol,
  REPORT: report,
}

export const davMethods: readonly string[] = Object.keys(methods)

/** Methods of WebDAV that we have not: answered with 405 and what there is instead. */
export const refusedMethods: readonly string[] = ['LOCK', 'UNLOCK', 'ACL', 'POST']

/** What OPTIONS tells, to everybody. */
export const davHeaders: Readonly<Record<string, string>> = {
  allow: ['OPTIONS', ...davMethods].join(', '),
  dav: '1, 3, access-control, extended-mkcol, addressbook, calendar-access',
  'ms-author-via': 'DAV',
}

/** Answers a request. Throws what is for the application: Failure unauthenticated, throttled, and the unforeseen. */
export const answerDav = async (ctx: Context, request: DavRequest): Promise<DavResponse> => {
  try {
    const method = methods[request.method]
    if (!method) throw new DavFault(405, undefined, { allow: davHeaders.allow ?? '' })
    return await method({ ctx, request, principal: request.principal })
  } catch (error) {
    const answer = failureResponse(error)
    if (!answer) throw error
    return answer
  }
}
