/** The text of a script behind a blob id, read and checked. */
import { isFailure } from '#base/failure.ts'
import { readScript, scriptLimits } from '#domain/filter/scripts.ts'
import type { Id } from '#format/jmap/core.ts'
import { findBlob, readBlob } from '../blob/open.ts'
import { invalidProperties, SetFault } from '../failure.ts'
import { dereference } from '../ids.ts'
import type { Call } from '../method.ts'

/** The octets of a script that is right. Throws SetFault blobNotFound, tooLarge, invalidSieve (with line and column). */
export const scriptIn = async (call: Call & { readonly account: number }, blobId: Id): Promise<Uint8Array> => {
  const found = await findBlob(call.ctx, call.account, dereference(blobId, call) ?? '')
  if (!found) throw new SetFault('blobNotFound', 'There is no such blob', { notFound: [blobId] })
  try {
    const bytes = await readBlob(call.ctx, found, scriptLimits.size)
    readScript(bytes)
    return bytes
  } catch (error) {
    if (isFailure(error, 'tooLarge'))
      throw new SetFault('tooLarge', 'The script is too large', { maxSize: scriptLimits.size })
    if (isFailure(error, 'invalid')) throw new SetFault('invalidSieve', error.message)
    if (isFailure(error, 'notFound')) throw invalidProperties('There is no such blob', 'blobId')
    throw error
  }
}
