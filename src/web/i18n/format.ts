/** Dates and sizes as a person of the language writes them. Formatters are costly to make: each is made once. */
import type { TFunction } from 'i18next'

/** Dates and numbers of the English pages are British, as their words are. */
export const localeOf = (language: string): string => (language.startsWith('en') ? 'en-GB' : 'fr-FR')

const formatters = new Map<string, Intl.DateTimeFormat>()
const formatter = (locale: string, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
  const key = `${locale} ${name}`
  let found = formatters.get(key)
  if (found === undefined) {
    found = new Intl.DateTimeFormat(localeOf(locale), options)
    formatters.set(key, found)
  }
  return found
}

const time = (locale: string) => formatter(locale, 'time', { hour: '2-digit', minute: '2-digit' })
const dayMonth = (locale: string) => formatter(locale, 'day', { day: 'numeric', month: 'short' })
const numeric = (locale: string) => formatter(locale, 'numeric', { day: '2-digit', month: '2-digit', year: 'numeric' })
const long = (locale: string) =>
  formatter(locale, 'long', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  })
const weekday = (locale: string) =>
  formatter(locale, 'weekday', { weekday: 'short', hour: '2-digit', minute: '2-digit' })

const dayOfWeek = (locale: string) =>
  formatter(locale, 'day of week', { weekday: 'short', day: 'numeric', month: 'short' })

const sameDay = (a: Date, b: Date) => a.toDateString() === b.toDateString()

/** For a row: the hour today, the day this year, the whole date before. */
export const shortDate = (iso: string, locale: string, now = new Date()): string => {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return ''
  if (sameDay(date, now)) return time(locale).format(date)
  return (date.getFullYear() === now.getFullYear() ? dayMonth(locale) : numeric(locale)).format(date)
}

/** For an open message: the week day and hour within six days, else the day and hour. */
export const messageDate = (iso: string, locale: string, now = new Date()): string => {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return ''
  if (sameDay(date, now)) return time(locale).format(date)
  const days = (now.getTime() - date.getTime()) / 86_400_000
  if (days > 0 && days < 6) return weekday(locale).format(date)
  const day = date.getFullYear() === now.getFullYear() ? dayMonth(locale) : numeric(locale)
  return `${day.format(date)}, ${time(locale).format(date)}`
}

export const longDate = (iso: string, locale: string): string => {
  const date = new Date(iso)
  return Number.isNaN(date.getTime()) ? '' : long(locale).format(date)
}

/** A moment of the coming weeks, without its year. */
export const soonDate = (ms: number, locale: string): string =>
  formatter(locale, 'soon', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
  }).format(new Date(ms))

/** The day of the week and of the month, `mar. 24 nov.`. */
export const weekDay = (ms: number, locale: string): string => dayOfWeek(locale).format(new Date(ms))

export const clockTime = (ms: number, locale: string): string => time(locale).format(new Date(ms))

/** `1 536` is `1,5 ko`. Decimal units, as files are sold and filled. */
export const formatSize = (bytes: number, t: TFunction, locale: string): string => {
  const show = (value: number) => value.toLocaleString(localeOf(locale), { maximumFractionDigits: value < 10 ? 1 : 0 })
  if (bytes < 1000) return t('size.bytes', { value: show(bytes) })
  if (bytes < 1e6) return t('size.kilo', { value: show(bytes / 1e3) })
  if (bytes < 1e9) return t('size.mega', { value: show(bytes / 1e6) })
  return t('size.giga', { value: show(bytes / 1e9) })
}
