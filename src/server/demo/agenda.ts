/** Fills the agendas of the demonstration: a few events of everybody's own, and the school holidays of zone A. */
import { calendars } from '#domain/calendar/calendars.ts'
import { createEvent, readEvent } from '#domain/calendar/write.ts'
import { findAccount } from '#domain/people/accounts.ts'
import { schoolHolidays } from '#domain/support/school-holidays.data.ts'
import { type Component, printComponent, rawProperty, textProperty } from '#format/icalendar/component.ts'
import { printWall } from '#format/icalendar/moment.ts'
import { vtimezoneOf } from '#format/icalendar/vtimezone.ts'
import { ianaZone } from '#format/icalendar/zone.ts'
import { type Params, statement } from '#store/engine.ts'
import type { House } from '../house.ts'
import { type DemoEvent, events } from './agenda.data.ts'
import { workingDay } from './dates.ts'

const mark = 'demo.agenda'
const MINUTE = 60_000

const read = statement((q, p: Params<{ name: string }>) =>
  q.selectFrom('setting').select('value').where('name', '=', p.name),
)
const write = statement((q, p: Params<{ name: string }>) =>
  q.insertInto('setting').values({ name: p.name, value: '1' }),
)

const alarm = (title: string, minutes: number): Component => ({
  name: 'VALARM',
  properties: [
    rawProperty('ACTION', 'DISPLAY'),
    textProperty('DESCRIPTION', title),
    rawProperty('TRIGGER', `-PT${minutes}M`),
  ],
  components: [],
})

const calendarWith = (parts: readonly Component[]): string =>
  printComponent({
    name: 'VCALENDAR',
    properties: [rawProperty('VERSION', '2.0'), rawProperty('PRODID', '-//Convergence//Demonstration//FR')],
    components: parts,
  })

const textOf = (event: DemoEvent, uid: string, now: number): string => {
  const day = Math.floor(workingDay(now, event.inDays).getTime() / 86_400_000) * 86_400_000
  const [hours = 0, minutes = 0] = event.at?.split(':').map(Number) ?? []
  const start = day + (hours * 60 + minutes) * MINUTE
  const zone = ianaZone('Europe/Paris')
  const params: Readonly<Record<string, string>> = event.at === undefined ? { VALUE: 'DATE' } : { TZID: 'Europe/Paris' }
  const isDay = event.at === undefined
  const end = isDay ? start + 86_400_000 : start + (event.minutes ?? 60) * MINUTE
  const vevent: Component = {
    name: 'VEVENT',
    properties: [
      rawProperty('UID', uid),
      rawProperty('DTSTAMP', `${printWall(now, false)}Z`),
      rawProperty('DTSTART', printWall(start, isDay), params),
      rawProperty('DTEND', printWall(end, isDay), params),
      textProperty('SUMMARY', event.title),
      ...(event.place === undefined ? [] : [textProperty('LOCATION', event.place)]),
      ...(event.note === undefined ? [] : [textProperty('DESCRIPTION', event.note)]),
      ...(event.rule === undefined ? [] : [rawProperty('RRULE', event.rule)]),
    ],
    components: event.remindMinutes === undefined ? [] : [alarm(event.title, event.remindMinutes)],
  }
  return calendarWith([...(isDay || !zone ? [] : [vtimezoneOf(zone, new Date(start).getUTCFullYear())]), vevent])
}

const holidayText = ({ name, from, to }: (typeof schoolHolidays)[number], now: number): string =>
  calendarWith([
    {
      name: 'VEVENT',
      properties: [
        rawProperty('UID', `zone-a-${from}@demonstration`),
        rawProperty('DTSTAMP', `${printWall(now, false)}Z`),
        rawProperty('DTSTART', from.replaceAll('-', ''), { VALUE: 'DATE' }),
        rawProperty('DTEND', to.replaceAll('-', ''), { VALUE: 'DATE' }),
        textProperty('SUMMARY', `${name} (zone A)`),
        rawProperty('TRANSP', 'TRANSPARENT'),
      ],
      components: [],
    },
  ])

/** Once for a demonstration. */
export const settleAgenda = async ({ store, ctx }: House): Promise<void> => {
  if (await store.read((tx) => tx.first(read, { name: mark }))) return
  // Begun and cut short, it is not begun again: an event twice would be worse than one that is missing.
  await store.writeGlobal((tx) => tx.run(write, { name: mark }))
  const now = ctx.clock.now()
  for (const login of new Set(events.flatMap(({ to }) => to))) {
    const account = await store.read((tx) => findAccount(tx, login)).catch(() => undefined)
    if (!account) continue
    const [agenda] = await calendars.of(ctx, account.id)
    if (!agenda) continue
    const own = events.flatMap((event, n) =>
      event.to.includes(login) ? [readEvent(textOf(event, `demonstration-${n}@${login}`, now))] : [],
    )
    const holidays = schoolHolidays.map((one) => readEvent(holidayText(one, now)))
    await store.write(account.id, async (tx) => {
      for (const content of own) await createEvent(tx, content, { calendarId: agenda.id })
      const school = await calendars.create(tx, { name: 'Vacances scolaires', colour: '#2c6e49' })
      for (const content of holidays) await createEvent(tx, content, { calendarId: school.id })
    })
  }
}
