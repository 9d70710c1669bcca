/** Request bodies: XML within bounds, with nothing that attackers of XML live on (format/xml). */
import { isFailure } from '#base/failure.ts'
import { parseXml, type XmlBounds, type XmlElement } from '#format/xml/parse.ts'
import { DavFault } from './fault.ts'
import { CALDAV, CARDDAV, DAV, type Name } from './names.ts'
import { calendarShape, cardShape } from './shape.ts'

/** A multiget of a few thousand places. */
const bounds: XmlBounds = { size: 512 * 1024, depth: 16, nodes: 12_000, comments: true, cdata: true }

/** The document element. Throws DavFault 400 or 413. */
export const parseBody = (text: string): XmlElement => {
  try {
    return parseXml(text, bounds)
  } catch (error) {
    throw isFailure(error, 'tooLarge') ? new DavFault(413) : new DavFault(400)
  }
}

export const child = (element: XmlElement, ns: string, name: string): XmlElement | undefined =>
  element.children.find((one) => one.ns === ns && one.name === name)

/** Which properties a request is for; `version` is that of the vCards it wants. */
export interface Wanted {
  readonly names: readonly Name[] | 'all' | 'names'
  /** Properties asked for beside all (RFC 4918 §14.8). */
  readonly include: readonly Name[]
  readonly version: '3.0' | '4.0' | undefined
  /** What of the text is wanted, when it is not all of it. */
  readonly shape: ((text: string) => string) | undefined
}

const maxProperties = 100

const namesIn = (element: XmlElement | undefined): Name[] => {
  const names = (element?.children ?? []).map(({ ns, name }) => ({ ns, name }))
  if (names.length > maxProperties) throw new DavFault(400)
  return names
}

/** Of a PROPFIND or a REPORT: `prop`, `allprop`, `propname`; all when there is none. Throws DavFault 400, 415. */
export const wantedOf = (element: XmlElement | undefined): Wanted => {
  const whole = { include: [], version: undefined, shape: undefined }
  if (element && child(element, DAV, 'propname')) return { ...whole, names: 'names' }
  const prop = element && child(element, DAV, 'prop')
  if (!prop) return { ...whole, names: 'all', include: namesIn(element && child(element, DAV, 'include')) }
  const data = child(prop, CARDDAV, 'address-data')
  const version = data?.attributes.get('version')
  const type = data?.attributes.get('content-type') ?? 'text/vcard'
  if (type !== 'text/vcard' || (version !== undefined && version !== '3.0' && version !== '4.0'))
    throw new DavFault(415, '<C:supported-address-data/>')
  const calendar = child(prop, CALDAV, 'calendar-data')
  const attributes = calendar?.attributes
  if (
    (attributes?.get('content-type') ?? 'text/calendar') !== 'text/calendar' ||
    (attributes?.get('version') ?? '2.0') !== '2.0'
  )
    throw new DavFault(415, '<L:supported-calendar-data/>')
  const shape = calendar ? calendarShape(calendar) : data && cardShape(data)
  return { names: namesIn(prop), include: [], version, shape }
}
