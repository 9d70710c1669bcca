/** What a command of the command line is. */
import type { Log } from '#base/log.ts'
import type { Config } from '../config.ts'
import type { House } from '../house.ts'

/** Options as `node:util` parses them, with the words for `--help`. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean'
  readonly short?: string
  /** Name of the value in the help: `--limit N`. */
  readonly value?: string
  readonly about: string
}

export interface Invocation {
  /** Words after the command's name. */
  readonly words: readonly string[]
  readonly options: Readonly<Record<string, string | boolean | undefined>>
  readonly config: Config
  readonly log: Log
  /** Opens store and people for the length of `work`. */
  withHouse<T>(work: (house: House) => Promise<T>): Promise<T>
  /** Prints a line of the answer. */
  say(text: string): void
}

export interface Command {
  /** `account add`. */
  readonly name: string
  /** What follows the name: `LOGIN [NAME]`. */
  readonly usage: string
  /** One plain sentence. */
  readonly about: string
  /** More plain words, after the options. */
  readonly more?: string
  readonly options?: Readonly<Record<string, OptionSpec>>
  /** Fewest and most words after the name. */
  readonly words: readonly [least: number, most: number]
  /** Resolves to the exit code: 0 done, 1 failed, 3 something was found. */
  run(invocation: Invocation): Promise<number>
}

/** A mistake of the person at the keyboard; printed with a hint to `--help`, exit code 2. */
export class UsageError extends Error {}

/** A failure a person can act on; printed without a stack, exit code 1. */
export class CommandError extends Error {}

/** A text option, or undefined. */
export const textOption = ({ options }: Invocation, name: string): string | undefined => {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

export const flagOption = ({ options }: Invocation, name: string): boolean => options[name] === true

/** A required word. */
export const wordAt = ({ words }: Invocation, index: number): string => {
  const word = words[index]
  if (word === undefined) throw new UsageError('A word is missing.')
  return word
}
