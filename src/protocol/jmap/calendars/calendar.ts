/** Calendar/get, /changes and /set (draft-ietf-jmap-calendars §4). */
import { formatId } from '#base/ids.ts'
import { calendars } from '#domain/calendar/calendars.ts'
import { CALENDARS, type Calendar } from '#format/jmap/calendars.ts'
import { boolean, text } from '../check.ts'
import { collectionMethods } from '../collection.ts'

const constant = {
  isSubscribed: true,
  includeInAvailability: 'all',
  defaultAlertsWithTime: null,
  defaultAlertsWithoutTime: null,
  timeZone: null,
  shareWith: null,
} as const

export const {
  get: calendarGet,
  changes: calendarChangesMethod,
  set: calendarSet,
} = collectionMethods({
  type: 'Calendar',
  capability: CALENDARS,
  idKind: 'calendar',
  collections: calendars,
  properties: [
    'id',
    'name',
    'description',
    'color',
    'sortOrder',
    'isDefault',
    'isSubscribed',
    'isVisible',
    'includeInAvailability',
    'defaultAlertsWithTime',
    'defaultAlertsWithoutTime',
    'timeZone',
    'shareWith',
    'myRights',
  ],
  objectOf: (calendar): Calendar => ({
    id: formatId('calendar', calendar.id),
    name: calendar.name,
    description: calendar.description === '' ? null : calendar.description,
    color: calendar.colour,
    sortOrder: calendar.sortOrder,
    isDefault: calendar.isDefault,
    ...constant,
    isVisible: calendar.isVisible,
    myRights: {
      mayReadFreeBusy: true,
      mayReadItems: true,
      mayWriteAll: true,
      mayWriteOwn: true,
      mayUpdatePrivate: true,
      mayRSVP: true,
      mayShare: false,
      mayDelete: !calendar.isDefault,
    },
  }),
  settable: { color: ['colour', text], isVisible: ['isVisible', boolean] },
  constant,
  notEmpty: 'calendarHasEvent',
  removeContents: 'onDestroyRemoveEvents',
})
