/** SieveScript/get (RFC 9661 §2.2). */
import { formatId } from '#base/ids.ts'
import { listScripts } from '#domain/filter/scripts.ts'
import { SIEVE } from '#format/jmap/sieve.ts'
import { getArguments, pick, wantedProperties } from '../get.ts'
import { splitIds } from '../ids.ts'
import { accountMethod } from '../method.ts'
import { stateOf } from '../state.ts'
import { sieveObject, sieveProperties } from './object.ts'

export const sieveGet = accountMethod('SieveScript/get', SIEVE, getArguments, async (args, call) => {
  const properties = wantedProperties(sieveProperties, args.properties)
  return call.ctx.store.read(async (tx) => {
    const all = await listScripts(tx, call.account)
    const { found, notFound } = splitIds('script', args.ids ?? all.map(({ id }) => formatId('script', id)), call)
    const list: object[] = []
    for (const { id, number } of found) {
      const script = all.find((candidate) => candidate.id === number)
      if (script) list.push(pick(sieveObject(script), properties))
      else notFound.push(id)
    }
    return { state: await stateOf(tx, call.account), list, notFound }
  })
})
