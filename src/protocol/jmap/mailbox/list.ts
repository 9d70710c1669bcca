/** The list of mailboxes that a Mailbox/query describes (RFC 8621 §2.3). */
import type { MailboxNode } from '#domain/mail/mailboxes.ts'
import type { Filter } from '#format/jmap/core.ts'
import { boolean, type Check, id, nullable, text, withDefault } from '../check.ts'
import { numberOf } from '../ids.ts'
import { type AccountCall, checkArguments } from '../method.ts'
import { type CheckedSort, checkFilter, checkSort, filterArguments } from '../query.ts'

interface MailboxCondition {
  /** 0 for null: at the top. */
  readonly parentId: number
  readonly name: string
  readonly role: string | null
  readonly hasAnyRole: boolean
  readonly isSubscribed: boolean
}
type Condition = Partial<MailboxCondition>

export const mailboxListArguments = {
  ...filterArguments,
  sortAsTree: withDefault(boolean, false),
  filterAsTree: withDefault(boolean, false),
}

export interface MailboxList {
  readonly filter: Filter<Condition> | null
  readonly sort: readonly CheckedSort<'sortOrder' | 'name' | 'parentId'>[]
  readonly sortAsTree: boolean
  readonly filterAsTree: boolean
}

/** Throws MethodFault invalidArguments, unsupportedFilter or unsupportedSort. */
export const mailboxList = (
  args: {
    readonly filter: Record<string, unknown> | null
    readonly sort: readonly Record<string, unknown>[] | null
    readonly sortAsTree: boolean
    readonly filterAsTree: boolean
  },
  call: AccountCall,
): MailboxList => {
  const parent: Check<number> = (value, path) =>
    value === null ? 0 : (numberOf('mailbox', id(value, path), call) ?? -1)
  const checks = { parentId: parent, name: text, role: nullable(text), hasAnyRole: boolean, isSubscribed: boolean }
  const { filter, sort, sortAsTree, filterAsTree } = args
  return {
    filter:
      filter === null
        ? null
        : (checkArguments(() => checkFilter<MailboxCondition>(filter, checks), filter) as Filter<Condition>),
    sort: checkArguments(() => checkSort(sort ?? [], ['sortOrder', 'name', 'parentId'] as const), sort),
    sortAsTree,
    filterAsTree,
  }
}

const fold = (value: string): string => value.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

const matches = (mailbox: MailboxNode, filter: Filter<Condition>): boolean => {
  if ('operator' in filter) {
    const test = (part: Filter<Condition>) => matches(mailbox, part)
    if (filter.operator === 'AND') return filter.conditions.every(test)
    return filter.operator === 'OR' ? filter.conditions.some(test) : !filter.conditions.some(test)
  }
  const { parentId, name, role, hasAnyRole, isSubscribed } = filter
  return (
    (parentId === undefined || mailbox.parentId === parentId) &&
    (name === undefined || fold(mailbox.name).includes(fold(name))) &&
    (role === undefined || mailbox.role === role) &&
    (hasAnyRole === undefined || (mailbox.role !== null) === hasAnyRole) &&
    (isSubscribed === undefined || mailbox.subscribed === isSubscribed)
  )
}

const collator = new Intl.Collator('fr', { sensitivity: 'base', numeric: true })

const comparison =
  (list: MailboxList) =>
  (a: MailboxNode, b: MailboxNode): number => {
    for (const { property, isAscending } of list.sort) {
      const order =
        property === 'name'
          ? collator.compare(a.name, b.name)
          : property === 'sortOrder'
            ? a.sortOrder - b.sortOrder
            : a.parentId - b.parentId
      if (order !== 0) return isAscending ? order : -order
    }
    return a.id - b.id
  }

/** Each parent before its children, siblings in order; a mailbox whose parent is missing stands at the top. */
const asTree = (sorted: readonly MailboxNode[]): MailboxNode[] => {
  const present = new Set(sorted.map(({ id }) => id))
  const children = Map.groupBy(sorted, ({ parentId }) => (present.has(parentId) ? parentId : 0))
  const ordered: MailboxNode[] = []
  const visit = (parentId: number): void => {
    for (const mailbox of children.get(parentId) ?? []) {
      ordered.push(mailbox)
      visit(mailbox.id)
    }
  }
  visit(0)
  return ordered
}

/** The mailboxes of the list, in order. */
export const evaluateMailboxList = (all: readonly MailboxNode[], list: MailboxList): MailboxNode[] => {
  const compare = comparison(list)
  const sorted = all.toSorted(compare)
  const ordered = list.sortAsTree ? asTree(sorted) : sorted
  const { filter } = list
  if (filter === null) return ordered
  const kept = new Set(ordered.filter((mailbox) => matches(mailbox, filter)).map(({ id }) => id))
  const byId = new Map(all.map((mailbox) => [mailbox.id, mailbox]))
  const keptToTheTop = (mailbox: MailboxNode): boolean => {
    for (let at: MailboxNode | undefined = mailbox; at; at = byId.get(at.parentId)) {
      if (!kept.has(at.id)) return false
    }
    return true
  }
  return ordered.filter((mailbox) => (list.filterAsTree ? keptToTheTop(mailbox) : kept.has(mailbox.id)))
}
