/** A service that registers itself (RFC 7591) does not choose how it is bound: neither then nor when it changes (RFC 7592). */
import * as client from 'openid-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, callback, type OidcRig, openOidc } from './rig.ts'

let rig: OidcRig
beforeAll(async () => {
  rig = await openOidc()
})
afterAll(() => rig.close())

const insecure = { execute: [client.allowInsecureRequests] }

test('PKCE is not to be done without, whatever the registration says', async () => {
  const boss = await rig.people.account('chef', { admin: true })
  const { browser } = await rig.signedIn(['pwd', 'otp', 'mfa'], boss)
  const given = JSON.parse((await browser.json('/auth/admin/oidc/registration', { label: 'Éditeur' })).body)
  const wanted = { redirect_uris: [callback], client_name: 'Éditeur', require_pkce: false }
  const initialAccessToken = String(given.token)
  const at = new URL(`${rig.origin}/oidc`)
  const registered = await client.dynamicClientRegistration(at, wanted, undefined, { initialAccessToken, ...insecure })
  const person = await rig.signedIn()
  const refusal = async () => {
    const { url } = await ask(registered, { scope: 'openid' })
    for (const name of ['code_challenge', 'code_challenge_method']) url.searchParams.delete(name)
    const { location } = await person.browser.follow(url.href)
    return location.startsWith(callback) ? new URL(location).searchParams.get('error') : 'no answer'
  }
  expect(await refusal()).toBe('invalid_request')
  const metadata = registered.clientMetadata()
  const { client_id, client_secret, registration_client_uri } = metadata
  const changed = await fetch(String(registration_client_uri), {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${String(metadata.registration_access_token)}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ ...wanted, client_id, client_secret, scope: 'openid mail:imap' }),
  })
  expect([changed.status, ((await changed.json()) as { scope?: string }).scope]).toEqual([200, 'openid'])
  expect(await refusal()).toBe('invalid_request')
})
