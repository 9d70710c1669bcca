/**
 * Which passwords may be chosen, by population, as a table. CNIL 2022-100: behind a throttle such as ours eight
 * characters of three classes (50 bits) are enough; ANSSI: twelve for users, sixteen for those who administer; no
 * composition above twenty, no forced renewal, no secret questions.
 */

export type Population = 'pupil' | 'parent' | 'staff' | 'administrator'

export const populations: readonly Population[] = ['pupil', 'parent', 'staff', 'administrator']

export interface PasswordRules {
  /** Fewest characters. */
  readonly least: number
  /** From here on it is a phrase: no mix of classes is asked for. */
  readonly phrase: number
  /** Of small letters, capitals, digits, signs: how many below `phrase`. */
  readonly classes: number
  /** Fewest bits by our estimate. */
  readonly bits: number
}

/** Characters; more could not be typed, and each costs work. */
export const longestPassword = 256

export const passwordRules: Readonly<Record<Population, PasswordRules>> = {
  pupil: { least: 8, phrase: 14, classes: 3, bits: 26 },
  parent: { least: 10, phrase: 16, classes: 3, bits: 32 },
  staff: { least: 12, phrase: 20, classes: 3, bits: 36 },
  administrator: { least: 16, phrase: 20, classes: 3, bits: 44 },
}

/** The rules of a population with the least length an académie chose. */
export const rulesFor = (population: Population, least?: number): PasswordRules => {
  const rules = passwordRules[population]
  if (least === undefined || least === rules.least) return rules
  return { ...rules, least, phrase: Math.max(rules.phrase, least) }
}
