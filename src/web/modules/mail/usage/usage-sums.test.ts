import { expect, test } from 'vitest'
import type { Mailbox } from '../../../data/index.ts'
import { beginnings, chosenAmount, chosenFilter, chosenSearch } from './usage-sums.ts'

const month = (name: string, ...octets: number[]) => ({
  month: name,
  sizes: octets.map((each) => ({ emails: each === 0 ? 0 : 1, octets: each })),
})
const months = [
  month('2022-11', 10, 1_500_000, 0, 0),
  month('2024-08', 20, 0, 6_000_000, 0),
  month('2024-09', 30, 0, 0, 12_000_000),
]

test('the beginnings of school years that have something before them', () => {
  expect(beginnings(months, new Date('2026-11-23T12:00:00Z'))).toEqual([2026, 2025, 2024, 2023])
  // In June this year's has not begun.
  expect(beginnings(months, new Date('2026-06-23T12:00:00Z'))).toEqual([2025, 2024, 2023])
  expect(beginnings([], new Date('2026-06-23T12:00:00Z'))).toEqual([])
})

test('the amount before a day and from a size on', () => {
  expect(chosenAmount({ months }, undefined, 0)).toEqual({ emails: 6, octets: 19_500_060 })
  expect(chosenAmount({ months }, 2024, 0)).toEqual({ emails: 4, octets: 7_500_030 })
  expect(chosenAmount({ months }, 2024, 5_000_000)).toEqual({ emails: 1, octets: 6_000_000 })
  expect(chosenAmount({ months }, 2022, 1_000_000)).toEqual({ emails: 0, octets: 0 })
})

test('the same as a filter and as words', () => {
  const mailboxes = ['inbox', 'drafts', 'trash'].map((role, i) => ({ id: `m${i}`, role }) as Mailbox)
  expect(chosenFilter(mailboxes, 2024, 1_000_000)).toEqual({
    operator: 'AND',
    conditions: [
      {
        before: '2024-09-01T00:00:00Z',
        minSize: 1_000_000,
        inMailboxOtherThan: ['m1', 'm2'],
        notKeyword: '$flagged',
      },
      { notKeyword: '$draft' },
    ],
  })
  expect(chosenSearch(2024, 5_000_000, 'fr')).toBe('plus-grand:5m avant:2024-09-01 -est:suivi')
  expect(chosenSearch(undefined, 0, 'en')).toBe('-is:flagged')
})
