/** Blob/copy (RFC 8620 §6.3). */
import { CORE, type Id, type SetError } from '#format/jmap/core.ts'
import { list, text } from '../check.ts'
import { checkGetLimit, dereference } from '../ids.ts'
import { accountMethod, accountOf } from '../method.ts'
import { findBlob } from './open.ts'

export const blobCopy = accountMethod(
  'Blob/copy',
  CORE,
  { fromAccountId: text, blobIds: list(text) },
  async (args, call) => {
    accountOf(args.fromAccountId, call, 'fromAccountNotFound')
    checkGetLimit(args.blobIds.length, call)
    const copied: Record<Id, Id> = Object.create(null)
    const notCopied: Record<Id, SetError> = Object.create(null)
    for (const blobId of args.blobIds) {
      const known = dereference(blobId, call)
      // Within the one account that a person has, a blob is already where it would go.
      if (known !== undefined && (await findBlob(call.ctx, call.account, known))) copied[blobId] = known
      else notCopied[blobId] = { type: 'notFound', description: 'There is no such blob' }
    }
    const orNull = <T>(map: Record<Id, T>) => (Object.keys(map).length === 0 ? null : map)
    return { fromAccountId: args.fromAccountId, copied: orNull(copied), notCopied: orNull(notCopied) }
  },
)
