/** A calendar as one file. */
import { calendarFile } from '#format/icalendar/file.ts'
import { parseObject } from '#format/icalendar/object.ts'
import type { Context } from '../context.ts'
import { calendars } from './calendars.ts'
import { eventsAround } from './events.ts'

/**
 * A calendar's name and the pieces of its iCalendar file, read as they are taken, giving way to others between. Throws
 * Failure notFound.
 */
export const openCalendarFile = async (
  { store, log }: Context,
  account: number,
  calendarId: number,
): Promise<{ readonly name: string; readonly content: AsyncIterable<string> }> => {
  const { name } = calendars.in(await store.read((tx) => calendars.list(tx, account)), calendarId)
  const pieces = async function* (): AsyncGenerator<string> {
    const file = calendarFile(name)
    yield file.begin()
    for await (const event of eventsAround(store, account)) {
      if (event.calendarId !== calendarId) continue
      try {
        yield file.object(parseObject(event.data).calendar)
      } catch (error) {
        // It was readable when it was written: one that is not any more must not keep the others.
        log.warn('calendar.unreadable', { account, event: event.id, error: String(error) })
      }
    }
    yield file.end()
  }
  return { name, content: pieces() }
}
