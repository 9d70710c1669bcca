/** Blob/copy (RFC 8620 §6.3). A person has one account here, and a copy is between two: what is left is its errors. */
import { CORE } from '#format/jmap/core.ts'
import { list, text } from '../check.ts'
import { invalidArguments } from '../failure.ts'
import { accountMethod, accountOf } from '../method.ts'

export const blobCopy = accountMethod(
  'Blob/copy',
  CORE,
  { fromAccountId: text, blobIds: list(text) },
  async (args, call) => {
    accountOf(args.fromAccountId, call, 'fromAccountNotFound')
    throw invalidArguments('"fromAccountId" must be another account than "accountId"')
  },
)
