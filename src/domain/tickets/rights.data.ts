/**
 * Who may do what to a request for help, as a table that an auditor can read. `owner`: whoever wrote it. `desk`: who holds
 * the task `tickets` in the school that answers, or administers the platform; never for a request of their own.
 */

interface Right {
  readonly owner: boolean
  readonly desk: boolean
  /** Phases in which it may be done. */
  readonly in: readonly Status[]
}

export const statuses = ['new', 'open', 'waiting', 'solved', 'closed'] as const
export type Status = (typeof statuses)[number]

const live: readonly Status[] = ['new', 'open', 'waiting', 'solved']
const all: readonly Status[] = statuses

export const rights = {
  read: { owner: true, desk: true, in: all },
  answer: { owner: true, desk: true, in: live },
  attach: { owner: true, desk: true, in: live },
  solve: { owner: true, desk: true, in: ['new', 'open', 'waiting'] },
  rate: { owner: true, desk: false, in: ['solved', 'closed'] },
  note: { owner: false, desk: true, in: all },
  assign: { owner: false, desk: true, in: live },
  escalate: { owner: false, desk: true, in: live },
} as const satisfies Readonly<Record<string, Right>>

export type Act = keyof typeof rights
export type Role = 'owner' | 'desk' | 'none'
