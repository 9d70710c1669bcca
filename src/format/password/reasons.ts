/** Why a password is refused: a code for the guides, one plain sentence that helps, in both languages. */
import { longestPassword, type PasswordRules } from './rules.ts'

interface Words {
  readonly fr: (rules: PasswordRules) => string
  readonly en: (rules: PasswordRules) => string
}

const reasons = {
  'AUTH-20': {
    fr: ({ least }) =>
      `Il est trop court : au moins ${least} caractères. Plusieurs mots à la suite font très bien l’affaire.`,
    en: ({ least }) => `It is too short: at least ${least} characters. Several words in a row do very well.`,
  },
  'AUTH-21': {
    fr: () => `Il est trop long : au plus ${longestPassword} caractères.`,
    en: () => `It is too long: at most ${longestPassword} characters.`,
  },
  'AUTH-22': {
    fr: () => 'Il fait partie des premiers que l’on essaie : un mot connu, avec ou sans chiffres, ne suffit pas.',
    en: () => 'It is among the first that are guessed: a known word, with or without digits, is not enough.',
  },
  'AUTH-23': {
    fr: () => 'C’est une suite de touches ou une répétition : elle se devine tout de suite.',
    en: () => 'It is a row of keys or a repetition: it is guessed at once.',
  },
  'AUTH-24': {
    fr: () => 'Il est fait de votre nom, de votre identifiant ou de votre adresse.',
    en: () => 'It is made of your name, your identifier or your address.',
  },
  'AUTH-25': {
    fr: () => 'Il contient votre date de naissance.',
    en: () => 'It contains your date of birth.',
  },
  'AUTH-26': {
    fr: () => 'Il est fait du nom de votre établissement, de votre ville ou de votre académie.',
    en: () => 'It is made of the name of your school, your town or your académie.',
  },
  'AUTH-27': {
    fr: () => 'Il contient un numéro administratif (NUMEN, INE), que d’autres connaissent.',
    en: () => 'It contains an official number (NUMEN, INE), which others know.',
  },
  'AUTH-28': {
    fr: ({ classes, phrase }) =>
      `Mêlez au moins ${classes} sortes de caractères (minuscules, majuscules, chiffres, signes), ou écrivez une phrase de ${phrase} caractères ou plus.`,
    en: ({ classes, phrase }) =>
      `Mix at least ${classes} kinds of characters (small letters, capitals, digits, signs), or write a phrase of ${phrase} characters or more.`,
  },
  'AUTH-29': {
    fr: () => 'Il se devine encore trop facilement : ajoutez un ou deux mots.',
    en: () => 'It is still too easy to guess: add a word or two.',
  },
} as const satisfies Readonly<Record<string, Words>>

export type PasswordReason = keyof typeof reasons

export const passwordReasons = Object.keys(reasons) as readonly PasswordReason[]

/** One plain sentence for a reason. */
export const reasonText = (reason: PasswordReason, rules: PasswordRules, language: 'fr' | 'en'): string =>
  reasons[reason][language](rules)

export type Score = 0 | 1 | 2 | 3 | 4

const scores = {
  fr: ['très faible', 'faible', 'moyen', 'solide', 'très solide'],
  en: ['very weak', 'weak', 'fair', 'strong', 'very strong'],
} as const

/** The estimate in a word or two. */
export const scoreText = (score: Score, language: 'fr' | 'en'): string => scores[language][score]

/** Guesses a second of somebody who stole our hashes (Argon2id, 19 MiB, a room of graphics cards). */
const guessesPerSecond = 100_000

const spans = [
  [60, { fr: 'moins d’une minute', en: 'less than a minute' }],
  [3600, { fr: 'quelques minutes', en: 'some minutes' }],
  [86_400, { fr: 'quelques heures', en: 'some hours' }],
  [30 * 86_400, { fr: 'quelques jours', en: 'some days' }],
  [365 * 86_400, { fr: 'quelques mois', en: 'some months' }],
  [100 * 365 * 86_400, { fr: 'quelques années', en: 'some years' }],
  [Number.POSITIVE_INFINITY, { fr: 'des siècles', en: 'centuries' }],
] as const

/** How long a determined thief would guess, in words. */
export const timeText = (bits: number, language: 'fr' | 'en'): string => {
  const seconds = 2 ** Math.max(0, bits - 1) / guessesPerSecond
  return (spans.find(([limit]) => seconds < limit) ?? spans[6])[1][language]
}
