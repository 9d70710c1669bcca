/**
 * Real checks of what people use: each door is spoken to in its own protocol, as far as one comes without signing in;
 * providers and services are asked for a page. Nothing is written anywhere by a check.
 */
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { listProviders, type Provider } from '#domain/federation/providers.ts'
import type { People } from '#domain/people/people.ts'
import type { ProbeKind } from '#domain/status/components.data.ts'
import type { Component } from '#domain/status/components.ts'
import type { Outcome } from '#domain/status/state.ts'
import type { Listener } from '../listeners.ts'
import { type Door, talk } from './talk.ts'

export interface ProbeParts {
  readonly people: People
  readonly listeners: readonly Listener[]
  /** Longest time of one check, in milliseconds. */
  readonly timeout?: number
}

const defaultTimeout = 8000
/** What takes longer works, but not well. */
const slowAfter = 3000

/** How to knock at a listener of this process; undefined when it is off. */
export const doorOf = (listener: Listener | undefined, tls: boolean): Door | undefined => {
  if (!listener) return
  if (listener.port === undefined) return { path: listener.where, tls }
  const host = listener.where.slice(0, listener.where.lastIndexOf(':')).replace(/^\[|\]$/g, '')
  const any = host === '*' || host === '0.0.0.0' || host === ''
  return { host: any ? '127.0.0.1' : host === '::' ? '::1' : host, port: listener.port, tls }
}

interface Page {
  readonly status: number
  readonly body: string
}

const mostRead = 64 * 1024

const readPage = (
  url: URL,
  { timeout, method = 'GET', headers = {} }: { timeout: number; method?: string; headers?: Record<string, string> },
): Promise<Page> =>
  new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
      method,
      agent: false,
      // Only our own door may show a certificate of its own making.
      rejectUnauthorized: !/^(?:127\.0\.0\.1|\[::1\]|localhost)$/.test(url.hostname),
      headers: { 'user-agent': 'Convergence-status', accept: '*/*', ...headers },
    })
    const timer = setTimeout(() => request.destroy(new Error('no answer in time')), timeout)
    request.on('close', () => clearTimeout(timer))
    request.on('error', reject)
    request.on('response', (response) => {
      let body = ''
      const done = (): void => resolve({ status: response.statusCode ?? 0, body })
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        body += chunk
        if (body.length <= mostRead) return
        done()
        request.destroy()
      })
      response.on('end', done)
      response.on('error', reject)
    })
    request.end()
  })

const wrong = (why: string): never => {
  throw new Error(why)
}

const providerUrl = (provider: Provider | undefined): string | undefined => {
  if (!provider) return
  if (provider.protocol === 'saml') return provider.config.sso
  return `${provider.config.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
}

/** One check of one kind; `undefined` in the table's place when there is no such door here. */
type Check = (component: Component) => Promise<void>

const createChecks = ({ people, listeners, timeout = defaultTimeout }: ProbeParts) => {
  const find = (name: string): Listener | undefined => listeners.find((one) => one.name === name)
  const web = doorOf(find('http'), false) ?? doorOf(find('https'), true)
  const mailDoor = (plain: string, tls: string): Door | undefined =>
    doorOf(find(plain), false) ?? doorOf(find(tls), true)
  const page = (path: string, headers?: Record<string, string>): Promise<Page> => {
    if (!web || 'path' in web) return wrong('no web listener')
    const host = web.host.includes(':') ? `[${web.host}]` : web.host
    const url = new URL(`${web.tls ? 'https' : 'http'}://${host}:${web.port}${path}`)
    return readPage(url, { timeout, ...(headers ? { headers } : {}) })
  }
  const smtpLines = [
    { expect: /^220 /m },
    { say: 'EHLO status.invalid', expect: /^250 /m },
    { say: 'QUIT', expect: /^221 /m },
  ]
  const imapLines = [
    { expect: /^\* OK/ },
    { say: 'a CAPABILITY', expect: /^a OK/m },
    { say: 'b LOGOUT', expect: /^b OK/m },
  ]
  const [imap, smtp, submission] = [
    mailDoor('imap', 'imaps'),
    doorOf(find('smtp'), false),
    mailDoor('submission', 'submissions'),
  ]
  const spoken = (door: Door | undefined, lines: typeof imapLines | typeof smtpLines): Check | undefined =>
    door && (() => talk(door, lines, timeout))
  /** The page of the ways in, and that a way is on it. */
  const wayIn = async (id: string): Promise<void> => {
    const { status, body } = await page('/auth/methods?audience=staff', { accept: 'application/json' })
    if (status !== 200 || !body.includes(`"${id}"`)) wrong(`the ways in: ${status}`)
  }
  const checks: Readonly<Record<ProbeKind, Check | undefined>> = {
    web: async () => {
      const { status } = await page('/')
      if (status !== 200) wrong(`the page: ${status}`)
    },
    store: async () => {
      const { status, body } = await page('/health/ready')
      if (status !== 200) wrong(body.slice(0, 100))
    },
    jmap: async () => {
      // Nobody signs in: to be asked for a password is the right answer.
      const { status } = await page('/jmap/session')
      if (status !== 401) wrong(`the session: ${status}`)
    },
    imap: spoken(imap, imapLines),
    smtp: spoken(smtp, smtpLines),
    submission: spoken(submission, smtpLines),
    password: async () => {
      await wayIn('password')
      // The thread that checks passwords, with one that opens nothing.
      await people.passwords.verify('nobody', undefined)
    },
    passkey: () => wayIn('passkey'),
    provider: async ({ key }) => {
      const provider = (await people.ctx.store.read(listProviders)).find(({ id }) => id === key)
      const url = providerUrl(provider)
      if (url === undefined) return wrong('no such provider')
      const { status } = await readPage(new URL(url), { timeout })
      if (status >= 500 || (provider?.protocol === 'oidc' && status !== 200)) wrong(`the provider: ${status}`)
    },
    http: async ({ target }) => {
      const { status } = await readPage(new URL(target), { timeout })
      if (status >= 500 || status === 404) wrong(`the service: ${status}`)
    },
  }
  return checks
}

export interface Probes {
  /** Whether there is anything of a kind to check here. */
  has(kind: ProbeKind): boolean
  /** One check; never rejects. */
  check(component: Component): Promise<Outcome>
}

/** Gets ready to check what this process serves and whom it depends on. */
export const createProbes = (parts: ProbeParts): Probes => {
  const checks = createChecks(parts)
  return {
    has: (kind) => checks[kind] !== undefined,
    check: async (component) => {
      const started = performance.now()
      try {
        await checks[component.kind]?.(component)
        const milliseconds = performance.now() - started
        return { result: milliseconds > slowAfter ? 'slow' : 'good', milliseconds, detail: '' }
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error)
        return { result: 'failed', milliseconds: performance.now() - started, detail }
      }
    },
  }
}
