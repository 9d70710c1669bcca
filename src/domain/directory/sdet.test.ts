import { expect, test } from 'vitest'
import { dateIn, membershipOf, profileKindOf, profileOfFunction, uaiIn } from './sdet.ts'

test.each([
  ['National_1', 'pupil'],
  ['National_ELV', 'pupil'],
  ['national_tut', 'parent'],
  ['National_3', 'teacher'],
  ['National_DIR', 'head'],
  ['National_EVS', 'school-life'],
  ['National_6', 'administrative'],
  [' National_ACA ', 'academy'],
  ['Eleve', 'pupil'],
])('%s is a %s', (word, kind) => {
  expect(profileKindOf(word)).toBe(kind)
})

test.each(['', 'National_9', 'constructor', '__proto__'])('"%s" is no profile', (word) => {
  expect(profileKindOf(word)).toBeUndefined()
})

test('teaching has a discipline, any other function only its code', () => {
  expect(profileOfFunction('0250001r$ENS$ENSEIGNANT$L1300$MATHEMATIQUES', uaiIn)).toEqual({
    kind: 'teacher',
    uai: '0250001R',
    functionCode: 'ENS',
    discipline: 'MATHEMATIQUES',
    title: 'ENSEIGNANT',
  })
  expect(profileOfFunction('0250001R$EDU$EDUCATION$-$-', uaiIn)).toMatchObject({ kind: 'school-life', discipline: '' })
  expect(profileOfFunction('0250001R$ADF$ADMINISTRATIF', uaiIn)).toMatchObject({ kind: 'administrative' })
})

test.each(['-', '', '0250001R', '0250001R$-$-', 'nowhere$ENS$x'])('"%s" is no function', (text) => {
  expect(profileOfFunction(text, uaiIn)).toBeUndefined()
})

test('a class is of its structure, and a dash means nothing', () => {
  expect(membershipOf('0250001R$3e B$FRANCAIS', 'teacher', 'class', uaiIn)).toEqual({
    uai: '0250001R',
    class: '3e B',
    kind: 'class',
    role: 'teacher',
    subject: 'FRANCAIS',
  })
  expect(membershipOf('0250001R$-', 'pupil', 'class', uaiIn)).toBeUndefined()
})

test.each([
  ['0250001r', '0250001R'],
  ['ENTStructureUAI=0390001P,ou=structures,dc=ent', '0390001P'],
  ['0250001R$UAJ$PU', '0250001R'],
  ['0250001X', undefined],
  ['10250001R', undefined],
  ['1234', undefined],
])('the UAI in %s is %s', (text, uai) => {
  expect(uaiIn(text)).toBe(uai)
})

test.each([
  ['08/02/2012', '2012-02-08'],
  ['20120208000000Z', '2012-02-08'],
  ['2012-02-08', '2012-02-08'],
  ['8 février', ''],
])('the date %s is %s', (text, date) => {
  expect(dateIn(text)).toBe(date)
})
