/**
 * Runs the demonstration services: child processes on ports after the web listener's, started again when they die, ended
 * with the server. Their rows are those of relying parties like any other.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Log } from '#base/log.ts'
import {
  enableRelyingParty,
  listPartiesOf,
  type PartyDraft,
  type PartyOf,
  type SsoProtocol,
  saveRelyingParty,
} from '#domain/access/relying-parties.ts'
import type { House } from '../../house.ts'
import type { DemoService, DemoServiceSpec, Places } from './spec.ts'

export interface DemoServices {
  readonly services: readonly DemoService[]
  stop(): Promise<void>
}

export interface DemoServicesParts {
  readonly house: House
  readonly log: Log
  /** Our address as browsers have it, without a slash at the end. */
  readonly provider: string
  /** Ports are tried from this one on. */
  readonly firstPort: number
  readonly specs: readonly DemoServiceSpec[]
}

const actor = 'demonstration'
/** Another host than ours, so that cookies of one are not sent to the other. */
const host = '127.0.0.1'
const shortestPause = 1000
const longestPause = 30_000
const farewell = 2000
/** The server itself comes first: each program takes a processor for half a second when it starts. */
const afterStart = 300

/** The port when nobody listens there, any free one otherwise. */
export const freePort = (wanted: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => (wanted === 0 ? reject(error) : resolve(freePort(0))))
    server.listen({ port: wanted, host, exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

/** True when the row says what the program wants it to say. */
const asDrafted = (party: PartyOf<SsoProtocol>, draft: PartyDraft): boolean =>
  party.name === draft.name &&
  Object.entries(draft.rules ?? {}).every(
    ([name, value]) => JSON.stringify(party.rules[name as keyof typeof party.rules]) === JSON.stringify(value),
  ) &&
  JSON.stringify(party.config) === JSON.stringify(draft.config)

/** Writes the row, and closes the one of an earlier start on another port. */
const settleParty = async ({ people, store }: House, draft: PartyDraft): Promise<void> => {
  const parties = await store.read((tx) => listPartiesOf(tx, draft.protocol))
  const existing = parties.find(({ key }) => key === draft.key)
  const earlier = parties.filter(
    ({ name, key, status }) => name === draft.name && key !== draft.key && status === 'active',
  )
  if (!existing || !asDrafted(existing, draft)) await saveRelyingParty(people, actor, draft)
  for (const { id } of earlier) await enableRelyingParty(people, actor, id, false)
  if (existing?.status === 'disabled' && earlier.length > 0) await enableRelyingParty(people, actor, existing.id, true)
}

export interface Program {
  stop(): Promise<void>
}

/** Keeps a program running, from a moment after the call, until it is told to stop. */
export const keepRunning = (file: string, environment: Readonly<Record<string, string>>, log: Log): Program => {
  let child: ChildProcess | undefined
  let timer: NodeJS.Timeout | undefined
  let pause = shortestPause
  let stopped = false
  const start = (): void => {
    const born = Date.now()
    // Nothing of our own environment: settings hold passwords.
    const env = { PATH: process.env.PATH ?? '', ...environment }
    const started = spawn(process.execPath, [join(import.meta.dirname, file)], {
      env,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    child = started
    if (started.stderr)
      createInterface({ input: started.stderr }).on('line', (line) => log.warn('service', { line: line.slice(0, 500) }))
    started.once('error', (error) => log.warn('service.start', { message: error.message }))
    started.once('exit', (code, signal) => {
      if (stopped) return
      log.warn('service.ended', { code, signal })
      pause = Date.now() - born > longestPause ? shortestPause : Math.min(longestPause, pause * 2)
      timer = setTimeout(start, pause)
    })
  }
  timer = setTimeout(start, afterStart)
  return {
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      const running = child
      if (!running || running.exitCode !== null || running.signalCode !== null) return
      const ended = new Promise<void>((resolve) => running.once('exit', () => resolve()))
      const impatient = setTimeout(() => running.kill('SIGKILL'), farewell)
      running.kill('SIGTERM')
      await ended
      clearTimeout(impatient)
    },
  }
}

/** Starts the services; resolves when their rows are written, not when the programs have come up. */
export const startDemoServices = async (parts: DemoServicesParts): Promise<DemoServices> => {
  const { house, log, provider, firstPort, specs } = parts
  const programs: Program[] = []
  const services: DemoService[] = []
  for (const [index, spec] of specs.entries()) {
    const port = await freePort(firstPort + index)
    const at: Places = { service: `http://${host}:${port}`, provider }
    await settleParty(house, await spec.party(at, house))
    const more = (await spec.environment?.(at, house)) ?? {}
    const environment = { PORT: String(port), SERVICE_URL: at.service, PROVIDER_URL: provider, ...more }
    programs.push(keepRunning(spec.file, environment, log.with({ service: spec.id })))
    services.push({ id: spec.id, name: spec.name, url: `${at.service}/`, protocol: spec.protocol })
  }
  return {
    services,
    stop: async () => {
      await Promise.all(programs.map((program) => program.stop()))
    },
  }
}
