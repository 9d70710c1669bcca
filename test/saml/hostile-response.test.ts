/** Attacks on us as a service: every forged, replayed, misdirected or oversized response is refused. */
import { createPrivateKey } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Said, writeResponse } from '#protocol/saml/assertion.ts'
import { algorithm } from '#protocol/saml/names.ts'
import { openResponse } from '#protocol/saml/sp.ts'
import { wrap, wrappings } from './attacks.ts'
import { keyNamed } from './rig.ts'

const now = Date.now()
const acs = 'https://guichet.ecole.test/federation/educonnect/acs'
const audience = 'https://guichet.ecole.test/federation/educonnect/metadata'
const issuer = 'https://educonnect.example/idp'

const keyOf = (name: string) => ({ key: createPrivateKey(keyNamed(name).key), certificate: keyNamed(name).certificate })

const said: Said = {
  issuer,
  audience,
  acs,
  inResponseTo: '_request',
  now,
  nameId: { value: 'lea', format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' },
  sessionIndex: '_s',
  authenticatedAt: now,
  contextClass: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
  attributes: [{ name: 'uid', values: ['lea'] }],
}

const write = (
  change: Partial<Said> = {},
  how: { sign?: 'assertion' | 'response' | 'both'; by?: string; encrypt?: boolean } = {},
) =>
  writeResponse(
    { ...said, ...change },
    {
      key: keyOf(how.by ?? 'provider'),
      sign: how.sign ?? 'both',
      encryptFor: how.encrypt ? keyNamed('us').certificate : undefined,
    },
  )

const open = (xml: string, here = {}) =>
  openResponse(
    xml,
    { issuer, certificates: [keyNamed('provider').certificate] },
    { audience, acs, decryption: [createPrivateKey(keyNamed('us').key)], now, ...here },
  )

test.each(['assertion', 'response', 'both'] as const)('a good response with %s signed is read', async (sign) => {
  for (const encrypt of [false, true]) {
    const statement = await open(await write({}, { sign, encrypt }))
    expect(statement.nameId.value).toBe('lea')
    expect(statement.attributes).toEqual({ uid: ['lea'] })
    expect(statement.inResponseTo).toBe('_request')
  }
})

test.each(wrappings)('$name is refused, or only what was signed is read', async ({ name, over }) => {
  for (const sign of [over, 'both'] as const) {
    const xml = wrap(name, await write({}, { sign }))
    expect(xml).toContain('evil')
    const read = await open(xml).then(
      ({ nameId }) => nameId.value,
      (error: Error) => error.message,
    )
    expect(read).toMatch(/^(?:SAML|signature|XML)/)
  }
})

test.each([
  ['of another key', () => write({}, { by: 'evil' })],
  ['for another audience', () => write({ audience: 'https://other.example' })],
  ['for another recipient', () => write({ acs: 'https://other.example/acs' })],
  ['of another issuer', () => write({ issuer: 'https://evil.example/idp' })],
  ['that has expired', () => write({ now: now - 20 * 60_000 })],
  ['of tomorrow', () => write({ now: now + 24 * 3_600_000 })],
] as const)('a response %s is refused', async (_what, make) => {
  await expect(open(await make())).rejects.toThrow(/SAML|signature/)
})

test('a response that nobody signed is refused', async () => {
  const xml = (await write({}, { sign: 'response' })).replace(/<ds:Signature[\s\S]*?<\/ds:Signature>/, '')
  await expect(open(xml)).rejects.toThrow(/nothing is signed/)
})

test('an encrypted assertion that nobody signed is refused', async () => {
  const xml = (await write({}, { sign: 'response', encrypt: true })).replace(
    /<ds:Signature[\s\S]*?<\/ds:Signature>/,
    '',
  )
  await expect(open(xml)).rejects.toThrow(/signed/)
})

test('a name changed after the signature is refused', async () => {
  await expect(open((await write()).replaceAll('>lea<', '>eva<'))).rejects.toThrow(/signature/)
})

test('a comment, CDATA or processing instruction in a name is refused, not read as half of it', async () => {
  const xml = await write({ nameId: { ...said.nameId, value: 'lea.garnier' } })
  for (const cut of ['<!---->', '<![CDATA[]]>', '<?x?>'])
    await expect(open(xml.replace('>lea.garnier<', `>lea${cut}.garnier<`))).rejects.toThrow(/XML/)
})

test('comments in a digest are refused (CVE-2025-29775)', async () => {
  const xml = await write()
  await expect(open(xml.replace('<ds:DigestValue>', '<ds:DigestValue><!--x-->'))).rejects.toThrow(/XML/)
})

test('two SignedInfo are refused (CVE-2025-29774)', async () => {
  const xml = await write({}, { sign: 'response' })
  const info = /<ds:SignedInfo>[\s\S]*?<\/ds:SignedInfo>/.exec(xml)?.[0] ?? ''
  await expect(open(xml.replace(info, info + info))).rejects.toThrow(/SignedInfo|XML/)
})

test('an element of the same name in another namespace is not taken for the one that is signed', async () => {
  const xml = await write({}, { sign: 'assertion' })
  const decoy = '<e:Assertion xmlns:e="urn:evil" ID="_evil"><e:Subject>evil</e:Subject></e:Assertion>'
  expect((await open(xml.replace('<saml:Assertion', `${decoy}<saml:Assertion`))).nameId.value).toBe('lea')
  await expect(open(xml.replaceAll('urn:oasis:names:tc:SAML:2.0:assertion', 'urn:evil'))).rejects.toThrow(/SAML/)
})

test('SHA-1, HMAC and methods of another kind of key are refused', async () => {
  const xml = await write({}, { sign: 'response' })
  for (const method of [
    'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
    'http://www.w3.org/2000/09/xmldsig#hmac-sha1',
    algorithm.ecdsaSha256,
  ])
    await expect(open(xml.replace(algorithm.rsaSha256, method))).rejects.toThrow(/signature/)
  await expect(
    open(
      xml.replace(
        `DigestMethod Algorithm="${algorithm.sha256}"`,
        'DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"',
      ),
    ),
  ).rejects.toThrow(/digest/)
})

test('the certificate that a message brings is not believed', async () => {
  const xml = await write({}, { by: 'evil', sign: 'response' })
  expect(xml).toContain(keyNamed('evil').certificate.split('\n')[1])
  await expect(open(xml)).rejects.toThrow(/not valid/)
})

test('external entities, bombs and large messages are refused before anything is read', async () => {
  const xml = await write()
  await expect(open(`<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${xml}`)).rejects.toThrow(/XML/)
  const bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
  await expect(open(bomb + xml.replace('>lea<', '>&b;<'))).rejects.toThrow(/XML/)
  await expect(open(xml + ' '.repeat(300_000))).rejects.toThrow(/XML/)
  await expect(open(`${'<a>'.repeat(100)}${'</a>'.repeat(100)}`)).rejects.toThrow(/XML/)
})

test('encryption that can be turned into an oracle is refused', async () => {
  const xml = await write({}, { encrypt: true, sign: 'assertion' })
  await expect(open(xml.replace(algorithm.aes256gcm, algorithm.aes256cbc))).rejects.toThrow(/encryption/)
  await expect(open(xml.replace(algorithm.rsaOaep, 'http://www.w3.org/2001/04/xmlenc#rsa-1_5'))).rejects.toThrow(
    /encryption/,
  )
})

test('a refusal by the provider is told as one', async () => {
  const xml = (await write({}, { sign: 'assertion' })).replace('status:Success', 'status:Responder')
  await expect(open(xml)).rejects.toMatchObject({ code: 'unauthenticated' })
})
