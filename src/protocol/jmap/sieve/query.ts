/** SieveScript/query (RFC 9661 §2.4). */
import { formatId } from '#base/ids.ts'
import { listScripts, type SieveScript } from '#domain/filter/scripts.ts'
import type { Filter } from '#format/jmap/core.ts'
import { SIEVE } from '#format/jmap/sieve.ts'
import { boolean, text } from '../check.ts'
import { accountMethod, checkArguments } from '../method.ts'
import { checkFilter, checkSort, filterArguments, windowArguments, windowOn } from '../query.ts'
import { stateOf } from '../state.ts'

const conditions = { name: text, isActive: boolean }
interface Condition {
  readonly name?: string
  readonly isActive?: boolean
}

const matches = (filter: Filter<Condition>, script: SieveScript): boolean => {
  if ('operator' in filter) {
    const parts = filter.conditions.map((part) => matches(part, script))
    if (filter.operator === 'AND') return parts.every(Boolean)
    return filter.operator === 'OR' ? parts.some(Boolean) : !parts.some(Boolean)
  }
  const { name, isActive } = filter
  return (
    (name === undefined || script.name.toLowerCase().includes(name.toLowerCase())) &&
    (isActive === undefined || script.active === isActive)
  )
}

const compare = {
  name: (a: SieveScript, b: SieveScript): number => a.name.localeCompare(b.name),
  isActive: (a: SieveScript, b: SieveScript): number => Number(a.active) - Number(b.active),
} as const

export const sieveQuery = accountMethod(
  'SieveScript/query',
  SIEVE,
  { ...filterArguments, ...windowArguments },
  async (args, call) => {
    const { filter } = args
    const wanted = filter && checkArguments(() => checkFilter<Condition>(filter, conditions), filter)
    const sort = checkArguments(() => checkSort(args.sort ?? [], ['name', 'isActive'] as const), args.sort)
    return call.ctx.store.read(async (tx) => {
      const found = (await listScripts(tx, call.account)).filter((script) => !wanted || matches(wanted, script))
      found.sort((a, b) => {
        for (const { property, isAscending } of sort) {
          const order = compare[property](a, b)
          if (order !== 0) return isAscending ? order : -order
        }
        return a.id - b.id
      })
      const all = found.map(({ id }) => formatId('script', id))
      return {
        queryState: await stateOf(tx, call.account),
        canCalculateChanges: false,
        ...windowOn(all, args, call.limits.maxQueryResults),
        ...(args.calculateTotal ? { total: all.length } : {}),
      }
    })
  },
)
