/** Failures as SCIM answers (RFC 7644 §3.12): status, scimType where the RFC names one, and one sentence. */
import { type FailureCode, isFailure } from '#base/failure.ts'

/** RFC 7644 §3.12, table 9. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'

/** What the protocol itself refuses. */
export class ScimError extends Error {
  readonly status: number
  readonly scimType: ScimType | undefined
  constructor(status: number, message: string, scimType?: ScimType) {
    super(message)
    this.name = 'ScimError'
    this.status = status
    this.scimType = scimType
  }
}

const statusOf: Readonly<Partial<Record<FailureCode, readonly [status: number, scimType?: ScimType]>>> = {
  notFound: [404],
  forbidden: [403],
  unauthenticated: [401],
  invalid: [400, 'invalidValue'],
  unsupported: [501],
  conflict: [409, 'uniqueness'],
  alreadyExists: [409, 'uniqueness'],
  tooMany: [400, 'tooMany'],
  tooLarge: [413],
  throttled: [429],
  unavailable: [503],
}

export const errorSchema = 'urn:ietf:params:scim:api:messages:2.0:Error'

export interface ScimErrorBody {
  readonly schemas: readonly [typeof errorSchema]
  readonly status: string
  readonly scimType?: ScimType
  readonly detail: string
}

const bodyOf = (status: number, detail: string, scimType?: ScimType): ScimErrorBody => ({
  schemas: [errorSchema],
  // A string, as the RFC has it.
  status: String(status),
  ...(scimType === undefined ? {} : { scimType }),
  detail,
})

/** The answer to a failure; undefined when it is none of ours and must be logged. */
export const scimFailure = (error: unknown): { status: number; body: ScimErrorBody } | undefined => {
  if (error instanceof ScimError)
    return { status: error.status, body: bodyOf(error.status, error.message, error.scimType) }
  if (!isFailure(error)) return
  const [status, scimType] = statusOf[error.code] ?? [500]
  const about = error.property === undefined ? '' : ` (${error.property})`
  return { status, body: bodyOf(status, `${error.message}${about}`, scimType) }
}
