import { expect, test } from 'vitest'
import type { Guide } from './guide.ts'
import { layOver } from './overlay.ts'

const guide = (id: string, codes: Readonly<Record<string, string>>, language: 'fr' | 'en' = 'fr'): Guide => ({
  ...{ id, language, title: id, summary: '', next: '', theme: 'mail', profiles: [], devices: [], topic: 'mail' },
  ...{ keywords: [], phrases: [], codes: new Map(Object.entries(codes)), version: 1, updated: '2026-11-22' },
  ...{ markdown: '', html: '' },
})

const both = (id: string, codes: Readonly<Record<string, string>>) => [guide(id, codes), guide(id, codes, 'en')]
const codesOf = (guides: readonly Guide[]) =>
  guides.filter(({ language }) => language === 'fr').map(({ id, codes }) => [id, [...codes.keys()]])

test('of the editors’ guides only the one that a new program contradicts is laid aside, in both languages', () => {
  const program = [...both('full', { 'MAIL-01': 'a' }), ...both('late', { 'MAIL-02': 'b' })]
  const own = [
    ...both('canteen', { 'MAIL-02': 'mine' }),
    ...both('bus', { 'BUS-01': 'c' }),
    ...both('full', { 'MAIL-01': 'x' }),
  ]
  const { guides, aside } = layOver(program, own)
  expect(aside).toEqual([{ id: 'canteen', why: { kind: 'code', code: 'MAIL-02', other: 'late' } }])
  expect(codesOf(guides)).toEqual([
    ['full', ['MAIL-01']],
    ['late', ['MAIL-02']],
    ['bus', ['BUS-01']],
  ])
  expect(guides.find(({ id }) => id === 'full')?.codes.get('MAIL-01')).toBe('x')
})

test('the guide of the program that comes back for one laid aside may push another aside', () => {
  const program = [...both('full', { 'MAIL-01': 'a', 'MAIL-03': 'a' }), ...both('late', { 'MAIL-02': 'b' })]
  const own = [...both('full', { 'MAIL-02': 'x' }), ...both('room', { 'MAIL-01': 'y' })]
  const { guides, aside } = layOver(program, own)
  expect(aside.map(({ id }) => id).sort()).toEqual(['full', 'room'])
  expect(codesOf(guides)).toEqual(codesOf(program))
})

test('a code that came with a new program leads to the guide as editors have it', () => {
  const program = both('full', { 'MAIL-01': 'a', 'MAIL-04': 'new' })
  const { guides, aside } = layOver(program, [...both('full', { 'MAIL-01': 'x' }), ...both('bus', {})])
  expect(aside).toEqual([])
  const shown = guides.find(({ id, language }) => id === 'full' && language === 'fr')
  expect([...(shown?.codes ?? [])]).toEqual([
    ['MAIL-01', 'x'],
    ['MAIL-04', 'new'],
  ])
})
