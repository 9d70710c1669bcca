/** What a script remembers while it runs: variables, what wildcards stood for, flags (RFC 5229, RFC 5232, RFC 6609). */
import { variableLimits } from '#format/sieve/variables.ts'

/** Flags in one list: split at blanks, each once without regard to case, in order. */
export const flagList = (texts: readonly string[]): string[] => {
  const seen = new Map<string, string>()
  for (const flag of texts.flatMap((text) => text.split(/\s+/)))
    if (flag !== '' && !seen.has(flag.toLowerCase())) seen.set(flag.toLowerCase(), flag)
  return [...seen.values()].slice(0, 100)
}

/** Variables that an including script and what it includes share. */
export class Globals {
  readonly values = new Map<string, string>()
}

export class Scope {
  captures: readonly string[] = []
  readonly #own = new Map<string, string>()
  readonly #shared = new Set<string>()
  readonly #globals: Globals

  constructor(globals: Globals) {
    this.#globals = globals
  }

  share(name: string): void {
    this.#shared.add(name.toLowerCase())
  }

  get(name: string): string {
    if (/^\d/.test(name)) return this.captures[Number(name)] ?? ''
    const lower = name.toLowerCase()
    if (lower.startsWith('global.')) return this.#globals.values.get(lower.slice(7)) ?? ''
    return (this.#shared.has(lower) ? this.#globals.values : this.#own).get(lower) ?? ''
  }

  /** False when there are too many variables already. */
  set(name: string, value: string): boolean {
    const lower = name.toLowerCase()
    const global = lower.startsWith('global.')
    const key = global ? lower.slice(7) : lower
    const values = global || this.#shared.has(lower) ? this.#globals.values : this.#own
    if (!values.has(key) && values.size >= variableLimits.names) return false
    values.set(key, value)
    return true
  }
}
