/** The simulated EduConnect: SAML 2.0 and OpenID Connect, at the addresses of the real one. */
import { places, run, sendText } from '../services/program.ts'
import { createOidcSimulator } from './oidc-simulator.ts'
import { families } from './people.data.ts'
import { createSamlSimulator } from './saml-simulator.ts'

const { service: here, provider: home } = places()
const { SAML_KEY: key = '', SAML_CERTIFICATE: certificate = '', CLIENT_SECRET: clientSecret = '' } = process.env
const look = { id: 'educonnect', name: 'EduConnect (simulé)' }

const saml = createSamlSimulator({
  ...look,
  here,
  home,
  serviceMetadata: `${home}/federation/educonnect/metadata`,
  key,
  certificate,
})
const oidc = createOidcSimulator({
  ...look,
  issuer: here,
  path: '/idp/profile/oidc',
  clientId: 'convergence',
  clientSecret,
  redirectUri: `${home}/federation/educonnect-oidc/callback`,
  home,
  people: families,
  claims: (person) => ({
    given_name: person.givenName,
    family_name: person.familyName,
    birthdate: person.birthDate,
    FrEduCtPersonAffiliation: [person.affiliation],
    FrEduCtRefId: person.refIds,
    ...(person.uai === undefined ? {} : { FrEduCtEleveUAI: person.uai }),
  }),
})

run(async (visit) => {
  if (!(await saml.handle(visit)) && !(await oidc.handle(visit))) sendText(visit, 'Page introuvable\n', 404)
})
