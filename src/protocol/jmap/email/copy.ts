/** Email/copy (RFC 8621 §4.7). A person has one account here, and a copy is between two: what is left is its errors. */
import { MAIL } from '#format/jmap/core.ts'
import { anyObject, boolean, id, mapOf, nullable, text, withDefault } from '../check.ts'
import { invalidArguments } from '../failure.ts'
import { accountMethod, accountOf } from '../method.ts'

export const emailCopy = accountMethod(
  'Email/copy',
  MAIL,
  {
    fromAccountId: text,
    ifFromInState: nullable(text),
    ifInState: nullable(text),
    create: mapOf(anyObject, id),
    onSuccessDestroyOriginal: withDefault(boolean, false),
    destroyFromIfInState: nullable(text),
  },
  async (args, call) => {
    accountOf(args.fromAccountId, call, 'fromAccountNotFound')
    throw invalidArguments('"fromAccountId" must be another account than "accountId"')
  },
)
