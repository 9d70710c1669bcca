/** SieveScript/validate (RFC 9661 §2.5). */
import { SIEVE } from '#format/jmap/sieve.ts'
import { id } from '../check.ts'
import { SetFault } from '../failure.ts'
import { accountMethod } from '../method.ts'
import { scriptIn } from './content.ts'

export const sieveValidate = accountMethod('SieveScript/validate', SIEVE, { blobId: id }, async (args, call) => {
  try {
    await scriptIn(call, args.blobId)
    return { error: null }
  } catch (error) {
    if (error instanceof SetFault) return { error: error.error }
    throw error
  }
})
