/** Dates of messages: RFC 5322 §3.3 and §4.3, and what else is found in Date fields. */

export interface MailDate {
  /** Milliseconds since 1970-01-01 UTC. */
  readonly time: number
  /** Minutes east of UTC, as written by the sender. */
  readonly offset: number
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** Obsolete zones of RFC 5322 §4.3 and those that mail in Europe shows; in minutes. */
const zones: Readonly<Record<string, number>> = {
  ut: 0,
  utc: 0,
  gmt: 0,
  z: 0,
  wet: 0,
  west: 60,
  bst: 60,
  met: 60,
  mez: 60,
  cet: 60,
  mest: 120,
  mesz: 120,
  cest: 120,
  eet: 120,
  eest: 180,
  msk: 180,
  msd: 240,
  ist: 330,
  sgt: 480,
  hkt: 480,
  jst: 540,
  kst: 540,
  aest: 600,
  aedt: 660,
  nzst: 720,
  nzdt: 780,
  ast: -240,
  adt: -180,
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
  akst: -540,
  hst: -600,
}

const monthOf = (word: string): number => months.indexOf(word.slice(0, 3).toLowerCase())

const yearOf = (text: string): number => {
  const year = Number(text)
  // RFC 5322 §4.3: two digits 00-49 are 2000s, three digits and 50-99 add 1900; and so do programs of 1999 that write 0102.
  if (text.length <= 2) return year < 50 ? 2000 + year : 1900 + year
  return year < 200 || text.length === 3 ? 1900 + year : year
}

const zoneOf = (text: string): number => {
  const numeric = /([+-])\s*(\d{1,2}):?(\d{2})?(?!\d)/.exec(text)
  if (numeric) {
    const hours = Number(numeric[2])
    const minutes = Number(numeric[3] ?? 0)
    if (hours > 23 || minutes > 59) return 0
    const offset = hours * 60 + minutes
    return numeric[1] === '-' ? -offset : offset
  }
  const word = /[a-z]+/i.exec(text.replace(/^\s*(?:am|pm)\b/i, ''))?.[0]?.toLowerCase()
  // Military letters were wrong in RFC 822: no meaning but UTC (RFC 5322 §4.3).
  return (word !== undefined && Object.hasOwn(zones, word) ? zones[word] : 0) ?? 0
}

const build = (year: number, month: number, day: number, clock: readonly number[], offset: number) => {
  const [hour = 0, minute = 0, second = 0] = clock
  if (month < 0 || month > 11 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 61) return undefined
  if (year < 1900 || year > 9999) return undefined
  const date = new Date(0)
  date.setUTCFullYear(year, month, day)
  date.setUTCHours(hour, minute, Math.min(second, 59), 0)
  const time = date.getTime() - offset * 60_000
  return Number.isFinite(time) ? { time, offset } : undefined
}

/** Hours, minutes, seconds and what follows them. */
const clockOf = (text: string): { clock: number[]; rest: string } => {
  const match = /(\d{1,2})\s*[:.h]\s*(\d{1,2})(?:\s*[:.]\s*(\d{1,2})(?:[.,]\d+)?)?\s*(am|pm)?/i.exec(text)
  if (!match) return { clock: [], rest: text }
  let hour = Number(match[1])
  const half = match[4]?.toLowerCase()
  if (half === 'pm' && hour < 12) hour += 12
  if (half === 'am' && hour === 12) hour = 0
  return { clock: [hour, Number(match[2]), Number(match[3] ?? 0)], rest: text.slice(match.index + match[0].length) }
}

const dayMonthYear = /(\d{1,2})[\s\-./]+([a-z]{3,9})[.,]?[\s\-./]+(\d{2,4})(?=\D|$)/i
/** asctime, as in `Mon Aug 26 12:04:21 2002 +0200`, and `August 26, 2002 12:04`. */
const monthDay = /([a-z]{3,9})[.\s]+(\d{1,2})(?:st|nd|rd|th)?(?=[\s,])/i
const iso = /(\d{4})[-/](\d{1,2})[-/](\d{1,2})/
const numeric = /(\d{1,2})[/.](\d{1,2})[/.](\d{4})/

/** `Mon, 26 Aug 2002 12:04:21 +0200`, as nearly everybody writes it. */
const usualDate = /^(?:[A-Za-z]{3}, )?(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/

const readUsual = (value: string): MailDate | undefined => {
  const match = usualDate.exec(value)
  if (!match) return undefined
  const [, day, month = '', year = '', hour, minute, second, sign, hours, minutes] = match
  const offset = Number(hours) * 60 + Number(minutes)
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(year) < 1900) return undefined
  const clock = [Number(hour), Number(minute), Number(second)]
  return build(Number(year), monthOf(month), Number(day), clock, sign === '-' ? -offset : offset)
}

/**
 * A date as mail writes it: RFC 5322 with obsolete years and zones, comments, missing seconds or zone, asctime,
 * ISO 8601. Undefined when no date can be seen in it.
 */
export const parseDate = (value: string): MailDate | undefined => {
  if (value.length > 500) return undefined
  const known = readUsual(value)
  if (known) return known
  const text = value
    .replace(/\([^()]*\)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  const usual = dayMonthYear.exec(text)
  if (usual && monthOf(usual[2] as string) >= 0) {
    const { clock, rest } = clockOf(text.slice(usual.index + usual[0].length))
    return build(yearOf(usual[3] as string), monthOf(usual[2] as string), Number(usual[1]), clock, zoneOf(rest))
  }
  const standard = iso.exec(text)
  if (standard) {
    const { clock, rest } = clockOf(text.slice(standard.index + standard[0].length))
    return build(Number(standard[1]), Number(standard[2]) - 1, Number(standard[3]), clock, zoneOf(rest))
  }
  for (let rest = text, i = 0; i < 4; i++) {
    const match = monthDay.exec(rest)
    if (!match) break
    const after = rest.slice(match.index + match[0].length)
    if (monthOf(match[1] as string) < 0) {
      rest = after
      continue
    }
    const { clock, rest: tail } = clockOf(after)
    const year = /(?:^|[^\d+-])(\d{4})(?!\d)/.exec(after)
    if (!year) return undefined
    return build(
      Number(year[1]),
      monthOf(match[1] as string),
      Number(match[2]),
      clock,
      zoneOf(tail.replace(/\b\d{4}\b(?<![+-]\d{4})/, ' ')),
    )
  }
  const slashed = numeric.exec(text)
  if (!slashed) return undefined
  const { clock, rest } = clockOf(text.slice(slashed.index + slashed[0].length))
  // Day first, as in most of the world, unless it cannot be.
  const [a, b] = [Number(slashed[1]), Number(slashed[2])]
  return b > 12
    ? build(Number(slashed[3]), a - 1, b, clock, zoneOf(rest))
    : build(Number(slashed[3]), b - 1, a, clock, zoneOf(rest))
}

const two = (n: number): string => (n < 10 ? '0' : '') + n

/** `Mon, 26 Aug 2002 12:04:21 +0200` for a time in ms and an offset in minutes east of UTC. */
export const formatDate = (ms: number, offsetMinutes = 0): string => {
  const date = new Date(ms + offsetMinutes * 60_000)
  const month = months[date.getUTCMonth()] ?? 'jan'
  const away = Math.abs(offsetMinutes)
  return (
    `${days[date.getUTCDay()]}, ${date.getUTCDate()} ${month[0]?.toUpperCase()}${month.slice(1)} ` +
    `${String(date.getUTCFullYear()).padStart(4, '0')} ` +
    `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ` +
    `${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(away / 60))}${two(away % 60)}`
  )
}
