/**
 * Recipient/rest (`urn:convergence:recipients`): whether it is a time at which people of this house are left alone, so that
 * whoever writes may let the message wait. The rule of the sender's profiles, never what somebody chose.
 */
import { usualRestUntil } from '#domain/notify/preferences.ts'
import { RECIPIENTS } from '#format/jmap/core.ts'
import { formatUtcDate } from '../check.ts'
import { accountMethod } from '../method.ts'

export const recipientRest = accountMethod('Recipient/rest', RECIPIENTS, {}, async (_args, call) => {
  const until = await call.ctx.store.read((tx) => usualRestUntil(tx, call.account, call.ctx.clock.now()))
  return { until: until === undefined ? null : formatUtcDate(until) }
})
