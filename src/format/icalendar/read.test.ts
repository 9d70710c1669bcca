import { expect, test } from 'vitest'
import { readCalendar } from './read.ts'

const invitation = `BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Paris\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:a@b\r\nSUMMARY:Conseil de classe\\, 3e B\r\nDESCRIPTION:Salle 12\\nAvec les délé\r\n gués\r\nLOCATION:Collège\r\nDTSTART;TZID=Europe/Paris:20260901T170000\r\nDURATION:PT1H30M\r\nRRULE:FREQ=WEEKLY\r\nORGANIZER;CN="Martin, Anne":mailto:anne@ac-exemple.fr\r\nATTENDEE;CN=Zoé;PARTSTAT=ACCEPTED:mailto:zoe@ac-exemple.fr\r\nBEGIN:VALARM\r\nDESCRIPTION:Rappel\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`

test('an invitation is told: what, when, where, who', () => {
  expect(readCalendar(invitation)).toEqual({
    method: 'REQUEST',
    events: [
      {
        uid: 'a@b',
        summary: 'Conseil de classe, 3e B',
        description: 'Salle 12\nAvec les délégués',
        location: 'Collège',
        starts: { at: Date.UTC(2026, 8, 1, 17), kind: 'zoned', zone: 'Europe/Paris' },
        ends: { at: Date.UTC(2026, 8, 1, 18, 30), kind: 'zoned', zone: 'Europe/Paris' },
        status: '',
        repeats: true,
        organiser: { name: 'Martin, Anne', email: 'anne@ac-exemple.fr', status: '' },
        attendees: [{ name: 'Zoé', email: 'zoe@ac-exemple.fr', status: 'ACCEPTED' }],
      },
    ],
  })
})

test('days, floating times and UTC are told apart; what is no date is none', () => {
  const at = (line: string) =>
    readCalendar(`BEGIN:VCALENDAR\nBEGIN:VEVENT\n${line}\nEND:VEVENT\nEND:VCALENDAR`).events[0]?.starts
  expect(at('DTSTART;VALUE=DATE:20260901')?.kind).toBe('day')
  expect(at('DTSTART:20260901T080000')?.kind).toBe('floating')
  expect(at('DTSTART:20260901T080000Z')?.kind).toBe('utc')
  expect(at('DTSTART:20261399T080000Z')).toBeUndefined()
  expect(at('DTSTART:tomorrow')).toBeUndefined()
})

test('hostile files are bounded and never throw', () => {
  expect(readCalendar('')).toEqual({ method: '', events: [] })
  expect(readCalendar('BEGIN:VCALENDAR\n'.repeat(100_000)).events).toEqual([])
  const many = `BEGIN:VCALENDAR\n${'BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\n'.repeat(5000)}END:VCALENDAR`
  expect(readCalendar(many).events).toHaveLength(50)
  readCalendar(`BEGIN:VEVENT\nSUMMARY${';X="'.repeat(24_000)}:x`)
  readCalendar(`X${';'.repeat(90_000)}`)
  readCalendar('A:b\n '.repeat(200_000))
})
