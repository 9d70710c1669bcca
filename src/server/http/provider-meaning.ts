/** What a provider's attributes mean to us, as its form sends it: claims, affiliations, classes, sign-out. */
import { Failure } from '#base/failure.ts'
import { profileKinds } from '#domain/directory/profiles.ts'
import {
  type ClaimMap,
  type Fact,
  facts,
  logouts,
  type OidcProvider,
  type SamlProvider,
} from '#domain/federation/providers.ts'
import { objectIn, textsIn } from './admin-query.ts'
import { type Body, textIn } from './owner.ts'

const mostNames = 10
const longestName = 200
const mostAffiliations = 50

const invalid = (property: string, why: string): never => {
  throw new Failure('invalid', why, { property })
}

/** Names of attributes by what they tell; a fact without names is not looked for. */
const claimsIn = (body: Body): ClaimMap => {
  const given = objectIn({ names: body.claims }, 'names')
  const known = (name: string): name is Fact => facts.some((fact) => fact === name)
  const unknown = Object.keys(given).find((name) => !known(name))
  if (unknown !== undefined) invalid('names', `unknown fact ${unknown.slice(0, 40)}`)
  const named = facts.map((fact) => [fact, textsIn({ names: given[fact] }, 'names', mostNames, longestName)] as const)
  return Object.fromEntries(named.filter(([, names]) => names.length > 0))
}

const affiliationsIn = (body: Body): OidcProvider['affiliations'] => {
  const entries = Object.entries(objectIn(body, 'affiliations'))
  if (entries.length > mostAffiliations) invalid('affiliations', `at most ${mostAffiliations} affiliations`)
  return Object.fromEntries(
    entries.map(([value, wanted]) => {
      const kind = profileKinds.find((one) => one === wanted) ?? invalid('affiliations', 'unknown profile')
      if (value.trim() === '' || value.length > longestName) invalid('affiliations', 'an affiliation needs a value')
      return [value.trim(), kind]
    }),
  )
}

const academyIn = (body: Body): string => {
  const academy = textIn(body, 'academy', 3).trim()
  return /^\d{0,3}$/.test(academy) ? academy : invalid('academy', 'the code of an académie is a number')
}

/** The configuration with what the body changes of it. Throws Failure invalid. */
export const withMeaning = <T extends OidcProvider | SamlProvider>(body: Body, before: T): T => {
  const academy = body.academy === undefined ? (before.academy ?? '') : academyIn(body)
  const { academy: _, ...rest } = before
  return {
    ...(rest as T),
    ...(academy === '' ? {} : { academy }),
    claims: body.claims === undefined ? before.claims : claimsIn(body),
    affiliations: body.affiliations === undefined ? before.affiliations : affiliationsIn(body),
    strongClasses:
      body.strongClasses === undefined ? before.strongClasses : textsIn(body, 'strongClasses', 20, longestName),
    logout:
      body.logout === undefined
        ? before.logout
        : (logouts.find((one) => one === body.logout) ?? invalid('logout', 'unknown way to sign out')),
  }
}
