/** Email/changes (RFC 8621 §4.3). */
import { MAIL } from '#format/jmap/core.ts'
import { changesMethod } from '../changes.ts'

export const emailChanges = changesMethod('Email/changes', MAIL, 'Email', 'email')
