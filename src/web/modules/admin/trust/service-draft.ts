/** A service as its form holds it: texts and choices, and what of them the server is sent. Pure. */
import { type Body, list, record, text } from '../../../shell/request.ts'
import { linesOf } from './lines.ts'
import type { Service } from './trust-requests.ts'

export interface ServiceDraft {
  readonly protocol: Service['protocol']
  readonly name: string
  readonly key: string
  readonly metadata: string
  // who may enter, and what is told
  readonly everybody: boolean
  readonly profiles: readonly string[]
  readonly acr: string
  readonly identifier: string
  readonly attributes: readonly string[]
  readonly outside: boolean
  readonly url: string
  readonly description: string
  // CAS
  readonly logoutUrl: string
  readonly proxy: string
  readonly attributeShape: string
  readonly attributesOnV2: boolean
  // OpenID Connect
  readonly redirects: string
  readonly afterLogout: string
  readonly backchannelLogout: string
  readonly scopes: readonly string[]
  readonly grants: readonly string[]
  readonly algorithm: string
  readonly isPublic: boolean
  readonly noPkce: boolean
  // SAML
  readonly nameIdFormat: string
  readonly sign: string
  readonly oid: boolean
  readonly idpInitiated: boolean
}

export const emptyDraft: ServiceDraft = {
  protocol: 'cas',
  name: '',
  key: '',
  metadata: '',
  everybody: true,
  profiles: [],
  acr: '1',
  identifier: 'pairwise',
  attributes: [],
  outside: false,
  url: '',
  description: '',
  logoutUrl: '',
  proxy: '',
  attributeShape: 'jasig',
  attributesOnV2: false,
  redirects: '',
  afterLogout: '',
  backchannelLogout: '',
  scopes: ['openid', 'profile', 'email', 'education'],
  grants: ['authorization_code'],
  algorithm: 'RS256',
  isPublic: false,
  noPkce: false,
  nameIdFormat: '',
  sign: 'both',
  oid: false,
  idpInitiated: false,
}

const texts = (value: unknown): readonly string[] => list(value).map(text)
const lines = (value: unknown): string => texts(value).join('\n')

/** The form of a service that is there. */
export const draftOf = ({ protocol, name, key, rules, config }: Service): ServiceDraft => {
  const client = record(config.client)
  return {
    ...emptyDraft,
    protocol,
    name,
    key,
    everybody: rules.profiles === '*',
    profiles: texts(rules.profiles),
    acr: String(rules.acr ?? 1),
    identifier: text(rules.identifier),
    attributes: texts(rules.attributes),
    outside: rules.outside === true,
    url: text(rules.url),
    description: text(rules.description),
    logoutUrl: text(config.logoutUrl),
    proxy: text(record(config.proxy).callback),
    attributeShape: text(config.attributeShape) || 'jasig',
    attributesOnV2: config.attributesOnV2 === true,
    redirects: lines(client.redirect_uris),
    afterLogout: lines(client.post_logout_redirect_uris),
    backchannelLogout: text(client.backchannel_logout_uri),
    scopes: protocol === 'oidc' ? text(client.scope).split(' ').filter(Boolean) : emptyDraft.scopes,
    grants: protocol === 'oidc' ? texts(client.grant_types) : emptyDraft.grants,
    algorithm: text(client.id_token_signed_response_alg) || 'RS256',
    isPublic: client.token_endpoint_auth_method === 'none',
    noPkce: client.require_pkce === false,
    nameIdFormat: text(config.nameIdFormat),
    sign: text(config.sign) || 'both',
    oid: config.attributeNames === 'oid',
    idpInitiated: config.idpInitiated === true,
  }
}

/** Who may enter and what is told, as the server takes it. */
export const rulesOf = (draft: ServiceDraft): Body => ({
  profiles: draft.everybody ? '*' : draft.profiles,
  acr: Number(draft.acr),
  identifier: draft.identifier,
  attributes: draft.attributes,
  outside: draft.outside,
  url: draft.url.trim(),
  description: draft.description.trim(),
})

const ofProtocol = (draft: ServiceDraft): Body => {
  if (draft.protocol === 'cas')
    return {
      logoutUrl: draft.logoutUrl.trim(),
      proxy: draft.proxy.trim(),
      attributeShape: draft.attributeShape,
      attributesOnV2: draft.attributesOnV2,
    }
  if (draft.protocol === 'oidc')
    return {
      oidc: {
        redirects: linesOf(draft.redirects),
        afterLogout: linesOf(draft.afterLogout),
        backchannelLogout: draft.backchannelLogout.trim(),
        scopes: draft.scopes,
        grants: draft.grants,
        algorithm: draft.algorithm,
        isPublic: draft.isPublic,
        pkce: !draft.noPkce,
      },
    }
  return {
    ...(draft.metadata.trim() === '' ? {} : { metadata: draft.metadata }),
    ...(draft.nameIdFormat === '' ? {} : { nameIdFormat: draft.nameIdFormat }),
    sign: draft.sign,
    attributeNames: draft.oid ? 'oid' : 'plain',
    idpInitiated: draft.idpInitiated,
  }
}

/** Everything, to declare or change it. */
export const bodyOf = (draft: ServiceDraft): Body => ({
  protocol: draft.protocol,
  name: draft.name.trim(),
  key: draft.key.trim(),
  ...rulesOf(draft),
  ...ofProtocol(draft),
})
