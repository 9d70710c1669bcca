import { randomInt } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assessPassword } from './assess.ts'
import { phraseWords } from './phrase.data.ts'
import { makePhrase, phraseBits } from './phrase.ts'
import { passwordReasons, reasonText, scoreText, timeText } from './reasons.ts'
import { passwordRules, populations, rulesFor } from './rules.ts'

const subject = {
  login: 'anne.martin',
  names: ['Anne Martin'],
  mails: ['a.martin@ac-demo.test'],
  birthDate: '1987-05-09',
  places: ['Collège des Tilleuls', 'Besançon'],
  uais: ['0250001R'],
}
const common = new Set(['programme', 'motdepasse', 'soleil', 'sophie'])
const staff = { rules: passwordRules.staff, subject, isCommon: (word: string) => common.has(word) }
const reasonsOf = (password: string, population: keyof typeof passwordRules = 'pupil') =>
  assessPassword(password, { ...staff, rules: passwordRules[population] }).reasons

test.each([
  ['azerty1234', 'AUTH-23'],
  ['1234567890', 'AUTH-23'],
  ['1qaz2wsx3edc', 'AUTH-23'],
  ['QsdfGhjklm!', 'AUTH-23'],
  ['xxxxxxxxxxxxxxxxxxxxxx', 'AUTH-23'],
  ['abcabcabcabc', 'AUTH-23'],
  ['M0tD3P@sse2024!', 'AUTH-22'],
  ['Programme2024!!', 'AUTH-22'],
  ['Soleil12!', 'AUTH-22'],
  ['25E1234567ABC', 'AUTH-27'],
  ['25e 1234567 abc', 'AUTH-27'],
  ['1234567890A', 'AUTH-27'],
  ['Naissance09051987', 'AUTH-25'],
  ['ete-09/05/87-Dole', 'AUTH-25'],
  ['Vive-le-9-mai-1987', 'AUTH-25'],
  ['19870509Abc!', 'AUTH-25'],
  ['Anne.Martin2026!', 'AUTH-24'],
  ['M4rt1n-2026', 'AUTH-24'],
  ['Besancon25', 'AUTH-26'],
  ['Besançon2026!', 'AUTH-26'],
  ['Tilleuls-2026!', 'AUTH-26'],
  ['0250001R!Abcd', 'AUTH-26'],
  ['Court1!', 'AUTH-20'],
  ['', 'AUTH-20'],
  ['simplemots', 'AUTH-28'],
  ['x'.repeat(257), 'AUTH-21'],
] as const)('%s is refused, and %s says why', (password, reason) => {
  expect(reasonsOf(password)).toContain(reason)
})

test.each([
  ['pupil', 'Cascade42!'],
  ['pupil', 'tigre-melon-jupon'],
  ['parent', 'Pommier-Vert-7'],
  ['staff', 'été indien à Dole!'],
  ['staff', 'une phrase sans chiffres'],
  ['staff', 'Anne aime le chocolat noir'],
  ['administrator', 'trois cygnes sous la neige'],
  ['administrator', 'xK4#vq9!Lm2$Tz7&'],
] as const)('for a %s, "%s" is accepted', (population, password) => {
  expect(reasonsOf(password, population)).toEqual([])
})

test('each population has its length; an académie may ask for more', () => {
  const rather = 'Cascade42!'
  expect(reasonsOf(rather, 'pupil')).toEqual([])
  for (const population of ['staff', 'administrator'] as const)
    expect(reasonsOf(rather, population)).toContain('AUTH-20')
  expect(assessPassword(rather, { ...staff, rules: rulesFor('pupil', 11) }).reasons).toContain('AUTH-20')
})

test('a long phrase needs no mix of characters, whoever chooses it', () => {
  for (const population of populations) expect(reasonsOf('le vent souffle sur les sapins', population)).toEqual([])
})

test('strength grows with words, and a refused password never looks strong', () => {
  const scores = ['cerise', 'cerise tigre', 'cerise tigre wagon', 'cerise tigre wagon piano neige'].map(
    (password) => assessPassword(password, { rules: { least: 1, phrase: 1, classes: 0, bits: 0 } }).score,
  )
  expect(scores).toEqual([...scores].sort())
  expect(scores.at(-1)).toBe(4)
  expect(assessPassword('Naissance du 09051987 au printemps', staff).score).toBeLessThanOrEqual(1)
})

test('every reason, score and time has its words in both languages', () => {
  for (const language of ['fr', 'en'] as const) {
    for (const reason of passwordReasons) expect(reasonText(reason, passwordRules.staff, language)).toMatch(/\.$/)
    expect(scoreText(4, language)).not.toBe('')
    expect(timeText(20, language)).not.toBe(timeText(90, language))
  }
})

test('whatever is typed, weighing it is quick and never fails', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300, unit: 'binary' }), (password) => {
      const { ok, reasons, score } = assessPassword(password, staff)
      expect(ok).toBe(reasons.length === 0)
      expect(score).toBeGreaterThanOrEqual(0)
    }),
    { numRuns: 300 },
  )
})

test('phrases for cards pass the rules of pupils and of staff, and are worth fifty bits', () => {
  expect(phraseBits()).toBeGreaterThanOrEqual(50)
  for (let i = 0; i < 50; i++) {
    const phrase = makePhrase({ random: (below) => randomInt(below) })
    expect(phrase).toMatch(/^(?:[a-z]{4,8}-){4}\d{3}$/)
    expect(reasonsOf(phrase, 'staff')).toEqual([])
  }
})

test('phrases of three words do for an administrator of the demonstration', () => {
  for (let i = 0; i < 200; i++)
    expect(reasonsOf(makePhrase({ random: (below) => randomInt(below), words: 3 }), 'administrator')).toEqual([])
})

test('the words of phrases differ in their first four letters', () => {
  expect(new Set(phraseWords.map((word) => word.slice(0, 4))).size).toBe(phraseWords.length)
})
