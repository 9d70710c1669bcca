/** Thread/changes (RFC 8621 §3.2). */
import { MAIL } from '#format/jmap/core.ts'
import { changesMethod } from '../changes.ts'

export const threadChanges = changesMethod('Thread/changes', MAIL, 'Thread', 'thread')
