/** Structured logs: one JSON line each, or a line for people on a terminal. No secrets, no message content. */
import type { Log, LogFields } from '#base/log.ts'

export const levels = ['debug', 'info', 'warn', 'error'] as const
export type Level = (typeof levels)[number]

export interface LogOptions {
  readonly level: Level
  readonly format: 'json' | 'pretty'
  readonly write: (line: string) => void
  /** Counts lines by level, for metrics. */
  readonly counted?: (level: Level) => void
}

/** Names of fields that must never carry their value, whatever a caller does. */
const secret = /pass(?:word|wd)|secret|token|cookie|authorization/i

const longestValue = 2000

const cleaned = (fields: LogFields): LogFields => {
  const kept: LogFields = {}
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue
    if (secret.test(name)) kept[name] = '(hidden)'
    else
      kept[name] = typeof value === 'string' && value.length > longestValue ? `${value.slice(0, longestValue)}…` : value
  }
  return kept
}

const causeFields = (cause: unknown): LogFields => {
  if (cause === undefined) return {}
  if (!(cause instanceof Error)) return { error: String(cause) }
  const code = 'code' in cause && typeof cause.code === 'string' ? { code: cause.code } : {}
  const inner = cause.cause instanceof Error ? { cause: `${cause.cause.name}: ${cause.cause.message}` } : {}
  return { error: `${cause.name}: ${cause.message}`, ...code, ...inner, stack: cause.stack ?? '' }
}

const colours: Record<Level, string> = { debug: '\x1b[2m', info: '\x1b[36m', warn: '\x1b[33m', error: '\x1b[31m' }

/** Control characters in a value must not move the cursor or forge a line. */
const visible = (value: unknown): string =>
  String(value).replace(/\p{Cc}/gu, (character) => (character === '\n' ? '\n    ' : '�'))

const pretty = (level: Level, event: string, fields: LogFields): string => {
  const { stack, ...rest } = fields
  const pairs = Object.entries(rest).map(([name, value]) => ` \x1b[2m${name}=\x1b[0m${visible(value)}`)
  const trace = typeof stack === 'string' ? `\n    ${visible(stack)}` : ''
  return `${new Date().toTimeString().slice(0, 8)} ${colours[level]}${level.padEnd(5)}\x1b[0m ${event}${pairs.join('')}${trace}\n`
}

const json = (level: Level, event: string, fields: LogFields): string =>
  `${JSON.stringify({ time: new Date().toISOString(), level, event, ...fields })}\n`

/** A log as the options say. */
export const createLog = (options: LogOptions, bound: LogFields = {}): Log => {
  const least = levels.indexOf(options.level)
  const render = options.format === 'json' ? json : pretty
  const say = (level: Level, event: string, fields: LogFields, cause?: unknown): void => {
    options.counted?.(level)
    if (levels.indexOf(level) < least) return
    options.write(render(level, event, cleaned({ ...bound, ...fields, ...causeFields(cause) })))
  }
  return {
    debug: (event, fields = {}) => say('debug', event, fields),
    info: (event, fields = {}) => say('info', event, fields),
    warn: (event, fields = {}) => say('warn', event, fields),
    error: (event, fields = {}, cause) => say('error', event, fields, cause),
    with: (fields) => createLog(options, { ...bound, ...fields }),
  }
}
