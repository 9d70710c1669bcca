/** The OpenID provider on a store of its own, behind a real listener; a person with a browser; services by openid-client. */
import { setTimeout as sleep } from 'node:timers/promises'
import Fastify, { type FastifyInstance } from 'fastify'
import * as client from 'openid-client'
import { silentLog } from '#base/log.ts'
import { createLogoutRunner, type LogoutRunner } from '#domain/access/logout-runner.ts'
import type { PartyRules } from '#domain/access/relying-parties.ts'
import { openSession } from '#domain/people/sessions.ts'
import { saveOidcService } from '#protocol/oidc/clients.ts'
import { createOidc, type Oidc } from '#protocol/oidc/oidc.ts'
import { sendFailure } from '#server/http/failure.ts'
import { registerOidc } from '#server/http/oidc.ts'
import type { Driver } from '../contract/drivers.ts'
import { openPeople, type PeopleRig } from '../people/rig.ts'
import { freePort } from '../ports.ts'

export const agent = 'Mozilla/5.0 Firefox/140.0'
export const callback = 'https://pratic.example/callback'
export const secret = 'a-secret-of-the-service-that-nobody-guesses'

export interface Page {
  readonly status: number
  readonly location: string
  readonly body: string
  readonly headers: Headers
}

/** Cookies by path, as far as these tests need them. */
export class Browser {
  readonly #jar = new Map<string, { value: string; path: string }>()
  readonly origin: string
  /** What a browser says of itself. */
  extra: Record<string, string> = {}

  constructor(origin: string) {
    this.origin = origin
  }

  set(name: string, value: string, path = '/'): void {
    this.#jar.set(`${name};${path}`, { value, path })
  }

  forget(prefix: string): void {
    for (const key of [...this.#jar.keys()]) if (key.startsWith(prefix)) this.#jar.delete(key)
  }

  get cookies(): string[] {
    return [...this.#jar.keys()]
  }

  async open(address: string, init: RequestInit = {}): Promise<Page> {
    const url = new URL(address, this.origin)
    if (url.origin !== this.origin) throw new Error(`left for ${url.href}`)
    const cookie = [...this.#jar]
      .filter(
        ([, { path }]) => url.pathname === path || url.pathname.startsWith(path.endsWith('/') ? path : `${path}/`),
      )
      .map(([key, { value }]) => `${key.split(';')[0]}=${value}`)
      .join('; ')
    const headers = { 'user-agent': agent, accept: 'text/html', cookie, ...this.extra, ...(init.headers as object) }
    const answer = await fetch(url, { redirect: 'manual', ...init, headers })
    for (const line of answer.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
      const at = pair.indexOf('=')
      const path = attributes.find((one) => one.toLowerCase().startsWith('path='))?.slice(5) ?? '/'
      const key = `${pair.slice(0, at)};${path}`
      if (pair.slice(at + 1) === '' || /expires=Thu, 01 Jan 1970/i.test(line)) this.#jar.delete(key)
      else this.#jar.set(key, { value: pair.slice(at + 1), path })
    }
    const location = answer.headers.get('location') ?? ''
    return { status: answer.status, location, body: await answer.text(), headers: answer.headers }
  }

  /** Follows redirections of ours until a page, or until the browser is sent away. */
  async follow(address: string, init: RequestInit = {}): Promise<Page> {
    let page = await this.open(address, init)
    for (let step = 0; step < 10 && page.location !== ''; step++) {
      if (new URL(page.location, this.origin).origin !== this.origin) return page
      page = await this.open(page.location)
    }
    return page
  }

  json(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Page> {
    const all = { 'content-type': 'application/json', 'x-csrf': '1', ...headers }
    return this.open(path, { method: 'POST', headers: all, body: JSON.stringify(body) })
  }

  form(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Page> {
    return this.open(path, { method: 'POST', headers, body: new URLSearchParams(fields) })
  }
}

export interface SignedIn {
  readonly browser: Browser
  readonly session: string
  readonly account: number
}

export interface OidcRig {
  readonly people: PeopleRig
  readonly oidc: Oidc
  readonly app: FastifyInstance
  readonly origin: string
  readonly account: number
  readonly runner: LogoutRunner
  /** A browser in which somebody is signed in. */
  signedIn(amr?: readonly string[], account?: number): Promise<SignedIn>
  /** Signs in again in the same browser, as the sign-in page does: a new session. */
  renew(person: SignedIn, amr?: readonly string[]): Promise<SignedIn>
  stranger(): Browser
  service(id: string, metadata?: Record<string, unknown>, rules?: Partial<PartyRules>): Promise<number>
  /** openid-client as that service. */
  peer(id: string, auth?: client.ClientAuth, metadata?: Partial<client.ClientMetadata>): Promise<client.Configuration>
  close(): Promise<void>
}

export const openOidc = async (driver?: Driver): Promise<OidcRig> => {
  const rig = await openPeople({}, driver)
  rig.clock.set(Date.now())
  const { people } = rig
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const oidc = createOidc({ people, origin: () => origin })
  const app = Fastify({ logger: false })
  app.setErrorHandler((error, request, reply) => sendFailure(error, request, reply, silentLog))
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )
  await registerOidc(app, { oidc, people, log: silentLog, webFolder: '/nowhere' })
  await app.listen({ port, host: 'localhost' })
  const runner = createLogoutRunner({ people, prepare: { oidc: oidc.prepareLogout } })
  runner.start()
  const account = await rig.account('anne.martin')

  const openFor = async (browser: Browser, amr: readonly string[], id: number): Promise<SignedIn> => {
    rig.clock.set(Math.max(Date.now(), people.ctx.clock.now() + 1))
    const { token, id: session } = await openSession(
      people,
      {
        accountId: id,
        login: 'anne.martin',
        amr,
        name: 'Anne Martin',
        email: 'anne.martin@ecole.test',
        locale: 'fr',
        admin: false,
        authenticatedAt: 0,
        steppedUpAt: 0,
      },
      { ip: '127.0.0.1', userAgent: agent },
      { amr },
    )
    browser.set('session', token)
    return { browser, session, account: id }
  }

  return {
    people: rig,
    oidc,
    app,
    origin,
    account,
    runner,
    signedIn: (amr = ['pwd'], id = account) => openFor(new Browser(origin), amr, id),
    renew: async ({ browser, account: id }, amr = ['pwd']) => {
      await sleep(5)
      return openFor(browser, amr, id)
    },
    stranger: () => new Browser(origin),
    service: async (id, metadata = {}, rules = {}) => {
      const party = await saveOidcService(people, 'test', {
        clientId: id,
        name: `Service ${id}`,
        metadata: { client_secret: secret, redirect_uris: [callback], ...metadata },
        rules,
      })
      return party.id
    },
    peer: (id, auth, metadata = {}) =>
      client.discovery(new URL(`${origin}/oidc`), id, { client_secret: secret, ...metadata }, auth, {
        execute: [client.allowInsecureRequests],
      }),
    close: async () => {
      await runner.stop()
      await app.close()
      await rig.close()
    },
  }
}

export interface Asked {
  readonly url: URL
  readonly verifier: string
  readonly state: string
  readonly nonce: string
}

/** An authorization request with PKCE, state and nonce. */
export const ask = async (config: client.Configuration, extra: Record<string, string> = {}): Promise<Asked> => {
  const verifier = client.randomPKCECodeVerifier()
  const state = client.randomState()
  const nonce = client.randomNonce()
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: 'openid profile email',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...extra,
  })
  return { url, verifier, state, nonce }
}

/** Exchanges the code of a callback address. */
export const exchange = (config: client.Configuration, asked: Asked, location: string) =>
  client.authorizationCodeGrant(config, new URL(location), {
    pkceCodeVerifier: asked.verifier,
    expectedState: asked.state,
    expectedNonce: asked.nonce,
  })

/** The value of a hidden field. */
export const hidden = (body: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(body)?.[1] ?? ''
