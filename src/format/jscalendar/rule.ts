/** Recurrence rules of JSCalendar (RFC 8984 §4.3.3) from and to those of iCalendar. */
import { Failure } from '#base/failure.ts'
import { DAY, printWall } from '../icalendar/moment.ts'
import { parseRule, weekdays } from '../icalendar/recur.ts'
import { localText, localWall, type NDay, type RecurrenceRule } from './event.ts'

const dayName = (day: number): NDay['day'] => weekdays[day]!.toLowerCase() as NDay['day']

/** What an RRULE says. `toLocal` turns a UTC `UNTIL` into the event's own wall. Throws Failure invalid. */
export const readRule = (text: string, toLocal: (utc: number) => number): RecurrenceRule => {
  const rule = parseRule(text)
  const some = <T>(name: string, list: readonly T[]) => (list.length > 0 ? { [name]: list } : {})
  const { until } = rule
  const last =
    until && (until.kind === 'utc' ? toLocal(until.wall) : until.kind === 'day' ? until.wall + DAY - 1000 : until.wall)
  return {
    '@type': 'RecurrenceRule',
    frequency: rule.frequency.toLowerCase() as RecurrenceRule['frequency'],
    ...(rule.interval === 1 ? {} : { interval: rule.interval }),
    ...(rule.count === undefined ? {} : { count: rule.count }),
    ...(last === undefined ? {} : { until: localText(last) }),
    ...(rule.weekStart === 1 ? {} : { firstDayOfWeek: dayName(rule.weekStart) }),
    ...some(
      'byDay',
      rule.byDay.map(({ day, nth }) => ({
        '@type': 'NDay',
        day: dayName(day),
        ...(nth === undefined ? {} : { nthOfPeriod: nth }),
      })),
    ),
    ...some('byMonthDay', rule.byMonthDay),
    ...some('byMonth', rule.byMonth.map(String)),
    ...some('byYearDay', rule.byYearDay),
    ...some('byWeekNo', rule.byWeekNo),
    ...some('byHour', rule.byHour),
    ...some('byMinute', rule.byMinute),
    ...some('bySecond', rule.bySecond),
    ...some('bySetPosition', rule.bySetPos),
  }
}

const bad = (what: string): Failure =>
  new Failure('invalid', `recurrenceRules: ${what}`, { property: 'recurrenceRules' })

const joined = (value: unknown, what: string): string => {
  if (!Array.isArray(value) || value.length > 400 || !value.every((one) => /^-?\d{1,4}$/.test(String(one))))
    throw bad(what)
  return value.join(',')
}

const daysText = (value: unknown): string => {
  if (!Array.isArray(value) || value.length > 400) throw bad('byDay')
  return value
    .map((one: unknown) => {
      const { day, nthOfPeriod } = (one ?? {}) as Partial<NDay>
      if (typeof day !== 'string' || !/^(?:mo|tu|we|th|fr|sa|su)$/.test(day)) throw bad('byDay')
      if (nthOfPeriod !== undefined && !Number.isSafeInteger(nthOfPeriod)) throw bad('byDay')
      return `${nthOfPeriod ?? ''}${day.toUpperCase()}`
    })
    .join(',')
}

const lists: readonly (readonly [member: keyof RecurrenceRule, part: string])[] = [
  ['byMonthDay', 'BYMONTHDAY'],
  ['byMonth', 'BYMONTH'],
  ['byYearDay', 'BYYEARDAY'],
  ['byWeekNo', 'BYWEEKNO'],
  ['byHour', 'BYHOUR'],
  ['byMinute', 'BYMINUTE'],
  ['bySecond', 'BYSECOND'],
  ['bySetPosition', 'BYSETPOS'],
]

/** The RRULE of what a client says; `toUtc` is undefined for whole days and floating times. Throws Failure invalid. */
export const writeRule = (value: unknown, isDay: boolean, toUtc: ((wall: number) => number) | undefined): string => {
  if (typeof value !== 'object' || value === null) throw bad('not a rule')
  const rule = value as Readonly<Record<string, unknown>>
  const unknown = Object.keys(rule).find(
    (name) =>
      ![
        '@type',
        'frequency',
        'interval',
        'count',
        'until',
        'firstDayOfWeek',
        'byDay',
        ...lists.map(([member]) => member),
      ].includes(name),
  )
  if (unknown !== undefined) throw bad(`"${unknown.slice(0, 40)}" is not known here`)
  if (!/^(?:secondly|minutely|hourly|daily|weekly|monthly|yearly)$/.test(String(rule.frequency))) throw bad('frequency')
  for (const name of ['interval', 'count'])
    if (rule[name] !== undefined && !Number.isSafeInteger(rule[name])) throw bad(name)
  if (rule.firstDayOfWeek !== undefined && !/^(?:mo|tu|we|th|fr|sa|su)$/.test(String(rule.firstDayOfWeek)))
    throw bad('firstDayOfWeek')
  const parts = [`FREQ=${String(rule.frequency).toUpperCase()}`]
  if (rule.interval !== undefined) parts.push(`INTERVAL=${rule.interval}`)
  if (rule.count !== undefined) parts.push(`COUNT=${rule.count}`)
  if (rule.until !== undefined) {
    const wall = localWall(rule.until)
    if (wall === undefined || rule.count !== undefined) throw bad('until')
    parts.push(
      `UNTIL=${isDay ? printWall(wall, true) : toUtc ? `${printWall(toUtc(wall), false)}Z` : printWall(wall, false)}`,
    )
  }
  if (rule.firstDayOfWeek !== undefined) parts.push(`WKST=${String(rule.firstDayOfWeek).toUpperCase()}`)
  if (rule.byDay !== undefined) parts.push(`BYDAY=${daysText(rule.byDay)}`)
  for (const [member, part] of lists)
    if (rule[member] !== undefined) parts.push(`${part}=${joined(rule[member], member)}`)
  const text = parts.join(';')
  // What we write we can read: everything is checked at one place.
  parseRule(text)
  return text
}
