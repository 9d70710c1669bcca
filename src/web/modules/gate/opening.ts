/** When somebody who helps can be reached, in words. Pure; hours are those of Paris, where the people are. */
import type { Contact } from './methods.ts'

const zone = 'Europe/Paris'
const DAY = 86_400_000

/** `18 h`, `8 h 30`; in English `18:00`. */
export const hourText = (ms: number, language: string): string => {
  const [hour = '', minute = ''] = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
  })
    .format(ms)
    .split(':')
  if (language === 'en') return `${hour}:${minute}`
  return minute === '00' ? `${Number(hour)} h` : `${Number(hour)} h ${minute}`
}

const dayKey = (ms: number): string => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(ms)

const weekday = (ms: number, language: string): string =>
  new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'fr-FR', { timeZone: zone, weekday: 'long' }).format(ms)

const date = (ms: number, language: string): string =>
  new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'fr-FR', {
    timeZone: zone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
  }).format(ms)

export type Opening =
  | { readonly key: 'openNow' | 'closed' }
  | { readonly key: 'openUntil' | 'opensToday' | 'opensTomorrow'; readonly hour: string }
  | { readonly key: 'opensDay'; readonly day: string; readonly hour: string }

export const openingOf = (
  { open, until, opensAt }: Pick<Contact, 'open' | 'until' | 'opensAt'>,
  now: number,
  language: string,
): Opening => {
  if (open) return until === undefined ? { key: 'openNow' } : { key: 'openUntil', hour: hourText(until, language) }
  if (opensAt === undefined) return { key: 'closed' }
  const hour = hourText(opensAt, language)
  if (dayKey(opensAt) === dayKey(now)) return { key: 'opensToday', hour }
  if (dayKey(opensAt) === dayKey(now + DAY)) return { key: 'opensTomorrow', hour }
  return { key: 'opensDay', day: opensAt - now < 6 * DAY ? weekday(opensAt, language) : date(opensAt, language), hour }
}
