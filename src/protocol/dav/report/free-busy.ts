/** free-busy-query (RFC 4791 §7.10): when somebody is busy in a window, as a VFREEBUSY (RFC 5545 §3.6.4). */
import { eventsAround } from '#domain/calendar/events.ts'
import { maxInstancesPerEvent, maxSteps, maxStepsPerLook, maxWindowDays } from '#domain/calendar/limits.data.ts'
import { homeZone, zoneNamed } from '#domain/calendar/window.ts'
import { type Component, printComponent, rawProperty, textIn } from '#format/icalendar/component.ts'
import { DAY, printWall, readMoment } from '#format/icalendar/moment.ts'
import { instancesOf, parseObject } from '#format/icalendar/object.ts'
import { child } from '../body.ts'
import { DavFault } from '../fault.ts'
import { CALDAV, dav } from '../names.ts'
import type { Report } from './responses.ts'

interface Period {
  readonly from: number
  readonly to: number
}

type Busy = 'BUSY' | 'BUSY-TENTATIVE'

/** What an event takes of its owner's time (§7.10); undefined: nothing. */
const takes = (component: Component): Busy | undefined => {
  const status = textIn(component, 'STATUS').toUpperCase()
  if (status === 'CANCELLED' || textIn(component, 'TRANSP').toUpperCase() === 'TRANSPARENT') return undefined
  return status === 'TENTATIVE' ? 'BUSY-TENTATIVE' : 'BUSY'
}

/** Periods in order, those that touch as one. */
export const joined = (periods: readonly Period[]): Period[] => {
  const all: Period[] = []
  for (const { from, to } of periods.toSorted((a, b) => a.from - b.from)) {
    const last = all.at(-1)
    if (last && from <= last.to) all.splice(-1, 1, { from: last.from, to: Math.max(last.to, to) })
    else all.push({ from, to })
  }
  return all
}

const utc = (at: number): string => `${printWall(at, false)}Z`

const printed = (window: Period, now: number, busy: ReadonlyMap<Busy, readonly Period[]>): string => {
  const lines = [...busy].flatMap(([kind, periods]) =>
    joined(periods).map(({ from, to }) =>
      rawProperty('FREEBUSY', `${utc(from)}/${utc(to)}`, kind === 'BUSY' ? {} : { FBTYPE: kind }),
    ),
  )
  const stamp = Math.floor(now / 1000) * 1000
  return printComponent({
    name: 'VCALENDAR',
    properties: [rawProperty('VERSION', '2.0'), rawProperty('PRODID', '-//Convergence//CalDAV//EN')],
    components: [
      {
        name: 'VFREEBUSY',
        properties: [
          rawProperty('DTSTAMP', utc(stamp)),
          rawProperty('DTSTART', utc(window.from)),
          rawProperty('DTEND', utc(window.to)),
          ...lines,
        ],
        components: [],
      },
    ],
  })
}

/** Of one calendar, or of all of a home. */
export const freeBusy: Report = async ({ ctx, principal }, resource, root) => {
  if (resource.kind !== 'book' && resource.kind !== 'home') throw new DavFault(403, dav('supported-report'))
  const range = child(root, CALDAV, 'time-range')?.attributes
  const [from, to] = ['start', 'end'].map((name) => readMoment(range?.get(name) ?? ''))
  if (from?.kind !== 'utc' || to?.kind !== 'utc' || from.wall >= to.wall) throw new DavFault(400)
  if (to.wall - from.wall > maxWindowDays * DAY) throw new DavFault(403, dav('number-of-matches-within-limits'))
  const window = { from: from.wall, to: to.wall }
  const look = { ...window, floating: zoneNamed(homeZone) }
  const busy = new Map<Busy, Period[]>([
    ['BUSY', []],
    ['BUSY-TENTATIVE', []],
  ])
  let left = maxStepsPerLook
  let lastPause = performance.now()
  for await (const event of eventsAround(ctx.store, principal.accountId, window.from, window.to)) {
    if (event.kind !== 'VEVENT' || (resource.kind === 'book' && event.calendarId !== resource.book.id)) continue
    const steps = { left: Math.min(maxSteps, left) }
    const given = steps.left
    for (const one of instancesOf(parseObject(event.data), look, { instances: maxInstancesPerEvent, steps })) {
      const period = { from: Math.max(one.startUtc, window.from), to: Math.min(one.endUtc, window.to) }
      const kind = takes(one.component)
      if (kind && period.from < period.to) busy.get(kind)?.push(period)
    }
    left -= given - steps.left
    if (left <= 0) throw new DavFault(507, dav('number-of-matches-within-limits'))
    if (performance.now() - lastPause < 5) continue
    await new Promise((resolve) => setImmediate(resolve))
    lastPause = performance.now()
  }
  const body = printed(window, ctx.clock.now(), busy)
  return { status: 200, headers: { 'content-type': 'text/calendar; charset=utf-8' }, body }
}
