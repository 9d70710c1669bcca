/** CalendarEvent/get, /changes, /query and /queryChanges (draft-ietf-jmap-calendars §5). */
import { formatId } from '#base/ids.ts'
import { getEvents, listEventIds } from '#domain/calendar/events.ts'
import { zoneNamed } from '#domain/calendar/window.ts'
import { readChanges } from '#domain/mail/history.ts'
import { listIdentities } from '#domain/mail/identities.ts'
import { ianaZone, toUtc, type Zone } from '#format/icalendar/zone.ts'
import { CALENDARS, type CalendarEvent } from '#format/jmap/calendars.ts'
import { localWall } from '#format/jscalendar/event.ts'
import { changesMethod } from '../changes.ts'
import { boolean, nullable, text, unsigned, utcDate, withDefault } from '../check.ts'
import { MethodFault } from '../failure.ts'
import { getArguments } from '../get.ts'
import { checkGetLimit } from '../ids.ts'
import { accountMethod } from '../method.ts'
import { filterArguments, windowArguments, windowOn } from '../query.ts'
import { parseState, stateOf } from '../state.ts'
import { evaluateEventList, eventList } from './event-list.ts'
import { eventObject, keyOf } from './object.ts'

/** Computed, and therefore only told when asked for (§5.7). */
const computed = ['utcStart', 'utcEnd']

/** An event may have any property: those that are asked for and are there. */
const picked = (event: CalendarEvent, asked: readonly string[] | null): object =>
  Object.fromEntries(
    Object.entries(event).filter(([name, value]) =>
      asked === null
        ? !computed.includes(name) && !(name === 'baseEventId' && value === null)
        : name === 'id' || asked.includes(name),
    ),
  )

const eventArguments = {
  ...getArguments,
  recurrenceOverridesBefore: nullable(utcDate),
  recurrenceOverridesAfter: nullable(utcDate),
  reduceParticipants: withDefault(boolean, false),
  timeZone: withDefault(text, 'Etc/UTC'),
}

interface Reduction {
  readonly recurrenceOverridesBefore: number | null
  readonly recurrenceOverridesAfter: number | null
  readonly reduceParticipants: boolean
}

/** The event with those of its overrides and participants that are asked for (§5.8). */
const reduced = (event: CalendarEvent, asked: Reduction, floating: Zone, email: string): CalendarEvent => {
  const { recurrenceOverridesBefore: before, recurrenceOverridesAfter: after, reduceParticipants } = asked
  const { recurrenceOverrides, participants } = event
  const result: { -readonly [K in keyof CalendarEvent]: CalendarEvent[K] } = { ...event }
  if (recurrenceOverrides && (before !== null || after !== null)) {
    const zone = (event.timeZone === null ? undefined : ianaZone(event.timeZone)) ?? floating
    const isAsked = (start: string): boolean => {
      const at = toUtc(zone, localWall(start) ?? 0)
      return (before === null || at < before) && (after === null || at >= after)
    }
    result.recurrenceOverrides = Object.fromEntries(Object.entries(recurrenceOverrides).filter(([one]) => isAsked(one)))
  }
  if (participants && reduceParticipants)
    result.participants = Object.fromEntries(
      Object.entries(participants).filter(
        ([, one]) => one.roles.owner === true || one.email?.toLowerCase() === email.toLowerCase(),
      ),
    )
  return result
}

export const calendarEventGet = accountMethod('CalendarEvent/get', CALENDARS, eventArguments, async (args, call) => {
  const floating = zoneNamed(args.timeZone)
  const { state, ids, known, own } = await call.ctx.store.read(async (tx) => {
    const ids = args.ids ?? (await listEventIds(tx, call.account)).map((number) => formatId('event', number))
    checkGetLimit(new Set(ids).size, call)
    const numbers = [...new Set(ids.flatMap((one) => keyOf(one)?.event ?? []))]
    const known = new Map((await getEvents(tx, call.account, numbers)).map((one) => [one.id, one]))
    const own = new Set((await listIdentities(tx, call.account)).map(({ email }) => email.toLowerCase()))
    return { state: await stateOf(tx, call.account), ids: [...new Set(ids)], known, own }
  })
  const found: object[] = []
  const notFound: string[] = []
  let lastPause = performance.now()
  for (const one of ids) {
    const key = keyOf(one)
    const event = key && known.get(key.event)
    const object = event && eventObject(event, key.recurrenceId, { floating, own })
    if (object) found.push(picked(reduced(object, args, floating, call.principal.email), args.properties))
    else notFound.push(one)
    if (performance.now() - lastPause > 5) {
      await new Promise((resolve) => setImmediate(resolve))
      lastPause = performance.now()
    }
  }
  return { state, list: found, notFound }
})

export const calendarEventChanges = changesMethod('CalendarEvent/changes', CALENDARS, 'CalendarEvent', 'event')

const listArguments = {
  ...filterArguments,
  expandRecurrences: withDefault(boolean, false),
  timeZone: withDefault(text, 'Etc/UTC'),
}

export const calendarEventQuery = accountMethod(
  'CalendarEvent/query',
  CALENDARS,
  { ...listArguments, ...windowArguments },
  async (args, call) => {
    const asked = eventList(args, call)
    const queryState = await call.ctx.store.read((tx) => stateOf(tx, call.account))
    const all = await evaluateEventList(call, asked)
    return {
      queryState,
      canCalculateChanges: false,
      ...windowOn(all, args, call.limits.maxQueryResults),
      ...(args.calculateTotal ? { total: all.length } : {}),
    }
  },
)

/** What changed is not worked out (`canCalculateChanges` is false): only that nothing did can be told. */
export const calendarEventQueryChanges = accountMethod(
  'CalendarEvent/queryChanges',
  CALENDARS,
  {
    ...listArguments,
    sinceQueryState: text,
    maxChanges: nullable(unsigned),
    upToId: nullable(text),
    calculateTotal: withDefault(boolean, false),
  },
  async (args, call) => {
    const asked = eventList(args, call)
    const since = parseState(args.sinceQueryState)
    const { state, changes } = await call.ctx.store.read(async (tx) => ({
      state: await stateOf(tx, call.account),
      changes: await readChanges(tx, call.account, 'CalendarEvent', since),
    }))
    if (changes.created.length + changes.updated.length + changes.destroyed.length > 0)
      throw new MethodFault('cannotCalculateChanges', 'Ask for the list again')
    return {
      oldQueryState: args.sinceQueryState,
      newQueryState: state,
      ...(args.calculateTotal ? { total: (await evaluateEventList(call, asked)).length } : {}),
      removed: [],
      added: [],
    }
  },
)
