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

/** Throws DavFault 412 unless what is there (undefined: nothing) is what the client expects (RFC 9110 §13.1). */
export const checkConditions = (request: DavRequest, etag: string | undefined): void => {
  const match = request.header('if-match')
  const none = request.header('if-none-match')
  if (match !== undefined && !tags(match).some((tag) => (tag === '*' ? etag !== undefined : tag === etag)))
    throw new DavFault(412)
  if (none !== undefined && tags(none).some((tag) => (tag === '*' ? etag !== undefined : tag === etag)))
    throw new DavFault(412)
}
