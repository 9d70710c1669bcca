/** EmailSubmission/get (RFC 8621 §7.1). */
import { formatId } from '#base/ids.ts'
import { getSubmission, listSubmissions, type Submission } from '#domain/delivery/submission.ts'
import { SUBMISSION } from '#format/jmap/core.ts'
import { getArguments, pick, wantedProperties } from '../get.ts'
import { checkGetLimit, splitIds } from '../ids.ts'
import { accountMethod } from '../method.ts'
import { stateOf } from '../state.ts'
import { submissionObject, submissionProperties } from './object.ts'

export const submissionGet = accountMethod('EmailSubmission/get', SUBMISSION, getArguments, async (args, call) => {
  const properties = wantedProperties(submissionProperties, args.properties)
  return call.ctx.store.read(async (tx) => {
    const all = args.ids === null ? await listSubmissions(tx, call.account) : undefined
    if (all) checkGetLimit(all.length, call)
    const ids = args.ids ?? (all ?? []).map(({ id }) => formatId('submission', id))
    const { found, notFound } = splitIds('submission', ids, call)
    const submissions: object[] = []
    for (const { id, number } of found) {
      const stored: Submission | undefined =
        all?.find((submission) => submission.id === number) ?? (await getSubmission(tx, call.account, number))
      if (stored) submissions.push(pick(submissionObject(stored), properties))
      else notFound.push(id)
    }
    return { state: await stateOf(tx, call.account), list: submissions, notFound }
  })
})
