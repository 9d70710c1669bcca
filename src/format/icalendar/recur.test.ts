import { expect, test } from 'vitest'
import { DAY, printWall, readMoment } from './moment.ts'
import { occurrences, parseRule } from './recur.ts'

const wall = (text: string): number => readMoment(text)?.wall ?? Number.NaN
const all = (rule: string, start: string, most = 10, from?: string): string[] => {
  const steps = { left: 50_000 }
  const given = occurrences(parseRule(rule), wall(start), { steps, ...(from ? { from: wall(from) } : {}) })
  const found: string[] = []
  for (const at of given) {
    if (found.push(printWall(at, at % DAY === 0)) >= most) break
  }
  return found
}

test.each([
  ['FREQ=DAILY;COUNT=3', '20260901T080000', ['20260901T080000', '20260902T080000', '20260903T080000']],
  ['FREQ=WEEKLY;COUNT=4;BYDAY=TU,TH', '20260901', ['20260901', '20260903', '20260908', '20260910']],
  ['FREQ=WEEKLY;INTERVAL=2;COUNT=4;WKST=SU;BYDAY=TU,SU', '19970805', ['19970805', '19970817', '19970819', '19970831']],
  ['FREQ=WEEKLY;INTERVAL=2;COUNT=4;WKST=MO;BYDAY=TU,SU', '19970805', ['19970805', '19970810', '19970819', '19970824']],
  ['FREQ=MONTHLY;COUNT=3', '20260131', ['20260131', '20260331', '20260531']],
  ['FREQ=MONTHLY;BYDAY=-1FR;COUNT=3', '20260925', ['20260925', '20261030', '20261127']],
  ['FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=2', '19980213', ['19980213', '19980313']],
  ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3', '20260930', ['20260930', '20261030', '20261130']],
  ['FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3', '20260131', ['20260131', '20260228', '20260331']],
  ['FREQ=YEARLY;COUNT=2', '20240229', ['20240229', '20280229']],
  ['FREQ=YEARLY;BYDAY=20MO;COUNT=2', '19970519', ['19970519', '19980518']],
  ['FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=2', '19970512', ['19970512', '19980511']],
  ['FREQ=YEARLY;BYYEARDAY=1,100,200;COUNT=4', '19970101', ['19970101', '19970410', '19970719', '19980101']],
  ['FREQ=YEARLY;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;INTERVAL=4;COUNT=2', '19961105', ['19961105', '20001107']],
  ['FREQ=HOURLY;INTERVAL=3;COUNT=3', '20260901T090000', ['20260901T090000', '20260901T120000', '20260901T150000']],
  ['FREQ=MINUTELY;INTERVAL=90;COUNT=3', '20260901T090000', ['20260901T090000', '20260901T103000', '20260901T120000']],
  [
    'FREQ=DAILY;BYHOUR=9,14;BYMINUTE=0,30;COUNT=4',
    '20260901T090000',
    ['20260901T090000', '20260901T093000', '20260901T140000', '20260901T143000'],
  ],
])('%s from %s', (rule, start, expected) => {
  expect(all(rule, start)).toEqual(expected)
})

test('a rule without a count is entered near the window', () => {
  expect(all('FREQ=DAILY', '19700101T080000', 4, '20260901T000000')[0]?.slice(0, 6)).toBe('202608')
  expect(all('FREQ=MINUTELY', '19700101T080000', 1, '20260901T000000')[0]).toContain('20260831')
})

test('rules that never match, and rules that match every second, end', () => {
  const steps = { left: 20_000 }
  const none = [...occurrences(parseRule('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'), wall('20260101'), { steps })]
  expect([none, steps.left <= 0]).toEqual([[], true])
  const many = { left: 20_000 }
  expect([...occurrences(parseRule('FREQ=SECONDLY'), wall('20260101'), { steps: many })].length).toBeLessThan(20_001)
  const later = { left: 20_000 }
  expect([...occurrences(parseRule('FREQ=SECONDLY;BYMONTH=12'), wall('20260101'), { steps: later })]).toEqual([])
})

test.each([
  '',
  'FREQ=NEVER',
  'FREQ=DAILY;INTERVAL=0',
  'FREQ=DAILY;COUNT=x',
  'FREQ=DAILY;UNTIL=tomorrow',
  'FREQ=DAILY;BYHOUR=25',
  'FREQ=YEARLY;BYDAY=0MO',
  `FREQ=DAILY;BYMINUTE=${Array.from({ length: 60 }, (_, n) => n)};BYSECOND=${Array.from({ length: 60 }, (_, n) => n)}`,
])('"%s" is refused', (rule) => {
  expect(() => parseRule(rule)).toThrow()
})
