/** The row of "ENT", and the key that the program is given. */
import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import type { PartyDraft } from '#domain/access/relying-parties.ts'
import { makeSelfSigned, type SelfSigned } from '../../certificate.ts'
import type { House } from '../../house.ts'
import type { DemoServiceSpec } from './spec.ts'

const day = 24 * 3_600_000
const kept = new WeakMap<House, Promise<SelfSigned>>()

const make = async ({ ctx }: House): Promise<SelfSigned> => {
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  const now = ctx.clock.now()
  return makeSelfSigned({ names: ['ent.demo.test'], ips: [], from: now - day, until: now + 365 * day, pair })
}

/** One key for each start of the server: the row and the program must agree. */
const keyOf = (house: House): Promise<SelfSigned> => {
  const before = kept.get(house)
  if (before) return before
  const making = make(house)
  kept.set(house, making)
  return making
}

/** SAML 2.0: signed requests, encrypted assertions, log-out by SOAP and by the browser. */
export const ent: DemoServiceSpec = {
  id: 'ent',
  name: 'ENT',
  protocol: 'saml',
  file: 'ent.ts',
  party: async ({ service }, house): Promise<PartyDraft<'saml'>> => {
    const { certificate } = await keyOf(house)
    return {
      protocol: 'saml',
      name: 'ENT',
      key: `${service}/saml/metadata`,
      rules: {
        identifier: 'pairwise',
        attributes: [
          'displayName',
          'ENTPersonProfils',
          'ENTPersonStructRattachRNE',
          'ENTEleveClasses',
          'ENTAuxEnsClasses',
        ],
        profileSeries: 'both',
        url: `${service}/`,
        description: 'Espace numérique de travail (démonstration, SAML 2.0)',
      },
      config: {
        acs: [`${service}/saml/acs`],
        slo: `${service}/saml/slo`,
        sloBinding: 'redirect',
        sloSoap: `${service}/saml/soap`,
        certificates: [certificate],
        encryptionCertificate: certificate,
        wantAuthnRequestsSigned: true,
        nameIdFormat: 'persistent',
        attributeNames: 'plain',
      },
    }
  },
  environment: async (_at, house) => {
    const { key, certificate } = await keyOf(house)
    return { SAML_KEY: key, SAML_CERTIFICATE: certificate }
  },
}
