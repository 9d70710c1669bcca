/** The row of "Pratic", and the secret that the program is given. */
import { createHmac } from 'node:crypto'
import { getRelyingParty, type PartyDraft } from '#domain/access/relying-parties.ts'
import { closeMetadata, metadataOf } from '#protocol/oidc/clients.ts'
import type { House } from '../../house.ts'
import type { DemoServiceSpec, Places } from './spec.ts'

const id = 'pratic'

/** The same at every start, and known to nobody else. */
const secretOf = ({ people }: House): string =>
  createHmac('sha256', people.key).update('demonstration service pratic').digest('base64url')

const metadataFor = ({ service }: Places, secret: string) => ({
  client_secret: secret,
  redirect_uris: [`${service}/retour`],
  post_logout_redirect_uris: [`${service}/deconnecte`],
  backchannel_logout_uri: `${service}/deconnexion-serveur`,
  backchannel_logout_session_required: true,
  token_endpoint_auth_method: 'client_secret_basic',
  scope: 'openid profile email education',
})

/** The metadata as it is stored: what is there already when it says the same, so that the row is not written each time. */
const stored = async (house: House, at: Places): Promise<Record<string, unknown>> => {
  const { people, store } = house
  const wanted = metadataFor(at, secretOf(house))
  const party = await store.read((tx) => getRelyingParty(tx, 'oidc', id))
  const known: Record<string, unknown> = party ? { ...metadataOf(people, party) } : {}
  const same = Object.entries(wanted).every(([name, value]) => JSON.stringify(known[name]) === JSON.stringify(value))
  return party && same ? { ...party.config.client } : closeMetadata(people, id, wanted)
}

/** OpenID Connect: code with PKCE, a pairwise subject, claims of the session's profile, log-out by the back channel. */
export const pratic: DemoServiceSpec = {
  id,
  name: 'Pratic',
  protocol: 'oidc',
  file: 'pratic.ts',
  party: async (at, house): Promise<PartyDraft<'oidc'>> => ({
    protocol: 'oidc',
    name: 'Pratic',
    key: id,
    rules: {
      identifier: 'pairwise',
      attributes: [
        'displayName',
        'givenName',
        'sn',
        'mail',
        'profile',
        'uai',
        'schoolName',
        'ENTPersonProfils',
        'ENTEleveClasses',
        'ENTAuxEnsClasses',
      ],
      profileSeries: 'both',
      url: `${at.service}/`,
      description: 'Ressources pratiques (démonstration, OpenID Connect)',
    },
    config: { client: await stored(house, at) },
  }),
  environment: (_at, house) => ({ CLIENT_ID: id, CLIENT_SECRET: secretOf(house) }),
}
