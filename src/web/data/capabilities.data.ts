/** The capabilities that every request of the web app uses (RFC 8620 §3.3). */
import { CALENDAR_TEXT } from '#format/jmap/calendar-text.ts'
import { CALENDARS } from '#format/jmap/calendars.ts'
import { CONTACTS } from '#format/jmap/contacts.ts'
import { CORE, MAIL, RECIPIENTS, SUBMISSION } from '#format/jmap/core.ts'
import { INVITATIONS } from '#format/jmap/invitations.ts'
import { MDN } from '#format/jmap/mdn.ts'
import { ORGANISING } from '#format/jmap/organising.ts'
import { PORTAL } from '#format/jmap/portal.ts'
import { READING } from '#format/jmap/reading.ts'
import { FILTERS, SIEVE, VACATION } from '#format/jmap/sieve.ts'

/** RFC 9404. */
const BLOB = 'urn:ietf:params:jmap:blob'
/** RFC 9425. */
const QUOTA = 'urn:ietf:params:jmap:quota'
export const capabilities: readonly string[] = [
  CORE,
  MAIL,
  BLOB,
  SUBMISSION,
  RECIPIENTS,
  READING,
  QUOTA,
  PORTAL,
  SIEVE,
  FILTERS,
  VACATION,
  MDN,
  CALENDARS,
  CALENDAR_TEXT,
  CONTACTS,
  INVITATIONS,
  ORGANISING,
]
