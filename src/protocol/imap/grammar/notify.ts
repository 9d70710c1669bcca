/** The arguments of NOTIFY (RFC 5465 §8): `SET STATUS (selected (MessageNew (UID) MessageExpunge)) (personal NONE)`. */
import { type FetchItem, fetchItems } from './fetch.ts'
import { BadSyntax, type Scanner } from './scanner.ts'
import { type Source, source } from './source.ts'

export type NotifyEvent = 'MessageNew' | 'MessageExpunge' | 'FlagChange' | 'MailboxName' | 'SubscriptionChange'

export interface EventGroup {
  readonly source: Source
  /** None: of these mailboxes nothing is told, whatever later groups say. */
  readonly events: ReadonlySet<NotifyEvent>
  /** What is told of a new message in the selected mailbox, beyond that it is there. */
  readonly items: readonly FetchItem[]
}

export interface NotifyArguments {
  /** The state of all mailboxes is wanted at once. */
  readonly status: boolean
  readonly groups: readonly EventGroup[]
}

/** Events by their name in upper case. */
const known: ReadonlyMap<string, NotifyEvent> = new Map(
  (['MessageNew', 'MessageExpunge', 'FlagChange', 'MailboxName', 'SubscriptionChange'] as const).map((event) => [
    event.toUpperCase(),
    event,
  ]),
)

/** Every event that can be told, as BADEVENT lists them. */
export const knownEvents = [...known.values()].join(' ')

/** An event that is not told here: the answer is NO [BADEVENT] (RFC 5465 §5). */
export class UnknownEvent extends Error {}

const ofMessages: ReadonlySet<NotifyEvent> = new Set(['MessageNew', 'MessageExpunge', 'FlagChange'])

const maxGroups = 50

/** RFC 5465 §5: what arrives and what goes are asked for together, and changes of flags with them only. */
const checkEvents = (from: Source, events: ReadonlySet<NotifyEvent>): void => {
  if (events.has('MessageNew') !== events.has('MessageExpunge'))
    throw new BadSyntax('MessageNew and MessageExpunge come together')
  if (events.has('FlagChange') && !events.has('MessageNew')) throw new BadSyntax('FlagChange needs MessageNew')
  if (from.kind === 'selected' && [...events].some((event) => !ofMessages.has(event)))
    throw new BadSyntax('Of the selected mailbox events of messages are told')
}

const eventList = (scanner: Scanner, from: Source): Omit<EventGroup, 'source'> => {
  const events = new Set<NotifyEvent>()
  const items: FetchItem[] = []
  let unknown = false
  scanner.list(() => {
    const event = known.get(scanner.keyword())
    if (event === undefined) unknown = true
    else events.add(event)
    const at = scanner.position
    // A list after MessageNew; after any other event comes the next one.
    if (scanner.takeSp() && event === 'MessageNew' && scanner.peek('(')) items.push(...fetchItems(scanner))
    else scanner.position = at
  })
  if (unknown) throw new UnknownEvent()
  if (events.size === 0) scanner.fail('an event')
  checkEvents(from, events)
  return { events, items }
}

const eventGroup = (scanner: Scanner): EventGroup => {
  scanner.expect('(')
  const from = source(scanner)
  scanner.sp()
  const group = scanner.takeKeyword('NONE') ? { events: new Set<NotifyEvent>(), items: [] } : eventList(scanner, from)
  scanner.expect(')')
  return { source: from, ...group }
}

/** What tells two groups apart: one kind of source without names may be given once (RFC 5465 §8). */
const keyOf = ({ source: { kind } }: EventGroup): string => kind

/** Reads everything after `NOTIFY`; undefined for NONE. Throws UnknownEvent. */
export const notifyArguments = (scanner: Scanner): NotifyArguments | undefined => {
  scanner.sp()
  if (scanner.takeKeyword('NONE')) {
    scanner.crlf()
    return
  }
  if (!scanner.takeKeyword('SET')) scanner.fail('SET or NONE')
  scanner.sp()
  const status = scanner.takeKeyword('STATUS')
  if (status) scanner.sp()
  const groups: EventGroup[] = []
  const seen = new Set<string>()
  do {
    if (groups.length >= maxGroups) throw new BadSyntax('Too many groups of events')
    const group = eventGroup(scanner)
    const named = 'names' in group.source
    if (!named && seen.has(keyOf(group))) throw new BadSyntax('A filter of mailboxes is given twice')
    seen.add(keyOf(group))
    groups.push(group)
  } while (scanner.takeSp())
  scanner.crlf()
  return { status, groups }
}
