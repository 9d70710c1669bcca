/**
 * The door of the OpenID provider: one `oidc-provider` for the keys of the moment, made again when they change. Knows
 * requests and answers of Node, nothing of the HTTP front.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Provider } from 'oidc-provider'
import type { PrepareLogout } from '#domain/access/logout.ts'
import { type SigningKeys, signingKeys } from '#domain/access/oauth/keys.ts'
import { sweepRecords } from '#domain/access/oauth/records.ts'
import type { People } from '#domain/people/people.ts'
import type { Principal } from '#domain/people/principal.ts'
import { prepareOidcLogout } from './logout.ts'
import { createProvider, mount } from './provider.ts'
import type { Senders } from './session.ts'

export interface OidcParts {
  readonly people: People
  /** Our web address, without a slash at the end; known once the listeners are. */
  readonly origin: () => string
}

/** Who sends a request, as the HTTP front knows it. */
export interface Sender {
  readonly principal: Principal | undefined
  readonly ip: string
}

export interface Oidc {
  readonly issuer: string
  provider(): Promise<Provider>
  /** Answers a request below `/oidc`; its body must not have been read. */
  handle(request: IncomingMessage, response: ServerResponse, sender: Sender): Promise<void>
  readonly prepareLogout: PrepareLogout
  start(): void
  stop(): void
}

const lookEvery = 60_000
const sweepEvery = 10 * 60_000

const sameKeys = (a: SigningKeys, b: SigningKeys): boolean =>
  a.keys.length === b.keys.length && a.keys.every((key, index) => key.kid === b.keys[index]?.kid)

export const createOidc = ({ people, origin }: OidcParts): Oidc => {
  const senders: Senders = new WeakMap()
  const { store, clock, log } = people.ctx
  let current: { provider: Provider; keys: SigningKeys } | undefined
  let making: Promise<Provider> | undefined
  let timers: NodeJS.Timeout[] = []

  const make = async (): Promise<Provider> => {
    const keys = await signingKeys(people)
    if (current && sameKeys(current.keys, keys) && current.provider.issuer === `${origin()}${mount}`)
      return current.provider
    const provider = createProvider({ people, issuer: `${origin()}${mount}`, keys: keys.keys, senders })
    current = { provider, keys }
    return provider
  }

  const refresh = (): Promise<Provider> => {
    making ??= make().finally(() => {
      making = undefined
    })
    return making
  }

  const provider = async (): Promise<Provider> =>
    current?.provider.issuer === `${origin()}${mount}` ? current.provider : refresh()

  const sweep = async (): Promise<void> => {
    while (await store.writeGlobal((tx) => sweepRecords(tx, clock.now())));
  }

  const quietly = (name: string, work: () => Promise<unknown>) => (): void => {
    work().catch((cause) => log.warn(name, { message: cause instanceof Error ? cause.message : String(cause) }))
  }

  const handle = async (
    request: IncomingMessage & { originalUrl?: string },
    response: ServerResponse,
    { principal, ip }: Sender,
  ): Promise<void> => {
    const here = await provider()
    if (principal) senders.set(request, principal)
    const { protocol, host } = new URL(here.issuer)
    // Every address it gives is built on these: they come from our configuration, never from the network.
    request.headers.host = host
    request.headers['x-forwarded-proto'] = protocol.slice(0, -1)
    request.headers['x-forwarded-for'] = ip
    for (const name of ['x-forwarded-host', 'forwarded']) delete request.headers[name]
    const url = request.url ?? ''
    request.originalUrl = url
    request.url = url.slice(mount.length) || '/'
    await here.callback()(request, response)
  }

  return {
    get issuer() {
      return `${origin()}${mount}`
    },
    provider,
    handle,
    prepareLogout: prepareOidcLogout(people, provider),
    start: () => {
      timers = [
        setInterval(quietly('oidc.keys', refresh), lookEvery),
        setInterval(quietly('oidc.sweep', sweep), sweepEvery),
      ]
      for (const timer of timers) timer.unref()
    },
    stop: () => {
      for (const timer of timers.splice(0)) clearInterval(timer)
    },
  }
}
