/** Blob/copy (RFC 8620 §6.3): what one may read in one account may be written into a message of another. */
import { keepExisting } from '#domain/mail/upload.ts'
import { CORE, type Id, type SetError } from '#format/jmap/core.ts'
import { list, text } from '../check.ts'
import { invalidArguments, setError } from '../failure.ts'
import { dereference } from '../ids.ts'
import { accountMethod, accountOf } from '../method.ts'
import { checkSetLimit } from '../set.ts'
import { findBlob } from './open.ts'

export const blobCopy = accountMethod(
  'Blob/copy',
  CORE,
  { fromAccountId: text, blobIds: list(text) },
  async (args, call) => {
    const from = await accountOf(args.fromAccountId, call, { need: 'read', capability: CORE, from: true })
    if (from.account === call.account)
      throw invalidArguments('"fromAccountId" must be another account than "accountId"')
    const ids = [...new Set(args.blobIds)]
    checkSetLimit(ids.length, call)
    const copied: Record<Id, Id> = Object.create(null)
    const notCopied: Record<Id, SetError> = Object.create(null)
    for (const id of ids) {
      try {
        const found = await findBlob(call.ctx, from.account, dereference(id, call) ?? '')
        if (!found) {
          notCopied[id] = { type: 'notFound', description: 'There is no such blob' }
          continue
        }
        await keepExisting(call.ctx, call.account, found.id, found.type ?? 'application/octet-stream')
        // A blob id names the bytes, whoever holds them.
        copied[id] = dereference(id, call) ?? id
      } catch (error) {
        notCopied[id] = setError(error, call.ctx.log)
      }
    }
    const orNull = <T>(map: Record<Id, T>) => (Object.keys(map).length === 0 ? null : map)
    return { fromAccountId: args.fromAccountId, copied: orNull(copied), notCopied: orNull(notCopied) }
  },
)
