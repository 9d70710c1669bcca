/** What a provider means, as its form holds it: texts, until they are sent. */
import { type Body, list, record, text } from '../../../shell/request.ts'
import { linesOf } from './lines.ts'

export interface Meaning {
  /** Names of attributes by fact, between spaces or commas. */
  readonly claims: Readonly<Record<string, string>>
  readonly affiliations: readonly { readonly key: string; readonly name: string; readonly kind: string }[]
  readonly academy: string
  readonly logout: string
  /** One a line. */
  readonly strongClasses: string
}

export const meaningOf = (config: Body): Meaning => ({
  claims: Object.fromEntries(
    Object.entries(record(config.claims)).map(([fact, names]) => [fact, list(names).map(text).join(' ')]),
  ),
  affiliations: Object.entries(record(config.affiliations)).map(([name, kind]) => ({
    key: name,
    name,
    kind: text(kind),
  })),
  academy: text(config.academy),
  logout: text(config.logout) || 'none',
  strongClasses: list(config.strongClasses).map(text).join('\n'),
})

/** Lines without a name say nothing. */
export const meaningBody = ({ claims, affiliations, academy, logout, strongClasses }: Meaning): Body => ({
  claims: Object.fromEntries(Object.entries(claims).map(([fact, names]) => [fact, linesOf(names)])),
  affiliations: Object.fromEntries(
    affiliations.filter(({ name }) => name.trim() !== '').map(({ name, kind }) => [name.trim(), kind]),
  ),
  academy: academy.trim(),
  logout,
  strongClasses: linesOf(strongClasses),
})
