/**
 * Records that arrive beside the sync (windows, opened threads) may be older than what the sync has already applied:
 * answers overtake each other. A record is believed when nothing was applied since it was asked for, or when it bears
 * the state we are at; otherwise it is shown only if there is nothing better, and the sync is asked to look at it again.
 */
import type { Thread } from '#format/jmap/mail.ts'
import type { EmailSummary } from './contract.ts'
import type { Model } from './model.ts'

export const SUMMARY: readonly (keyof EmailSummary)[] = [
  'id',
  'blobId',
  'threadId',
  'mailboxIds',
  'keywords',
  'size',
  'receivedAt',
  'sentAt',
  'from',
  'to',
  'cc',
  'subject',
  'preview',
  'hasAttachment',
]

export interface Suspects {
  readonly emails: readonly string[]
  readonly threads: readonly string[]
}

export class Intake {
  /** Moves on each time the sync applies changes. */
  epoch = 0
  readonly suspectEmails = new Set<string>()
  readonly suspectThreads = new Set<string>()
  /** The state each record bore before the first state was known. */
  private readonly early = new Map<string, string>()
  private readonly model: Model

  constructor(model: Model) {
    this.model = model
  }

  get hasSuspects(): boolean {
    return this.suspectEmails.size > 0 || this.suspectThreads.size > 0
  }

  /** What is suspect, which is then no longer counted as such. */
  takeSuspects(): Suspects {
    const taken = { emails: [...this.suspectEmails], threads: [...this.suspectThreads] }
    this.suspectEmails.clear()
    this.suspectThreads.clear()
    return taken
  }

  suspect({ emails, threads }: Suspects): void {
    for (const id of emails) this.suspectEmails.add(id)
    for (const id of threads) this.suspectThreads.add(id)
  }

  emails(records: readonly EmailSummary[], state: string, askedAt: number): void {
    const current = this.model.states.Email
    const isBelieved = askedAt === this.epoch || state === current
    for (const record of records) {
      if (typeof record?.id !== 'string') continue
      if (!isBelieved) {
        if (this.model.emails.has(record.id)) continue
        this.suspectEmails.add(record.id)
      } else if (current === undefined) this.early.set(record.id, state)
      this.model.setEmail(record)
    }
  }

  threads(records: readonly Thread[], state: string, askedAt: number): void {
    const current = this.model.states.Thread
    const isBelieved = askedAt === this.epoch || state === current
    for (const record of records) {
      if (typeof record?.id !== 'string') continue
      if (!isBelieved) {
        if (this.model.threads.has(record.id)) continue
        this.suspectThreads.add(record.id)
      } else if (current === undefined) this.early.set(record.id, state)
      this.model.setThread(record)
    }
  }

  /** The first states are known: what came earlier with another state is looked at again. */
  begin(): void {
    for (const [id, state] of this.early) {
      if (this.model.emails.has(id) && state !== this.model.states.Email) this.suspectEmails.add(id)
      if (this.model.threads.has(id) && state !== this.model.states.Thread) this.suspectThreads.add(id)
    }
    this.early.clear()
  }
}
