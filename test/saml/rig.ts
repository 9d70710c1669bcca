/** The SAML identity provider on a store of its own, a person with a session, and services that are node-saml. */
import { generateKeyPairSync } from 'node:crypto'
import { type SamlConfig as NodeSamlConfig, SAML, ValidateInResponseTo } from '@node-saml/node-saml'
import Fastify, { type FastifyInstance } from 'fastify'
import { silentLog } from '#base/log.ts'
import { type PartyDraft, type RelyingParty, saveRelyingParty } from '#domain/access/relying-parties.ts'
import { samlKeys } from '#domain/federation/keys.ts'
import { openSession } from '#domain/people/sessions.ts'
import { makeSelfSigned, type SelfSigned } from '#server/certificate.ts'
import { registerSaml } from '#server/http/saml.ts'
import { registerSamlLogout } from '#server/http/saml-logout.ts'
import type { Driver } from '../contract/drivers.ts'
import { openPeople, type PeopleRig } from '../people/rig.ts'

const day = 24 * 3_600_000

/** Keys take a while to make: each kind once for a test file. */
const made = new Map<string, SelfSigned>()
export const keyNamed = (name: string): SelfSigned => {
  const before = made.get(name)
  if (before) return before
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = makeSelfSigned({ names: [name], ips: [], from: Date.now() - day, until: Date.now() + day, pair })
  made.set(name, key)
  return key
}

export const origin = 'https://guichet.ecole.test'
export const service = { entity: 'https://ent.example/metadata', acs: 'https://ent.example/saml/acs' }
export const agent = 'Mozilla/5.0 Firefox/140.0'

export const draft = (config: Partial<PartyDraft<'saml'>['config']> = {}, rules = {}): PartyDraft<'saml'> => ({
  protocol: 'saml',
  name: 'ENT',
  key: service.entity,
  rules: { attributes: ['mail', 'displayName'], ...rules },
  config: {
    acs: [service.acs],
    slo: 'https://ent.example/saml/slo',
    sloBinding: 'redirect',
    certificates: [keyNamed('sp').certificate],
    wantAuthnRequestsSigned: true,
    nameIdFormat: 'persistent',
    attributeNames: 'plain',
    ...config,
  },
})

export interface SamlRig {
  readonly people: PeopleRig
  readonly app: FastifyInstance
  readonly account: number
  readonly party: RelyingParty
  /** Opens a session; returns its cookie and id. */
  session(amr?: readonly string[], provider?: string): Promise<{ cookie: string; id: string }>
  /** Changes the service's row. */
  change(config: Partial<PartyDraft<'saml'>['config']>, rules?: object): Promise<RelyingParty>
  /** node-saml as the service. */
  sp(options?: Partial<NodeSamlConfig>): Promise<SAML>
  close(): Promise<void>
}

export const openSaml = async (driver?: Driver): Promise<SamlRig> => {
  const rig = await openPeople({}, driver)
  rig.clock.set(Date.now())
  const { people } = rig
  const app = Fastify({ logger: false })
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )
  const parts = {
    people,
    log: silentLog,
    origin: () => origin,
    makeKey: async () => keyNamed('idp'),
    name: 'Académie de test',
  }
  registerSaml(app, parts)
  registerSamlLogout(app, parts)
  const account = await rig.account('anne.martin')
  const party = await saveRelyingParty(people, 'test', draft())
  return {
    people: rig,
    app,
    account,
    party,
    session: async (amr = ['pwd'], provider = '') => {
      const { token, id } = await openSession(
        people,
        {
          accountId: account,
          login: 'anne.martin',
          amr,
          name: '',
          email: '',
          locale: 'fr',
          admin: false,
          authenticatedAt: 0,
          steppedUpAt: 0,
        },
        { ip: '127.0.0.1', userAgent: agent },
        { amr, provider },
      )
      return { cookie: `session=${token}`, id }
    },
    change: (config, rules = {}) => saveRelyingParty(people, 'test', draft(config, rules)),
    sp: async (options = {}) => {
      const { active } = await samlKeys(people.ctx, parts.makeKey)
      return new SAML({
        issuer: service.entity,
        callbackUrl: service.acs,
        audience: service.entity,
        entryPoint: `${origin}/saml/sso`,
        logoutUrl: `${origin}/saml/logout`,
        idpIssuer: `${origin}/saml/metadata`,
        idpCert: active.certificate,
        privateKey: keyNamed('sp').key,
        signatureAlgorithm: 'sha256',
        digestAlgorithm: 'sha256',
        wantAssertionsSigned: true,
        wantAuthnResponseSigned: true,
        validateInResponseTo: ValidateInResponseTo.always,
        identifierFormat: null,
        disableRequestedAuthnContext: true,
        ...options,
      })
    },
    close: async () => {
      await app.close()
      await rig.close()
    },
  }
}

export interface Page {
  readonly status: number
  readonly location: string
  readonly body: string
  readonly headers: Record<string, unknown>
}

/** One request to the provider, by its address or path. */
export const get = async (app: FastifyInstance, url: string, cookie = ''): Promise<Page> => {
  const path = url.startsWith(origin) ? url.slice(origin.length) : url
  const answer = await app.inject({ method: 'GET', url: path, headers: { cookie, 'user-agent': agent } })
  return {
    status: answer.statusCode,
    location: String(answer.headers.location ?? ''),
    body: answer.body,
    headers: answer.headers,
  }
}

export const post = async (
  app: FastifyInstance,
  url: string,
  fields: Record<string, string>,
  cookie = '',
  headers: Record<string, string> = {},
): Promise<Page> => {
  const path = url.startsWith(origin) ? url.slice(origin.length) : url
  const answer = await app.inject({
    method: 'POST',
    url: path,
    headers: { cookie, 'user-agent': agent, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams(fields).toString(),
  })
  return {
    status: answer.statusCode,
    location: String(answer.headers.location ?? ''),
    body: answer.body,
    headers: answer.headers,
  }
}

/** The form of a page that posts itself. */
export const formIn = (body: string): { action: string; fields: Record<string, string> } => {
  const plain = (text: string) =>
    text.replace(/&(?:amp|lt|gt|quot|#39|#xA|#xD|#x9);/g, (entity) => {
      const known: Record<string, string> = {
        '&amp;': '&',
        '&lt;': '<',
        '&gt;': '>',
        '&quot;': '"',
        '&#39;': "'",
        '&#xA;': '\n',
        '&#xD;': '\r',
        '&#x9;': '\t',
      }
      return known[entity] ?? ''
    })
  const action = plain(/<form method="post" action="([^"]*)"/.exec(body)?.[1] ?? '')
  const fields = Object.fromEntries(
    [...body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(([, name = '', value = '']) => [
      name,
      plain(value),
    ]),
  )
  return { action, fields }
}

/** Follows redirects of the provider until a page or a foreign address. */
export const follow = async (app: FastifyInstance, url: string, cookie = ''): Promise<Page> => {
  let page = await get(app, url, cookie)
  for (let step = 0; step < 5 && page.location.startsWith('/saml/'); step++)
    page = await get(app, page.location, cookie)
  return page
}
