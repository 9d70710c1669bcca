/**
 * One round of synchronisation as values: the method calls that ask what changed, what their answers say, and what must
 * be fetched to know it all. Nothing is applied here, so that everything can be applied at once.
 */
import type { ChangesResponse, QueryChangesResponse } from '#format/jmap/core.ts'
import type { Identity, Mailbox } from '#format/jmap/mail.ts'
import type { QueryList } from './list.ts'
import type { Model, RecordType } from './model.ts'
import { type Answer, type Call, ref } from './transport.ts'
import { readChanges, readQueryChanges } from './wire.ts'

/** What has been gathered of one type. */
export interface TypeChanges {
  readonly created: Set<string>
  readonly updated: Set<string>
  readonly destroyed: Set<string>
  newState: string
  hasMore: boolean
  /** The server cannot say: everything of the type is to be asked for again. */
  lost: boolean
}

export interface Gathered {
  readonly types: Map<RecordType, TypeChanges>
  readonly mailboxes: Map<string, Partial<Mailbox>>
  readonly identities: Map<string, Identity>
  readonly lists: Map<QueryList, QueryChangesResponse | undefined>
  /** Some call failed for now: ask again later. */
  failed: boolean
}

export const nothingGathered = (): Gathered => ({
  types: new Map(),
  mailboxes: new Map(),
  identities: new Map(),
  lists: new Map(),
  failed: false,
})

interface Question {
  readonly calls: readonly Call[]
  read(answers: readonly (Answer | undefined)[], gathered: Gathered): void
}

const changesOf = (gathered: Gathered, type: RecordType, state: string): TypeChanges => {
  const known = gathered.types.get(type)
  if (known) return known
  const fresh = { created: new Set<string>(), updated: new Set<string>(), destroyed: new Set<string>() }
  const changes: TypeChanges = { ...fresh, newState: state, hasMore: false, lost: false }
  gathered.types.set(type, changes)
  return changes
}

const add = (changes: TypeChanges, response: ChangesResponse): void => {
  for (const id of response.created) {
    changes.destroyed.delete(id)
    changes.created.add(id)
  }
  for (const id of response.updated) if (!changes.created.has(id)) changes.updated.add(id)
  for (const id of response.destroyed) {
    changes.created.delete(id)
    changes.updated.delete(id)
    changes.destroyed.add(id)
  }
  changes.newState = response.newState
  changes.hasMore = response.hasMoreChanges === true
}

const isLoss = (type: string) => type === 'cannotCalculateChanges' || type === 'tooManyChanges'

/** `Foo/changes` since the state we know, with the changed records of the small types in the same request. */
export const changesQuestion = (
  accountId: string,
  type: RecordType,
  sinceState: string,
  withRecords: boolean,
): Question => {
  const get = (path: string): Call => ({
    name: `${type}/get`,
    args: {
      accountId,
      '#ids': ref(0, `${type}/changes`, path),
      ...(type === 'Mailbox' && path === '/updated'
        ? { '#properties': ref(0, 'Mailbox/changes', '/updatedProperties') }
        : {}),
    },
  })
  return {
    calls: [
      { name: `${type}/changes`, args: { accountId, sinceState } },
      ...(withRecords ? [get('/created'), get('/updated')] : []),
    ],
    read: ([answer, ...records], gathered) => {
      const changes = changesOf(gathered, type, sinceState)
      if (!answer?.ok) {
        if (answer && isLoss(answer.type)) Object.assign(changes, { lost: true, hasMore: false })
        else {
          gathered.failed = true
          gathered.types.delete(type)
        }
        return
      }
      add(changes, readChanges(answer.args))
      for (const record of records) {
        // Without its records a small type is asked for again as a whole.
        if (!record?.ok) Object.assign(changes, { lost: true, hasMore: false })
        else readRecords(type, record.args, gathered)
      }
    },
  }
}

export const readRecords = (type: RecordType, args: Readonly<Record<string, unknown>>, gathered: Gathered): void => {
  for (const record of (args.list ?? []) as (Partial<Mailbox> & Identity)[]) {
    if (type === 'Mailbox') gathered.mailboxes.set(record.id, { ...gathered.mailboxes.get(record.id), ...record })
    if (type === 'Identity') gathered.identities.set(record.id, record)
  }
}

export const listQuestion = (accountId: string, list: QueryList): Question => {
  const { filter, sort, collapseThreads } = list.query
  const args = { accountId, filter, sort, collapseThreads, sinceQueryState: list.queryState, calculateTotal: true }
  return {
    calls: [{ name: 'Email/queryChanges', args }],
    read: ([answer], gathered) => {
      gathered.lists.set(list, answer?.ok ? readQueryChanges(answer.args) : undefined)
    },
  }
}

const SMALL: ReadonlySet<RecordType> = new Set<RecordType>(['Mailbox', 'Identity'])

/** The first questions of a round: changes of the types, and of the lists on screen. */
export const questionsFor = (
  model: Model,
  accountId: string,
  types: ReadonlySet<RecordType>,
  lists: readonly QueryList[],
) => {
  const questions: Question[] = []
  for (const type of types) {
    const state = model.states[type]
    if (state !== undefined) questions.push(changesQuestion(accountId, type, state, SMALL.has(type)))
  }
  if (types.has('Email') || types.has('Thread')) for (const list of lists) questions.push(listQuestion(accountId, list))
  return questions
}

/** Types whose changes did not all fit in one answer. */
export const moreQuestions = (gathered: Gathered, accountId: string): Question[] =>
  [...gathered.types].flatMap(([type, changes]) =>
    changes.hasMore && !changes.lost ? [changesQuestion(accountId, type, changes.newState, SMALL.has(type))] : [],
  )

/** The calls of several questions in one group: references are shifted to their place. */
export const callsOf = (questions: readonly Question[], offset: number): Call[] => {
  const calls: Call[] = []
  for (const question of questions) {
    const base = offset + calls.length
    for (const { name, args } of question.calls) {
      const shifted = Object.fromEntries(
        Object.entries(args).map(([key, value]) => {
          if (!key.startsWith('#')) return [key, value]
          const { name: of, path } = value as { name: string; path: string }
          return [key, ref(base, of, path)]
        }),
      )
      calls.push({ name, args: shifted })
    }
  }
  return calls
}

export const readAnswers = (questions: readonly Question[], answers: readonly Answer[][], gathered: Gathered): void => {
  let at = 0
  for (const question of questions) {
    question.read(
      answers.slice(at, at + question.calls.length).map((list) => list[0]),
      gathered,
    )
    at += question.calls.length
  }
}
