/** The row of a service from its metadata, and what of a row the protocol needs. */
import { Failure } from '#base/failure.ts'
import type { PartyDraft, PartyRules, SamlConfig } from '#domain/access/relying-parties.ts'
import type { EntityMetadata } from './metadata.ts'
import { binding, nameIdFormat } from './names.ts'

type NameIdWord = SamlConfig['nameIdFormat']

const wordOf = (format: string | undefined): NameIdWord | undefined =>
  (Object.keys(nameIdFormat) as NameIdWord[]).find((word) => nameIdFormat[word] === format)

/** What the service will be given as NameID, unless the request asks for less. */
const chooseNameId = (formats: readonly string[]): NameIdWord =>
  formats.map(wordOf).find((word) => word !== undefined && word !== 'unspecified') ?? 'persistent'

/** A draft of the service's row. Throws Failure invalid when the metadata describe no service. */
export const partyFromMetadata = (
  { entityId, displayName, sp }: EntityMetadata,
  given: { readonly name?: string; readonly rules?: Partial<PartyRules> } = {},
): PartyDraft<'saml'> => {
  if (!sp) throw new Failure('invalid', 'metadata: this is not a service')
  const acs = sp.acs
    .filter((one) => one.binding === binding.post)
    .sort((a, b) => Number(b.isDefault) - Number(a.isDefault) || a.index - b.index)
  if (acs.length === 0) throw new Failure('invalid', 'metadata: the service takes no response by HTTP-POST')
  const slo = (wanted: string) => sp.slo.find((one) => one.binding === wanted)
  const redirect = slo(binding.redirect)
  const front = redirect ?? slo(binding.post)
  const soap = slo(binding.soap)?.location
  const [encryption] = sp.encryption
  return {
    protocol: 'saml',
    name: given.name ?? displayName ?? URL.parse(entityId)?.host ?? entityId.slice(0, 100),
    key: entityId,
    ...(given.rules ? { rules: given.rules } : {}),
    config: {
      acs: acs.map(({ location }) => location),
      acsIndexes: acs.map(({ index }) => index),
      ...(front && { slo: front.location, sloBinding: redirect === undefined ? 'post' : 'redirect' }),
      ...(front?.responseLocation === undefined ? {} : { sloResponse: front.responseLocation }),
      ...(soap === undefined ? {} : { sloSoap: soap }),
      certificates: sp.signing,
      ...(encryption === undefined ? {} : { encryptionCertificate: encryption }),
      wantAuthnRequestsSigned: sp.requestsSigned,
      nameIdFormat: chooseNameId(sp.nameIdFormats),
      attributeNames: 'plain',
    },
  }
}

/** Plain names of ours and what the world's SAML calls them (X.500, eduPerson). */
const oids: Readonly<Record<string, string>> = {
  uid: '0.9.2342.19200300.100.1.1',
  mail: '0.9.2342.19200300.100.1.3',
  email: '0.9.2342.19200300.100.1.3',
  sn: '2.5.4.4',
  givenName: '2.5.4.42',
  cn: '2.5.4.3',
  title: '2.5.4.12',
  displayName: '2.16.840.1.113730.3.1.241',
  eduPersonAffiliation: '1.3.6.1.4.1.5923.1.1.1.1',
  eduPersonPrimaryAffiliation: '1.3.6.1.4.1.5923.1.1.1.5',
}

/** Attributes as the service wants them named. */
export const nameAttributes = (
  attributes: Readonly<Record<string, readonly string[]>>,
  names: SamlConfig['attributeNames'],
) =>
  Object.entries(attributes).map(([name, values]) => {
    const oid = names === 'oid' ? oids[name] : undefined
    return oid === undefined ? { name, values } : { name: `urn:oid:${oid}`, friendlyName: name, values }
  })

export { wordOf as nameIdWord }
