/** The HTTP front on a store of its own, behind a plain and a TLS listener, and a client that shows headers. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import { join } from 'node:path'
import { silentLog } from '#base/log.ts'
import type { Outside } from '#domain/outside/outside.ts'
import { createAccount } from '#domain/people/accounts.ts'
import { loadConfig } from '#server/config.ts'
import type { Demo } from '#server/demo/demo.ts'
import { type House, openHouse } from '#server/house.ts'
import { createAuthenticator } from '#server/http/auth.ts'
import type { Limits } from '#server/http/limits.ts'
import { openHttp } from '#server/http/server.ts'
import { createMetrics } from '#server/metrics.ts'
import { openTls } from '#server/tls.ts'
import { temporaryFolder } from '../contract/drivers.ts'

export const password = 'Cascade-de-neige-42'

/** A house with its own data folder. */
export const openTestHouse = async (folder?: string): Promise<House> => {
  const data = join(folder ?? (await temporaryFolder()), 'data')
  const config = loadConfig({ data, environment: { CONVERGENCE_DOMAINS: 'ecole.test' }, folder: data })
  return openHouse(config, silentLog, { role: 'server' })
}

export const addAccount = async (house: House, login: string): Promise<number> =>
  (await createAccount(house.people, 'test', { login, name: `Personne ${login}`, password })).id

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export interface Call {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
  /** Over TLS. */
  readonly secure?: boolean
}

export interface Route {
  readonly method: 'GET' | 'POST'
  /** With its parameters: `/notices/:id`. */
  readonly url: string
}

export interface HttpRig {
  /** Every route that is served, but those of other methods. */
  routes(): readonly Route[]
  readonly house: House
  readonly port: number
  readonly securePort: number
  call(path: string, options?: Call): Promise<Answer>
  close(): Promise<void>
}

/** Reads the tree that fastify prints: four characters a level, then a part of the path and its methods. */
const routesIn = (tree: string): Route[] => {
  const parts: string[] = []
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', part = '', methods = ''] = /^((?:[│ ] {3})*)[├└]── (\S*) ?(?:\(([^)]*)\))?$/.exec(line) ?? []
    if (part === '') return []
    parts.length = indent.length / 4
    parts.push(part)
    const url = parts.join('')
    return methods.split(', ').flatMap((method) => (method === 'GET' || method === 'POST' ? [{ method, url }] : []))
  })
}

const anyPort = { host: '127.0.0.1', port: 0 }

export const openHttpRig = async (
  options: { demo?: Demo; outside?: Outside; limits?: Limits } = {},
): Promise<HttpRig> => {
  const house = await openTestHouse()
  const webFolder = join(house.config.data, 'web')
  mkdirSync(join(webFolder, 'assets'), { recursive: true })
  writeFileSync(join(webFolder, 'index.html'), '<!doctype html><title>Convergence</title>')
  writeFileSync(join(webFolder, 'assets', 'main-abc123.js'), 'export {}')
  writeFileSync(join(webFolder, 'assets', 'main-abc123.js.br'), 'not really brotli')
  writeFileSync(join(house.config.data, 'secret.txt'), 'outside')
  const tls = openTls({
    folder: join(house.config.data, 'tls'),
    hostname: house.config.hostname,
    certificate: undefined,
    key: undefined,
    log: silentLog,
  })
  const authenticator = createAuthenticator(house.people)
  let print = () => ''
  const front = await openHttp(
    {
      house,
      log: silentLog,
      metrics: createMetrics(),
      readiness: { problems: async () => [], warnings: async () => [] },
      tls,
      demo: options.demo,
      mail: () => ({ host: 'mail.ecole.test', imap: { port: 993, security: 'tls' } }),
      webFolder,
      requireTls: undefined,
      beginMail: async ({ login }) => ({ mail: { of: login } }),
      ...(options.outside ? { outside: options.outside } : {}),
      ...(options.limits ? { limits: options.limits } : {}),
      protocols: (app) => {
        print = () => app.printRoutes({ commonPrefix: false })
        app.post('/test/act', async (request) => ({ login: (await authenticator.principal(request)).login }))
        app.get('/test/crash', async () => {
          throw new Error('secret detail of the inside')
        })
      },
    },
    { http: anyPort, https: anyPort, admin: 'off' },
    { connections: 100, perAddress: 50 },
  )
  const portOf = (name: string) => front.listeners.find((listener) => listener.name === name)?.port ?? 0
  const [port, securePort] = [portOf('http'), portOf('https')]
  return {
    house,
    port,
    securePort,
    routes: () => routesIn(print()),
    call: (path, { method = 'GET', headers = {}, body, secure = false } = {}) =>
      new Promise((resolve, reject) => {
        const where = { host: '127.0.0.1', port: secure ? securePort : port, path, method, headers, agent: false }
        const outgoing = secure
          ? secureRequest({ ...where, ca: tls.material.cert, servername: 'localhost' })
          : plainRequest(where)
        outgoing.on('error', reject)
        outgoing.on('response', (incoming) => {
          let text = ''
          incoming.setEncoding('utf8')
          incoming.on('data', (chunk: string) => {
            text += chunk
          })
          incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text }))
        })
        outgoing.end(body)
      }),
    close: async () => {
      await front.close()
      tls.close()
      await house.close()
    },
  }
}
