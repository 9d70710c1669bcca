/**
 * Days when nobody answers: the eleven public holidays of France (Code du travail L3133-1), computed; the school
 * holidays of zone A, from a snapshot of the open data `fr-en-calendrier-scolaire`. Alsace-Moselle's extra days are not
 * Belfort's. Pure.
 */
import { addDays } from './paris.ts'
import { schoolHolidays } from './school-holidays.data.ts'

/** Easter Sunday (Gregorian, Meeus/Jones/Butcher). */
export const easter = (year: number): string => {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const e = b % 4
  const f = Math.floor((b + 8) / 25)
  const g = Math.floor((b - f + 1) / 3)
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30
  const l = (32 + 2 * e + 2 * Math.floor(c / 4) - h - (c % 4)) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const month = Math.floor((h + l - 7 * m + 114) / 31)
  const day = ((h + l - 7 * m + 114) % 31) + 1
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

const fixed: readonly (readonly [string, string])[] = [
  ['01-01', 'Jour de l’an'],
  ['05-01', 'Fête du travail'],
  ['05-08', 'Victoire de 1945'],
  ['07-14', 'Fête nationale'],
  ['08-15', 'Assomption'],
  ['11-01', 'Toussaint'],
  ['11-11', 'Armistice de 1918'],
  ['12-25', 'Noël'],
]

/** Days after Easter Sunday. */
const moving: readonly (readonly [number, string])[] = [
  [1, 'Lundi de Pâques'],
  [39, 'Ascension'],
  [50, 'Lundi de Pentecôte'],
]

const years = new Map<number, ReadonlyMap<string, string>>()

/** The public holidays of a year, by day. */
export const publicHolidays = (year: number): ReadonlyMap<string, string> => {
  const known = years.get(year)
  if (known) return known
  const sunday = easter(year)
  const days = new Map<string, string>([
    ...fixed.map(([day, name]) => [`${year}-${day}`, name] as const),
    ...moving.map(([after, name]) => [addDays(sunday, after), name] as const),
  ])
  if (years.size > 50) years.clear()
  years.set(year, days)
  return days
}

/** Name of the public holiday on a day; undefined on others. */
export const publicHoliday = (day: string): string | undefined => publicHolidays(Number(day.slice(0, 4))).get(day)

export interface Period {
  readonly name: string
  /** First day without classes. */
  readonly from: string
  /** Day on which classes resume: no longer part of it. */
  readonly to: string
}

/** The school holidays a day falls into. */
export const schoolHoliday = (day: string, periods: readonly Period[] = schoolHolidays): string | undefined =>
  periods.find(({ from, to }) => day >= from && day < to)?.name

const isText = (value: unknown): value is string => typeof value === 'string'

/** A day of the open data: midnight in Paris written in UTC is still the evening before, so twelve hours are added. */
const dayOf = (text: string): string | undefined => {
  const at = Date.parse(text)
  return Number.isFinite(at) ? new Date(at + 12 * 3_600_000).toISOString().slice(0, 10) : undefined
}

/**
 * Reads an export (JSON) of `fr-en-calendrier-scolaire`: the rows of zone A that concern pupils, each period once, in
 * order. Teachers' own dates (pré-rentrée) are left out.
 */
export const readSchoolCalendar = (data: unknown): Period[] => {
  const rows = Array.isArray(data) ? data.slice(0, 10_000) : []
  const periods = new Map<string, Period>()
  for (const row of rows as Record<string, unknown>[]) {
    const { description, population, start_date, end_date, zones, location } = row ?? {}
    if (!isText(description) || !isText(start_date) || !isText(end_date) || population === 'Enseignants') continue
    if (zones !== 'Zone A' || (isText(location) && location !== 'Besançon')) continue
    const [from, to] = [dayOf(start_date), dayOf(end_date)]
    if (from !== undefined && to !== undefined && from < to)
      periods.set(from, { name: description.slice(0, 100), from, to })
  }
  return [...periods.values()].sort((a, b) => (a.from < b.from ? -1 : 1))
}
