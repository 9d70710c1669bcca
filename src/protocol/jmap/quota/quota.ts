/** Quotas (RFC 9425): one, the octets of the account's mail, when it has a limit. */
import { readChanges } from '#domain/mail/history.ts'
import { readQuota } from '#domain/mail/quota.ts'
import { QUOTA } from '../capability.ts'
import { changesArguments } from '../changes.ts'
import { boolean, id, nullable, text, unsigned, withDefault } from '../check.ts'
import { MethodFault } from '../failure.ts'
import { getArguments, pick, wantedProperties } from '../get.ts'
import { type AccountCall, accountMethod, checkArguments } from '../method.ts'
import { checkFilter, checkSort, filterArguments, windowArguments, windowOn } from '../query.ts'
import { formatState, parseState, stateOf } from '../state.ts'

const quotaId = 'mail'

const properties = [
  'id',
  'resourceType',
  'used',
  'hardLimit',
  'warnLimit',
  'softLimit',
  'scope',
  'name',
  'types',
  'description',
] as const

type Reading = Parameters<typeof readQuota>[0]

const quotaObject = ({ limit, used }: { limit: number; used: number }) => ({
  id: quotaId,
  resourceType: 'octets',
  used,
  hardLimit: limit,
  warnLimit: Math.floor(limit * 0.9),
  softLimit: null,
  scope: 'account',
  name: 'Mail',
  types: ['Mail', 'Email'],
  description: null,
})

const readAll = async (tx: Reading, call: AccountCall) => {
  const quota = await readQuota(tx, call.account)
  return quota.limit > 0 ? [quotaObject(quota)] : []
}

/** Quota/get (RFC 9425 §4.2). */
export const quotaGet = accountMethod('Quota/get', QUOTA, getArguments, async (args, call) => {
  const wanted = wantedProperties(properties, args.properties)
  return call.ctx.store.read(async (tx) => {
    const all = await readAll(tx, call)
    const list = all.filter(({ id: known }) => args.ids === null || args.ids.includes(known))
    const notFound = [...new Set(args.ids ?? [])].filter((asked) => !list.some((quota) => quota.id === asked))
    return { state: await stateOf(tx, call.account), list: list.map((quota) => pick(quota, wanted)), notFound }
  })
})

/** Quota/changes (RFC 9425 §4.3): what is used changes with every email. */
export const quotaChanges = accountMethod('Quota/changes', QUOTA, changesArguments, async (args, call) =>
  call.ctx.store.read(async (tx) => {
    const changes = await readChanges(tx, call.account, 'Email', parseState(args.sinceState))
    const moved = changes.created.length + changes.destroyed.length > 0
    const all = await readAll(tx, call)
    return {
      oldState: args.sinceState,
      newState: formatState(changes.until.modseq),
      hasMoreChanges: false,
      created: [],
      updated: moved ? all.map((quota) => quota.id) : [],
      destroyed: [],
      updatedProperties: moved ? ['used'] : null,
    }
  }),
)

const conditions = { name: text, scope: text, resourceType: text, type: text }
type Condition = { [K in keyof typeof conditions]?: string }

/** Quota/query (RFC 9425 §4.4). */
export const quotaQuery = accountMethod(
  'Quota/query',
  QUOTA,
  { ...filterArguments, ...windowArguments },
  async (args, call) => {
    const filter =
      args.filter && checkArguments(() => checkFilter<Condition>(args.filter ?? {}, conditions), args.filter)
    if (filter && 'operator' in filter) throw new MethodFault('unsupportedFilter', 'Operators are not for quotas')
    checkArguments(() => checkSort(args.sort ?? [], ['name', 'used'] as const), args.sort)
    return call.ctx.store.read(async (tx) => {
      const matching = (await readAll(tx, call)).filter(
        (quota) =>
          (filter?.name === undefined || quota.name.toLowerCase().includes(filter.name.toLowerCase())) &&
          (filter?.scope === undefined || quota.scope === filter.scope) &&
          (filter?.resourceType === undefined || quota.resourceType === filter.resourceType) &&
          (filter?.type === undefined || quota.types.includes(filter.type)),
      )
      const all = matching.map((quota) => quota.id)
      return {
        queryState: await stateOf(tx, call.account),
        canCalculateChanges: false,
        ...windowOn(all, args, call.limits.maxQueryResults),
        ...(args.calculateTotal ? { total: all.length } : {}),
      }
    })
  },
)

/** Quota/queryChanges (RFC 9425 §4.5): there is nothing to calculate on a list of one. */
export const quotaQueryChanges = accountMethod(
  'Quota/queryChanges',
  QUOTA,
  {
    ...filterArguments,
    sinceQueryState: text,
    maxChanges: nullable(unsigned),
    upToId: nullable(id),
    calculateTotal: withDefault(boolean, false),
  },
  async () => {
    throw new MethodFault('cannotCalculateChanges', 'Ask Quota/query again')
  },
)
