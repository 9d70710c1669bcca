/** Files of many events: taken apart into calendar objects (RFC 4791 §4.1), and made of them. Pure. */
import {
  type Component,
  paramOf,
  parseCalendars,
  printComponent,
  rawProperty,
  textIn,
  textProperty,
} from './component.ts'
import { objectKinds } from './object.ts'

/** What a file to import may hold. */
const maxCalendarsInFile = 5000
const maxLinesInFile = 600_000

const isObject = ({ name }: Component): boolean => (objectKinds as readonly string[]).includes(name)

/** The zones that a component, or one within, names. */
const zonesNamed = (component: Component): string[] => [
  ...component.properties.flatMap((property) => paramOf(property, 'TZID') ?? []),
  ...component.components.flatMap(zonesNamed),
]

const head = [rawProperty('VERSION', '2.0'), rawProperty('PRODID', '-//Convergence//FR')]

interface Group {
  readonly parts: Component[]
  readonly zones: ReadonlyMap<string, Component>
}

/**
 * The texts of a file's objects: one of each UID, with the zones that it names. What has no UID is given one by `newUid`;
 * what a message says of itself (METHOD) is left out. Throws Failure invalid (no calendar), tooMany.
 */
export const objectTexts = (file: string, newUid: () => string): string[] => {
  const groups = new Map<string, Group>()
  for (const calendar of parseCalendars(file, maxCalendarsInFile, maxLinesInFile)) {
    const zones = new Map(
      calendar.components.flatMap((one) => (one.name === 'VTIMEZONE' ? [[textIn(one, 'TZID'), one] as const] : [])),
    )
    for (const one of calendar.components.filter(isObject)) {
      const known = textIn(one, 'UID')
      const uid = known === '' ? newUid() : known
      const part = known === '' ? { ...one, properties: [...one.properties, textProperty('UID', uid)] } : one
      // A task may have the UID of an event in files that were put together.
      const key = `${one.name} ${uid}`
      const group = groups.get(key) ?? { parts: [], zones }
      group.parts.push(part)
      groups.set(key, group)
    }
  }
  return [...groups.values()].map(({ parts, zones }) => {
    const named = [...new Set(parts.flatMap(zonesNamed))]
    const components = [...named.flatMap((zone) => zones.get(zone) ?? []), ...parts]
    return printComponent({ name: 'VCALENDAR', properties: head, components })
  })
}

/** One calendar of many objects, a piece at a time: `begin`, each object, `end`. A zone is written once. */
export const calendarFile = (name: string) => {
  const written = new Set<string>()
  return {
    begin: (): string =>
      printComponent({ name: 'VCALENDAR', properties: [...head, textProperty('X-WR-CALNAME', name)], components: [] })
        // It goes on until `end`.
        .replace(/END:VCALENDAR\r\n$/, ''),
    object: (calendar: Component): string =>
      calendar.components
        .filter((one) => {
          if (one.name !== 'VTIMEZONE') return isObject(one)
          const zone = textIn(one, 'TZID')
          if (written.has(zone)) return false
          written.add(zone)
          return true
        })
        .map(printComponent)
        .join(''),
    end: (): string => 'END:VCALENDAR\r\n',
  }
}
