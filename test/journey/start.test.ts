/**
 * The first journey: what `npm start` does on an empty data folder, on the second start, and at Ctrl-C. The real
 * launcher, a real process, real ports.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { temporaryFolder } from '../contract/drivers.ts'
import { freePort } from '../ports.ts'

const root = join(import.meta.dirname, '..', '..')

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

interface Started {
  readonly child: ChildProcess
  /** What it has printed so far. */
  readonly output: () => string
  /** Resolves when it has printed this. */
  says(pattern: RegExp): Promise<RegExpExecArray>
  readonly exit: Promise<{ code: number | null; signal: string | null }>
}

/** Starts a command of the launcher; every listener but those named is off. */
const launch = (args: string[], environment: Record<string, string>): Started => {
  const off = ['HTTPS', 'IMAP', 'SMTP', 'SUBMISSION', 'SUBMISSIONS', 'LMTP', 'SIEVE', 'HTTP', 'IMAPS'].map((name) => [
    `CONVERGENCE_LISTEN_${name}`,
    'off',
  ])
  const child = spawn(process.execPath, [join(root, 'bin', 'convergence.mjs'), ...args], {
    env: { ...process.env, ...Object.fromEntries(off), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let text = ''
  const waiting = new Set<() => void>()
  const hear = (chunk: Buffer) => {
    text += chunk.toString()
    for (const wake of waiting) wake()
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const exit = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.on('exit', (code, signal) => resolve({ code, signal })),
  )
  return {
    child,
    output: () => text,
    exit,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(text)
          if (!match) return
          waiting.delete(look)
          resolve(match)
        }
        waiting.add(look)
        look()
        exit.then(() => {
          look()
          reject(new Error(`it stopped without saying ${pattern}:\n${text}`))
        })
      }),
  }
}

const settingsFor = async () => {
  const folder = await temporaryFolder()
  const [http, imaps] = [await freePort(), await freePort()]
  return {
    http,
    environment: {
      CONVERGENCE_DATA: join(folder, 'data'),
      CONVERGENCE_LISTEN_HTTP: `127.0.0.1:${http}`,
      CONVERGENCE_LISTEN_IMAPS: `127.0.0.1:${imaps}`,
    },
  }
}

interface SessionAnswer {
  readonly demo: { readonly password: string; readonly accounts: { readonly login: string }[] }
}

test('the first start prints the address and how to sign in, the second keeps everything, Ctrl-C stops it cleanly', async () => {
  const { http, environment } = await settingsFor()
  const first = launch(['start'], environment)
  await first.says(/DEMONSTRATION/)
  const [, address = ''] = await first.says(/ready in [\d.]+ s:\s+(http:\S+)/)
  const [, password = ''] = await first.says(/with the password\s+(\S+)/)
  expect(address).toBe(`http://localhost:${http}`)
  const base = `http://127.0.0.1:${http}`
  expect((await fetch(`${base}/health/ready`)).status).toBe(200)
  const { demo } = (await (await fetch(`${base}/auth/session`)).json()) as SessionAnswer
  expect(demo.password).toBe(password)
  expect(demo.accounts.length).toBeGreaterThanOrEqual(12)
  const login = () =>
    fetch(`${base}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login: 'anne.martin', password }),
    })
  expect((await login()).status).toBe(200)

  const twin = launch(['start'], { ...environment, CONVERGENCE_LISTEN_HTTP: 'off', CONVERGENCE_LISTEN_IMAPS: 'off' })
  expect((await twin.exit).code).toBe(1)
  expect(twin.output()).toContain('A server already runs on the data folder')

  first.child.kill('SIGINT')
  expect(await first.exit).toEqual({ code: 0, signal: null })
  expect(first.output()).toContain('Stopped.')
  await expect(fetch(`${base}/health/live`)).rejects.toThrow()

  const second = launch(['start'], environment)
  await second.says(/ready in/)
  expect(second.output()).not.toContain('First start')
  expect((await login()).status).toBe(200)
  second.child.kill('SIGTERM')
  expect((await second.exit).code).toBe(0)
}, 120_000)

test('with --empty there is no demonstration, and the first account is made on the command line while it runs', async () => {
  const { http, environment } = await settingsFor()
  const server = launch(['start', '--empty'], environment)
  await server.says(/account add/)
  expect(server.output()).not.toContain('DEMONSTRATION')
  const add = launch(['account', 'add', 'anne', '--name', 'Anne Martin', '--admin', '--generate'], environment)
  const [, password = ''] = await add.says(/Password: (\S+)/)
  expect((await add.exit).code).toBe(0)
  const attempt = (secret: string) =>
    fetch(`http://127.0.0.1:${http}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login: 'anne', password: secret }),
    })
  expect((await attempt(password)).status).toBe(200)

  // A command reaches the running server: what it remembered of the account is forgotten at once.
  const change = launch(['account', 'password', 'anne', '--generate'], environment)
  const [, next = ''] = await change.says(/Password: (\S+)/)
  await change.exit
  expect((await attempt(next)).status).toBe(200)
  expect((await attempt(password)).status).toBe(401)
  server.child.kill('SIGINT')
  expect((await server.exit).code).toBe(0)
}, 120_000)

test('a port that is taken is named, with the setting that moves it', async () => {
  const { http, environment } = await settingsFor()
  const squatter = createServer()
  await new Promise<void>((resolve) => squatter.listen(http, '127.0.0.1', resolve))
  const server = launch(['start', '--empty'], environment)
  expect((await server.exit).code).toBe(1)
  squatter.close()
  expect(server.output()).toContain(`127.0.0.1:${http} is already used by another program (listen.http)`)
  expect(server.output()).not.toMatch(/\n\s+at /)
}, 60_000)

test('mistakes on the command line are answered in plain words with exit code 2', async () => {
  const { environment } = await settingsFor()
  const wrong = launch(['acount', 'list'], environment)
  expect((await wrong.exit).code).toBe(2)
  expect(wrong.output()).toContain('There is no command "acount list"')
  const missing = launch(['account', 'add'], environment)
  expect((await missing.exit).code).toBe(2)
  expect(missing.output()).toContain('Try: convergence account add --help')
  const help = launch(['--help'], environment)
  expect((await help.exit).code).toBe(0)
  expect(help.output()).toContain('backup')
  const broken = launch(['check'], { ...environment, CONVERGENCE_LISTEN_IMAP: 'x', CONVERGENCE_LIMITS_MESSAGE: 'y' })
  expect((await broken.exit).code).toBe(1)
  expect(broken.output()).toContain('2 problems')
}, 60_000)

test('when the launcher dies, the server does not stay behind', async () => {
  const { http, environment } = await settingsFor()
  const server = launch(['start', '--empty'], environment)
  await server.says(/ready in/)
  server.child.kill('SIGKILL')
  await server.exit
  const gone = async (): Promise<boolean> => {
    try {
      await fetch(`http://127.0.0.1:${http}/health/live`)
      return false
    } catch {
      return true
    }
  }
  await expect.poll(gone, { interval: 100 }).toBe(true)
}, 60_000)
