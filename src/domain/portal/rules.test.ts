import { expect, test } from 'vitest'
import { judge, noNames, ruleWords, type TileRule, type Viewer, verdictWords } from './rules.ts'

const rule = (given: Partial<TileRule>): TileRule => ({
  profiles: [],
  schools: [],
  departments: [],
  groups: [],
  ...given,
})

const teacher: Viewer = {
  kind: 'teacher',
  uai: '0250001R',
  schoolName: 'Collège des Tilleuls',
  department: '25',
  groups: new Set(['0250001R:staff']),
}
const nobody: Viewer = { kind: undefined, uai: '', schoolName: '', department: '', groups: new Set() }

test('without a rule everybody sees a service, with or without a profile', () => {
  expect(judge({ include: [], exclude: [] }, nobody)).toEqual({ shown: true, rule: undefined })
})

test('each condition of a rule must fit, any value of a condition does, and any rule', () => {
  const fitting = rule({ profiles: ['head', 'teacher'], schools: ['0250001R'], departments: ['25'] })
  expect(judge({ include: [fitting], exclude: [] }, teacher).shown).toBe(true)
  expect(judge({ include: [{ ...fitting, departments: ['90'] }], exclude: [] }, teacher).shown).toBe(false)
  expect(judge({ include: [{ ...fitting, departments: ['90'] }, fitting], exclude: [] }, teacher).shown).toBe(true)
  expect(judge({ include: [rule({ groups: ['0250001R:staff'] })], exclude: [] }, teacher).shown).toBe(true)
  expect(judge({ include: [fitting], exclude: [] }, nobody).shown).toBe(false)
})

test('a rule that excludes wins over all that include', () => {
  const exclude = [rule({ schools: ['0250001R'] })]
  expect(judge({ include: [rule({ profiles: ['teacher'] })], exclude }, teacher)).toEqual({
    shown: false,
    rule: exclude[0],
  })
})

test('a rule reads as a sentence in both languages', () => {
  const words = ruleWords(
    rule({ profiles: ['teacher', 'head'], schools: ['0250001R'], departments: ['25', '39'], groups: ['manual:7'] }),
    { schools: new Map([['0250001R', 'Collège des Tilleuls']]), groups: new Map([['manual:7', 'Référents']]) },
  )
  expect(words.fr).toBe(
    'profil Enseignants ou Direction ; établissement Collège des Tilleuls (0250001R) ; département 25 ou 39 ; groupe Référents',
  )
  expect(words.en).toBe(
    'profile Teachers or Heads; school Collège des Tilleuls (0250001R); département 25 or 39; group Référents',
  )
})

test('a verdict says which rule decided, and for whom', () => {
  const include = [rule({ profiles: ['head'] })]
  expect(verdictWords(judge({ include, exclude: [] }, teacher), teacher, noNames).en).toBe(
    'Not shown: no rule offers this service to the profile “Teachers, Collège des Tilleuls”.',
  )
  const exclude = [rule({ departments: ['25'] })]
  expect(verdictWords(judge({ include: [], exclude }, teacher), teacher, noNames).fr).toBe(
    'Non visible : le profil « Enseignants, Collège des Tilleuls » est écarté par la règle « département 25 ».',
  )
})
