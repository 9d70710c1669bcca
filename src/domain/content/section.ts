/** What the parts of the file have in common. */
import type { Actor } from '../directory/delegation.ts'
import type { Names } from './names.ts'

/** What became of the rows of a part. */
export interface Counts {
  readonly created: number
  readonly changed: number
  readonly unchanged: number
}

/** Who writes, when, and how things are called. */
export interface Write {
  readonly now: number
  readonly actor: Actor
  readonly names: Names
}
