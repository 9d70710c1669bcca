/** Mailbox/changes (RFC 8621 §2.2). */
import { MAIL } from '#format/jmap/core.ts'
import { answerChanges, changesArguments } from '../changes.ts'
import { accountMethod } from '../method.ts'
import { countProperties } from './object.ts'

export const mailboxChanges = accountMethod('Mailbox/changes', MAIL, changesArguments, async (args, call) => {
  const { response, changes } = await answerChanges(call, 'Mailbox', 'mailbox', args)
  return { ...response, updatedProperties: changes.countsOnly ? countProperties : null }
})
