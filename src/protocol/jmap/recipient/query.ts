/** Recipient/query: completion of whom a message goes to (our own, `urn:convergence:recipients`). */
import { findRecipients } from '#domain/mail/recipients.ts'
import { RECIPIENTS } from '#format/jmap/core.ts'
import { positive, text, withDefault } from '../check.ts'
import { accountMethod } from '../method.ts'

const maxRecipients = 50

export const recipientQuery = accountMethod(
  'Recipient/query',
  RECIPIENTS,
  { text, limit: withDefault(positive, 10) },
  async (args, call) => ({
    list: await findRecipients(call.ctx, call.account, args.text, Math.min(args.limit, maxRecipients)),
  }),
)
