/** EmailSubmission/query and /queryChanges (RFC 8621 §7.3, §7.4). */
import { formatId } from '#base/ids.ts'
import { listSubmissions, submissionsOfEmails } from '#domain/delivery/submission.ts'
import { readChanges } from '#domain/mail/history.ts'
import { SUBMISSION } from '#format/jmap/core.ts'
import { queryChangesArguments } from '../email/query-changes.ts'
import { MethodFault } from '../failure.ts'
import { accountMethod } from '../method.ts'
import { filterArguments, windowArguments, windowOn } from '../query.ts'
import { parseState, stateOf } from '../state.ts'
import { emailsOf, evaluateSubmissionList, submissionList } from './list.ts'

export const submissionQuery = accountMethod(
  'EmailSubmission/query',
  SUBMISSION,
  { ...filterArguments, ...windowArguments },
  async (args, call) => {
    const list = submissionList(args, call)
    return call.ctx.store.read(async (tx) => {
      const emails = emailsOf(list.filter)
      const known = emails
        ? await submissionsOfEmails(tx, call.account, emails)
        : await listSubmissions(tx, call.account)
      const submissions = evaluateSubmissionList(known, list)
      const all = submissions.map(({ id }) => formatId('submission', id))
      return {
        queryState: await stateOf(tx, call.account),
        canCalculateChanges: true,
        ...windowOn(all, args, call.limits.maxQueryResults),
        ...(args.calculateTotal ? { total: all.length } : {}),
      }
    })
  },
)

export const submissionQueryChanges = accountMethod(
  'EmailSubmission/queryChanges',
  SUBMISSION,
  queryChangesArguments,
  async (args, call) => {
    const list = submissionList(args, call)
    return call.ctx.store.read(async (tx) => {
      const since = parseState(args.sinceQueryState)
      const changes = await readChanges(tx, call.account, 'EmailSubmission', since)
      const changed = [...changes.updated, ...changes.destroyed]
      const touched = new Set([...changes.created, ...changed])
      const ordered = evaluateSubmissionList(await listSubmissions(tx, call.account), list)
      const added = ordered.flatMap(({ id }, index) =>
        touched.has(id) ? [{ id: formatId('submission', id), index }] : [],
      )
      if (args.maxChanges !== null && changed.length + added.length > args.maxChanges)
        throw new MethodFault('tooManyChanges', `More than ${args.maxChanges} changes`)
      return {
        oldQueryState: args.sinceQueryState,
        newQueryState: await stateOf(tx, call.account),
        ...(args.calculateTotal ? { total: ordered.length } : {}),
        removed: changed.map((number) => formatId('submission', number)),
        added,
      }
    })
  },
)
