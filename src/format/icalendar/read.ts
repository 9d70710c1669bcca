/** The events of an iCalendar file as a reader wants them told (RFC 5545, RFC 5546). Read only; pure and bounded. */
import { type ContentLine, contentLines, plainText } from '../content-line/lines.ts'

export interface EventMoment {
  /** Milliseconds, when the file says exactly when; for a day or a local time that of UTC. */
  readonly at: number
  /** `day`: no time of day; `floating`: of wherever the reader is; `zoned`: of the named zone; `utc`. */
  readonly kind: 'day' | 'floating' | 'zoned' | 'utc'
  readonly zone: string | undefined
}

export interface EventPerson {
  readonly name: string
  readonly email: string
  /** `ACCEPTED`, `DECLINED`, `TENTATIVE`, `NEEDS-ACTION`; empty for an organiser. */
  readonly status: string
}

export interface CalendarEvent {
  readonly uid: string
  readonly summary: string
  readonly description: string
  readonly location: string
  readonly starts: EventMoment | undefined
  readonly ends: EventMoment | undefined
  /** `CONFIRMED`, `TENTATIVE`, `CANCELLED` or empty. */
  readonly status: string
  readonly repeats: boolean
  readonly organiser: EventPerson | undefined
  readonly attendees: readonly EventPerson[]
}

export interface CalendarFile {
  /** `REQUEST`, `CANCEL`, `REPLY`, `PUBLISH` or empty. */
  readonly method: string
  readonly events: readonly CalendarEvent[]
}

const maxEvents = 50
const maxAttendees = 200
const maxText = 10_000

const momentOf = (line: ContentLine | undefined): EventMoment | undefined => {
  if (!line) return undefined
  const match = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?$/.exec(line.value.trim())
  if (!match) return undefined
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((text) => Number(text ?? 0))
  const at = Date.UTC(year, month - 1, day, hour, minute, second)
  if (Number.isNaN(at) || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59) return undefined
  if (match[4] === undefined) return { at, kind: 'day', zone: undefined }
  if (match[7] === 'Z') return { at, kind: 'utc', zone: undefined }
  const zone = line.params.get('TZID')?.slice(0, 100)
  return { at, kind: zone === undefined ? 'floating' : 'zoned', zone }
}

const personOf = ({ params, value }: ContentLine): EventPerson => ({
  name: plainText(params.get('CN') ?? '').slice(0, 200),
  email: value
    .replace(/^mailto:/i, '')
    .trim()
    .slice(0, 320),
  status: (params.get('PARTSTAT') ?? '').toUpperCase().slice(0, 20),
})

/** RFC 5545 §3.3.6, in milliseconds. */
const durationOf = (value: string | undefined): number | undefined => {
  const match = /^\+?P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?$/.exec(
    value?.trim() ?? '',
  )
  if (!match) return undefined
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((text) => Number(text ?? 0))
  return ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000
}

const eventOf = (lines: readonly ContentLine[]): CalendarEvent => {
  const first = (name: string) => lines.find((line) => line.name === name)
  const text = (name: string) => plainText(first(name)?.value ?? '').slice(0, maxText)
  const starts = momentOf(first('DTSTART'))
  const length = durationOf(first('DURATION')?.value)
  const ends =
    momentOf(first('DTEND')) ?? (starts && length !== undefined ? { ...starts, at: starts.at + length } : undefined)
  const organiser = first('ORGANIZER')
  return {
    uid: text('UID').slice(0, 300),
    summary: text('SUMMARY').slice(0, 500),
    description: text('DESCRIPTION'),
    location: text('LOCATION').slice(0, 500),
    starts,
    ends,
    status: text('STATUS').toUpperCase().slice(0, 20),
    repeats: first('RRULE') !== undefined || first('RDATE') !== undefined,
    organiser: organiser && { ...personOf(organiser), status: '' },
    attendees: lines
      .filter(({ name }) => name === 'ATTENDEE')
      .slice(0, maxAttendees)
      .map(personOf),
  }
}

/** Reads a file; one that is no calendar has no events. Never throws. */
export const readCalendar = (text: string): CalendarFile => {
  const events: CalendarEvent[] = []
  const open: string[] = []
  let method = ''
  let inside: ContentLine[] = []
  for (const line of contentLines(text)) {
    const part = line.value.trim().toUpperCase()
    if (line.name === 'BEGIN') {
      open.push(part)
      if (open.length > 10) break
      if (part === 'VEVENT') inside = []
    } else if (line.name === 'END') {
      if (part === 'VEVENT' && open.at(-1) === 'VEVENT' && events.length < maxEvents) events.push(eventOf(inside))
      open.pop()
    } else if (open.at(-1) === 'VEVENT') inside.push(line)
    else if (line.name === 'METHOD' && open.length === 1) method = part.slice(0, 20)
  }
  return { method, events }
}
