/**
 * The lane: one round at a time. A round sends the next batch of the outbox, if any, and in the same request asks what
 * has changed since the states we know; fetches what it must; then applies everything at once: records, counts, rows of
 * lists, and the departure of acknowledged operations. So a change never flickers: it is in the overlay until the very
 * moment when the server's own word for it is in the cache.
 */
import type { QueryChangesResponse } from '#format/jmap/core.ts'
import type { Mailbox, Thread } from '#format/jmap/mail.ts'
import {
  callsOf,
  type Gathered,
  moreQuestions,
  nothingGathered,
  questionsFor,
  readAnswers,
  readRecords,
  type TypeChanges,
} from './changes.ts'
import type { EmailSummary, Timers } from './contract.ts'
import { type Intake, SUMMARY } from './intake.ts'
import type { QueryList } from './list.ts'
import type { Model, RecordType } from './model.ts'
import type { Op } from './ops.ts'
import type { Placed } from './patch.ts'
import { type Plan, planFor, type SendContext } from './senders.ts'
import { type Answer, type Call, ref, TransportError } from './transport.ts'
import { readList, readNotFound, readState } from './wire.ts'

export interface LaneHost extends SendContext {
  readonly intake: Intake
  readonly clock: Timers
  /** Lists on screen. */
  openLists(): readonly QueryList[]
  /** Email ids that screens look at: what is kept when the server cannot tell changes. */
  inUse(): ReadonlySet<string>
  /** A round was applied. */
  applied(): void
}

const ALL: readonly RecordType[] = ['Mailbox', 'Email', 'Thread', 'Identity']
const TOUCHED_BY_WRITES: readonly RecordType[] = ['Mailbox', 'Email', 'Thread']
/** Rounds of `hasMoreChanges` after which asking for everything anew is cheaper. */
const MAX_ROUNDS = 20
const RETRY_AFTER = 3000

type Args = Readonly<Record<string, unknown>>

/** Records fetched to complete a round. */
interface Fetched {
  readonly emails: Map<string, EmailSummary>
  readonly placed: Map<string, Placed>
  readonly threads: Map<string, Thread>
  readonly goneEmails: Set<string>
  readonly goneThreads: Set<string>
  /** The state of a type that is asked for anew. */
  readonly states: Map<RecordType, string>
}

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
    for (const type of types) this.stale.add(type)
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
    const unknown = ALL.filter((type) => model.states[type] === undefined)
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
        if (type === 'Mailbox') model.setMailboxes(mailboxMap(gathered))
        if (type === 'Identity') model.identities.set([...gathered.identities.values()])
      }
      intake.begin()
    })
    if (!complete) this.later()
    this.host.applied()
    return complete
  }

  /** One round; false when there was nothing to do. */
  private async round(): Promise<boolean> {
    const batch = this.host.outbox.next()
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
        plan.settle(answers)
        this.gatherAcked(batch)
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
    settle: ((answers: readonly Answer[][]) => void) | undefined,
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
    settle?.(answers.slice(0, calls.length))
    // Only operations acknowledged before the changes were told may leave with this round.
    const leaving = new Set(this.acked)
    readAnswers(questions, answers.slice(calls.length), gathered)
    for (let i = 0; i < MAX_ROUNDS; i += 1) {
      questions = moreQuestions(gathered, accountId)
      if (!questions.length) break
      readAnswers(questions, await transport.send(callsOf(questions, 0)), gathered)
    }
    for (const changes of gathered.types.values()) if (changes.hasMore) changes.lost = true
    const fetched = await this.fetch(gathered)
    if (gathered.failed) {
      for (const type of types) this.stale.add(type)
      throw new TransportError('refused')
    }
    this.apply(gathered, fetched, leaving)
  }

  /** Fetches what the changes make necessary. */
  private async fetch(gathered: Gathered): Promise<Fetched> {
    const { intake } = this.host
    const fetched: Fetched = {
      emails: new Map(),
      placed: new Map(),
      threads: new Map(),
      goneEmails: new Set(gathered.types.get('Email')?.destroyed),
      goneThreads: new Set(gathered.types.get('Thread')?.destroyed),
      states: new Map(),
    }
    await this.fetchLost(gathered)
    const known = this.knownOf(gathered)
    const fresh = this.newRows(gathered)
    const suspectEmails = [...intake.suspectEmails]
    const suspectThreads = [...intake.suspectThreads]
    intake.suspectEmails.clear()
    intake.suspectThreads.clear()
    const placed = new Set([...known.emails, ...suspectEmails].filter((id) => !fetched.goneEmails.has(id)))
    const threads = new Set([...known.threads, ...suspectThreads].filter((id) => !fetched.goneThreads.has(id)))
    await this.get(fetched, { fresh, placed, threads, gathered })
    const missing = [...fetched.threads.values()]
      .flatMap((thread) => thread.emailIds)
      .filter((id) => !this.host.model.emails.has(id) && !fetched.emails.has(id))
    if (missing.length)
      await this.get(fetched, { fresh: new Set(missing), placed: new Set(), threads: new Set(), gathered })
    return fetched
  }

  /** Small types are asked for whole; of the large ones only what screens look at is kept. */
  private async fetchLost(gathered: Gathered): Promise<void> {
    const { accountId, transport, model } = this.host
    const small = (['Mailbox', 'Identity'] as const).filter((type) => gathered.types.get(type)?.lost)
    if (small.length) {
      const answers = await transport.send(
        small.map((type) => ({ name: `${type}/get`, args: { accountId, ids: null } })),
      )
      for (const [i, type] of small.entries()) {
        const answer = answers[i]?.[0]
        const changes = gathered.types.get(type)
        if (!answer?.ok || !changes) {
          gathered.failed = true
          continue
        }
        if (type === 'Mailbox') gathered.mailboxes.clear()
        if (type === 'Identity') gathered.identities.clear()
        readRecords(type, answer.args, gathered)
        changes.newState = readState(answer.args)
      }
    }
    for (const type of ['Email', 'Thread'] as const) {
      const changes = gathered.types.get(type)
      if (!changes?.lost) continue
      const [[answer] = []] = await transport.send([{ name: `${type}/get`, args: { accountId, ids: [] } }])
      if (!answer?.ok) gathered.failed = true
      else changes.newState = readState(answer.args)
      keepOnly(model, type, this.host.inUse(), changes)
    }
  }

  private knownOf(gathered: Gathered) {
    const { model } = this.host
    const touched = (type: 'Email' | 'Thread') => {
      const changes = gathered.types.get(type)
      return changes ? [...changes.created, ...changes.updated] : []
    }
    return {
      emails: touched('Email').filter((id) => model.emails.has(id)),
      threads: touched('Thread').filter((id) => model.threads.has(id)),
    }
  }

  /** Rows that come into what is on screen, and are not in the cache. */
  private newRows(gathered: Gathered): Set<string> {
    const fresh = new Set<string>()
    for (const [list, changes] of gathered.lists) {
      const [from, to] = list.wanted
      for (const { id, index } of changes?.added ?? []) {
        if (index >= from - 20 && index < to + 20 && !this.host.model.emails.has(id)) fresh.add(id)
      }
    }
    return fresh
  }

  private async get(
    fetched: Fetched,
    what: { fresh: Set<string>; placed: Set<string>; threads: Set<string>; gathered: Gathered },
  ): Promise<void> {
    const { accountId, transport } = this.host
    const max = transport.core('maxObjectsInGet', 500)
    const read = async (calls: readonly Call[], take: (args: Args, i: number) => void): Promise<void> => {
      const answers = await transport.send(calls)
      for (const [i, [answer]] of answers.entries()) {
        if (answer?.ok) take(answer.args, i)
        else if (i === 0) what.gathered.failed = true
      }
    }
    const takeThreads = (args: Args) => {
      for (const thread of readList<Thread>(args)) fetched.threads.set(thread.id, thread)
    }
    const fresh = chunks([...what.fresh], max).map((ids) => {
      const threadIds = ref(0, 'Email/get', '/list/*/threadId')
      const calls = [
        { name: 'Email/get', args: { accountId, ids, properties: SUMMARY } },
        { name: 'Thread/get', args: { accountId, '#ids': threadIds } },
      ]
      return read(calls, (args, i) => {
        if (i === 1) takeThreads(args)
        else for (const email of readList<EmailSummary>(args)) fetched.emails.set(email.id, email)
      })
    })
    const threads = chunks([...what.threads], max).map((ids) =>
      read([{ name: 'Thread/get', args: { accountId, ids } }], (args) => {
        takeThreads(args)
        for (const id of readNotFound(args)) fetched.goneThreads.add(id)
      }),
    )
    const placed = chunks([...what.placed], max).map((ids) =>
      read([{ name: 'Email/get', args: { accountId, ids, properties: ['id', 'mailboxIds', 'keywords'] } }], (args) => {
        for (const email of readList<Placed & { id: string }>(args)) fetched.placed.set(email.id, email)
        for (const id of readNotFound(args)) fetched.goneEmails.add(id)
      }),
    )
    await Promise.all([...fresh, ...threads, ...placed])
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

const chunks = <T>(items: readonly T[], size: number): T[][] => {
  const parts: T[][] = []
  for (let i = 0; i < items.length; i += size) parts.push(items.slice(i, i + size))
  return parts
}

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

/** Of a type whose changes are lost, what nobody looks at is forgotten; the rest is asked for as if updated. */
const keepOnly = (model: Model, type: 'Email' | 'Thread', emails: ReadonlySet<string>, changes: TypeChanges): void => {
  if (type === 'Email') {
    for (const id of [...model.emails.keys()]) {
      if (emails.has(id)) changes.updated.add(id)
      else model.removeEmail(id)
    }
    return
  }
  const threads = new Set([...emails].map((id) => model.emails.get(id)?.threadId))
  for (const id of [...model.threads.keys()]) {
    if (threads.has(id)) changes.updated.add(id)
    else model.removeThread(id)
  }
}
