/** What is in a window of time: events with every instance of those that repeat, within bounds (ADR 0025). */
import { Failure } from '#base/failure.ts'
import { type CalendarObject, type Instance, instancesOf, parseObject } from '#format/icalendar/object.ts'
import { ianaZone, type Zone } from '#format/icalendar/zone.ts'
import type { Context } from '../context.ts'
import { eventsAround, type StoredEvent } from './events.ts'
import { maxInstances, maxInstancesPerEvent, maxSteps, maxStepsPerLook, maxWindowDays } from './limits.data.ts'

export interface Look {
  /** Milliseconds UTC. */
  readonly from: number
  readonly to: number
  /** The zone of whoever looks: IANA name. */
  readonly zone: string
  readonly calendarIds?: ReadonlySet<number>
}

export interface Found {
  readonly event: StoredEvent
  readonly object: CalendarObject
  readonly instance: Instance
}

/** The zone of this platform's people, for what has none. */
export const homeZone = 'Europe/Paris'

/** Throws Failure invalid for a name that no zone has. */
export const zoneNamed = (name: string): Zone => {
  const zone = ianaZone(name)
  if (!zone) throw new Failure('invalid', 'no such time zone', { property: 'timeZone' })
  return zone
}

/**
 * The instances of events that touch a window, by their beginning; at most `maxInstances`, `more` when there were others.
 * Throws Failure invalid (property `before`: the window is turned round or longer than `maxWindowDays`; `timeZone`).
 */
export const eventsIn = async (
  { store, log }: Context,
  account: number,
  { from, to, zone, calendarIds }: Look,
): Promise<{ readonly found: Found[]; readonly more: boolean }> => {
  if (!(from < to) || to - from > maxWindowDays * 86_400_000)
    throw new Failure('invalid', `a window has at most ${maxWindowDays} days`, { property: 'before' })
  const window = { from, to, floating: zoneNamed(zone) }
  const found: Found[] = []
  let left = maxStepsPerLook
  let more = false
  let lastPause = performance.now()
  for await (const event of eventsAround(store, account, from, to)) {
    if (event.kind !== 'VEVENT' || (calendarIds && !calendarIds.has(event.calendarId))) continue
    if (left <= 0) {
      more = true
      break
    }
    const steps = { left: Math.min(maxSteps, left) }
    const given = steps.left
    try {
      const object = parseObject(event.data)
      for (const instance of instancesOf(object, window, { instances: maxInstancesPerEvent, steps }))
        found.push({ event, object, instance })
    } catch (error) {
      // It was readable when it was written: one that is not any more must not hide the others.
      log.warn('calendar.unreadable', { account, event: event.id, error: String(error) })
    }
    left -= given - steps.left
    if (performance.now() - lastPause > 5) {
      await new Promise((resolve) => setImmediate(resolve))
      lastPause = performance.now()
    }
  }
  found.sort((a, b) => a.instance.startUtc - b.instance.startUtc || a.event.id - b.event.id)
  return { found: found.slice(0, maxInstances), more: more || found.length > maxInstances }
}
