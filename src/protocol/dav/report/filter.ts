/** The filter of addressbook-query (RFC 6352 §10.5), on the properties of a vCard. */
import { unescapeText } from '#format/content-line/property.ts'
import type { VCardProperty } from '#format/vcard/syntax.ts'
import type { XmlElement } from '#format/xml/parse.ts'
import { child } from '../body.ts'
import { DavFault } from '../fault.ts'
import { CARDDAV } from '../names.ts'

export type CardFilter = (properties: readonly VCardProperty[]) => boolean

type Test<T> = (value: T) => boolean

const maxFilters = 50
/** Of one filter. */
const maxTests = 10

const all = <T>(element: XmlElement, tests: readonly Test<T>[]): Test<T> => {
  const mode = element.attributes.get('test') ?? 'anyof'
  if (mode !== 'anyof' && mode !== 'allof') throw new DavFault(400)
  return (value) => (mode === 'allof' ? tests.every((test) => test(value)) : tests.some((test) => test(value)))
}

/** Named by the client: only what is listed, never what every object has. */
const listed = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

const collations: Readonly<Record<string, (text: string) => string>> = {
  'i;ascii-casemap': (text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  'i;unicode-casemap': (text) => text.normalize('NFC').toLowerCase(),
  'i;octet': (text) => text,
}

/** How texts are made comparable; undefined for a collation that we have not. */
export const collationNamed = (name: string): ((text: string) => string) | undefined => listed(collations, name)

const matches: Readonly<Record<string, (text: string, wanted: string) => boolean>> = {
  equals: (text, wanted) => text === wanted,
  contains: (text, wanted) => text.includes(wanted),
  'starts-with': (text, wanted) => text.startsWith(wanted),
  'ends-with': (text, wanted) => text.endsWith(wanted),
}

const textMatch = (element: XmlElement): Test<string> => {
  const collate = collationNamed(element.attributes.get('collation') ?? 'i;unicode-casemap')
  if (!collate) throw new DavFault(403, '<C:supported-collation/>')
  const match = listed(matches, element.attributes.get('match-type') ?? 'contains')
  if (!match) throw new DavFault(400)
  const negate = element.attributes.get('negate-condition') === 'yes'
  const wanted = collate(element.text)
  return (text) => match(collate(text), wanted) !== negate
}

const paramFilter = (element: XmlElement): Test<VCardProperty> => {
  const name = (element.attributes.get('name') ?? '').toUpperCase()
  const values = ({ params }: VCardProperty) => params.filter((one) => one.name === name).flatMap((one) => one.values)
  if (child(element, CARDDAV, 'is-not-defined')) return (property) => values(property).length === 0
  const text = child(element, CARDDAV, 'text-match')
  const test = text && textMatch(text)
  return (property) => values(property).some((value) => (test ? test(value) : true))
}

const propFilter = (element: XmlElement): CardFilter => {
  const name = (element.attributes.get('name') ?? '').toUpperCase()
  const plain = name.includes('.') ? name.slice(name.indexOf('.') + 1) : name
  const ofName = (properties: readonly VCardProperty[]) => properties.filter((one) => one.name === plain)
  if (child(element, CARDDAV, 'is-not-defined')) return (properties) => ofName(properties).length === 0
  // Each is tried on every card, on everybody's event loop.
  if (element.children.length > maxTests) throw new DavFault(400)
  const tests: Test<VCardProperty>[] = []
  for (const one of element.children) {
    if (one.ns === CARDDAV && one.name === 'text-match') {
      const test = textMatch(one)
      tests.push(({ value }) => test(unescapeText(value)))
    } else if (one.ns === CARDDAV && one.name === 'param-filter') tests.push(paramFilter(one))
  }
  if (tests.length === 0) return (properties) => ofName(properties).length > 0
  const test = all(element, tests)
  return (properties) => ofName(properties).some(test)
}

/** Throws DavFault 400, 403 (a collation that we have not). Without filters everything matches. */
export const cardFilter = (element: XmlElement): CardFilter => {
  const filters = element.children.filter((one) => one.ns === CARDDAV && one.name === 'prop-filter')
  if (filters.length > maxFilters) throw new DavFault(400)
  if (filters.length === 0) return () => true
  return all(element, filters.map(propFilter))
}
