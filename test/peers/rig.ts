/** The whole server in this process, every door on a port of its own, for programs that others wrote. */
import { spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ImapFlow, type ImapFlowOptions } from 'imapflow'
import { type Log, silentLog } from '#base/log.ts'
import { createAccount } from '#domain/people/accounts.ts'
import { loadConfig } from '#server/config.ts'
import { createMetrics } from '#server/metrics.ts'
import { type Running, serve } from '#server/serve.ts'
import { temporaryFolder } from '../contract/drivers.ts'

const doors = ['http', 'https', 'imap', 'imaps', 'smtp', 'submission', 'submissions', 'lmtp', 'sieve'] as const
export type Door = (typeof doors)[number]

export const password = 'Cascade-de-neige-42'
export const domain = 'ecole.test'

export interface PeerServer {
  readonly running: Running
  readonly ports: Readonly<Record<Door, number>>
  readonly url: string
  readonly folder: string
  /** File of the server's own certificate, and its SHA-1 as programs compare it. */
  readonly certificate: string
  readonly fingerprint: string
  /** Makes `login@ecole.test` and returns the id. */
  account(login: string, options?: { locale?: string; quotaBytes?: number }): Promise<number>
  close(): Promise<void>
}

/** Settings are named as in the environment, without the prefix: `{ OUTGOING_SMARTHOST: '127.0.0.1:2525' }`. */
export const openPeerServer = async (
  settings: Record<string, string> = {},
  knownFolder?: string,
  log: Log = silentLog,
): Promise<PeerServer> => {
  const folder = knownFolder ?? (await temporaryFolder())
  const environment: Record<string, string> = { CONVERGENCE_DOMAINS: domain }
  for (const door of doors) environment[`CONVERGENCE_LISTEN_${door.toUpperCase()}`] = '127.0.0.1:0'
  for (const [name, value] of Object.entries(settings)) environment[`CONVERGENCE_${name}`] = value
  const webFolder = join(folder, 'web')
  mkdirSync(webFolder, { recursive: true })
  writeFileSync(join(webFolder, 'index.html'), '<!doctype html><title>Convergence</title>')
  const running = await serve({
    config: loadConfig({ data: join(folder, 'data'), environment, folder }),
    log,
    metrics: createMetrics(),
    webFolder,
    empty: true,
    fill: () => Promise.reject(new Error('an empty store stays empty')),
  })
  const portOf = (door: Door) => running.listeners.find(({ name }) => name === door)?.port ?? 0
  const ports = Object.fromEntries(doors.map((door) => [door, portOf(door)])) as Record<Door, number>
  const certificate = join(folder, 'certificate.pem')
  const tlsFolder = join(folder, 'data', 'tls')
  const pem = readdirSync(tlsFolder)
    .map((name) => readFileSync(join(tlsFolder, name), 'utf8'))
    .find((text) => text.includes('BEGIN CERTIFICATE'))
  writeFileSync(certificate, pem ?? '')
  return {
    running,
    ports,
    certificate,
    fingerprint: pem === undefined ? '' : new X509Certificate(pem).fingerprint.replaceAll(':', '').toLowerCase(),
    url: `http://127.0.0.1:${ports.http}`,
    folder,
    account: async (login, options = {}) =>
      (await createAccount(running.house.people, 'test', { login, name: `Personne ${login}`, password, ...options }))
        .id,
    close: async () => {
      await running.stop()
      if (knownFolder === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** An imapflow client, connected and signed in over TLS. */
export const imapClient = async (
  server: PeerServer,
  login: string,
  options: Partial<ImapFlowOptions> = {},
): Promise<ImapFlow> => {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port: server.ports.imaps,
    secure: true,
    tls: { rejectUnauthorized: false },
    auth: { user: login, pass: password },
    logger: false,
    ...options,
  })
  await client.connect()
  return client
}

export const basicAuth = (login: string): string => `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`

/** Whether a program is missing on this machine. */
export const missing = (program: string, ...options: string[]): boolean =>
  spawnSync(program, options.length > 0 ? options : ['--version']).error !== undefined
