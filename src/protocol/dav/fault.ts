/** What ends a request of WebDAV. */

/** Ends a request with a status; `condition` is the precondition that did not hold (RFC 4918 §16). */
export class DavFault extends Error {
  override readonly name = 'DavFault'
  readonly status: number
  readonly condition: string | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, condition?: string, headers: Readonly<Record<string, string>> = {}) {
    super(`${status}`)
    this.status = status
    this.condition = condition
    this.headers = headers
  }
}
