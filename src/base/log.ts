/** Structured logging: what rooms may say. Never pass secrets or message content. */
export type LogFields = Record<string, string | number | boolean | null | undefined>

export interface Log {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields & { error?: never }, cause?: unknown): void
  /** The same log with these fields on each line. */
  with(fields: LogFields): Log
}

/** A log that says nothing (tests, tools). */
export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  with: () => silentLog,
}
