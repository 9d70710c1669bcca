/** What reports share: what a report is, its limits, the responses of what it found. */
import type { XmlElement } from '#format/xml/parse.ts'
import { child, type Wanted } from '../body.ts'
import { DavFault } from '../fault.ts'
import { dav, type Name } from '../names.ts'
import { commonNames, needsText, responseOf } from '../properties.ts'
import type { DavCall, DavResponse } from '../request.ts'
import type { Resource } from '../resources.ts'
import { loadTexts } from '../texts.ts'

/** The responses of a multistatus, or an answer of another form. */
export type Report = (
  call: DavCall,
  resource: Resource,
  root: XmlElement,
) => Promise<AsyncIterable<string> | DavResponse>

/** Results that one answer gives at most. */
export const most = 10_000

/** Throws DavFault 400. */
export const limitIn = (root: XmlElement, ns: string): number => {
  const limit = child(root, ns, 'limit')
  const text = limit && child(limit, ns, 'nresults')?.text.trim()
  if (text === undefined) return most
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new DavFault(400)
  return Math.min(Number(text), most)
}

const namesOf = ({ names, include }: Wanted): readonly Name[] =>
  typeof names === 'string' ? [...commonNames, ...include] : names

/** Responses for what is there; of all properties only those that each has. */
export async function* responsesOf(
  call: DavCall,
  resources: readonly Resource[],
  wanted: Wanted,
): AsyncGenerator<string> {
  const names = namesOf(wanted)
  const quiet = typeof wanted.names === 'string'
  const namesOnly = wanted.names === 'names'
  if (!needsText(names) || namesOnly) {
    for (const one of resources) yield responseOf(one, call.principal, names, { quiet, namesOnly })
    return
  }
  for await (const { resource, text } of loadTexts(call, resources, wanted.version)) {
    const part = text === undefined ? undefined : wanted.shape?.(text)
    const loaded = { ...(text === undefined ? {} : { text }), ...(part === undefined ? {} : { part }) }
    yield responseOf(resource, call.principal, names, { loaded, quiet })
  }
}

/** Said of the collection when there is more than was given. */
export const truncated = (path: string): string =>
  dav(
    'response',
    dav('href', path),
    dav('status', 'HTTP/1.1 507 Insufficient Storage'),
    dav('error', dav('number-of-matches-within-limits')),
  )
