/** `convergence start`: the server in the foreground. */
import { join, resolve } from 'node:path'
import { createLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import { optimiseSooner } from '../optimise-sooner.ts'
import { type Running, serve } from '../serve.ts'
import type { Command, Invocation } from './command.ts'
import { flagOption } from './command.ts'

/** After this long, whoever still holds on is left behind: nothing acknowledged is lost, by law 3. */
const stopDeadline = 15_000
/** A terminal and npm may both pass on the same Ctrl-C. */
const sameSignal = 1000

const addressOf = (running: Running, config: Invocation['config']): string => {
  if (config['public-url'] !== undefined) return config['public-url']
  const port = (name: string) => running.listeners.find((listener) => listener.name === name)?.port
  const http = port('http')
  if (running.demo && http !== undefined) return `http://localhost:${http}`
  const https = port('https')
  if (https !== undefined)
    return `https://${running.demo ? 'localhost' : config.hostname}${https === 443 ? '' : `:${https}`}`
  return http === undefined ? 'nowhere: no web listener is configured' : `http://localhost:${http}`
}

const labels: Readonly<Record<string, string>> = {
  http: 'web',
  https: 'web (TLS)',
  imap: 'IMAP (STARTTLS)',
  imaps: 'IMAP (TLS)',
  smtp: 'incoming mail',
  submission: 'sending (STARTTLS)',
  submissions: 'sending (TLS)',
  lmtp: 'LMTP',
  sieve: 'filters (ManageSieve)',
  admin: 'health and metrics',
}

const protocolNames = { cas: 'CAS', oidc: 'OpenID Connect', saml: 'SAML' } as const

const demoLines = (running: Running): string[] => {
  const { demo } = running
  if (!demo) return []
  const shown = demo.accounts.slice(0, 4)
  const services = demo.services?.() ?? []
  return [
    '',
    'This is a DEMONSTRATION: a fictional academy, for this machine only. ("--empty" on a new data folder starts a real one.)',
    `Sign in as any of these, with the password  ${demo.password}`,
    ...shown.map(({ login, name, profile }) => `    ${login.padEnd(20)} ${name} (${profile})`),
    ...(demo.accounts.length > shown.length
      ? [`    and ${demo.accounts.length - shown.length} others, listed on the sign-in page`]
      : []),
    ...(services.length > 0 ? ['Services of the demonstration, opened by the same sign-in:'] : []),
    ...services.map(({ name, url, protocol }) => `    ${name.padEnd(20)} ${url} (${protocolNames[protocol]})`),
  ]
}

/** As it can be typed here: by npm unless the program is installed as a command, and with the data folder in use. */
const firstAccount = ({ data }: Invocation['config']): string => {
  const program = process.env.npm_lifecycle_event === undefined ? 'convergence' : 'npm run convergence --'
  const folder = resolve(data) === resolve('data') ? '' : ` --data ${/\s/.test(data) ? `"${data}"` : data}`
  return `${program} account add LOGIN --name "First Last" --admin${folder}`
}

const banner = (running: Running, config: Invocation['config'], seconds: string): string => {
  const address = addressOf(running, config)
  const doors = running.listeners.map(({ name, where }) => `    ${(labels[name] ?? name).padEnd(20)} ${where}`)
  const first = running.demo ? [] : ['', `First account: ${firstAccount(config)}`]
  const selfSigned = running.selfSigned
    ? [
        '',
        'TLS is self-signed for now: browsers and mail programs will ask. Set tls.certificate and tls.key for a real one.',
      ]
    : []
  return [
    '',
    `Convergence is ready in ${seconds} s:  ${address}`,
    '',
    ...doors,
    ...demoLines(running),
    ...first,
    ...selfSigned,
    '',
    'Ctrl-C stops it.',
    '',
  ].join('\n')
}

/** Resolves when somebody asks us to stop, or when the program that launched us is gone. */
const untilAsked = (): Promise<string> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal))
    if (process.channel) {
      process.channel.unref()
      process.on('disconnect', () => resolve('the launcher is gone'))
    }
  })

/** A second request, once the first is certainly another one, ends the program at once. */
const impatience = (): void => {
  const since = Date.now()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (Date.now() - since > sameSignal) process.exit(130)
    })
}

const run = async (invocation: Invocation): Promise<number> => {
  const started = performance.now()
  const { config, say } = invocation
  const metrics = createMetrics()
  const pretty = config['log.format'] === 'pretty' || (config['log.format'] === 'auto' && process.stderr.isTTY === true)
  const log = createLog({
    level: config['log.level'],
    format: pretty ? 'pretty' : 'json',
    write: (line) => process.stderr.write(line),
    counted: metrics.countLog,
  })
  // What nobody caught may have left anything half done: say it, and let the supervisor start a clean process.
  process.on('uncaughtException', (cause) => {
    log.error('crash', {}, cause)
    process.exit(70)
  })
  process.on('unhandledRejection', (cause) => {
    log.error('crash.rejection', {}, cause)
    process.exit(70)
  })
  const stopping = untilAsked()
  const running = await serve({
    config,
    log,
    metrics,
    webFolder: join(import.meta.dirname, '..', '..', '..', 'dist', 'web'),
    empty: flagOption(invocation, 'empty'),
    fill: async (house, begun) => {
      const { completeDemo, fillDemo } = await import('../demo/fill.ts')
      return begun?.complete ? completeDemo(house, begun) : fillDemo(house, begun, say)
    },
  })
  optimiseSooner()
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  say(banner(running, config, seconds))
  log.info('started', { data: config.data, listeners: running.listeners.map(({ name }) => name).join(' ') })

  const reason = await stopping
  impatience()
  say('\nStopping…')
  log.info('stopping', { reason })
  const deadline = setTimeout(() => {
    log.warn('stop.deadline', { milliseconds: stopDeadline })
    process.exit(0)
  }, stopDeadline)
  await running.stop()
  clearTimeout(deadline)
  log.info('stopped')
  say('Stopped.')
  // Idle keep-alive sockets and timers of libraries must not keep a stopped server alive.
  process.exit(0)
}

export const start: Command = {
  name: 'start',
  usage: '',
  about: 'Start the server in the foreground',
  words: [0, 0],
  options: {
    empty: { type: 'boolean', about: 'on a new data folder: no demonstration academy' },
  },
  more: `
On a new data folder a small fictional academy is made, to try everything at once; it is said clearly and listens to
this machine only. With --empty the server starts with no account: add the first with "convergence account add".`,
  run,
}
