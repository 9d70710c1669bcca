/** Calendars written (RFC 5545): times in UTC, lines of at most 75 octets, every text escaped. Pure. */
import { utf8 } from '#base/bytes.ts'

export interface CalendarEvent {
  readonly uid: string
  /** Milliseconds, like every time here. */
  readonly stamp: number
  readonly sequence: number
  readonly start: number
  readonly end: number
  readonly summary: string
  readonly description: string
  readonly url: string
  readonly cancelled: boolean
  /** A reminder so many minutes before the start. */
  readonly remindMinutes?: number
}

export interface Calendar {
  readonly name: string
  readonly events: readonly CalendarEvent[]
}

/** §3.3.11: what has a meaning in a text is escaped; control characters have no place in it. */
const text = (value: string): string =>
  value
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0009\u000B-\u001F\u007F]/g, '')
    .replace(/[\\;,]/g, (sign) => `\\${sign}`)
    .replace(/\n/g, '\\n')

const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`

/** §3.1: folded at 75 octets, never within a character. */
const fold = (line: string): string => {
  const lines: string[] = []
  let current = ''
  let octets = 0
  for (const character of line) {
    const size = utf8(character).length
    if (octets + size > 75) {
      lines.push(current)
      current = ' '
      octets = 1
    }
    current += character
    octets += size
  }
  return [...lines, current].join('\r\n')
}

const eventLines = (event: CalendarEvent): string[] => [
  'BEGIN:VEVENT',
  `UID:${text(event.uid)}`,
  `DTSTAMP:${utc(event.stamp)}`,
  `SEQUENCE:${event.sequence}`,
  `DTSTART:${utc(event.start)}`,
  `DTEND:${utc(event.end)}`,
  `SUMMARY:${text(event.summary)}`,
  ...(event.description === '' ? [] : [`DESCRIPTION:${text(event.description)}`]),
  `URL:${event.url}`,
  `STATUS:${event.cancelled ? 'CANCELLED' : 'CONFIRMED'}`,
  'TRANSP:TRANSPARENT',
  ...(event.remindMinutes === undefined || event.cancelled
    ? []
    : [
        'BEGIN:VALARM',
        'ACTION:DISPLAY',
        `DESCRIPTION:${text(event.summary)}`,
        `TRIGGER:-PT${event.remindMinutes}M`,
        'END:VALARM',
      ]),
  'END:VEVENT',
]

/** The whole file, with CRLF. */
export const writeCalendar = ({ name, events }: Calendar): string =>
  `${[
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Convergence//FR',
    'METHOD:PUBLISH',
    `X-WR-CALNAME:${text(name)}`,
    'X-PUBLISHED-TTL:PT1H',
    ...events.flatMap(eventLines),
    'END:VCALENDAR',
  ]
    .map(fold)
    .join('\r\n')}\r\n`
