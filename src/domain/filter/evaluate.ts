/** Tests (RFC 5228 §5 and extensions), as a table. */
import { type Mailbox, parseAddresses, splitAddress } from '#format/address/parse.ts'
import { parseContentType, parseDisposition } from '#format/mime/content.ts'
import type { MimePart } from '#format/mime/structure.ts'
import type { Node } from '#format/sieve/check.ts'
import { capabilities, lexicalExtensions } from '#format/sieve/language.data.ts'
import { type Comparison, comparisonOf } from '#format/sieve/match.ts'
import { dateInField, datePart, parseZone } from './dates.ts'
import type { Duplicate } from './filter.ts'
import { type Field, partsOf, readable } from './message.ts'
import { flagList } from './scope.ts'
import { RunFault, type State } from './state.ts'

type Judge = (state: State, node: Node) => boolean | Promise<boolean>

/** The entities that a test of header fields looks at (RFC 5703 §4.1). */
const entitiesOf = (state: State, { tags }: Node): readonly (MimePart | undefined)[] => {
  if (!tags.has('mime')) return [undefined]
  const here = state.part ?? state.message.structure.root
  return tags.has('anychild') ? partsOf(here) : [here]
}

/** `:index` and `:last` choose one field of a name (RFC 5260 §6). */
const chosen = ({ tags }: Node, fields: readonly Field[]): readonly Field[] => {
  const index = tags.get('index')
  if (typeof index !== 'number') return fields
  const field = fields.at(tags.has('last') ? -index : index - 1)
  return field && index > 0 ? [field] : []
}

const fieldsOf = (state: State, node: Node, names: readonly string[]): Field[] =>
  names.flatMap((name) => entitiesOf(state, node).flatMap((entity) => chosen(node, state.message.fields(name, entity))))

/** What `:type`, `:subtype`, `:contenttype` and `:param` take from a field (RFC 5703 §4.2). */
const mimeValues = (state: State, { tags }: Node, field: Field): string[] => {
  const wanted = tags.get('param')
  const disposition = field.name.toLowerCase() === 'content-disposition'
  const parsed = disposition ? undefined : parseContentType(field.value)
  if (wanted !== undefined) {
    const names = state.texts(wanted).map((name) => name.toLowerCase())
    const params = parsed?.params ?? parseDisposition(field.value).params
    return params.filter(([name]) => names.includes(name)).map(([, value]) => value)
  }
  const [type, subtype] = parsed ? [parsed.type, parsed.subtype] : [parseDisposition(field.value).disposition, '']
  if (tags.has('type')) return [type]
  if (tags.has('subtype')) return [subtype]
  if (tags.has('contenttype')) return [subtype === '' ? type : `${type}/${subtype}`]
  return [readable(field)]
}

const addressPart = (state: State, { tags }: Node, address: string): string | undefined => {
  const at = address.lastIndexOf('@')
  const local = at < 0 ? address : address.slice(0, at)
  // RFC 5228 §2.7.4: what is no address has no parts; the null path of an envelope has empty ones (§5.4).
  const parted = ['localpart', 'domain', 'user', 'detail'].some((part) => tags.has(part))
  if (parted && address !== '' && !splitAddress(address)) return
  if (tags.has('localpart')) return local
  if (tags.has('domain')) return at < 0 ? '' : address.slice(at + 1)
  const split = local.indexOf(state.host.separator)
  if (tags.has('user')) return split < 0 ? local : local.slice(0, split)
  // RFC 5233 §4: without a separator there is no detail, which matches nothing.
  if (tags.has('detail')) return split < 0 ? undefined : local.slice(split + state.host.separator.length)
  return address
}

const defined = (text: string | undefined): text is string => text !== undefined

const keysOf = (state: State, node: Node): string[] => state.texts(node.args.at(-1))

const compare = (state: State, node: Node, values: readonly string[]): Promise<boolean> =>
  state.matches(comparisonOf(node), values, keysOf(state, node), node.at)

const zoneOf = (state: State, node: Node, time: number, original: number): number => {
  if (node.tags.has('originalzone')) return original
  const given = state.optional(node, 'zone')
  if (given === undefined) return state.host.offsetAt(time)
  const zone = parseZone(given)
  if (zone === undefined) throw new RunFault(`${JSON.stringify(given)} is not a zone such as +0200`, node.at)
  return zone
}

const defaultPeriod = 12 * 3600
const longestPeriod = 365 * 24 * 3600

const duplicateOf = (state: State, node: Node): Duplicate | undefined => {
  const header = state.optional(node, 'header')
  const field = state.message.fields(header ?? 'message-id')[0]
  const id = state.optional(node, 'uniqueid') ?? field?.value
  if (id === undefined) return
  const seconds = node.tags.get('seconds')
  return {
    handle: state.optional(node, 'handle') ?? '',
    // What kind of identifier it is belongs to it (RFC 7352 §3.1).
    id: `${node.tags.has('uniqueid') ? 'u' : `h${(header ?? '').toLowerCase()}`}:${id}`,
    seconds: Math.min(longestPeriod, typeof seconds === 'number' ? seconds : defaultPeriod),
    last: node.tags.has('last'),
  }
}

const every = async <T>(list: readonly T[], holds: (one: T) => boolean | Promise<boolean>): Promise<boolean> => {
  for (const one of list) if (!(await holds(one))) return false
  return true
}

const some = async <T>(list: readonly T[], holds: (one: T) => boolean | Promise<boolean>): Promise<boolean> => {
  for (const one of list) if (await holds(one)) return true
  return false
}

/** Flags of the variables that are named, or of the one without a name (RFC 5232 §4). */
export const flagsIn = (state: State, names: readonly string[] | undefined): string[] =>
  flagList(names === undefined ? state.flags : names.map((name) => state.frame.scope.get(name)))

const flagComparison = (node: Node): Comparison => {
  const comparison = comparisonOf(node)
  return node.tags.has('comparator') ? comparison : { ...comparison, comparator: 'i;ascii-casemap' }
}

const judges: Readonly<Record<string, Judge>> = {
  true: () => true,
  false: () => false,
  not: async (state, { tests: [inner] }) => !(await judge(state, inner as Node)),
  allof: (state, { tests }) => every(tests, (inner) => judge(state, inner)),
  anyof: (state, { tests }) => some(tests, (inner) => judge(state, inner)),

  header: (state, node) => {
    const fields = fieldsOf(state, node, state.texts(node.args[0]))
    return compare(
      state,
      node,
      fields.flatMap((field) => mimeValues(state, node, field)),
    )
  },
  address: (state, node) => {
    const fields = fieldsOf(state, node, state.texts(node.args[0]))
    const addresses: Mailbox[] = fields.flatMap((field) => parseAddresses(field.value))
    return compare(state, node, addresses.map(({ email }) => addressPart(state, node, email)).filter(defined))
  },
  envelope: (state, node) => {
    const { from, to } = state.host.envelope
    const values = state.texts(node.args[0]).flatMap((part) => {
      const name = part.toLowerCase()
      return name === 'from' ? [from] : name === 'to' ? [to] : []
    })
    return compare(state, node, values.map((address) => addressPart(state, node, address)).filter(defined))
  },
  exists: (state, node) =>
    state
      .texts(node.args[0])
      .every((name) => entitiesOf(state, node).some((entity) => state.message.fields(name, entity).length > 0)),
  size: (state, { args: [limit], tags }) =>
    tags.has('over') ? state.message.size > Number(limit) : state.message.size < Number(limit),
  body: (state, node) => {
    const types = node.tags.get('content')
    const { message } = state
    const values = (): string[] => {
      if (node.tags.has('raw')) return message.raw()
      return types === undefined ? message.texts() : message.contents(state.texts(types))
    }
    // RFC 5173 §6: what wildcards stand for in a body is not kept.
    return state.matches(comparisonOf(node), values(), keysOf(state, node), node.at, false)
  },
  string: (state, node) => {
    const values = state.texts(node.args[0])
    // RFC 5229 §5: an empty string does not count.
    return compare(state, node, node.tags.has('count') ? values.filter((value) => value !== '') : values)
  },
  hasflag: (state, node) => {
    const names = node.args[0]
    const flags = flagsIn(state, names === undefined ? undefined : state.texts(names))
    return state.matches(flagComparison(node), flags, flagList(keysOf(state, node)), node.at)
  },
  date: (state, node) => {
    const [name, part] = [state.text(node.args[0]), state.text(node.args[1])]
    const dates = chosen(node, state.message.fields(name)).map((field) => dateInField(name, field.value))
    const values = dates.map((date) => date && datePart(part, date.time, zoneOf(state, node, date.time, date.offset)))
    return compare(state, node, values.filter(defined))
  },
  currentdate: (state, node) => {
    const { now } = state.host
    const value = datePart(state.text(node.args[0]), now, zoneOf(state, node, now, 0))
    return compare(state, node, value === undefined ? [] : [value])
  },
  environment: (state, node) => {
    const value = state.host.environment(state.text(node.args[0]).toLowerCase())
    // RFC 5183 §4: of what is not known every test is false, counts too.
    return value === undefined ? false : compare(state, node, [value])
  },
  mailboxexists: (state, { args: [names] }) => every(state.texts(names), (name) => state.host.mailboxExists(name)),
  mailboxidexists: (state, { args: [ids] }) => every(state.texts(ids), (id) => state.host.mailboxIdExists(id)),
  specialuse_exists: (state, { args: [mailbox, attributes] }) =>
    every(state.texts(attributes), (attribute) =>
      state.host.specialUseExists(mailbox === undefined ? undefined : state.text(mailbox), attribute),
    ),
  ihave: (state, { args: [names] }) =>
    state
      .texts(names)
      .every((name) =>
        lexicalExtensions.includes(name)
          ? state.frame.program.extensions.has(name)
          : (capabilities as readonly string[]).includes(name),
      ),
  duplicate: async (state, node) => {
    const duplicate = duplicateOf(state, node)
    if (!duplicate) return false
    const seen = await state.host.seen(duplicate)
    if (!seen || duplicate.last) state.remember.push(duplicate)
    return seen
  },
  valid_notify_method: (state, { args: [uris] }) => state.texts(uris).every((uri) => state.host.notifyMethod(uri)),
  notify_method_capability: (state, node) => {
    const [uri, name] = [state.text(node.args[0]), state.text(node.args[1])]
    // RFC 5435 §5: whether somebody is online is not known of a mailbox.
    const known = state.host.notifyMethod(uri) && name.toLowerCase() === 'online'
    return compare(state, node, known ? ['maybe'] : [])
  },
  valid_ext_list: (state, { args: [lists] }) => every(state.texts(lists), (list) => state.host.listExists(list)),
}

/** The truth of a test. Throws RunFault. */
export const judge = (state: State, node: Node): boolean | Promise<boolean> => {
  state.step(node.at)
  const found = judges[node.name]
  if (!found) throw new RunFault(node.name === 'error' ? String(node.args[0]) : `no test ${node.name}`, node.at)
  return found(state, node)
}
