/**
 * An iCalendar stream as components with their properties (RFC 5545 §3.4), and back to text. Nothing is interpreted here, so
 * that whatever nobody knows survives a change of something else. Pure and bounded.
 */
import { Failure } from '#base/failure.ts'
import { printLine } from '../content-line/fold.ts'
import { escapeText, type Property, readHead, unescapeText } from '../content-line/property.ts'

export type { Property } from '../content-line/property.ts'

export interface Component {
  /** Upper case: VCALENDAR, VEVENT, VALARM... */
  readonly name: string
  readonly properties: readonly Property[]
  readonly components: readonly Component[]
}

const maxLines = 60_000
const maxDepth = 5
const maxLineLength = 300_000

interface Open {
  readonly name: string
  readonly properties: Property[]
  readonly components: Component[]
}

/** A logical line as a property; undefined when it is none. */
const propertyOf = (line: string): Property | undefined => {
  const head = line.length > maxLineLength ? undefined : readHead(line)
  return head && { group: '', name: head.name, params: head.params, value: line.slice(head.at) }
}

/**
 * The VCALENDAR objects of a text, at most `max`; a line that is no property is passed over. Throws Failure invalid (no
 * calendar, components that do not end), tooMany.
 */
export const parseCalendars = (text: string, max = 1, most = maxLines): Component[] => {
  const lines = text
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]/g, '')
    .split('\n')
  if (lines.length > most) throw new Failure('tooMany', `at most ${most} lines in a calendar`)
  const calendars: Component[] = []
  const open: Open[] = []
  for (const line of lines) {
    const property = propertyOf(line)
    if (!property) continue
    const part = property.value.trim().toUpperCase()
    const inner = open.at(-1)
    if (property.name === 'BEGIN') {
      if (!inner && part !== 'VCALENDAR') throw new Failure('invalid', 'a calendar begins with BEGIN:VCALENDAR')
      if (open.length >= maxDepth) throw new Failure('invalid', 'components too deep')
      open.push({ name: part, properties: [], components: [] })
    } else if (property.name === 'END') {
      if (inner?.name !== part) throw new Failure('invalid', `END:${part.slice(0, 40)} without its beginning`)
      open.pop()
      const outer = open.at(-1)
      if (outer) outer.components.push(inner)
      else if (calendars.length >= max) throw new Failure('tooMany', `at most ${max} calendars in a text`)
      else calendars.push(inner)
    } else inner?.properties.push(property)
  }
  if (open.length > 0) throw new Failure('invalid', 'a component does not end')
  if (calendars.length === 0) throw new Failure('invalid', 'there is no calendar')
  return calendars
}

/** The text, with CRLF and folded lines. */
export const printComponent = ({ name, properties, components }: Component): string =>
  [
    `BEGIN:${name}\r\n`,
    ...properties.map((property) => printLine(property)),
    ...components.map(printComponent),
    `END:${name}\r\n`,
  ].join('')

/** The first property of a name. */
export const propertyIn = (component: Component, name: string): Property | undefined =>
  component.properties.find((one) => one.name === name)

export const propertiesIn = (component: Component, name: string): Property[] =>
  component.properties.filter((one) => one.name === name)

export const paramOf = (property: Property, name: string): string | undefined =>
  property.params.find((one) => one.name === name)?.values[0]

/** A TEXT property's text; empty when there is none. */
export const textIn = (component: Component, name: string): string => {
  const property = propertyIn(component, name)
  return property ? unescapeText(property.value) : ''
}

/** A property made of a raw value. */
export const rawProperty = (name: string, value: string, params: Readonly<Record<string, string>> = {}): Property => ({
  group: '',
  name,
  params: Object.entries(params).map(([key, one]) => ({ name: key, values: [one] })),
  value,
})

/** A property made of a text; control characters have no place in it. */
export const textProperty = (name: string, text: string): Property =>
  rawProperty(name, escapeText(text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0009\u000B-\u001F\u007F]/g, ' ')))

/** The component with the properties of these names replaced: where the first stood, else at the end. */
export const withProperties = (component: Component, name: string, given: readonly Property[]): Component => {
  const at = component.properties.findIndex((one) => one.name === name)
  const rest = component.properties.filter((one) => one.name !== name)
  return { ...component, properties: rest.toSpliced(at < 0 ? rest.length : Math.min(at, rest.length), 0, ...given) }
}
