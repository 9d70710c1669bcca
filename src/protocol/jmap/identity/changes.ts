/** Identity/changes (RFC 8621 §6.2). */
import { SUBMISSION } from '#format/jmap/core.ts'
import { changesMethod } from '../changes.ts'

export const identityChanges = changesMethod('Identity/changes', SUBMISSION, 'Identity', 'identity')
