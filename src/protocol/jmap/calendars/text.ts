/**
 * CalendarText/get and /set (`urn:convergence:calendar-text`): calendar objects as the text that is kept, for taking a
 * deletion back without loss and for files that are brought in.
 */
import { formatId, parseId } from '#base/ids.ts'
import { getEvents } from '#domain/calendar/events.ts'
import { changeEvent, createEvent, deleteEvent, type EventContent, readEvent } from '#domain/calendar/write.ts'
import { CALENDAR_TEXT, type CalendarText, maxTextsInGet } from '#format/jmap/calendar-text.ts'
import type { Id } from '#format/jmap/core.ts'
import { list, text } from '../check.ts'
import { invalidProperties, MethodFault, SetFault } from '../failure.ts'
import { numberOf } from '../ids.ts'
import { type AccountCall, accountMethod } from '../method.ts'
import { applySet, checkSetLimit, objectCount, setArguments } from '../set.ts'
import { checkState, stateOf } from '../state.ts'
import { existing } from './event-set.ts'

export const calendarTextGet = accountMethod(
  'CalendarText/get',
  CALENDAR_TEXT,
  { ids: list(text) },
  async (args, call) => {
    const ids = [...new Set(args.ids)]
    if (ids.length > maxTextsInGet) throw new MethodFault('requestTooLarge', `At most ${maxTextsInGet} objects`)
    return call.ctx.store.read(async (tx) => {
      const events = await getEvents(
        tx,
        call.account,
        ids.flatMap((one) => parseId('event', one) ?? []),
      )
      const found = events.map(
        ({ id, calendarId, data }): CalendarText => ({
          id: formatId('event', id),
          calendarId: formatId('calendar', calendarId),
          data,
        }),
      )
      const known = new Set(found.map(({ id }) => id))
      return { state: await stateOf(tx, call.account), list: found, notFound: ids.filter((one) => !known.has(one)) }
    })
  },
)

type Given = Readonly<Record<string, unknown>>
type Read = { readonly content: EventContent } | { readonly error: unknown }

const readText = ({ data }: Given): Read => {
  try {
    if (typeof data !== 'string') throw invalidProperties('The text of a calendar object is needed', 'data')
    return { content: readEvent(data) }
  } catch (error) {
    return { error }
  }
}

const contentOf = (read: Read | undefined): EventContent => {
  if (read && 'content' in read) return read.content
  throw read?.error ?? new SetFault('notFound', 'There is no such event')
}

/** What the texts say, read before the transaction, giving way to others between (law 10). */
const readTexts = async (objects: readonly Given[]): Promise<Map<Given, Read>> => {
  const read = new Map<Given, Read>()
  let lastPause = performance.now()
  for (const object of objects) {
    read.set(object, readText(object))
    if (performance.now() - lastPause < 5) continue
    await new Promise((resolve) => setImmediate(resolve))
    lastPause = performance.now()
  }
  return read
}

const eventId = (id: Id): number => {
  const number = parseId('event', id)
  if (number === undefined) throw new SetFault('notFound', 'There is no such event')
  return number
}

const calendarOf = ({ calendarId }: Given, call: AccountCall): number => {
  const number = typeof calendarId === 'string' ? numberOf('calendar', calendarId, call) : undefined
  if (number === undefined) throw invalidProperties('The calendar that it comes into is needed', 'calendarId')
  return number
}

export const calendarTextSet = accountMethod('CalendarText/set', CALENDAR_TEXT, setArguments, async (args, call) => {
  checkSetLimit(objectCount(args), call)
  const read = await readTexts([...Object.values(args.create ?? {}), ...Object.values(args.update ?? {})])
  return call.ctx.store.write(call.account, async (tx) => {
    await checkState(tx, call, ['CalendarEvent'], args.ifInState)
    const outcome = await applySet(args, call, {
      create: async (object) => {
        const calendarId = calendarOf(object, call)
        return { id: formatId('event', (await createEvent(tx, contentOf(read.get(object)), { calendarId })).id) }
      },
      update: async (id, patch) => {
        const place = patch.calendarId === undefined ? {} : { calendarId: calendarOf(patch, call) }
        await changeEvent(tx, eventId(id), { ...place, content: contentOf(read.get(patch)) })
        return true
      },
      destroy: (id) => deleteEvent(tx, eventId(id)),
      told: existing,
    })
    return outcome.respond(tx.modseq)
  })
})
