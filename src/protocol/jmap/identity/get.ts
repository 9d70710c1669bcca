/** Identity/get (RFC 8621 §6.1). */
import { formatId } from '#base/ids.ts'
import { listIdentities } from '#domain/mail/identities.ts'
import { SUBMISSION } from '#format/jmap/core.ts'
import { getArguments, pick, wantedProperties } from '../get.ts'
import { splitIds } from '../ids.ts'
import { accountMethod } from '../method.ts'
import { stateOf } from '../state.ts'
import { identityObject, identityProperties } from './object.ts'

export const identityGet = accountMethod('Identity/get', SUBMISSION, getArguments, async (args, call) => {
  const properties = wantedProperties(identityProperties, args.properties)
  return call.ctx.store.read(async (tx) => {
    const all = await listIdentities(tx, call.account)
    const ids = args.ids ?? all.map(({ id }) => formatId('identity', id))
    const { found, notFound } = splitIds('identity', ids, call)
    const identities: object[] = []
    for (const { id, number } of found) {
      const identity = all.find((candidate) => candidate.id === number)
      if (identity) identities.push(pick(identityObject(identity), properties))
      else notFound.push(id)
    }
    return { state: await stateOf(tx, call.account), list: identities, notFound }
  })
})
