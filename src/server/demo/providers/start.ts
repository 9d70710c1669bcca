/** Starts the simulated providers and writes their rows, as an administrator would for the real ones. */
import { generateKeyPair, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import type { Log } from '#base/log.ts'
import { oidcPresets, samlPresets } from '#domain/federation/presets.data.ts'
import {
  findProvider,
  type OidcProvider,
  type ProviderDraft,
  type SamlProvider,
  saveProvider,
} from '#domain/federation/providers.ts'
import { makeSelfSigned } from '../../certificate.ts'
import type { House } from '../../house.ts'
import { freePort, keepRunning } from '../services/runner.ts'

export interface DemoProviders {
  /** Addresses of the programs. */
  readonly educonnect: string
  readonly ent: string
  stop(): Promise<void>
}

const actor = 'demonstration'
const host = '127.0.0.1'
const day = 24 * 3_600_000

const saml = (here: string, certificate: string): ProviderDraft => ({
  id: 'educonnect',
  protocol: 'saml',
  name: 'EduConnect',
  audience: ['pupil', 'parent'],
  sortOrder: 10,
  config: {
    ...(samlPresets.educonnect as SamlProvider),
    entityId: `${here}/idp`,
    sso: `${here}/idp/profile/SAML2/Redirect/SSO`,
    slo: `${here}/idp/profile/SAML2/Redirect/SLO`,
    certificates: [certificate],
  },
})

const oidc = (id: 'educonnect-oidc' | 'ent', name: string, issuer: string, clientSecret: string): ProviderDraft => ({
  id,
  protocol: 'oidc',
  name,
  audience: id === 'ent' ? ['staff', 'administrative', 'pupil', 'parent'] : ['pupil', 'parent'],
  sortOrder: id === 'ent' ? 30 : 20,
  config: {
    ...(oidcPresets[id === 'ent' ? 'ent' : 'educonnect'] as OidcProvider),
    issuer,
    clientId: 'convergence',
    clientSecret,
  },
})

/** Starts them on free ports from `firstPort` on; `home` is our address as browsers have it. */
export const startDemoProviders = async (
  house: House,
  log: Log,
  home: string,
  firstPort: number,
): Promise<DemoProviders> => {
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  const now = house.ctx.clock.now()
  const { key, certificate } = makeSelfSigned({
    names: ['educonnect.demo.test'],
    ips: [],
    from: now - day,
    until: now + 365 * day,
    pair,
  })
  const clientSecret = randomBytes(24).toString('base64url')
  const educonnect = `http://${host}:${await freePort(firstPort)}`
  const ent = `http://${host}:${await freePort(firstPort === 0 ? 0 : firstPort + 1)}`
  const drafts = [
    saml(educonnect, certificate),
    oidc('educonnect-oidc', 'EduConnect (OpenID)', educonnect, clientSecret),
    oidc('ent', 'ENT départemental', ent, clientSecret),
  ]
  for (const draft of drafts) {
    const before = await house.store.read((tx) => findProvider(tx, draft.id))
    if (before?.status !== 'disabled') await saveProvider(house.people, actor, draft)
  }
  const environment = (here: string) => ({
    PORT: new URL(here).port,
    SERVICE_URL: here,
    PROVIDER_URL: home,
    CLIENT_SECRET: clientSecret,
  })
  const programs = [
    keepRunning(
      '../providers/educonnect.ts',
      { ...environment(educonnect), SAML_KEY: key, SAML_CERTIFICATE: certificate },
      log.with({ service: 'educonnect' }),
    ),
    keepRunning('../providers/ent-provider.ts', environment(ent), log.with({ service: 'ent-provider' })),
  ]
  return {
    educonnect,
    ent,
    stop: async () => {
      await Promise.all(programs.map((program) => program.stop()))
    },
  }
}
