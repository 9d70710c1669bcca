import { expect, test } from 'vitest'
import { bodyOf, draftOf, emptyDraft } from './service-draft.ts'
import type { Service } from './trust-requests.ts'

const service = (protocol: Service['protocol'], config: object, rules: object = {}): Service => ({
  id: 7,
  protocol,
  name: 'Notes',
  key: 'notes',
  isActive: true,
  rules: { profiles: '*', acr: 2, identifier: 'mail', attributes: ['mail'], ...rules },
  config: { ...config },
  certificates: [],
})

test('a form that is sent back unchanged says what was declared', () => {
  const cas = { logoutUrl: 'https://a.test/out', proxy: { callback: 'https://a.test/pgt' }, attributeShape: 'flat' }
  expect(bodyOf(draftOf(service('cas', cas, { profiles: ['teacher'] })))).toMatchObject({
    protocol: 'cas',
    profiles: ['teacher'],
    acr: 2,
    identifier: 'mail',
    logoutUrl: 'https://a.test/out',
    proxy: 'https://a.test/pgt',
    attributeShape: 'flat',
  })
  const client = {
    redirect_uris: ['https://a.test/back', 'https://a.test/other'],
    scope: 'openid email',
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
    require_pkce: true,
  }
  expect(bodyOf(draftOf(service('oidc', { client })))).toMatchObject({
    oidc: { redirects: client.redirect_uris, scopes: ['openid', 'email'], isPublic: true, pkce: true },
  })
  const saml = bodyOf(draftOf(service('saml', { nameIdFormat: 'transient', attributeNames: 'oid' })))
  expect(saml).toMatchObject({ nameIdFormat: 'transient', attributeNames: 'oid', sign: 'both' })
  expect(saml).not.toHaveProperty('metadata')
})

test('addresses are one a line, or between commas', () => {
  const body = bodyOf({
    ...emptyDraft,
    protocol: 'oidc',
    redirects: ' https://a.test/1\n\nhttps://a.test/2, https://a.test/3 ',
  })
  expect(body.oidc).toMatchObject({ redirects: ['https://a.test/1', 'https://a.test/2', 'https://a.test/3'] })
})
