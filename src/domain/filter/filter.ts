/**
 * Filtering by Sieve (RFC 5228): what a script may ask of the world, and what it decides. Running a script changes
 * nothing; whoever delivers the message carries the decision out, all of it or, after a fault, the implicit keep alone.
 */
import type { Program } from '#format/sieve/check.ts'
import type { Position } from '#format/sieve/syntax.ts'

/** Where a copy goes, as the script says it. */
export interface Destination {
  /** Path with `/`; of `:fcc` or `fileinto`. */
  readonly mailbox: string
  readonly create: boolean
  /** IMAP flags; undefined: those of the flags variable at the end (RFC 5232 §2.1). */
  readonly flags: readonly string[] | undefined
  /** Attribute such as `\Archive`: used when a mailbox has it (RFC 8579 §4). */
  readonly specialUse?: string
  /** OBJECTID: used when it exists (RFC 9042 §3). */
  readonly mailboxId?: string
}

export interface VacationAction {
  readonly kind: 'vacation'
  readonly reason: string
  readonly mime: boolean
  /** Seconds between two answers to the same person; undefined: the host's default. */
  readonly seconds: number | undefined
  readonly subject: string | undefined
  readonly from: string | undefined
  readonly addresses: readonly string[]
  readonly handle: string | undefined
  readonly fcc: Destination | undefined
}

/** How many changes of the header had been made before: the copy shows those (RFC 5293 §3). Undefined: none. */
interface Edited {
  readonly edits?: number
}

export type Action =
  | ({ readonly kind: 'keep'; readonly flags: readonly string[] } & Edited)
  | ({ readonly kind: 'fileinto' } & Destination & { readonly flags: readonly string[] } & Edited)
  | ({ readonly kind: 'redirect'; readonly address: string } & Edited)
  | { readonly kind: 'reject'; readonly reason: string; readonly atProtocol: boolean }
  | VacationAction
  | {
      readonly kind: 'notify'
      readonly method: string
      readonly from: string | undefined
      readonly importance: 1 | 2 | 3
      readonly options: readonly string[]
      readonly message: string | undefined
      readonly fcc: Destination | undefined
    }

/** A change of the header that the copies which follow it show (RFC 5293). */
export type HeaderEdit =
  | { readonly op: 'add'; readonly name: string; readonly value: string; readonly last: boolean }
  /** The nth field of all (from 0) as the message is at that moment. */
  | { readonly op: 'delete'; readonly n: number }

/** A command that decided what becomes of the message, by its place. */
export interface Decided {
  readonly command: string
  readonly script: string
  readonly line: number
}

export interface Outcome {
  readonly decided?: readonly Decided[]
  /** In the order of the script; no action at all is a discard. */
  readonly actions: readonly Action[]
  readonly edits: readonly HeaderEdit[]
  /** Why the script was given up: then the actions are the implicit keep. */
  readonly fault?: Position & { readonly message: string; readonly script: string }
  /** Duplicates to remember once the message is delivered (RFC 7352 §3). */
  readonly remember: readonly Duplicate[]
}

export interface Duplicate {
  readonly handle: string
  readonly id: string
  readonly seconds: number
  /** Every sighting begins the period anew. */
  readonly last: boolean
}

export interface FilterEnvelope {
  /** Empty for the null sender. */
  readonly from: string
  readonly to: string
}

/** The world as a script may ask about it. */
export interface FilterHost {
  /** Milliseconds. */
  readonly now: number
  readonly envelope: FilterEnvelope
  /** Between the name and the detail of a subaddress. */
  readonly separator: string
  /** Offset of local time east of UTC, in minutes, at a moment. */
  offsetAt(time: number): number
  /** Items of RFC 5183 §4. */
  environment(name: string): string | undefined
  mailboxExists(path: string): Promise<boolean>
  mailboxIdExists(id: string): Promise<boolean>
  /** A mailbox with this attribute exists; or the named one has it. */
  specialUseExists(mailbox: string | undefined, attribute: string): Promise<boolean>
  /** True when this identifier was remembered and its period is not over. */
  seen(duplicate: Duplicate): Promise<boolean>
  /** True when a list of RFC 6134 (`tag:...`, `:addrbook:default`) is known. */
  listExists(list: string): Promise<boolean>
  listContains(list: string, value: string): Promise<boolean>
  listAddresses(list: string): Promise<readonly string[]>
  /** Another script; undefined when there is none. */
  include(location: 'personal' | 'global', name: string): Promise<Program | undefined>
  notifyMethod(uri: string): boolean
}

export const filterLimits = {
  /** Commands and tests that run. */
  steps: 20_000,
  /** Of the script itself, without what the server takes to answer it; looked at between steps. */
  milliseconds: 200,
  /** Questions to the store. */
  lookUps: 500,
  actions: 32,
  redirects: 5,
  includeDepth: 10,
  includes: 50,
  /** Octets of a body that tests look at. */
  body: 1024 * 1024,
  edits: 100,
  /** Addresses a list expands to in `redirect :list`. */
  listRedirects: 20,
} as const
