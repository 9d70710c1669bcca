/**
 * An identifier of a person that is different for every service, so that services cannot compare their files: derived
 * from the person's random subject, which is shown to nobody, under the installation's key.
 */
import { createHmac } from 'node:crypto'
import type { People } from '../people/people.ts'

/** Forty hexadecimal digits, so that services that fold case or bound lengths keep them apart. Stable for the party. */
export const pairwiseId = (people: People, subject: string, party: { readonly id: number }): string =>
  createHmac('sha256', people.key).update(`pairwise\n${party.id}\n${subject}`).digest('hex').slice(0, 40)
