/** Recipient/query, /expand, /forget and /remember: completion of whom a message goes to (our own, `urn:convergence:recipients`). */
import {
  findRecipients,
  forgetRecipients,
  maxForgotten,
  recipientsOfGroup,
  rememberRecipients,
} from '#domain/mail/recipients.ts'
import { RECIPIENTS } from '#format/jmap/core.ts'
import { list, nullable, optional, positive, shape, text, unsigned, withDefault } from '../check.ts'
import { MethodFault } from '../failure.ts'
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

/** The people of a group; `forbidden`, or `requestTooLarge` when no message may go to that many. */
export const recipientExpand = accountMethod('Recipient/expand', RECIPIENTS, { group: text }, async (args, call) => ({
  list: await recipientsOfGroup(call.ctx, call.account, args.group),
}))

export const recipientForget = accountMethod(
  'Recipient/forget',
  RECIPIENTS,
  { emails: list(text) },
  async (args, call) => {
    if (args.emails.length > maxForgotten) throw new MethodFault('requestTooLarge', `At most ${maxForgotten} addresses`)
    const people = await forgetRecipients(call.ctx, call.account, args.emails)
    return { forgotten: people.length, people }
  },
)

/** What was forgotten by mistake is proposed again: given what `forget` returned, at its rank. */
export const recipientRemember = accountMethod(
  'Recipient/remember',
  RECIPIENTS,
  { people: list(shape({ name: nullable(text), email: text, uses: optional(positive), lastAt: optional(unsigned) })) },
  async (args, call) => {
    if (args.people.length > maxForgotten) throw new MethodFault('requestTooLarge', `At most ${maxForgotten} addresses`)
    await rememberRecipients(call.ctx, call.account, args.people)
    return {}
  },
)
