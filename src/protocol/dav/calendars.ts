/** Calendars as an area (RFC 4791). */
import { calendars as stored } from '#domain/calendar/calendars.ts'
import { eventAt, eventsOfUid, getEvents } from '#domain/calendar/events.ts'
import { maxEventOctets } from '#domain/calendar/limits.data.ts'
import { changeEvent, createEvent, deleteEvent, readEvent } from '#domain/calendar/write.ts'
import { calendarScope } from '#domain/people/bearer.ts'
import type { Area } from './area.ts'
import { CALDAV } from './names.ts'

export const calendars: Area = {
  name: 'calendars',
  ns: CALDAV,
  scope: calendarScope,
  type: 'text/calendar; charset=utf-8',
  accepts: /^\s*text\/calendar\s*(?:;|$)/i,
  validData: 'valid-calendar-data',
  supportedData: 'supported-calendar-data',
  resourceType: 'calendar',
  descriptionName: 'calendar-description',
  maxSize: maxEventOctets,
  collections: stored,
  at: eventAt,
  texts: async (_ctx, tx, account, ids) =>
    new Map((await getEvents(tx, account, ids)).map(({ id, data }) => [id, data])),
  read: async (_ctx, body) => {
    const content = readEvent(body)
    return {
      uid: content.object.uid,
      isExact: true,
      put: (tx, { before, collection, uri }) =>
        before === undefined
          ? createEvent(tx, content, { calendarId: collection, uri })
          : changeEvent(tx, before, { content }),
    }
  },
  uriOf: async (tx, account, collection, uid) =>
    (await eventsOfUid(tx, account, uid)).find(({ calendarId }) => calendarId === collection)?.uri,
  remove: deleteEvent,
  move: (_ctx, tx, id, collection) => changeEvent(tx, id, { calendarId: collection }),
}
