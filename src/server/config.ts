/** Configuration: one JSON file, overridden by the environment, overridden by the command line; checked as a whole. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import {
  BadSetting,
  type Endpoint,
  environmentName,
  type SettingName,
  type SettingValues,
  settings,
} from './settings.ts'

export interface Config extends SettingValues {
  /** Folder of the database, blobs, keys. */
  readonly data: string
  /** The file that was read, if any. */
  readonly file: string | undefined
}

export interface ConfigSources {
  /** `--config`. */
  readonly file?: string | undefined
  /** `--data`. */
  readonly data?: string | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What relative paths start from. */
  readonly folder: string
}

/** Carries every problem found, so that they can be mended in one go. */
export class ConfigError extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map((one) => `  - ${one}`).join('\n')}`,
    )
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** `{listen: {imap: 143}}` becomes `listen.imap`. */
const flatten = (value: unknown, prefix = ''): [string, unknown][] => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[prefix, value]]
  return Object.entries(value).flatMap(([key, inner]) => flatten(inner, prefix === '' ? key : `${prefix}.${key}`))
}

const closest = (name: string): string => {
  const tail = name.split('.').at(-1) ?? name
  const near = Object.keys(settings).find(
    (known) => known.endsWith(tail) || known.replace(/[.-]/g, '') === name.replace(/[._-]/g, '').toLowerCase(),
  )
  return near === undefined ? '' : ` (did you mean ${near}?)`
}

const readFile = (path: string, problems: string[]): Map<string, unknown> => {
  let parsed: unknown
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    problems.push(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
    return new Map()
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    problems.push(`${path} must hold one JSON object`)
    return new Map()
  }
  return new Map(flatten(parsed).filter(([name]) => name !== ''))
}

const isSetting = (name: string): name is SettingName => Object.hasOwn(settings, name)

/** The file asked for, or `convergence.json` beside the data folder when there is one. */
const fileOf = (sources: ConfigSources, data: string, problems: string[]): string | undefined => {
  const asked = sources.file ?? sources.environment.CONVERGENCE_CONFIG
  if (asked !== undefined) {
    const path = resolve(sources.folder, asked)
    if (existsSync(path)) return path
    problems.push(`${path} does not exist (--config)`)
    return
  }
  const usual = resolve(dirname(data), 'convergence.json')
  return existsSync(usual) ? usual : undefined
}

/** Problems that concern several settings at once. */
const together = (values: SettingValues): string[] => {
  const problems: string[] = []
  if ((values['tls.certificate'] === undefined) !== (values['tls.key'] === undefined))
    problems.push('tls.certificate and tls.key go together: give both or none')
  if (values['blobs.driver'] === 's3' && values['blobs.bucket'] === '')
    problems.push('blobs.bucket is needed when blobs.driver is s3')
  if (values.domains.length === 0) problems.push('domains must name at least one domain')
  return problems
}

const environmentProblems = (environment: ConfigSources['environment']): string[] => {
  const known = new Set([
    ...Object.keys(settings).map(environmentName),
    'CONVERGENCE_DATA',
    'CONVERGENCE_CONFIG',
    'CONVERGENCE_DEMO_PASSWORD',
  ])
  return Object.keys(environment)
    .filter(
      (name) => name.startsWith('CONVERGENCE_') && !known.has(name) && !/^CONVERGENCE_(?:TEST|FUZZ|BENCH)_/.test(name),
    )
    .filter((name) => name !== 'CONVERGENCE_URL')
    .map((name) => `${name} is not a setting`)
}

/** Reads and checks the configuration. Throws ConfigError with every problem at once. */
export const loadConfig = (sources: ConfigSources): Config => {
  const problems: string[] = environmentProblems(sources.environment)
  const askedData = sources.data ?? sources.environment.CONVERGENCE_DATA
  // The file may name the data folder, and the data folder may lead to the file: the command line decides first.
  const file = fileOf(sources, resolve(sources.folder, askedData ?? 'data'), problems)
  const given = file === undefined ? new Map<string, unknown>() : readFile(file, problems)
  const fileData = given.get('data')
  given.delete('data')
  const data = askedData ?? (typeof fileData === 'string' && file ? resolve(dirname(file), fileData) : 'data')

  for (const name of given.keys()) if (!isSetting(name)) problems.push(`${name} is not a setting${closest(name)}`)
  const values: Record<string, unknown> = {}
  for (const [name, { byDefault, read }] of Object.entries(settings)) {
    const fromEnvironment = sources.environment[environmentName(name)]
    const value = fromEnvironment ?? given.get(name)
    values[name] = byDefault
    if (value === undefined) continue
    try {
      values[name] = read(value)
    } catch (error) {
      if (!(error instanceof BadSetting)) throw error
      const where = fromEnvironment === undefined ? name : environmentName(name)
      problems.push(`${where} ${error.message}`)
    }
  }
  // Each value was made by the reader of its own setting, which the compiler cannot follow through the loop.
  const checked = values as SettingValues
  problems.push(...together(checked))
  if (problems.length > 0) throw new ConfigError(problems)
  const hostname = checked.hostname === '' ? `mail.${checked.domains[0]}` : checked.hostname
  return { ...checked, hostname, data: resolve(sources.folder, data), file }
}

export type ListenerName =
  | 'http'
  | 'https'
  | 'imap'
  | 'imaps'
  | 'smtp'
  | 'submission'
  | 'submissions'
  | 'lmtp'
  | 'sieve'

interface Ports {
  readonly standard: number | undefined
  readonly unprivileged: number
}

/** Standard ports for a real server that may open them; high ones for a demonstration or a developer. */
const ports: Readonly<Record<ListenerName, Ports>> = {
  http: { standard: 80, unprivileged: 8080 },
  https: { standard: 443, unprivileged: 8443 },
  imap: { standard: 143, unprivileged: 1143 },
  imaps: { standard: 993, unprivileged: 1993 },
  smtp: { standard: 25, unprivileged: 1025 },
  submission: { standard: 587, unprivileged: 1587 },
  submissions: { standard: 465, unprivileged: 1465 },
  lmtp: { standard: 24, unprivileged: 1024 },
  sieve: { standard: 4190, unprivileged: 14_190 },
}

/** Listeners that trust whoever connects: never open to the network unless it is asked for. */
const localOnly: ReadonlySet<ListenerName> = new Set(['lmtp'])

export const listenerNames = Object.keys(ports) as readonly ListenerName[]

export interface Circumstances {
  readonly demo: boolean
  /** May open ports below 1024. */
  readonly privileged: boolean
}

/** Where a listener listens, all things considered. */
export const endpointOf = (config: Config, name: ListenerName, { demo, privileged }: Circumstances): Endpoint => {
  const asked = config[`listen.${name}`]
  const open = config['listen.host'] ?? (demo ? '127.0.0.1' : undefined)
  const host = localOnly.has(name) ? '127.0.0.1' : open
  if (asked === 'off') return 'off'
  if (asked === 'auto') {
    const { standard, unprivileged } = ports[name]
    return { host, port: demo || !privileged || standard === undefined ? unprivileged : standard }
  }
  return 'path' in asked ? { path: resolve(config.data, asked.path) } : { host: asked.host ?? host, port: asked.port }
}
