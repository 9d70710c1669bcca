/**
 * The lane: one round at a time. A round sends the next batch of the outbox, if any, and in the same request asks what
 * has changed since the states we know; fetches what it must; then applies everything at once: records, counts, rows of
 * lists, and the departure of acknowledged operations. So a change never flickers: it is in the overlay until the very
 * moment when the server's own word for it is in the cache.
 */
import type { QueryChangesResponse } from '#format/jmap/core.ts'
import type { Mailbox } from '#format/jmap/mail.ts'
import {
  callsOf,
  type Gathered,
  moreQuestions,
  nothingGathered,
  questionsFor,
  readAnswers,
  readRecords,
} from './changes.ts'
import { type Fetched, type FetchHost, fetchFor } from './fetch-changes.ts'
import type { QueryList } from './list.ts'
import type { Model, RecordType } from './model.ts'
import type { Op } from './ops.ts'
import type { Timers } from './ports.ts'
import type { Confirmed, Plan, SendContext } from './send-plan.ts'
import { planFor } from './senders.ts'
import { type Answer, type Call, type Transport, TransportError } from './transport.ts'
import { readState } from './wire.ts'

export interface LaneHost extends SendContext, FetchHost {
  readonly transport: Transport
  readonly model: Model
  readonly accountId: string
  readonly clock: Timers
  /** Lists on screen. */
  openLists(): readonly QueryList[]
  /** A round was applied. */
  applied(): void
  /** Whether the account has records of this type. */
  follows(type: RecordType): boolean
}

const ALL: readonly RecordType[] = ['Mailbox', 'Email', 'Thread', 'Identity']
const TOUCHED_BY_WRITES: readonly RecordType[] = ['Mailbox', 'Email', 'Thread']
/** Rounds of `hasMoreChanges` after which asking for everything anew is cheaper. */
const MAX_ROUNDS = 20
const RETRY_AFTER = 3000

export class Lane {
  private readonly host: LaneHost
  private readonly stale = new Set<RecordType>()
  private readonly acked = new Set<Op>()
  private running = false
  private wanted = false
  private closed = false
  private timer: unknown

  constructor(host: LaneHost) {
    this.host = host
  }

  /** Asks for a round; of these types, or only to send. */
  request(types: Iterable<RecordType> = []): void {
    for (const type of types) if (this.host.follows(type)) this.stale.add(type)
    if (this.closed) return
    this.wanted = true
    if (this.running) return
    this.running = true
    queueMicrotask(() => void this.run())
  }

  requestAll(): void {
    this.request(ALL)
  }

  close(): void {
    this.closed = true
    this.host.clock.clearTimeout(this.timer)
  }

  private async run(): Promise<void> {
    while (this.wanted && !this.closed) {
      this.wanted = false
      try {
        if (!(await this.begin())) break
        while ((await this.round()) && !this.closed);
      } catch (error) {
        if (error instanceof TransportError && error.kind === 'closed') break
        this.later()
      }
    }
    this.running = false
  }

  private later(): void {
    this.host.clock.clearTimeout(this.timer)
    this.timer = this.host.clock.setTimeout(() => this.request(), RETRY_AFTER)
  }

  /** The first states, when nothing is known (nor stored). */
  private async begin(): Promise<boolean> {
    const { model, transport, accountId, intake } = this.host
    if (!this.host.follows('Identity') && model.identities.get() === undefined) model.identities.set([])
    const unknown = ALL.filter((type) => this.host.follows(type) && model.states[type] === undefined)
    if (!unknown.length) return true
    const isSmall = (type: RecordType) => type === 'Mailbox' || type === 'Identity'
    const calls = unknown.map((type) => ({ name: `${type}/get`, args: { accountId, ids: isSmall(type) ? null : [] } }))
    const answers = await transport.send(calls)
    const gathered = nothingGathered()
    let complete = true
    model.notifier.batch(() => {
      for (const [i, type] of unknown.entries()) {
        const answer = answers[i]?.[0]
        if (!answer?.ok) {
          complete = false
          continue
        }
        readRecords(type, answer.args, gathered)
        model.setState(type, readState(answer.args))
        // As new as can be: there is nothing to ask of it besides.
        this.stale.delete(type)
        if (type === 'Mailbox') model.setMailboxes(mailboxMap(gathered))
        if (type === 'Identity') {
          model.identities.set([...gathered.identities.values()])
          model.unsaved.add('identities')
        }
      }
      intake.begin()
    })
    if (!complete) this.later()
    this.host.applied()
    return complete
  }

  /** One round; false when there was nothing to do. */
  private async round(): Promise<boolean> {
    // What is acknowledged but not yet synced comes first: plans are made on what the server holds.
    const batch = this.acked.size ? undefined : this.host.outbox.next()
    if (batch) {
      this.host.outbox.sending(batch)
      const plan = await this.plan(batch)
      if (plan.is === 'send') return this.sendAndSync(batch, plan)
      if (plan.is === 'later') {
        for (const op of batch) if (!this.host.outbox.retry(op)) this.host.outbox.fail(op, failedOp(op))
      }
      this.gatherAcked(batch)
    }
    const isNeeded = this.stale.size > 0 || this.host.intake.hasSuspects || this.acked.size > 0
    if (isNeeded) await this.sync([], undefined)
    return isNeeded || batch !== undefined
  }

  private async plan(batch: readonly Op[]): Promise<Plan> {
    try {
      return await planFor(this.host, batch)
    } catch (error) {
      this.host.outbox.requeue(batch)
      throw error
    }
  }

  private async sendAndSync(batch: readonly Op[], plan: Plan & { is: 'send' }): Promise<boolean> {
    for (const type of TOUCHED_BY_WRITES) this.stale.add(type)
    let isAnswered = false
    try {
      await this.sync(plan.calls, (answers) => {
        isAnswered = true
        const confirmed = plan.confirmed?.(answers)
        plan.settle(answers)
        this.gatherAcked(batch)
        return confirmed
      })
    } catch (error) {
      if (isAnswered || !(error instanceof TransportError) || error.kind === 'closed') throw error
      if (error.kind === 'lost') this.host.outbox.lost(batch)
      else for (const op of batch) this.host.outbox.fail(op, failedOp(op))
    }
    return true
  }

  private gatherAcked(batch: readonly Op[]): void {
    for (const op of batch) if (op.phase === 'acked') this.acked.add(op)
  }

  /**
   * @param calls of the outbox, answered before the changes are told
   * @param settle takes their answers; undefined when there are none
   */
  private async sync(
    calls: readonly Call[],
    settle: ((answers: readonly Answer[][]) => Confirmed | undefined) | undefined,
  ): Promise<void> {
    const { model, transport, accountId } = this.host
    const types = new Set(this.acked.size ? [...this.stale, ...TOUCHED_BY_WRITES] : this.stale)
    this.stale.clear()
    const lists = this.host.openLists().filter((list) => list.followsChanges)
    const gathered = nothingGathered()
    let questions = questionsFor(model, accountId, types, lists)
    let answers: Answer[][]
    try {
      answers = await transport.send([...calls, ...callsOf(questions, calls.length)], { write: calls.length > 0 })
    } catch (error) {
      for (const type of types) this.stale.add(type)
      throw error
    }
    const confirmed = settle?.(answers.slice(0, calls.length))
    // Only operations acknowledged before the changes were told may leave with this round.
    const leaving = new Set(this.acked)
    readAnswers(questions, answers.slice(calls.length), gathered)
    for (let i = 0; i < MAX_ROUNDS; i += 1) {
      questions = moreQuestions(gathered, accountId)
      if (!questions.length) break
      readAnswers(questions, await transport.send(callsOf(questions, 0)), gathered)
    }
    for (const changes of gathered.types.values()) if (changes.hasMore) changes.lost = true
    const fetched = await fetchFor(this.host, gathered, confirmed)
    if (gathered.failed) {
      for (const type of types) this.stale.add(type)
      throw new TransportError('refused')
    }
    this.apply(gathered, fetched, leaving)
  }

  /** Everything at once. */
  private apply(gathered: Gathered, fetched: Fetched, leaving: ReadonlySet<Op>): void {
    const { model, intake, outbox } = this.host
    model.notifier.batch(() => {
      this.invalidateLists(gathered)
      for (const email of fetched.emails.values()) model.setEmail(email)
      for (const [id, placed] of fetched.placed) model.placeEmail(id, placed)
      for (const id of fetched.goneEmails) model.removeEmail(id)
      for (const thread of fetched.threads.values()) model.setThread(thread)
      for (const id of fetched.goneThreads) model.removeThread(id)
      this.suspectLatecomers(gathered, fetched)
      applyMailboxes(model, gathered)
      applyIdentities(model, gathered)
      for (const [type, changes] of gathered.types) {
        if (model.states[type] !== changes.newState && (type === 'Email' || type === 'Thread')) intake.epoch += 1
        model.setState(type, changes.newState)
      }
      for (const op of leaving) this.acked.delete(op)
      outbox.release(leaving)
      for (const [list, changes] of gathered.lists) if (changes) this.applyList(list, changes)
    })
    this.host.applied()
  }

  private applyList(list: QueryList, changes: QueryChangesResponse): void {
    if (list.followsChanges) list.applyChanges(changes)
  }

  /** Lists that could not say what changed keep their rows and are asked for again. */
  private invalidateLists(gathered: Gathered): void {
    const emails = gathered.types.get('Email')
    const isChanged = emails && (emails.lost || emails.created.size + emails.updated.size + emails.destroyed.size > 0)
    for (const list of this.host.openLists()) {
      const isAsked = gathered.lists.has(list)
      if (isAsked ? !gathered.lists.get(list) : isChanged) list.invalidate()
    }
  }

  /** Records that came beside this round, too late for it to look at them. */
  private suspectLatecomers(gathered: Gathered, fetched: Fetched): void {
    const { model, intake } = this.host
    const emails = gathered.types.get('Email')
    for (const id of [...(emails?.updated ?? []), ...(emails?.created ?? [])])
      if (model.emails.has(id) && !fetched.placed.has(id) && !fetched.emails.has(id)) intake.suspectEmails.add(id)
    const threads = gathered.types.get('Thread')
    for (const id of [...(threads?.updated ?? []), ...(threads?.created ?? [])])
      if (model.threads.has(id) && !fetched.threads.has(id)) intake.suspectThreads.add(id)
  }
}

const failedOp = (op: Op) => ({
  code: op.kind === 'submit' ? ('sendFailed' as const) : ('changeRefused' as const),
  action: op.action,
  ids: op.kind === 'draft' || op.kind === 'submit' ? [op.key] : [...op.emails.keys()],
})

const mailboxMap = (gathered: Gathered): Map<string, Mailbox> => new Map(gathered.mailboxes as Map<string, Mailbox>)

/** A part of a mailbox is laid over the one known; a whole one replaces it. */
const applyMailboxes = (model: Model, gathered: Gathered): void => {
  const changes = gathered.types.get('Mailbox')
  if (!changes) return
  const next = new Map(changes.lost ? [] : model.mailboxRecords)
  for (const [id, part] of gathered.mailboxes) {
    const known = next.get(id)
    if (known) next.set(id, { ...known, ...part })
    else if (part.name !== undefined) next.set(id, part as Mailbox)
  }
  for (const id of changes.destroyed) next.delete(id)
  if (changes.lost || gathered.mailboxes.size || changes.destroyed.size) model.setMailboxes(next)
}

const applyIdentities = (model: Model, gathered: Gathered): void => {
  const changes = gathered.types.get('Identity')
  if (!changes || !(changes.lost || gathered.identities.size || changes.destroyed.size)) return
  const next = new Map(changes.lost ? [] : model.identities.get()?.map((identity) => [identity.id, identity]))
  for (const [id, identity] of gathered.identities) next.set(id, identity)
  for (const id of changes.destroyed) next.delete(id)
  model.identities.set([...next.values()])
  model.unsaved.add('identities')
}
