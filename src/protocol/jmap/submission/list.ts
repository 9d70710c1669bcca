/** The list of submissions that an EmailSubmission/query describes (RFC 8621 §7.3). */
import type { Submission } from '#domain/delivery/submission.ts'
import type { Filter } from '#format/jmap/core.ts'
import { type Check, id, list, oneOf, utcDate } from '../check.ts'
import { numberOf } from '../ids.ts'
import { type AccountCall, checkArguments } from '../method.ts'
import { type CheckedSort, checkFilter, checkSort } from '../query.ts'

interface SubmissionCondition {
  readonly identityIds: readonly number[]
  readonly emailIds: readonly number[]
  readonly threadIds: readonly number[]
  readonly undoStatus: 'pending' | 'final' | 'canceled'
  readonly before: number
  readonly after: number
}
type Condition = Partial<SubmissionCondition>

/** The RFC's text calls the property `sendAt` and its sort `sentAt`: both are understood. */
const sortProperties = ['emailId', 'threadId', 'sentAt', 'sendAt'] as const

export interface SubmissionList {
  readonly filter: Filter<Condition> | null
  readonly sort: readonly CheckedSort<(typeof sortProperties)[number]>[]
}

/** Throws MethodFault invalidArguments, unsupportedFilter or unsupportedSort. */
export const submissionList = (
  args: {
    readonly filter: Record<string, unknown> | null
    readonly sort: readonly Record<string, unknown>[] | null
  },
  call: AccountCall,
): SubmissionList => {
  const ids = (kind: 'identity' | 'email' | 'thread'): Check<readonly number[]> =>
    list((value, path) => numberOf(kind, id(value, path), call) ?? 0)
  const checks = {
    identityIds: ids('identity'),
    emailIds: ids('email'),
    threadIds: ids('thread'),
    undoStatus: oneOf('pending', 'final', 'canceled'),
    before: utcDate,
    after: utcDate,
  }
  const { filter, sort } = args
  return {
    filter:
      filter === null
        ? null
        : (checkArguments(() => checkFilter<SubmissionCondition>(filter, checks), filter) as Filter<Condition>),
    sort: checkArguments(() => checkSort(sort ?? [], sortProperties), sort),
  }
}

/** Few enough to be looked up one by one. */
const fewEmails = 20

/** The emails that every match is of, when the filter names a few. */
export const emailsOf = (filter: Filter<Condition> | null): readonly number[] | undefined => {
  if (filter === null) return undefined
  if (!('operator' in filter))
    return filter.emailIds && filter.emailIds.length <= fewEmails ? filter.emailIds : undefined
  if (filter.operator !== 'AND') return undefined
  for (const part of filter.conditions) {
    const emails = emailsOf(part)
    if (emails) return emails
  }
  return undefined
}

const matches = (submission: Submission, filter: Filter<Condition>): boolean => {
  if ('operator' in filter) {
    const test = (part: Filter<Condition>) => matches(submission, part)
    if (filter.operator === 'AND') return filter.conditions.every(test)
    return filter.operator === 'OR' ? filter.conditions.some(test) : !filter.conditions.some(test)
  }
  const { identityIds, emailIds, threadIds, undoStatus, before, after } = filter
  return (
    (identityIds === undefined || identityIds.includes(submission.identityId)) &&
    (emailIds === undefined || emailIds.includes(submission.emailId)) &&
    (threadIds === undefined || threadIds.includes(submission.threadId)) &&
    (undoStatus === undefined || submission.undoStatus === undoStatus) &&
    (before === undefined || submission.sendAt < before) &&
    (after === undefined || submission.sendAt >= after)
  )
}

const sortKey = (submission: Submission, property: (typeof sortProperties)[number]): number =>
  property === 'emailId' ? submission.emailId : property === 'threadId' ? submission.threadId : submission.sendAt

/** The submissions of the list, in order. */
export const evaluateSubmissionList = (all: readonly Submission[], { filter, sort }: SubmissionList): Submission[] =>
  all
    .filter((submission) => filter === null || matches(submission, filter))
    .sort((a, b) => {
      for (const { property, isAscending } of sort) {
        const order = sortKey(a, property) - sortKey(b, property)
        if (order !== 0) return isAscending ? order : -order
      }
      return a.id - b.id
    })
