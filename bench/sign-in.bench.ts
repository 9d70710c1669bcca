/**
 * Monday morning: everybody signs in at once. 2,000 people from sixty schools, as fast as the server takes them, while
 * a mail program goes on working. Told to come back (503, 429), a client waits as it is told and tries again, like the
 * sign-in page. `npm run bench -- sign-in`, or with another number of people: `bin/node bench/sign-in.bench.ts 500`; with
 * NODE_ARGUMENTS the server is given flags of Node.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { constants, setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { silentLog } from '#base/log.ts'
import { createAccount } from '#domain/people/accounts.ts'
import { replacePassword } from '#domain/people/credentials.ts'
import { loadConfig } from '#server/config.ts'
import { openHouse } from '#server/house.ts'
import { startOurs } from './peers/ours.ts'

const people = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 2000)
const schools = 60
const password = 'Monday-morning-storm-2026'

const nth = (sorted: readonly number[], part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? 0
const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`

/** All under one hash: making two thousand would take longer than the storm. */
const enrol = async (environment: Record<string, string>, folder: string): Promise<void> => {
  const config = loadConfig({ environment, folder, data: `${folder}/data` })
  const house = await openHouse(config, silentLog, { role: 'command' })
  const phc = await house.people.passwords.hash(password)
  for (let n = 0; n < people; n++) {
    const { id } = await createAccount(house.people, 'bench', { login: `storm${n}`, name: `Storm ${n}` })
    await house.ctx.store.writeGlobal((tx) => replacePassword(tx, Date.now(), id, phc))
  }
  await house.close()
}

const notes = await mkdtemp(join(tmpdir(), 'convergence-turns-'))
const server = await startOurs(20, {
  prepare: enrol,
  nodeArguments: [
    `--import=${process.env.TRACER ?? new URL('./peers/turns.ts', import.meta.url).href}`,
    ...(process.env.NODE_ARGUMENTS?.split(' ') ?? []),
  ],
  environment: { CONVERGENCE_HTTP_TRUSTED_PROXIES: '127.0.0.1', TURNS_FILE: join(notes, 'turns') },
})
const agent = new Agent({ keepAlive: true, maxSockets: 500 })

interface Answer {
  readonly status: number
  readonly body: string
  readonly retryAfter: number
}

const ask = (path: string, ip: string, body?: object, port = server.http): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const payload = body === undefined ? '' : JSON.stringify(body)
    const headers = {
      'x-forwarded-for': ip,
      'x-csrf': '1',
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
    }
    const options = { port, path, method: body === undefined ? 'GET' : 'POST', headers, agent }
    const sent = request(options, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: text,
          retryAfter: Number(response.headers['retry-after'] ?? 1),
        }),
      )
    })
    sent.on('error', reject)
    sent.end(payload)
  })

/** A mail program that asks NOOP again and again, in a process of its own; the times of its answers. */
const watchImap = async () => {
  const child = spawn(
    process.execPath,
    [new URL('./peers/noop.ts', import.meta.url).pathname, String(server.imap), 'user0', server.password],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const next = async () => String((await lines.next()).value)
  await next()
  return {
    times: async (): Promise<number[]> => {
      child.stdin.write('tell\n')
      return (JSON.parse(await next()) as number[]).sort((a, b) => a - b)
    },
    stop: () => child.kill(),
  }
}

const loopDelay = async (): Promise<string> => {
  const { body } = await ask('/metrics', '127.0.0.1', undefined, server.admin)
  const of = (name: string) => Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)`, 'm').exec(body)?.[1])
  return `longest ${ms(of('max') * 1000)}, p99 ${ms(of('p99') * 1000)}`
}

/** The turns of the event loop that took longest since a moment, by `order` (1 the clock, 2 the processor). */
const longest = async (since: number, order: 1 | 2): Promise<string> => {
  const turns = JSON.parse(await readFile(join(notes, 'turns'), 'utf8')) as [number, number, number][]
  return turns
    .filter(([when]) => when >= since)
    .sort((a, b) => b[order] - a[order])
    .slice(0, 5)
    .map(([when, clock, processor]) => `${ms(clock)} (${ms(processor)}) at ${((when - since) / 1000).toFixed(1)} s`)
    .join(', ')
}

// Before the people are told to wait for a processor: what is measured is the server's part.
const imap = await watchImap()
// The people are not on the server's processors: what plays them takes only what the server leaves.
setPriority(constants.priority.PRIORITY_LOW)

let began = Number.POSITIVE_INFINITY
try {
  await loopDelay()
  await wait(1000)
  const quiet = await imap.times()
  const before = await loopDelay()
  const times: number[] = []
  const told = { busy: 0, slowed: 0 }
  began = Date.now()
  const started = performance.now()
  await Promise.all(
    Array.from({ length: people }, async (_, n) => {
      const ip = `10.${n % schools}.${Math.floor(n / schools) % 200}.7`
      const begun = performance.now()
      for (;;) {
        const answer = await ask('/auth/login', ip, { login: `storm${n}`, password })
        if (answer.status === 200) break
        if (answer.status !== 503 && answer.status !== 429) throw new Error(`${answer.status} ${answer.body}`)
        told[answer.status === 503 ? 'busy' : 'slowed']++
        await wait(answer.retryAfter * 1000 * (0.75 + Math.random() / 2))
      }
      times.push(performance.now() - begun)
    }),
  )
  const seconds = (performance.now() - started) / 1000
  const delay = await loopDelay()
  times.sort((a, b) => a - b)
  const during = await imap.times()
  console.log(`${people} sign-ins from ${schools} schools: ${seconds.toFixed(1)} s, ${(people / seconds).toFixed(0)}/s`)
  console.log(
    `  signed in after: half ${ms(nth(times, 0.5))}, 95 % ${ms(nth(times, 0.95))}, last ${ms(times.at(-1) ?? 0)}`,
  )
  console.log(`  told to come back: ${told.busy} busy, ${told.slowed} slowed down`)
  console.log(`  event loop: ${delay} (before: ${before})`)
  console.log(
    `  IMAP NOOP: half ${ms(nth(during, 0.5))}, p99 ${ms(nth(during, 0.99))}, longest ${ms(during.at(-1) ?? 0)} (quiet: half ${ms(nth(quiet, 0.5))}, longest ${ms(quiet.at(-1) ?? 0)})`,
  )
} finally {
  agent.destroy()
  imap.stop()
  await server.stop()
  console.log(`  longest turns, on the clock (on a processor): ${await longest(began, 1)}`)
  console.log(`  turns of most work: ${await longest(began, 2)}`)
  await rm(notes, { recursive: true })
}
