/** ContactCard/query and /queryChanges (RFC 9610 §3.3, §3.4). */
import { formatId } from '#base/ids.ts'
import { type ContactFilter, type ContactSort, contactSorts, queryContacts } from '#domain/contacts/query.ts'
import { readChanges } from '#domain/mail/history.ts'
import { CONTACTS } from '#format/jmap/contacts.ts'
import { boolean, type Check, Invalid, id, nullable, text, unsigned, utcDate, withDefault } from '../check.ts'
import { invalidArguments, MethodFault } from '../failure.ts'
import { numberOf } from '../ids.ts'
import { type AccountCall, accountMethod } from '../method.ts'
import { checkFilter, checkSort, filterArguments, windowArguments, windowOn } from '../query.ts'
import { parseState, stateOf } from '../state.ts'

const conditions = (call: AccountCall) => {
  const book: Check<number> = (value, path) => numberOf('addressBook', id(value, path), call) ?? -1
  return {
    inAddressBook: book,
    uid: text,
    hasMember: text,
    kind: text,
    createdBefore: utcDate,
    createdAfter: utcDate,
    updatedBefore: utcDate,
    updatedAfter: utcDate,
    text,
    name: text,
    'name/given': text,
    'name/surname': text,
    'name/surname2': text,
    nickname: text,
    organization: text,
    email: text,
    phone: text,
    onlineService: text,
    address: text,
    note: text,
  }
}

type Conditions = { [K in keyof ReturnType<typeof conditions>]: ReturnType<ReturnType<typeof conditions>[K]> }

interface Asked {
  readonly filter: ContactFilter | null
  readonly sort: readonly ContactSort[]
}

const askedOf = (
  args: { readonly filter: Record<string, unknown> | null; readonly sort: Record<string, unknown>[] | null },
  call: AccountCall,
): Asked => {
  try {
    const filter = args.filter === null ? null : checkFilter<Conditions>(args.filter, conditions(call))
    return { filter: filter as ContactFilter | null, sort: checkSort(args.sort ?? [], contactSorts) }
  } catch (error) {
    throw error instanceof Invalid ? invalidArguments(error.message) : error
  }
}

/** The list, and a state that is not younger than it. */
const listOf = async (call: AccountCall, { filter, sort }: Asked): Promise<{ state: string; ids: number[] }> => {
  const state = await call.ctx.store.read((tx) => stateOf(tx, call.account))
  return { state, ids: await queryContacts(call.ctx, call.account, filter, sort) }
}

export const contactCardQuery = accountMethod(
  'ContactCard/query',
  CONTACTS,
  { ...filterArguments, ...windowArguments },
  async (args, call) => {
    const { state, ids: numbers } = await listOf(call, askedOf(args, call))
    const all = numbers.map((number) => formatId('contact', number))
    return {
      queryState: state,
      canCalculateChanges: true,
      ...windowOn(all, args, call.limits.maxQueryResults),
      ...(args.calculateTotal ? { total: all.length } : {}),
    }
  },
)

export const contactCardQueryChanges = accountMethod(
  'ContactCard/queryChanges',
  CONTACTS,
  {
    ...filterArguments,
    sinceQueryState: text,
    maxChanges: nullable(unsigned),
    upToId: nullable(id),
    calculateTotal: withDefault(boolean, false),
  },
  async (args, call) => {
    const { state, ids } = await listOf(call, askedOf(args, call))
    const since = parseState(args.sinceQueryState)
    const changes = await call.ctx.store.read((tx) => readChanges(tx, call.account, 'ContactCard', since))
    const changed = [...changes.updated, ...changes.destroyed]
    const touched = new Set([...changes.created, ...changed])
    const added = ids.flatMap((number, index) =>
      touched.has(number) ? [{ id: formatId('contact', number), index }] : [],
    )
    if (args.maxChanges !== null && changed.length + added.length > args.maxChanges)
      throw new MethodFault('tooManyChanges', `More than ${args.maxChanges} changes`)
    return {
      oldQueryState: args.sinceQueryState,
      newQueryState: state,
      ...(args.calculateTotal ? { total: ids.length } : {}),
      removed: changed.map((number) => formatId('contact', number)),
      added,
    }
  },
)
