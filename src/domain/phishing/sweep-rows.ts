/** The rows of what is taken back (migration 0020), as counting and moving read and change them. */
import { type Params, statement } from '#store/engine.ts'

export type SweepState = 'counting' | 'counted' | 'running' | 'done' | 'undoing' | 'undone'

export type SweepRow = {
  readonly id: number
  readonly cluster_id: number
  readonly state: SweepState
  readonly reached: number
  readonly upto: number
  readonly since: number
  readonly found: number
  readonly mailboxes: number
  readonly moved: number
  readonly actor: string
  readonly at: number
}

export const sweepColumns = [
  'id',
  'cluster_id',
  'state',
  'reached',
  'upto',
  'since',
  'found',
  'mailboxes',
  'moved',
  'actor',
  'at',
] as const

export const setState = statement((q, p: Params<{ id: number; state: string; was: string; now: number }>) =>
  q
    .updateTable('phishing_sweep')
    .set({ state: p.state as 'running', updated_at: p.now })
    .where('id', '=', p.id)
    .where('state', '=', p.was as 'running'),
)
