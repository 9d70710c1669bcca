/** CalendarEvent/get, /changes and /query (draft-ietf-jmap-calendars §5). */
import { formatId } from '#base/ids.ts'
import { eventsAround, getEvents, listEventIds, type StoredEvent } from '#domain/calendar/events.ts'
import { eventsIn, homeZone, zoneNamed } from '#domain/calendar/window.ts'
import { toUtc } from '#format/icalendar/zone.ts'
import { CALENDARS, type CalendarEvent } from '#format/jmap/calendars.ts'
import { localWall } from '#format/jscalendar/event.ts'
import { changesMethod } from '../changes.ts'
import { boolean, type Check, Invalid, id, list, nullable, shape, text, withDefault } from '../check.ts'
import { invalidArguments, MethodFault } from '../failure.ts'
import { getArguments } from '../get.ts'
import { checkGetLimit, numberOf } from '../ids.ts'
import { type AccountCall, accountMethod } from '../method.ts'
import { checkSort, filterArguments, windowArguments, windowOn } from '../query.ts'
import { stateOf } from '../state.ts'
import { eventObject, idOf, keyOf } from './object.ts'

/** An event may have any property: those that are asked for and are there. */
const picked = (event: CalendarEvent, asked: readonly string[] | null): object =>
  asked === null
    ? event
    : Object.fromEntries(Object.entries(event).filter(([name]) => name === 'id' || asked.includes(name)))

export const calendarEventGet = accountMethod('CalendarEvent/get', CALENDARS, getArguments, async (args, call) => {
  const { state, ids, known } = await call.ctx.store.read(async (tx) => {
    const ids = args.ids ?? (await listEventIds(tx, call.account)).map((number) => formatId('event', number))
    checkGetLimit(new Set(ids).size, call)
    const numbers = [...new Set(ids.flatMap((one) => keyOf(one)?.event ?? []))]
    const known = new Map((await getEvents(tx, call.account, numbers)).map((one) => [one.id, one]))
    return { state: await stateOf(tx, call.account), ids: [...new Set(ids)], known }
  })
  const found: object[] = []
  const notFound: string[] = []
  let lastPause = performance.now()
  for (const one of ids) {
    const key = keyOf(one)
    const event = key && known.get(key.event)
    const object = event && eventObject(event, key.recurrenceId)
    if (object) found.push(picked(object, args.properties))
    else notFound.push(one)
    if (performance.now() - lastPause > 5) {
      await new Promise((resolve) => setImmediate(resolve))
      lastPause = performance.now()
    }
  }
  return { state, list: found, notFound }
})

export const calendarEventChanges = changesMethod('CalendarEvent/changes', CALENDARS, 'CalendarEvent', 'event')

const local: Check<number> = (value, path) => {
  const wall = localWall(value)
  if (wall === undefined) throw new Invalid(path, 'must be a LocalDateTime')
  return wall
}

const condition = shape({
  inCalendars: nullable(list(id)),
  /** In `timeZone`. */
  after: nullable(local),
  before: nullable(local),
  text: nullable(text),
  uid: nullable(text),
})

const fold = (value: string): string => value.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

const conditionOf = (filter: Record<string, unknown> | null) => {
  const known = ['inCalendars', 'after', 'before', 'text', 'uid']
  const other = Object.keys(filter ?? {}).find((name) => !known.includes(name))
  if (other !== undefined) throw new MethodFault('unsupportedFilter', `There is no filter "${other.slice(0, 100)}"`)
  try {
    return condition(filter ?? {}, 'filter')
  } catch (error) {
    throw error instanceof Invalid ? invalidArguments(error.message) : error
  }
}

const isMeant = (event: StoredEvent, wanted: { text: string | null; uid: string | null }): boolean =>
  (wanted.uid === null || event.uid === wanted.uid) &&
  (wanted.text === null || fold(event.data).includes(fold(wanted.text.slice(0, 200))))

const idsOf = async (
  call: AccountCall,
  wanted: ReturnType<typeof conditionOf>,
  { zoneName, expand }: { zoneName: string; expand: boolean },
): Promise<string[]> => {
  const zone = zoneNamed(zoneName)
  const calendars =
    wanted.inCalendars && new Set(wanted.inCalendars.map((one) => numberOf('calendar', one, call) ?? -1))
  const from = wanted.after === null ? undefined : toUtc(zone, wanted.after)
  const to = wanted.before === null ? undefined : toUtc(zone, wanted.before)
  if (expand) {
    if (from === undefined || to === undefined)
      throw invalidArguments('Instances are given for a window: after and before are needed')
    const look = { from, to, zone: zoneName, ...(calendars ? { calendarIds: calendars } : {}) }
    const { found } = await eventsIn(call.ctx, call.account, look)
    return found
      .filter(({ event }) => isMeant(event, wanted))
      .map(({ event, instance }) => idOf(event.id, instance.recurrenceId))
  }
  const ids: string[] = []
  for await (const event of eventsAround(call.ctx.store, call.account, from, to))
    if (event.kind === 'VEVENT' && (!calendars || calendars.has(event.calendarId)) && isMeant(event, wanted))
      ids.push(formatId('event', event.id))
  return ids
}

/** In the order of their beginnings when instances are asked for, else of their ids. */
export const calendarEventQuery = accountMethod(
  'CalendarEvent/query',
  CALENDARS,
  {
    ...filterArguments,
    ...windowArguments,
    expandRecurrences: withDefault(boolean, false),
    timeZone: withDefault(text, homeZone),
  },
  async (args, call) => {
    checkSort(args.sort ?? [], ['start'])
    const queryState = await call.ctx.store.read((tx) => stateOf(tx, call.account))
    const all = await idsOf(call, conditionOf(args.filter), {
      zoneName: args.timeZone,
      expand: args.expandRecurrences,
    })
    const { ids, position } = windowOn(all, args, call.limits.maxQueryResults)
    return {
      queryState,
      canCalculateChanges: false,
      position,
      ids,
      ...(args.calculateTotal ? { total: all.length } : {}),
    }
  },
)
