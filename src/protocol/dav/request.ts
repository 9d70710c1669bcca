/** What a WebDAV request is here, without HTTP (RFC 4918). */
import type { Context } from '#domain/context.ts'
import { DavFault } from './fault.ts'

export interface DavPrincipal {
  readonly accountId: number
  readonly login: string
  readonly name: string
  readonly email: string
  /** What a token was given for; undefined: a password, which opens everything of its use. */
  readonly scopes?: readonly string[]
}

export interface DavRequest {
  readonly method: string
  /** As in the request line, without a query; begins with the mount. */
  readonly path: string
  readonly header: (name: string) => string | undefined
  readonly body: string
  readonly principal: DavPrincipal
}

export interface DavResponse {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | AsyncIterable<string>
}

/** What every method is given. */
export interface DavCall {
  readonly ctx: Context
  readonly request: DavRequest
  readonly principal: DavPrincipal
}

/** `infinity` is what an absent header means (RFC 4918 §9.1). Throws DavFault 400. */
export const depthOf = (request: DavRequest): '0' | '1' | 'infinity' => {
  const depth = (request.header('depth') ?? 'infinity').trim().toLowerCase()
  if (depth === '0' || depth === '1' || depth === 'infinity') return depth
  throw new DavFault(400)
}

const tags = (header: string): string[] => [...header.matchAll(/(?:W\/)?"[^"]*"|\*/g)].map(([tag]) => tag)

/** If-None-Match compares weakly (RFC 9110 §13.1.2), `*` stands for whatever is there. */
export const noneMatches = (header: string, etag: string | undefined): boolean =>
  !tags(header).some((tag) => (tag === '*' ? etag !== undefined : tag.replace(/^W\//, '') === etag))

/**
 * The If header (RFC 4918 §10.4): true when one of its lists holds. Lists of another resource hold by what needs no look at
 * it; there are no locks here, so no state token is ever that of a resource.
 */
export const ifHolds = (header: string, path: string, etag: string | undefined): boolean => {
  let isHere = true
  let inList = false
  let negated = false
  let holds = true
  for (const [token, uri, tag] of header.matchAll(/<([^>]*)>|\[([^\]]*)\]|\(|\)|not/gi)) {
    if (token === '(') {
      inList = true
      negated = false
      holds = true
    } else if (token === ')') {
      if (inList && holds) return true
      inList = false
    } else if (/^not$/i.test(token)) negated = true
    else if (!inList && uri !== undefined) isHere = uri.replace(/^https?:\/\/[^/]+/i, '') === path
    else {
      const isSo = tag !== undefined && isHere && etag !== undefined && tag.replace(/^W\//, '') === etag
      if (isSo === negated) holds = false
      negated = false
    }
  }
  return false
}

/** Throws DavFault 412 unless what is there (undefined: nothing) is what the client expects (RFC 9110 §13.1, RFC 4918 §10.4). */
export const checkConditions = (request: DavRequest, etag: string | undefined): void => {
  const match = request.header('if-match')
  const none = request.header('if-none-match')
  const lists = request.header('if')
  if (match !== undefined && !tags(match).some((tag) => (tag === '*' ? etag !== undefined : tag === etag)))
    throw new DavFault(412)
  if (none !== undefined && !noneMatches(none, etag)) throw new DavFault(412)
  if (lists !== undefined && !ifHolds(lists, request.path, etag)) throw new DavFault(412)
}
