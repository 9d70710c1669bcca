import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ConfigError, endpointOf, loadConfig } from './config.ts'
import { environmentName, settings } from './settings.ts'

const load = (file: unknown, environment: Record<string, string> = {}, extra: { data?: string } = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'convergence-config-'))
  if (file !== undefined)
    writeFileSync(join(folder, 'convergence.json'), typeof file === 'string' ? file : JSON.stringify(file))
  return loadConfig({ environment, folder, ...extra })
}

const problemsOf = (file: unknown, environment: Record<string, string> = {}): readonly string[] => {
  try {
    load(file, environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

test('without any file there are sensible defaults', () => {
  const config = load(undefined)
  expect(config.domains).toEqual(['ac-demo.test'])
  expect(config.hostname).toBe('mail.ac-demo.test')
  expect(config.data).toMatch(/\/data$/)
  expect(config.file).toBeUndefined()
})

test('the file nests, the environment overrides it, the command line decides where the data is', () => {
  const config = load(
    { domains: ['ac-besancon.fr'], listen: { imap: 1144, https: '[::1]:9443' }, limits: { message: '25M' } },
    { CONVERGENCE_LISTEN_IMAP: '127.0.0.1:2143', CONVERGENCE_DOMAINS: 'a.fr, b.fr', CONVERGENCE_DATA: 'elsewhere' },
    { data: 'here' },
  )
  expect(config.domains).toEqual(['a.fr', 'b.fr'])
  expect(config['listen.imap']).toEqual({ host: '127.0.0.1', port: 2143 })
  expect(config['listen.https']).toEqual({ host: '::1', port: 9443 })
  expect(config['limits.message']).toBe(25 * 1024 * 1024)
  expect(config.data).toMatch(/\/here$/)
})

test('every problem is told at once, each with the name of its setting', () => {
  const problems = problemsOf(
    {
      domains: [],
      hostname: 'not a name',
      listen: { imap: 'port', smtp: 99_999, imapp: 143 },
      limits: { message: 'big' },
      tls: { certificate: '/a.pem' },
      blobs: { driver: 's3' },
    },
    { CONVERGENCE_LOG_LEVEL: 'loud', CONVERGENCE_NOTHING: '1' },
  )
  expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual(
    [
      'CONVERGENCE_LOG_LEVEL',
      'CONVERGENCE_NOTHING',
      'blobs.bucket',
      'domains',
      'hostname',
      'limits.message',
      'listen.imap',
      'listen.imapp',
      'listen.smtp',
      'tls.certificate',
    ].sort(),
  )
})

test('a misspelt setting comes with the one that was meant', () => {
  expect(problemsOf({ 'limits.messages.message': 1 })[0]).toContain('did you mean limits.message?')
})

test('a file that is not JSON is said to be so', () => {
  expect(problemsOf('{"domains": [')[0]).toContain('cannot be read')
  expect(problemsOf('[1]')[0]).toContain('one JSON object')
})

test('a file that was asked for must exist', () => {
  expect(() => loadConfig({ file: 'nowhere.json', environment: {}, folder: tmpdir() })).toThrow('does not exist')
})

test('a demonstration listens to this machine only, on ports that anybody may open', () => {
  const config = load(undefined)
  const at = (name: 'imaps' | 'lmtp') => endpointOf(config, name, { demo: true, privileged: true })
  expect(at('imaps')).toEqual({ host: '127.0.0.1', port: 1993 })
  expect(at('lmtp')).toEqual({ host: '127.0.0.1', port: 1024 })
})

test('a real server listens to everybody on the standard ports when it may, but never gives LMTP to the network', () => {
  const config = load(undefined)
  const at = (name: 'imaps' | 'lmtp', privileged: boolean) => endpointOf(config, name, { demo: false, privileged })
  expect(at('imaps', true)).toEqual({ host: undefined, port: 993 })
  expect(at('imaps', false)).toEqual({ host: undefined, port: 1993 })
  expect(at('lmtp', true)).toEqual({ host: '127.0.0.1', port: 24 })
})

test('a listener can be a socket file, or off', () => {
  const config = load({ listen: { lmtp: './lmtp.sock', imap: 'off' } })
  expect(endpointOf(config, 'lmtp', { demo: false, privileged: false })).toEqual({
    path: join(config.data, 'lmtp.sock'),
  })
  expect(endpointOf(config, 'imap', { demo: false, privileged: false })).toBe('off')
})

test('the guide for operators names every setting, its variable and what it is', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8')
  for (const [name, { about }] of Object.entries(settings)) {
    const row = guide.split('\n').find((line) => line.startsWith(`| \`${name}\` |`)) ?? ''
    expect(row, name).toContain(environmentName(name))
    expect(row, name).toContain(about.replaceAll('|', '\\|'))
  }
})
