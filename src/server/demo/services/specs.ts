/** The services of the demonstration academy, in the order of their ports after the web listener's. */
import type { PartyDraft } from '#domain/access/relying-parties.ts'
import { defaultCasConfig } from '#domain/access/relying-parties.ts'
import { ent } from './ent-spec.ts'
import { pratic } from './pratic-spec.ts'
import type { DemoServiceSpec } from './spec.ts'

const staff = ['teacher', 'head', 'school-life', 'administrative', 'technical', 'academy'] as const

/** CAS 2: `/serviceValidate`, with attributes all the same, each an element of its own, as many French clients want. */
const arena: DemoServiceSpec = {
  id: 'arena',
  name: 'Arena',
  protocol: 'cas',
  file: 'arena.ts',
  party: ({ service }): PartyDraft<'cas'> => ({
    protocol: 'cas',
    name: 'Arena',
    key: `${service}/`,
    rules: {
      identifier: 'login',
      attributes: ['displayName', 'ENTPersonProfils', 'FrEduFonctAdm', 'FrEduRne'],
      profiles: staff,
      url: `${service}/`,
      description: 'Applications de gestion (démonstration, CAS 2)',
    },
    config: { ...defaultCasConfig, version: 2, attributesOnV2: true, attributeShape: 'flat' },
  }),
}

/** CAS 3: `/p3/serviceValidate`, and a pairwise identifier. */
const pia: DemoServiceSpec = {
  id: 'pia',
  name: 'PIA',
  protocol: 'cas',
  file: 'pia.ts',
  party: ({ service }): PartyDraft<'cas'> => ({
    protocol: 'cas',
    name: 'PIA',
    key: `${service}/`,
    rules: {
      identifier: 'pairwise',
      attributes: ['displayName', 'mail', 'ENTPersonProfils', 'ENTPersonStructRattachRNE', 'schoolName'],
      profileSeries: 'both',
      url: `${service}/`,
      description: 'Portail intranet académique (démonstration, CAS 3)',
    },
    config: defaultCasConfig,
  }),
}

export const demoServices: readonly DemoServiceSpec[] = [arena, pia, pratic, ent]
