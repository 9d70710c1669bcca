/** What every page of this room is given. */
import type { People } from '#domain/people/people.ts'

export interface Cas {
  readonly people: People
  /** Milliseconds within which a service or proxy ticket must be validated. */
  readonly ticketLife: number
  /** Name under which SAML 1.1 answers are issued. */
  readonly issuer: string
}

/** A transaction, as the store gives it. */
export type Transaction = Parameters<Parameters<People['ctx']['store']['writeGlobal']>[0]>[0]
