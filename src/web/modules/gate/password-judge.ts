/**
 * How good a new password is, by the server's own rules (src/format/password), fetched when a password is first typed.
 * The server decides, with its long list of leaked words; this only tells people before they send. Nothing is sent.
 */
import type { Population } from '#format/password/rules.ts'
import type { PasswordSubject } from '#format/password/subject.ts'

export type { Population }

export interface Judgement {
  readonly score: 0 | 1 | 2 | 3 | 4
  readonly isEnough: boolean
  /** In the person's language: what would make it good; empty when it is. */
  readonly advice: string
  /** How long a thief would guess. */
  readonly time: string
  readonly word: string
}

/** Who chooses: what the password must not be made of. */
export type Owner = PasswordSubject

const populations: readonly Population[] = ['pupil', 'parent', 'staff', 'administrator']

/** The population named; staff when it is none. */
export const populationOf = (value: unknown): Population => populations.find((one) => one === value) ?? 'staff'

const rules = () =>
  Promise.all([
    import('#format/password/assess.ts'),
    import('#format/password/rules.ts'),
    import('#format/password/reasons.ts'),
  ])

export const judge = async (
  password: string,
  population: Population,
  owner: Owner,
  language: 'fr' | 'en',
): Promise<Judgement> => {
  const [{ assessPassword }, { rulesFor }, { reasonText, scoreText, timeText }] = await rules()
  const asked = rulesFor(population)
  const { ok, reasons, score, bits } = assessPassword(password, { rules: asked, subject: owner })
  const [first] = reasons
  return {
    score,
    isEnough: ok,
    advice: first === undefined ? '' : reasonText(first, asked, language),
    time: timeText(bits, language),
    word: scoreText(score, language),
  }
}

/** A fair whole number below the bound: what is left of 2^32 by the bound is drawn again. */
const fairly = (below: number): number => {
  const limit = 2 ** 32 - (2 ** 32 % below)
  const drawn = new Uint32Array(1)
  do crypto.getRandomValues(drawn)
  while ((drawn[0] ?? 0) >= limit)
  return (drawn[0] ?? 0) % below
}

/** Some words in a row, easy to remember; made on this device. */
export const suggestPhrase = async (): Promise<string> => {
  const { makePhrase } = await import('#format/password/phrase.ts')
  return makePhrase({ random: fairly })
}
