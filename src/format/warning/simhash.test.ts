import { expect, test } from 'vitest'
import { hashDistance, simhash } from './simhash.ts'

const letter = (name: string, days: number, link: string) => `Bonjour ${name}, votre boîte de messagerie académique a
  dépassé son quota et sera définitivement fermée dans ${days} heures si vous ne confirmez pas vos identifiants en suivant
  ce lien ${link} sans délai. Le service informatique de votre établissement vous remercie de votre compréhension.`
const honest = `Chers collègues, le conseil d’administration se réunira le mardi 3 décembre à 18 heures dans la salle
  polyvalente. L’ordre du jour est joint à ce message, merci de confirmer votre présence au secrétariat avant lundi.`

const of = (text: string): string => simhash(text) ?? ''

test('letters that differ in numbers and links are the same; a word changed here and there is near', () => {
  expect(of(letter('Anne', 24, 'https://a.example/x'))).toBe(of(letter('Anne', 48, 'https://b.example/y?z=1')))
  expect(hashDistance(of(letter('Anne', 24, 'x')), of(letter('Claire', 24, 'x')))).toBeLessThanOrEqual(10)
})

test('other letters are far', () => {
  expect(hashDistance(of(letter('Anne', 24, 'x')), of(honest))).toBeGreaterThan(16)
})

test('a text too short is not compared', () => {
  expect(simhash('Bonjour, merci.')).toBeUndefined()
  expect(simhash('')).toBeUndefined()
})

test('the same text always has the same hash, of sixteen digits', () => {
  expect(of(honest)).toMatch(/^[0-9a-f]{16}$/)
  expect(hashDistance(of(honest), of(honest))).toBe(0)
})
