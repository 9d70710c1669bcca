/** Refusals of the CAS protocol (CAS Protocol 3.0.2 §2.5.3, §2.7.3), and the one place that maps our failures to them. */
import { isFailure } from '#base/failure.ts'

export type CasCode =
  | 'INVALID_REQUEST'
  | 'INVALID_TICKET'
  | 'INVALID_SERVICE'
  | 'INVALID_PROXY_CALLBACK'
  | 'UNAUTHORIZED_SERVICE_PROXY'
  | 'UNAUTHORIZED_SERVICE'
  | 'INTERNAL_ERROR'

/** The description is read by the developers of services: it never repeats what a stranger sent, but the service's host. */
export class CasFailure extends Error {
  readonly code: CasCode
  constructor(code: CasCode, description: string) {
    super(description)
    this.name = 'CasFailure'
    this.code = code
  }
}

/** Any error as a refusal; `report` is told of those that are nobody's fault but ours. */
export const casFailure = (error: unknown, report: (cause: unknown) => void): CasFailure => {
  if (error instanceof CasFailure) return error
  if (isFailure(error, 'invalid') && error.property === 'identifier')
    return new CasFailure('INVALID_TICKET', 'the person has no identifier of the kind this service asks for')
  if (isFailure(error, 'invalid') || isFailure(error, 'tooLarge'))
    return new CasFailure('INVALID_REQUEST', 'the request is not understood')
  report(error)
  return new CasFailure('INTERNAL_ERROR', 'something went wrong; try again')
}
