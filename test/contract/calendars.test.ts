/** Calendars and their events on every engine: kept byte for byte, found by windows, one change log, places, bounds. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Calendar, calendars } from '#domain/calendar/calendars.ts'
import { eventAt, getEvent } from '#domain/calendar/events.ts'
import { eventsIn } from '#domain/calendar/window.ts'
import { changeEvent, createEvent, deleteEvent, readEvent } from '#domain/calendar/write.ts'
import type { Context } from '#domain/context.ts'
import { readChanges, readState } from '#store/changes.ts'
import { onEveryEngine } from './all.ts'
import type { Bench } from './drivers.ts'

onEveryEngine('calendars', (driver) => {
  let bench: Bench
  let ctx: Context
  let account: number
  let agenda: Calendar

  beforeAll(async () => {
    bench = await driver.open()
    ctx = { store: bench.store, clock: bench.clock, log: bench.store.log }
  })
  afterAll(() => bench?.close())
  beforeEach(async () => {
    account = await bench.account()
    agenda = (await calendars.of(ctx, account))[0]!
  })

  const ics = (uid: string, lines: string): string =>
    `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\nX-ODD;A="b:c":gardé\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nSUMMARY:${uid}\r\n${lines.replaceAll('|', '\r\n')}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`
  const put = (text: string, uri?: string, calendarId = agenda.id) => {
    const content = readEvent(text)
    return ctx.store.write(account, (tx) => createEvent(tx, content, { calendarId, ...(uri ? { uri } : {}) }))
  }
  const look = async (from: string, to: string, zone = 'Europe/Paris') =>
    (await eventsIn(ctx, account, { from: Date.parse(from), to: Date.parse(to), zone })).found.map(
      ({ event, instance }) => `${event.uid} ${new Date(instance.startUtc).toISOString().slice(0, 16)}`,
    )

  test('an account has one default calendar from the first look, whoever looks at once', async () => {
    const other = await bench.account()
    const looks = await Promise.all([1, 2, 3].map(() => calendars.of(ctx, other)))
    expect(new Set(looks.map(([one]) => one?.id)).size).toBe(1)
    expect(looks[0]).toMatchObject([{ uri: 'agenda', name: 'Agenda', isDefault: true, members: 0 }])
  })

  test('calendars are made, coloured and ended; the default one stays', async () => {
    const second = await ctx.store.write(account, (tx) =>
      calendars.create(tx, { name: 'Conseils', colour: '#AA3300FF' }),
    )
    expect(second.colour).toBe('#aa3300')
    const refused = (colour: string) => ctx.store.write(account, (tx) => calendars.change(tx, second.id, { colour }))
    await expect(refused('red;}')).rejects.toMatchObject({ code: 'invalid' })
    await put(ics('un', 'DTSTART:20260901T080000Z'), undefined, second.id)
    const end = (id: number, contents: boolean) => ctx.store.write(account, (tx) => calendars.end(tx, id, { contents }))
    await expect(end(agenda.id, true)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(end(second.id, false)).rejects.toMatchObject({ code: 'conflict' })
    await end(second.id, true)
    expect((await ctx.store.read((tx) => calendars.list(tx, account))).map(({ id }) => id)).toEqual([agenda.id])
    expect(await look('2026-09-01T00:00:00Z', '2026-09-02T00:00:00Z')).toEqual([])
  })

  test('an event is kept byte for byte, counted, moved and ended, and each is one change', async () => {
    const text = ics('réunion', 'DTSTART;TZID=Europe/Paris:20260901T100000|X-RAW:a\\,b|DURATION:PT1H')
    const { modseq } = await ctx.store.read((tx) => readState(tx, account))
    const event = await put(text, 'place.ics')
    expect((await ctx.store.read((tx) => eventAt(tx, account, agenda.id, 'place.ics')))?.data).toBe(text)
    await expect(put(text, 'other.ics')).rejects.toMatchObject({ code: 'alreadyExists', property: 'uid' })
    await expect(put(ics('x', 'DTSTART:20260901'), 'place.ics')).rejects.toMatchObject({ property: 'uri' })
    const [counted] = await ctx.store.read((tx) => calendars.list(tx, account))
    expect([counted?.members, counted?.bytes]).toEqual([1, Buffer.byteLength(text)])
    const second = await ctx.store.write(account, (tx) => calendars.create(tx, { name: 'Autre' }))
    await ctx.store.write(account, (tx) => changeEvent(tx, event.id, { calendarId: second.id }))
    expect((await ctx.store.read((tx) => getEvent(tx, account, event.id)))?.data).toBe(text)
    const sync = await ctx.store.read((tx) => calendars.changes(tx, account, agenda.id, { modseq }, 100))
    expect(sync.entries).toMatchObject([{ uri: 'place.ics', gone: true }])
    await ctx.store.write(account, (tx) => deleteEvent(tx, event.id))
    const after = await ctx.store.read((tx) => readChanges(tx, account, 'CalendarEvent', { modseq, skip: 0 }))
    expect([after.created, after.updated, after.destroyed]).toEqual([[], [], []])
    expect((await ctx.store.read((tx) => calendars.list(tx, account))).map(({ bytes }) => bytes)).toEqual([0, 0])
  })

  test('a window gives what touches it: repeated, whole days, over midnight, and nothing else', async () => {
    await put(
      ics('cours', 'DTSTART;TZID=Europe/Paris:20260907T080000|DURATION:PT1H|RRULE:FREQ=WEEKLY;UNTIL=20270701T000000Z'),
    )
    await put(ics('férié', 'DTSTART;VALUE=DATE:20261111'))
    await put(ics('nuit', 'DTSTART:20261110T220000Z|DTEND:20261111T020000Z'))
    await put(ics('passé', 'DTSTART:20260110T220000Z|DTEND:20260111T020000Z'))
    expect(await look('2026-11-09T00:00:00Z', '2026-11-12T00:00:00Z')).toEqual([
      'cours 2026-11-09T07:00',
      'nuit 2026-11-10T22:00',
      'férié 2026-11-10T23:00',
    ])
    expect(await look('2026-11-10T12:00:00Z', '2026-11-10T23:30:00Z', 'Indian/Reunion')).toEqual([
      'férié 2026-11-10T20:00',
      'nuit 2026-11-10T22:00',
    ])
    await expect(look('2026-01-01T00:00:00Z', '2028-01-01T00:00:00Z')).rejects.toMatchObject({ property: 'before' })
    await expect(look('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', 'Nulle/Part')).rejects.toMatchObject({
      property: 'timeZone',
    })
  })

  test('hostile events are refused, and rules that never end do not hold anybody up', async () => {
    expect(() => readEvent(ics('gros', `DTSTART:20260901|X:${'x'.repeat(600_000)}`))).toThrow('octets')
    expect(() => readEvent(ics('nul', 'DTSTART:20260901|X:a\u0000'))).toThrow('no text')
    expect(() => readEvent(ics('m', 'DTSTART:20260901').replace('VERSION', 'METHOD:REQUEST\r\nVERSION'))).toThrow()
    for (let n = 0; n < 60; n++) {
      await put(ics(`seconde${n}`, 'DTSTART:20200101T000000Z|RRULE:FREQ=SECONDLY'))
      await put(ics(`jamais${n}`, 'DTSTART:20200101T000000Z|RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5'))
    }
    const { found, more } = await eventsIn(ctx, account, {
      from: Date.parse('2026-11-01T00:00:00Z'),
      to: Date.parse('2026-11-08T00:00:00Z'),
      zone: 'Europe/Paris',
    })
    expect(found.length).toBeLessThanOrEqual(2000)
    expect(more).toBe(true)
  })
})
