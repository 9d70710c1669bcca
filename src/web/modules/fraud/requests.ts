/** Triage over plain HTTP. The server checks every right again; this only reads and asks. */
import {
  type Answer,
  ask,
  type Body,
  list,
  momentOf,
  nothing,
  numberOr,
  record,
  records,
  text,
} from '../../shell/request.ts'
import { askSurely } from '../../shell/step-up.tsx'

type When = number | undefined

export const verdicts = ['fraud', 'legitimate', 'practice', 'unsure'] as const
export type Verdict = (typeof verdicts)[number]

export interface Cluster {
  readonly id: number
  readonly subject: string
  readonly sender: string
  readonly firstAt: When
  readonly lastAt: When
  readonly verdict: Verdict | ''
  readonly judgedBy: string
  readonly judgedAt: When
  readonly reports: number
  readonly reporters: number
}

const readCluster = (one: Body): Cluster => ({
  id: numberOr(one.id, 0),
  subject: text(one.subject),
  sender: text(one.sender),
  firstAt: momentOf(one.firstAt),
  lastAt: momentOf(one.lastAt),
  verdict: verdicts.find((verdict) => verdict === one.verdict) ?? '',
  judgedBy: text(one.judgedBy),
  judgedAt: momentOf(one.judgedAt),
  reports: numberOr(one.reports, 0),
  reporters: numberOr(one.reporters, 0),
})

export const loadClusters = (judged: boolean): Promise<Answer<readonly Cluster[]>> =>
  ask(`/admin/frauds${judged ? '?judged=1' : ''}`, undefined, (answer) => records(answer.clusters).map(readCluster))

export const sweepStates = ['counting', 'counted', 'running', 'done', 'undoing', 'undone'] as const

export interface Sweep {
  readonly id: number
  readonly state: (typeof sweepStates)[number]
  readonly mailboxes: number
  readonly found: number
  readonly moved: number
  readonly askedBy: string
  readonly at: When
}

export interface Link {
  readonly given: string
  readonly verdict: 'official' | 'look-alike' | 'unknown'
  readonly like: string
}

export interface SeenCluster extends Cluster {
  readonly answer: string
  readonly findings: readonly { readonly kind: string; readonly times: number }[]
  readonly sample:
    | {
        readonly from: string
        readonly fromName: string
        readonly replyTo: string
        readonly date: string
        readonly proof: string
        readonly text: string
        readonly links: readonly Link[]
        readonly files: readonly { readonly name: string; readonly type: string; readonly danger: string }[]
      }
    | undefined
  readonly sweeps: readonly Sweep[]
  readonly may: readonly string[]
}

const readSample = (one: Body): SeenCluster['sample'] => ({
  from: text(one.from),
  fromName: text(one.fromName),
  replyTo: text(one.replyTo),
  date: text(one.date),
  proof: text(one.proof),
  text: text(one.text),
  links: records(one.links).map((link) => ({
    given: text(link.given),
    verdict: link.verdict === 'official' || link.verdict === 'look-alike' ? link.verdict : 'unknown',
    like: text(record(link.place).domain),
  })),
  files: records(one.files).map((file) => ({
    name: text(file.name),
    type: text(file.type),
    danger: text(file.danger),
  })),
})

export const loadCluster = (id: number): Promise<Answer<SeenCluster>> =>
  ask(`/admin/frauds/${id}`, undefined, (answer) => ({
    ...readCluster(answer),
    answer: text(answer.answer),
    findings: records(answer.findings).map((one) => ({ kind: text(one.kind), times: numberOr(one.times, 0) })),
    sample: answer.sample === undefined ? undefined : readSample(record(answer.sample)),
    sweeps: records(answer.sweeps).map((one) => ({
      id: numberOr(one.id, 0),
      state: sweepStates.find((state) => state === one.state) ?? 'counting',
      mailboxes: numberOr(one.mailboxes, 0),
      found: numberOr(one.found, 0),
      moved: numberOr(one.moved, 0),
      askedBy: text(one.askedBy),
      at: momentOf(one.at),
    })),
    may: list(answer.may).map(text),
  }))

export const judge = (id: number, verdict: Verdict, answer: string): Promise<Answer<number>> =>
  ask(`/admin/frauds/${id}/judge`, { verdict, answer }, (one) => numberOr(one.answered, 0))
export const countMailboxes = (id: number) => askSurely(`/admin/frauds/${id}/count`, {}, nothing)
export const takeBack = (id: number, mailboxes: number) =>
  askSurely(`/admin/frauds/sweeps/${id}/take`, { mailboxes }, nothing)
export const giveBack = (id: number) => askSurely(`/admin/frauds/sweeps/${id}/give-back`, {}, nothing)
