/** What others know of a person, and whether a password is made of it. */
import { disguises, fold, informative } from './fold.ts'
import { localWords, months } from './local.data.ts'

export interface PasswordSubject {
  readonly login?: string
  readonly names?: readonly string[]
  readonly mails?: readonly string[]
  /** `YYYY-MM-DD`, or empty. */
  readonly birthDate?: string
  /** Names and towns of schools. */
  readonly places?: readonly string[]
  readonly uais?: readonly string[]
}

/** Fewest characters that must remain when a known word is taken out. */
const enough = 6

const wordsOf = (texts: readonly string[]): string[] =>
  texts.flatMap((text) => {
    const folded = fold(text)
    return [folded.replace(/[^\p{L}\p{N}]+/gu, ''), ...folded.split(/[^\p{L}]+/u)]
  })

/** True when hardly anything is left of the password without one of these words, or without all of them. */
const madeOf = (forms: readonly string[], words: readonly string[]): boolean => {
  const usable = [...new Set(words)].filter(({ length }) => length >= 3).sort((a, b) => b.length - a.length)
  return forms.some((form) => {
    let rest = form
    for (const word of usable) rest = rest.replaceAll(word, '')
    return rest !== form && informative(rest) < enough
  })
}

/** Writings of a date, in digits alone and with the month in letters. */
const datesOf = (birthDate: string): string[] => {
  const [, year = '', month = '', day = ''] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(birthDate) ?? []
  if (year === '') return []
  const short = year.slice(2)
  const [d, m] = [String(Number(day)), String(Number(month))]
  const name = months[Number(month) - 1] ?? ''
  const digits = [day + month, month + day].flatMap((pair) => [pair + year, pair + short, year + pair, short + pair])
  const bare = [`${d}${m}${year}`, `${m}${d}${year}`, `${year}${m}${d}`, `${d}${m}${short}`]
  const written = name === '' ? [] : [`${d}${name}`, `${day}${name}`, `${name}${year}`, `${name}${day}`]
  return [...digits, ...bare.filter(({ length }) => length >= 5), ...written]
}

export const containsBirthDate = (password: string, { birthDate = '' }: PasswordSubject): boolean => {
  const joined = fold(password).replace(/[\s./_:,;-]+/g, '')
  return datesOf(birthDate).some((date) => joined.includes(date))
}

/** NUMEN: two digits, a letter, seven digits, three letters. INE: ten digits and a letter, or nine and two. */
export const containsOfficialNumber = (password: string): boolean => {
  const joined = fold(password).replace(/[\s._-]+/g, '')
  return /\d{2}[a-z]\d{7}[a-z]{3}|(?<!\d)\d{10}[a-z](?![a-z])|(?<!\d)\d{9}[a-z]{2}(?![a-z])/.test(joined)
}

export const madeOfPerson = (password: string, { login = '', names = [], mails = [] }: PasswordSubject): boolean =>
  madeOf(disguises(password), wordsOf([login, ...names, ...mails.map((mail) => mail.split('@')[0] ?? '')]))

export const madeOfPlace = (password: string, { places = [], uais = [] }: PasswordSubject): boolean => {
  const codes = uais.flatMap((uai) => [fold(uai), uai.replace(/\D/g, '')])
  const forms = disguises(password)
  const words = [...localWords, ...wordsOf(places).filter(({ length }) => length >= 4)]
  return madeOf(forms, words) || codes.some((code) => code.length >= 7 && forms.some((form) => form.includes(code)))
}
