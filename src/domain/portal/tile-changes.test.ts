import { expect, test } from 'vitest'
import { everybody } from './rules.ts'
import { changesDetail, orderChange, tileChanges } from './tile-changes.ts'
import type { TileDraft } from './tiles.ts'

const tile: TileDraft = {
  key: 'notes',
  name: { fr: 'Notes', en: 'Notes' },
  description: { fr: 'Évaluations', en: 'Assessments' },
  category: 'pupils',
  icon: 'table',
  url: '/notes',
  partyId: null,
  state: 'service',
  message: null,
  until: null,
  sortOrder: 10,
  rules: everybody,
}
const named = (change: Partial<TileDraft> = {}, party = '') => ({ tile: { ...tile, ...change }, party })

test('only what differs is told, from what to what', () => {
  expect(tileChanges(named(), named())).toEqual([])
  const rules = {
    include: [{ profiles: ['teacher', 'head'], schools: ['0250001R'], departments: [], groups: [] }],
    exclude: [{ profiles: ['pupil'], schools: [], departments: [], groups: [] }],
  } as const
  const changed = named({ state: 'maintenance', until: Date.UTC(2026, 10, 26), rules, partyId: 3 }, 'Arena')
  expect(tileChanges(named(), changed)).toEqual([
    ['service', '', 'Arena'],
    ['state', 'service', 'maintenance'],
    ['until', '', '2026-11-26T00:00:00.000Z'],
    ['rules', '', 'teacher|head + 0250001R; -pupil'],
  ])
})

test('a new tile tells all it says', () => {
  const told = tileChanges(undefined, named()).map(([what]) => what)
  expect(told).toEqual(['name', 'description', 'category', 'icon', 'url', 'state'])
})

test('an order tells the places that are others', () => {
  expect(orderChange(['a', 'b', 'c', 'd', 'e'], ['a', 'd', 'b', 'c', 'e'])).toEqual(['order', 'b, c, d', 'd, b, c'])
})

test('what is long is cut, and the line stays whole', () => {
  const long = (letter: string) => ({ fr: letter.repeat(300), en: '"'.repeat(300) })
  const changes = tileChanges(
    named({ message: long('a') }),
    named({ description: long('b'), message: long('c'), url: `https://a.test/${'d'.repeat(900)}` }),
  )
  const detail = changesDetail(changes)
  expect(detail.length).toBeLessThanOrEqual(500)
  const { changed } = JSON.parse(detail) as { changed: string[][] }
  expect(changed.map(([what]) => what)).toEqual(['description', 'url', 'message'])
  expect(changed[2]?.[2]).toMatch(/^c+…$/)
})
