/** EmailSubmission/changes (RFC 8621 §7.2). */
import { SUBMISSION } from '#format/jmap/core.ts'
import { changesMethod } from '../changes.ts'

export const submissionChanges = changesMethod('EmailSubmission/changes', SUBMISSION, 'EmailSubmission', 'submission')
