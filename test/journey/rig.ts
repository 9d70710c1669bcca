/**
 * A real server (a child process with its demonstration academy, on free ports) and a real Chromium, for journeys.
 * `JOURNEY_URL` uses a server that runs already; `CHROMIUM` names another browser.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, type Cookie, chromium, type Page } from 'playwright-core'
import { freePort } from '../ports.ts'

const root = join(import.meta.dirname, '../..')
const installed = (...names: readonly string[]): string | undefined =>
  process.env.CHROMIUM ?? names.map((name) => `/usr/bin/${name}`).find(existsSync)
const wholeBrowser = installed('chromium', 'chromium-browser', 'google-chrome')
/** The same browser without its windows costs a quarter less of the processor. */
const browserPath = installed('chromium-headless-shell') ?? wholeBrowser

/** Why the journeys cannot run here, if so. */
export const missing =
  browserPath === undefined
    ? 'no Chromium on this machine'
    : existsSync(join(root, 'dist/web/index.html'))
      ? undefined
      : 'the web app is not built (npm run build)'

const services = ['http', 'https', 'imap', 'imaps', 'smtp', 'submission', 'submissions', 'lmtp', 'sieve'] as const
export type Ports = Record<(typeof services)[number], number>

export interface JourneyServer {
  readonly url: string
  readonly ports: Ports
  /** Of every person of the demonstration. */
  readonly password: string
  /** Its data folder, for the command line. */
  readonly data: string
  close(): Promise<void>
}

/** The services of the demonstration come up after the server: asked before, they would refuse. */
const servicesAnswer = async (url: string): Promise<void> => {
  const wanted = 4
  for (let i = 0; i < 600; i++) {
    const session = (await (await fetch(`${url}/auth/session`)).json()) as { demo?: { services?: { url: string }[] } }
    const found = session.demo?.services ?? []
    const answers = await Promise.all(found.map((one) => fetch(one.url, { redirect: 'manual' }).catch(() => undefined)))
    if (found.length >= wanted && !answers.includes(undefined)) return
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
  throw new Error('the services of the demonstration do not answer')
}

const waitUntilReady = async (url: string, child: ChildProcess, said: () => string): Promise<void> => {
  for (let i = 0; i < 1400; i++) {
    if (child.exitCode !== null) throw new Error(`the server ended:\n${said()}`)
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
  throw new Error(`the server is not ready:\n${said()}`)
}

const passwordOf = async (url: string): Promise<string> => {
  const session = (await (await fetch(`${url}/auth/session`)).json()) as { demo?: { password?: string } }
  const password = session.demo?.password
  if (password === undefined) throw new Error('the demonstration does not tell its password')
  return password
}

interface Started {
  readonly url: string
  readonly ports: Ports
  stop(): Promise<void>
}

/** The programs of the demonstration, which come up after the server: its web port is followed by theirs. */
const programs = 7

const isTaken = (error: unknown): boolean => error instanceof Error && /EADDRINUSE|already used by/.test(error.message)

/** A server on a data folder, filled first when it is new; on other ports when somebody was faster at one of them. */
const startOn: typeof startOnce = async (...how) => {
  for (let tries = 1; ; tries++)
    try {
      return await startOnce(...how)
    } catch (error) {
      if (tries === 3 || !isTaken(error)) throw error
    }
}

const portsOf = async (): Promise<Ports> => {
  const ports: [string, number][] = []
  for (const name of services) ports.push([name, await freePort(name === 'http' ? programs : 0)])
  return Object.fromEntries(ports) as Ports
}

/** Those that run: a hook that took too long leaves its server to nobody. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

const startOnce = async (
  data: string,
  withServices: boolean,
  environment: Readonly<Record<string, string>> = {},
): Promise<Started> => {
  const ports = await portsOf()
  const listeners = Object.fromEntries(
    services.map((name) => [`CONVERGENCE_LISTEN_${name.toUpperCase()}`, String(ports[name])]),
  )
  let said = ''
  const child = spawn(process.execPath, ['src/server/main.ts', 'start', '--data', data], {
    cwd: root,
    env: { ...process.env, ...listeners, CONVERGENCE_DEMO_SERVICES: String(withServices), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const keep = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-8000)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  running.add(child)
  child.once('exit', () => running.delete(child))
  const url = `http://localhost:${ports.http}`
  await waitUntilReady(url, child, () => said).catch((error: unknown) => {
    child.kill('SIGKILL')
    throw error
  })
  const stop = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await ended
  }
  return { url, ports, stop }
}

/**
 * The folder of an academy that is filled already: the first journey of a run fills it, the others wait for that and
 * copy it. Undefined outside a test run.
 */
const filledAcademy = async (): Promise<string | undefined> => {
  const folder = process.env.JOURNEY_ACADEMY
  if (folder === undefined) return
  const data = join(folder, 'data')
  const ready = join(folder, 'ready')
  try {
    mkdirSync(join(folder, 'begun'))
  } catch {
    for (let i = 0; i < 1200 && !existsSync(ready); i++) await new Promise((resolve) => setTimeout(resolve, 100))
    return existsSync(ready) ? data : undefined
  }
  await (await startOn(data, false)).stop()
  writeFileSync(ready, '')
  return data
}

/** The demonstration; its services and providers, seven programs more, only where a journey goes through them. */
export const startServer = async (
  options: { readonly services?: boolean; readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<JourneyServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'convergence-journey-'))
  const data = join(folder, 'data')
  const filled = await filledAcademy()
  if (filled !== undefined) cpSync(filled, data, { recursive: true })
  const { url, ports, stop } = await startOn(data, options.services === true, options.environment)
  if (options.services === true)
    await servicesAnswer(url).catch(async (error: unknown) => {
      await stop()
      throw error
    })
  return {
    url,
    ports,
    password: await passwordOf(url),
    data,
    close: async () => {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const launch = (path: string | undefined): Promise<Browser> =>
  chromium.launch({
    ...(path === undefined ? {} : { executablePath: path }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })

const launched = new Map<string | undefined, Promise<Browser>>()

/**
 * The browser of this worker, which ends with it; `whole` is the one that shows notifications, and that goes from site to
 * site as people's does. The files of a worker share it: closing it closes what it shows.
 */
export const launchBrowser = async ({ whole = false } = {}): Promise<Browser> => {
  const path = whole ? wholeBrowser : browserPath
  const known = await launched.get(path)
  if (known?.isConnected()) return known
  const launching = launch(path)
  launched.set(path, launching)
  const browser = await launching
  browser.close = async () => {
    for (const context of browser.contexts()) await context.close()
  }
  return browser
}

export interface Visit {
  readonly context: BrowserContext
  readonly page: Page
  /** Errors of the page's own scripts. */
  readonly errors: string[]
}

/** The cookies by which a server knows a browser again, by login: of each server, and of each profile of a browser. */
const known = new WeakMap<JourneyServer | BrowserContext, Map<string, Cookie>>()

/**
 * Before somebody signs in: this profile is one they have used. Otherwise a message tells them of a new device, at some
 * moment after the sign-in, and what a journey counts in the inbox is one more.
 */
const comeBack = async (page: Page, login: string): Promise<void> => {
  const cookie = known.get(page.context())?.get(login)
  if (cookie !== undefined) await page.context().addCookies([cookie])
}

const beRemembered = async (page: Page, login: string): Promise<void> => {
  const cookie = (await page.context().cookies()).find(({ name }) => name === 'device')
  if (cookie !== undefined) known.get(page.context())?.set(login, cookie)
}

/** A page of a new profile. */
export const visit = async (
  browser: Browser,
  server: JourneyServer,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Visit> => {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'fr-FR',
    baseURL: server.url,
    permissions: [],
    // The journeys of the worker ask for it: the others are spared its fetching of the whole application.
    serviceWorkers: 'block',
    // Nothing is to be seen of what moves; and colours in the middle of a transition are nobody's.
    reducedMotion: 'reduce',
    ...options,
  })
  const cookies = known.get(server) ?? new Map<string, Cookie>()
  for (const owner of [server, context]) known.set(owner, cookies)
  const page = await context.newPage()
  page.setDefaultTimeout(45_000)
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.stack ?? error.message))
  return { context, page, errors }
}

/** Fills the form of the sign-in page that is open, and sends it. */
export const giveCredentials = async (page: Page, login: string, password: string): Promise<void> => {
  await page.getByLabel(/^(Identifiant ou adresse|Identifier or address)$/).fill(login)
  await page.getByLabel(/^(Mot de passe|Password)$/).fill(password)
  await page.getByRole('button', { name: /^(Se connecter|Sign in)$/ }).click()
}

/** Fills the form and waits for the list; in a browser that the person has used before, if they have signed in so. */
export const signInByForm = async (page: Page, login: string, password: string): Promise<void> => {
  await comeBack(page, login)
  await page.goto('/')
  await giveCredentials(page, login, password)
  await arrive(page)
  await beRemembered(page, login)
}

/** Signed in as the form would, without its page, and waits for the list: for journeys that begin after it. */
export const signIn = async (page: Page, login: string, password: string): Promise<void> => {
  await comeBack(page, login)
  const answer = await page.request.post('/auth/login', { data: { login, password }, headers: { 'x-csrf': '1' } })
  if (!answer.ok()) throw new Error(`${login} is not signed in: ${answer.status()} ${await answer.text()}`)
  await beRemembered(page, login)
  await page.goto('/')
  await arrive(page)
}

const arrive = async (page: Page): Promise<void> => {
  // Those who administer others are asked for a second proof, which can wait.
  const later = page.getByRole('button', { name: /^(Plus tard|Later)/ })
  await page.locator('[role=grid][aria-busy=false]').or(later).first().waitFor()
  if (await later.isVisible()) await later.click()
  await page.locator('[role=grid][aria-busy=false]').waitFor()
  await rows(page).first().waitFor()
}

/** A security key of this browser that always says yes (WebAuthn's virtual authenticator). */
export const addSecurityKey = async (page: Page): Promise<void> => {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable', { enableUI: false })
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

/** Those of a list that show a message; a click on one that has still to come does nothing. */
export const rows = (page: Page) => page.getByRole('grid').locator('[role=row][draggable=true]')

/** Delivers messages to one person, one after another on one connection. */
export const deliver = (port: number, to: string, messages: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    const steps = [
      'LHLO journey.test',
      ...messages.flatMap((message) => [
        'MAIL FROM:<sender@outside.example>',
        `RCPT TO:<${to}>`,
        'DATA',
        `${message}\r\n.`,
      ]),
      'QUIT',
    ]
    let buffer = ''
    let at = 0
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      buffer += chunk.toString()
      for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
        const line = buffer.slice(0, end)
        buffer = buffer.slice(end + 2)
        if (line[3] === '-') continue
        if (!/^[23]/.test(line)) return reject(new Error(line))
        if (at === steps.length) {
          socket.end()
          return resolve()
        }
        socket.write(`${steps[at++]}\r\n`)
      }
    })
  })
