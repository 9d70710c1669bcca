/** How much an account's calendars may be. */

export const maxCalendars = 50
export const maxEventsPerCalendar = 10_000
/** Octets of one object, its changed instances within. */
export const maxEventOctets = 512 * 1024
/** Octets of all that an account's calendars hold. */
export const maxCalendarsOctets = 128 * 1024 * 1024
/** Instances that one object, and one look at a window, give. */
export const maxInstancesPerEvent = 500
export const maxInstances = 2000
/** Days that one window has. */
export const maxWindowDays = 400
/** Steps (ADR 0025) of one object, and of one look. */
export const maxSteps = 10_000
export const maxStepsPerLook = 400_000
