import { describe, expect, test } from 'vitest'
import { windowOf } from './agenda-window.ts'

describe('windowOf', () => {
  test('a week begins on Monday, whichever of its days is asked for', () => {
    for (const day of ['2026-11-23', '2026-11-26', '2026-11-29'])
      expect(windowOf('week', day)).toMatchObject({
        first: '2026-11-23',
        last: '2026-11-29',
        before: '2026-11-16',
        after: '2026-11-30',
      })
  })

  test('a month is shown in whole weeks, and named without its neighbours', () => {
    const november = windowOf('month', '2026-11-23')
    expect(november).toMatchObject({
      first: '2026-11-01',
      last: '2026-11-30',
      before: '2026-10-31',
      after: '2026-12-01',
    })
    expect([november.days.length, november.days[0], november.days.at(-1)]).toEqual([42, '2026-10-26', '2026-12-06'])
  })

  test('a month of four whole weeks has no others, and the clock of spring and autumn changes nothing', () => {
    expect(windowOf('month', '2027-02-10').days).toHaveLength(28)
    const march = windowOf('month', '2026-03-29').days
    expect(new Set(march).size).toBe(march.length)
    expect(march.length % 7).toBe(0)
  })

  test('the year turns', () => {
    expect(windowOf('month', '2026-12-31').after).toBe('2027-01-01')
    expect(windowOf('week', '2027-01-01').first).toBe('2026-12-28')
  })
})
