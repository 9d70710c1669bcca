/** Instances that are said otherwise (recurrenceOverrides, RFC 8984 §4.3.5), put into an iCalendar object. */
import { Failure } from '#base/failure.ts'
import { type Component, printComponent, propertiesIn, propertyIn, withProperties } from '../icalendar/component.ts'
import { DAY, momentOf, momentsOf, printWall } from '../icalendar/moment.ts'
import { type CalendarObject, type Instance, instancesOf, parseObject } from '../icalendar/object.ts'
import type { Zone } from '../icalendar/zone.ts'
import { localWall } from './event.ts'
import { instanceOf } from './from-ical.ts'
import { addInstance, changeInstance, excludeInstance, withoutOverride } from './to-ical.ts'

type Given = Readonly<Record<string, unknown>>
type Overrides = Readonly<Record<string, Given>>

const maxOverrides = 1000

const bad = (what: string): Failure =>
  new Failure('invalid', `recurrenceOverrides ${what}`, { property: 'recurrenceOverrides' })

const isObject = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const overridesOf = (value: unknown): Overrides => {
  if (value === undefined || value === null) return {}
  if (!isObject(value) || !Object.values(value).every(isObject)) throw bad('are patches by LocalDateTime')
  if (Object.keys(value).length > maxOverrides) throw bad(`are at most ${maxOverrides}`)
  return value as Overrides
}

/** The instance that a recurrence id names, wherever it has been moved to. */
const instanceAt = (object: CalendarObject, wall: number, recurrenceId: string, floating: Zone): Instance | undefined =>
  instancesOf(
    object,
    { from: wall - 2 * DAY, to: wall + 2 * DAY, floating },
    { instances: 5000, steps: { left: 20_000 } },
  ).find((one) => one.recurrenceId === recurrenceId)

/** The object with nothing said of one instance: as the rules have it, or gone when they do not have it. */
const cleared = (object: CalendarObject, master: Component, wall: number, recurrenceId: string): Component => {
  let next = master
  for (const name of ['EXDATE', 'RDATE']) {
    const others = propertiesIn(next, name).filter((one) => !momentsOf(one).some((moment) => moment.wall === wall))
    if (others.length < propertiesIn(next, name).length) {
      const values = propertiesIn(next, name).flatMap((one) =>
        one.value
          .split(',')
          .map((value) => ({ ...one, value }))
          .filter((single) => momentOf(single)?.wall !== wall),
      )
      next = withProperties(next, name, values)
    }
  }
  const components = withoutOverride(object, recurrenceId).map((one) => (one === master ? next : one))
  return { ...object.calendar, components }
}

/** What an instance is with a patch: paths of its members (RFC 8620 §5.3) to values. */
const patched = (instance: Given, patch: Given): { value: Given; names: string[] } => {
  const value: Record<string, unknown> = { ...instance }
  const names = new Set<string>()
  for (const [path, to] of Object.entries(patch)) {
    const tokens = path.split('/').map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    const [top = '', ...rest] = tokens
    if (top === 'excluded') continue
    names.add(top)
    if (rest.length === 0) {
      value[top] = to
      continue
    }
    const copy: Record<string, unknown> = structuredClone(isObject(value[top]) ? value[top] : {})
    value[top] = copy
    let at = copy
    for (const token of rest.slice(0, -1)) {
      const inner = at[token]
      if (!isObject(inner)) throw bad('run through something that is not there')
      at = inner as Record<string, unknown>
    }
    const last = rest.at(-1) ?? ''
    if (to === null) delete at[last]
    else at[last] = to
  }
  return { value, names: [...names] }
}

const reread = (calendar: Component): CalendarObject => parseObject(printComponent(calendar))

const changeOne = (object: CalendarObject, key: string, patch: Given | undefined, floating: Zone, now: number) => {
  const { master } = object
  const first = master && momentOf(propertyIn(master, 'DTSTART'))
  const wall = localWall(key)
  if (!master || !first) throw bad('are those of an event that repeats')
  if (wall === undefined) throw bad('are named by a LocalDateTime each')
  const recurrenceId = printWall(wall, first.kind === 'day')
  const before = reread(cleared(object, master, wall, recurrenceId))
  if (patch === undefined) return before
  if (patch.excluded === true) return reread(excludeInstance(before, recurrenceId, now))
  const isKnown = instanceAt(before, wall, recurrenceId, floating) !== undefined
  const after = isKnown ? before : reread(addInstance(before, recurrenceId, now))
  const instance = instanceAt(after, wall, recurrenceId, floating)
  if (!instance) throw bad('name an instance that cannot be')
  const { value, names } = patched({ ...instanceOf(after, instance, floating) }, patch)
  return names.length === 0 ? after : reread(changeInstance(after, instance, value, names, now))
}

/**
 * The object with its instances said otherwise as `after` has it; those that `before` has alike stay as they are.
 * Throws Failure invalid (property recurrenceOverrides, or the member of an instance at fault), tooMany.
 */
export const changeOverrides = (
  calendar: Component,
  given: { readonly before: unknown; readonly after: unknown },
  floating: Zone,
  now: number,
): Component => {
  const [before, after] = [overridesOf(given.before), overridesOf(given.after)]
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  const changed = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
  let object = reread(calendar)
  for (const key of changed) object = changeOne(object, key, after[key], floating, now)
  return object.calendar
}
