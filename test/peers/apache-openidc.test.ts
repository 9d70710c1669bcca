/** mod_auth_openidc, the relying party that most services are put behind, against our OpenID provider. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { revokeSession } from '#domain/people/session-end.ts'
import { Browser, type OidcRig, openOidc, secret } from '../oidc/rig.ts'
import { type Apache, apacheMissing, startApache } from './apache.ts'

const missing = apacheMissing()

describe.skipIf(missing !== undefined)(`Apache with mod_auth_openidc${missing ? ` (${missing})` : ''}`, () => {
  let rig: OidcRig
  let apache: Apache
  beforeAll(async () => {
    rig = await openOidc()
    apache = await startApache(mkdtempSync(join(tmpdir(), 'apache-')), async (origin) => {
      const redirect = `${origin}/inside/back`
      await rig.service('apache', {
        redirect_uris: [redirect],
        backchannel_logout_uri: `${redirect}?logout=backchannel`,
        backchannel_logout_session_required: true,
      })
      return [
        `OIDCProviderMetadataURL ${rig.origin}/oidc/.well-known/openid-configuration`,
        'OIDCClientID apache',
        `OIDCClientSecret ${secret}`,
        `OIDCRedirectURI ${redirect}`,
        'OIDCCryptoPassphrase a-passphrase-of-this-test',
        'OIDCScope "openid profile email"',
        'OIDCPKCEMethod S256',
        'OIDCIDTokenSignedResponseAlg RS256',
        'OIDCPassClaimsAs environment',
      ].join('\n')
    })
  })
  afterAll(async () => {
    await apache?.stop()
    await rig?.close()
  })

  test('a person enters, is known by name, and is out when the session ends', async () => {
    const person = await rig.signedIn()
    const there = new Browser(apache.origin)
    const asked = await there.open('/inside/')
    expect(asked.status, apache.log()).toBe(302)
    const answer = await person.browser.follow(asked.location)
    expect(answer.location, `${asked.location}\n${answer.body}`).toContain(`${apache.origin}/inside/back?code=`)
    const inside = await there.follow(answer.location)
    expect([inside.status, inside.body.trim()], apache.log()).toEqual([200, 'you are inside'])
    expect(inside.headers.get('x-person')).toBe('Personne anne.martin')
    await revokeSession(rig.people.people, { accountId: rig.account, login: 'anne.martin' }, person.session)
    await rig.runner.idle()
    expect((await there.open('/inside/')).status, apache.log()).toBe(302)
  })
})
