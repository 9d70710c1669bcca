import { expect, test } from 'vitest'
import { extentOf, forever, instancesOf, parseObject } from './object.ts'
import { ianaZone, toUtc, zoneOf } from './zone.ts'

const paris = ianaZone('Europe/Paris')!
const text = (lines: string, more = ''): string =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${more}BEGIN:VEVENT\r\nUID:u\r\n${lines.trim().replace(/\n\s*/g, '\r\n')}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`
const at = (object: string, from: string, to: string) =>
  instancesOf(
    parseObject(object),
    { from: Date.parse(from), to: Date.parse(to), floating: paris },
    { instances: 100, steps: { left: 20_000 } },
  ).map(({ startUtc, endUtc, recurrenceId }) => [
    new Date(startUtc).toISOString().slice(0, 16),
    Math.round((endUtc - startUtc) / 60_000),
    recurrenceId,
  ])

test('a weekly lesson stays at eight on the wall when the clocks change', () => {
  const lesson = text(
    'DTSTART;TZID=Europe/Paris:20261019T080000\nDTEND;TZID=Europe/Paris:20261019T090000\nRRULE:FREQ=WEEKLY',
  )
  expect(at(lesson, '2026-10-18T00:00:00Z', '2026-11-01T00:00:00Z')).toEqual([
    ['2026-10-19T06:00', 60, '20261019T080000'],
    ['2026-10-26T07:00', 60, '20261026T080000'],
  ])
})

test('an hour that is skipped, and one that comes twice', () => {
  expect(new Date(toUtc(paris, Date.UTC(2026, 2, 29, 2, 30))).toISOString()).toBe('2026-03-29T01:30:00.000Z')
  expect(new Date(toUtc(paris, Date.UTC(2026, 9, 25, 2, 30))).toISOString()).toBe('2026-10-25T00:30:00.000Z')
})

test('whole days are days of whoever looks, over the night when a day has 25 hours too', () => {
  const fair = text('DTSTART;VALUE=DATE:20261024\nDTEND;VALUE=DATE:20261026')
  expect(at(fair, '2026-10-25T20:00:00Z', '2026-10-25T22:00:00Z')).toEqual([['2026-10-23T22:00', 49 * 60, '']])
  expect(at(fair, '2026-10-25T23:00:00Z', '2026-10-26T22:00:00Z')).toEqual([])
  expect(at(text('DTSTART;VALUE=DATE:20261024'), '2026-10-24T00:00:00Z', '2026-10-24T01:00:00Z')).toHaveLength(1)
})

test('instances that are gone, added, moved', () => {
  const master = `DTSTART;TZID=Europe/Paris:20260901T100000
    DURATION:PT1H
    RRULE:FREQ=DAILY;UNTIL=20260905T080000Z
    EXDATE;TZID=Europe/Paris:20260902T100000
    RDATE;TZID=Europe/Paris:20260910T140000
    END:VEVENT
    BEGIN:VEVENT
    UID:u
    RECURRENCE-ID:20260903T080000Z
    DTSTART;TZID=Europe/Paris:20260904T180000
    DTEND;TZID=Europe/Paris:20260904T190000`
  expect(at(text(master), '2026-08-31T00:00:00Z', '2026-09-30T00:00:00Z')).toEqual([
    ['2026-09-01T08:00', 60, '20260901T100000'],
    ['2026-09-04T08:00', 60, '20260904T100000'],
    ['2026-09-04T16:00', 60, '20260903T100000'],
    ['2026-09-05T08:00', 60, '20260905T100000'],
    ['2026-09-10T12:00', 60, '20260910T140000'],
  ])
})

test('zones: by IANA name, by the name Windows has, by a name within, by VTIMEZONE alone', () => {
  const own = `BEGIN:VTIMEZONE\r\nTZID:Chez nous\r\nBEGIN:STANDARD\r\nDTSTART:16011028T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:16010325T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n`
  for (const zone of ['Europe/Paris', 'Romance Standard Time', '/mozilla.org/20070129_1/Europe/Paris', 'Chez nous'])
    expect([
      zone,
      at(
        text(
          `DTSTART;TZID=${zone}:20260701T100000\nDTEND;TZID=${zone}:20260701T110000\nRRULE:FREQ=MONTHLY;INTERVAL=6`,
          own,
        ),
        '2026-06-01T00:00:00Z',
        '2027-02-01T00:00:00Z',
      ).map(([start]) => start),
    ]).toEqual([zone, ['2026-07-01T08:00', '2027-01-01T09:00']])
  expect(zoneOf('Nulle part')).toBeUndefined()
})

test('the extent of an object is where it may be at all', () => {
  expect(extentOf(parseObject(text('DTSTART:20260901T080000Z\nRRULE:FREQ=DAILY')))?.to).toBe(forever)
  const ten = extentOf(parseObject(text('DTSTART:20260901T080000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=10')))
  expect(ten?.to).toBe(Date.parse('2026-09-10T23:00:00Z'))
  const until = extentOf(
    parseObject(text('DTSTART:20260901T080000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20260910T080000Z')),
  )
  expect(until?.to).toBe(Date.parse('2026-09-10T23:00:00Z'))
  expect(
    extentOf(parseObject(text('DTSTART:20260901T080000Z\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3')))?.to,
  ).toBe(forever)
})

test('what is no object is refused', () => {
  for (const bad of [
    '',
    'BEGIN:VCALENDAR\r\nEND:VCALENDAR',
    'BEGIN:VEVENT\r\nEND:VEVENT',
    text('SUMMARY:sans date'),
    text('DTSTART:20260901T080000Z').replace('END:VEVENT', ''),
    text('DTSTART:20260901T080000Z\nRRULE:FREQ=TOUJOURS'),
    text('DTSTART:20261301T080000Z'),
    text('DTSTART:20260901\nEND:VEVENT\nBEGIN:VEVENT\nUID:autre\nDTSTART:20260901'),
    'BEGIN:VCALENDAR\n'.repeat(1000),
  ])
    expect(() => parseObject(bad)).toThrow()
})
