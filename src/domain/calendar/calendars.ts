/** Calendars: named, coloured collections of events and tasks (RFC 4791 §4.2). */
import { Failure } from '#base/failure.ts'
import { type Collection, type CollectionChange, Collections } from '../sync/collections.ts'
import { maxCalendars, maxCalendarsOctets, maxEventsPerCalendar } from './limits.data.ts'

interface Own {
  /** `#rrggbb`. */
  readonly colour: string
  readonly isVisible: boolean
}

export type Calendar = Collection & Own
export type CalendarChange = CollectionChange<Own>

/** What calendars are coloured with unless somebody chooses: told apart by the colour-blind too. */
const palette = ['#1d5fa8', '#a8480f', '#2c6e49', '#7a3e9d', '#a61e4d', '#5c5f00', '#00646e', '#5b4636']

/** `#RRGGBB`, with the alpha that Apple's programs add left out. Throws Failure invalid. */
const checkColour = (colour: string): string => {
  const match = /^#([0-9a-f]{6})(?:[0-9a-f]{2})?$/i.exec(colour.trim())
  if (!match) throw new Failure('invalid', 'a colour is written #rrggbb', { property: 'color' })
  return `#${match[1]!.toLowerCase()}`
}

export const calendars = new Collections<Own>({
  tables: {
    collection: 'calendar',
    member: 'calendar_event',
    gone: 'calendar_gone',
    collectionId: 'calendar_id',
    memberId: 'event_id',
    count: 'events',
    own: ['colour', 'is_visible'],
  },
  type: 'Calendar',
  memberType: 'CalendarEvent',
  property: 'calendarIds',
  words: { one: 'calendar', many: 'calendars', members: 'events' },
  first: { uri: 'agenda', name: 'Agenda' },
  prefix: 'calendar',
  limits: { collections: maxCalendars, members: maxEventsPerCalendar, bytes: maxCalendarsOctets },
  ownOf: (row) => ({ colour: String(row.colour), isVisible: row.is_visible === 1 }),
  own: (given, before, nth) => ({
    colour: checkColour(given.colour ?? before?.colour ?? palette[nth % palette.length]!),
    isVisible: given.isVisible ?? before?.isVisible ?? true,
  }),
  columns: ({ colour, isVisible }) => ({ colour, is_visible: isVisible ? 1 : 0 }),
  // Everything of an event is in its row.
  endBeside: async () => {},
})
