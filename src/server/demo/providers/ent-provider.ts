/** A simulated ENT that signs people in: OpenID Connect with the attributes of the SDET. */
import { places, run, sendText } from '../services/program.ts'
import { createOidcSimulator } from './oidc-simulator.ts'
import { entPeople } from './people.data.ts'

const { service: here, provider: home } = places()

const oidc = createOidcSimulator({
  id: 'ent',
  name: 'ENT départemental (simulé)',
  issuer: here,
  path: '/oidc',
  clientId: 'convergence',
  clientSecret: process.env.CLIENT_SECRET ?? '',
  redirectUri: `${home}/federation/ent/callback`,
  home,
  people: entPeople,
  claims: (person) => ({
    given_name: person.givenName,
    family_name: person.familyName,
    ENTPersonJointure: person.refIds,
    ENTPersonProfils: [person.affiliation],
    ...(person.uai === undefined ? {} : { ENTPersonStructRattachRNE: [person.uai] }),
    // Never verified: it must not open anybody's mailbox.
    ...(person.mail === undefined ? {} : { email: person.mail, email_verified: false }),
  }),
})

run(async (visit) => {
  if (!(await oidc.handle(visit))) sendText(visit, 'Page introuvable\n', 404)
})
