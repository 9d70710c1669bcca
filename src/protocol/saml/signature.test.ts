import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { SignedXml } from 'xml-crypto'
import { makeSelfSigned } from '#server/certificate.ts'
import { ns } from './names.ts'
import { openSigned, signXml } from './signature.ts'

const day = 24 * 3_600_000
const make = (name: string) => {
  const { key, certificate } = makeSelfSigned({
    names: [name],
    ips: [],
    from: Date.now() - day,
    until: Date.now() + day,
  })
  return { key: createPrivateKey(key), certificate }
}
const ours = make('ours')
const evil = make('evil')

const request = (id = '_a', issuer = 'https://sp') =>
  `<samlp:AuthnRequest xmlns:samlp="${ns.protocol}" xmlns:saml="${ns.assertion}" ID="${id}" Version="2.0">` +
  `<saml:Issuer>${issuer}</saml:Issuer></samlp:AuthnRequest>`

const open = (xml: string, certificates = [ours.certificate]) =>
  openSigned(xml, { ns: ns.protocol, name: 'AuthnRequest', certificates })

test('what was signed is read back', () => {
  expect(open(signXml(request(), ours)).element.children[0]?.text).toBe('https://sp')
})

test('a signature of another key is refused', () => {
  expect(() => open(signXml(request(), evil))).toThrow(/not valid/)
})

test('an unsigned message is refused', () => {
  expect(() => open(request())).toThrow(/not signed/)
})

test('a changed message is refused', () => {
  expect(() => open(signXml(request(), ours).replace('https://sp<', 'https://xp<'))).toThrow(/not valid/)
})

test('an RSA key is not used by the name of an elliptic method', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  expect(publicKey.asymmetricKeyType).toBe('rsa')
  const confused = signXml(request(), ours).replaceAll('ecdsa-sha256', 'rsa-sha256')
  expect(() => open(confused)).toThrow(/no key for its method/)
})

test('what a stranger made large is not digested: whether the key signed is known before', () => {
  const digests = vi.spyOn(SignedXml.prototype, 'checkSignature')
  const large = request().replace('</samlp:', `${'<x>remplissage</x>'.repeat(900)}</samlp:`)
  expect(() => open(signXml(large, evil))).toThrow(/not valid/)
  expect(digests).not.toHaveBeenCalled()
  expect(open(signXml(large, ours)).element.children).toHaveLength(901)
  expect(digests).toHaveBeenCalledOnce()
  digests.mockRestore()
})
