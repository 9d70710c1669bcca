/**
 * XML Encryption 1.1. We write AES-256-GCM with the key wrapped by RSA-OAEP; we read GCM, and CBC only within a signed
 * response (its padding is an oracle otherwise). RSA 1.5 and triple DES are refused.
 */
import type { KeyObject } from 'node:crypto'
import { X509Certificate } from 'node:crypto'
import * as xmlenc from 'xml-encryption'
import { Failure } from '#base/failure.ts'
import { everyElement, parseXml } from '#format/xml/parse.ts'
import { algorithm, ns } from './names.ts'

/** `EncryptedData` of an element, for whoever holds the key of this PEM certificate. */
export const encryptElement = (xml: string, certificate: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const publicKey = String(new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'pem' }))
    xmlenc.encrypt(
      xml,
      {
        rsa_pub: publicKey,
        pem: certificate,
        encryptionAlgorithm: algorithm.aes256gcm,
        keyEncryptionAlgorithm: algorithm.rsaOaep,
      },
      (error, result) => (error ? reject(error) : resolve(result)),
    )
  })

const ciphers = new Set<string>([algorithm.aes256gcm, algorithm.aes128gcm])
const paddedCiphers = new Set<string>([algorithm.aes256cbc, algorithm.aes128cbc])
const wrappings = new Set<string>([algorithm.rsaOaep, algorithm.rsaOaep11])

const methodsIn = (xml: string): { data: string[]; key: string[]; keys: number } => {
  const data: string[] = []
  const key: string[] = []
  let keys = 0
  for (const element of everyElement(parseXml(xml))) {
    if (element.ns !== ns.xenc) continue
    const method = element.children.find((child) => child.ns === ns.xenc && child.name === 'EncryptionMethod')
    const name = method?.attributes.get('Algorithm') ?? ''
    if (element.name === 'EncryptedData') data.push(name)
    if (element.name === 'EncryptedKey') {
      key.push(name)
      keys++
    }
  }
  return { data, key, keys }
}

/**
 * The text that was encrypted: `xml` is one EncryptedAssertion. `signed`: the message around it was verified before.
 * Throws Failure forbidden, always with the same words: why it failed is nobody's business.
 */
export const decryptElement = (xml: string, keys: readonly KeyObject[], signed: boolean): Promise<string> => {
  const { data, key } = methodsIn(xml)
  const [cipher = ''] = data
  const [wrapping = ''] = key
  const allowed = ciphers.has(cipher) || (signed && paddedCiphers.has(cipher))
  if (data.length !== 1 || key.length !== 1 || !allowed || !wrappings.has(wrapping))
    throw new Failure('forbidden', 'encryption: the method is not accepted')
  const decryptWith = (one: KeyObject): Promise<string | undefined> =>
    new Promise((resolve) => {
      const pem = String(one.export({ type: 'pkcs8', format: 'pem' }))
      const options = { key: pem, disallowDecryptionWithInsecureAlgorithm: !signed, warnInsecureAlgorithm: false }
      xmlenc.decrypt(xml, options, (error, result) => resolve(error ? undefined : result))
    })
  return keys
    .reduce<Promise<string | undefined>>(
      async (found, one) => (await found) ?? (one.asymmetricKeyType === 'rsa' ? decryptWith(one) : undefined),
      Promise.resolve(undefined),
    )
    .then((text) => {
      if (text === undefined) throw new Failure('forbidden', 'encryption: it cannot be opened')
      return text
    })
}
