import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseCalendars } from './component.ts'
import { calendarFile, objectTexts } from './file.ts'
import { parseObject } from './object.ts'

const zone =
  'BEGIN:VTIMEZONE\nTZID:Europe/Paris\nBEGIN:STANDARD\nDTSTART:19701025T030000\nEND:STANDARD\nEND:VTIMEZONE\n'
const event = (uid: string, more = '') =>
  `BEGIN:VEVENT\n${uid === '' ? '' : `UID:${uid}\n`}DTSTART;TZID=Europe/Paris:20261130T140000\nSUMMARY:${uid || 'x'}\n${more}END:VEVENT\n`
const calendar = (events: string) => `BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:PUBLISH\n${zone}${events}END:VCALENDAR\n`
const take = (file: string): string[] => {
  let n = 0
  return objectTexts(file, () => `new-${++n}`)
}

test('a file is taken apart: one object of each UID, changed instances with it, its zone, nothing of a message', () => {
  const changed = 'RECURRENCE-ID;TZID=Europe/Paris:20261207T140000\n'
  const texts = take(
    calendar(event('a', 'RRULE:FREQ=WEEKLY\n') + event('b') + event('a', changed)) + calendar(event('')),
  )
  const objects = texts.map(parseObject)
  expect(objects.map(({ uid, overrides }) => [uid, overrides.length])).toEqual([
    ['a', 1],
    ['b', 0],
    ['new-1', 0],
  ])
  for (const text of texts) {
    expect(text).toContain('TZID:Europe/Paris')
    expect(text).not.toContain('METHOD')
  }
})

test('what is taken apart is put together again: one calendar, each zone once', () => {
  const texts = take(calendar(event('a', 'ATTENDEE;CN=Zoé:mailto:zoe@example.test\n') + event('b')))
  const file = calendarFile('Agenda, à moi')
  const whole = [file.begin(), ...texts.map((text) => file.object(parseObject(text).calendar)), file.end()].join('')
  const [one, ...more] = parseCalendars(whole)
  expect(more).toEqual([])
  expect(one?.components.map(({ name }) => name)).toEqual(['VTIMEZONE', 'VEVENT', 'VEVENT'])
  expect(whole).toContain('X-WR-CALNAME:Agenda\\, à moi\r\n')
  expect(take(whole)).toEqual(texts)
})

test('what is no calendar is refused, and nothing else is thrown', () => {
  expect(() => take('Bonjour')).toThrow(expect.objectContaining({ code: 'invalid' }))
  expect(() => take(calendar(event('a')).repeat(5001))).toThrow(expect.objectContaining({ code: 'tooMany' }))
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...calendar(event('a') + event('')).split('\n'))), (lines) => {
      try {
        for (const text of take(lines.join('\n'))) parseCalendars(text)
      } catch (error) {
        expect(error).toMatchObject({ name: 'Failure' })
      }
    }),
  )
})
