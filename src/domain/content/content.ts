/**
 * Editors' content as one file, out and in: services of the portal and their rules, official addresses, contacts, closures,
 * guides that were written here and their pictures, errors of the decoder, watched components, incidents, notices and documents asked for. Whoever
 * has read what, and every matter of trust (declared services, providers, secrets), is no content. A file goes in whole or
 * not at all.
 */
import { Failure } from '#base/failure.ts'
import type { Reader, Writer } from '#store/engine.ts'
import { type Actor, requireForAcademy } from '../directory/delegation.ts'
import { ownErrors } from '../guides/error-texts.ts'
import type { Library } from '../guides/library.ts'
import { shelfOf } from '../guides/shelf.ts'
import { appendAudit } from '../people/audit.ts'
import type { People } from '../people/people.ts'
import type { PlaceChoices } from '../phishing/official.ts'
import type { TileDraft } from '../portal/tiles.ts'
import { inErrors, outErrors, putErrors } from './errors.ts'
import { comingGuides, inGuides, inPictures, outGuides, outPictures, putGuides, putPictures } from './guides.ts'
import { type Names, readNames } from './names.ts'
import { type Fault, Faults, Place } from './places.ts'
import { inOfficial, inTiles, outOfficial, outTiles, putOfficial, putTiles } from './portal.ts'
import type { Counts, Write } from './section.ts'
import {
  inClosures,
  inComponents,
  inContacts,
  inIncidents,
  outClosures,
  outComponents,
  outContacts,
  outIncidents,
  putComponents,
  putContacts,
  putFileClosures,
  putIncidents,
} from './support.ts'
import {
  inNotices,
  inRequests,
  livingNoticesOf,
  livingRequestsOf,
  outNotices,
  outRequests,
  putNotices,
  putRequests,
  type ReadyNotice,
  readyNotices,
} from './told.ts'

/** In the order in which they are written. */
export const sections = [
  'tiles',
  'officialAddresses',
  'contacts',
  'closures',
  'pictures',
  'guides',
  'errors',
  'components',
  'incidents',
  'notices',
  'requests',
] as const
export type Section = (typeof sections)[number]

const format = 'convergence-content'
const version = 1

/** Told after each section; `done` of `total` sections. */
export type Progress = (section: Section, done: number, total: number) => void

/** Whom the audiences that are here name. */
const personsOf = async (tx: Reader): Promise<number[]> => [
  ...new Set(
    [...(await livingNoticesOf(tx)), ...(await livingRequestsOf(tx))]
      .flatMap(({ audience: { include, exclude } }) => [...include, ...exclude])
      .flatMap(({ persons }) => persons),
  ),
]

/** Everything, as the text of a file: the same content is the same text, on every engine; audited. */
export const exportContent = async (
  people: People,
  actor: Actor,
  progress: Progress = () => undefined,
): Promise<string> => {
  await requireForAcademy(people.ctx, actor, 'content')
  const { store, clock } = people.ctx
  const rows = await store.read(async (tx) => {
    const names = await readNames(tx, { ids: await personsOf(tx) })
    const parts: Readonly<Record<Section, () => Promise<unknown>>> = {
      tiles: () => outTiles(tx, names),
      officialAddresses: () => outOfficial(tx),
      contacts: () => outContacts(tx),
      closures: () => outClosures(tx),
      pictures: () => outPictures(tx),
      guides: () => outGuides(tx),
      errors: () => outErrors(tx),
      components: () => outComponents(tx),
      incidents: () => outIncidents(tx),
      notices: () => outNotices(tx, names, store.blobs),
      requests: () => outRequests(tx, names),
    }
    const out: Partial<Record<Section, unknown>> = {}
    for (const [at, section] of sections.entries()) {
      out[section] = await parts[section]()
      progress(section, at + 1, sections.length)
    }
    return out
  })
  await store.writeGlobal((tx) => appendAudit(tx, clock.now(), { actor: actor.login, action: 'content.export' }))
  return `${JSON.stringify({ format, version, ...rows }, null, 2)}\n`
}

/** What a file holds, checked, with the numbers of here. */
interface Content {
  readonly tiles: readonly TileDraft[]
  readonly officialAddresses: PlaceChoices | undefined
  readonly contacts: ReturnType<typeof inContacts>
  readonly closures: ReturnType<typeof inClosures>
  readonly pictures: ReturnType<typeof inPictures>
  readonly guides: ReturnType<typeof inGuides>
  readonly errors: ReturnType<typeof inErrors>
  readonly components: ReturnType<typeof inComponents>
  readonly incidents: ReturnType<typeof inIncidents>
  readonly notices: ReturnType<typeof inNotices>
  readonly requests: ReturnType<typeof inRequests>
}

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string').slice(0, 500) : []

/** The logins that audiences of a file name, before anything of it is believed. */
const loginsIn = (root: Place): string[] => {
  const logins = ['notices', 'requests'].flatMap((section) => {
    const rows = root.at(section).value
    if (!Array.isArray(rows)) return []
    return rows.slice(0, 1000).flatMap((row) => {
      const audience = new Place(row, '', new Faults()).at('audience')
      return ['include', 'exclude'].flatMap((side) => {
        const rules = audience.at(side).value
        if (!Array.isArray(rules)) return []
        return rules.slice(0, 20).flatMap((rule) => strings(new Place(rule, '', new Faults()).at('persons').value))
      })
    })
  })
  return [...new Set(logins)].slice(0, 20_000)
}

const readContent = async (
  tx: Reader,
  root: Place,
  { names, library, now }: { readonly names: Names; readonly library: Library; readonly now: number },
): Promise<Content> => {
  const coming = comingGuides(root.at('guides'))
  const leads = (id: string): boolean => coming.has(id) || library.get(id, 'fr') !== undefined
  return {
    tiles: await inTiles(tx, root.at('tiles'), names),
    officialAddresses: inOfficial(root.at('officialAddresses')),
    contacts: inContacts(root.at('contacts')),
    closures: inClosures(root.at('closures')),
    pictures: inPictures(root.at('pictures')),
    guides: inGuides(root.at('guides'), library),
    errors: inErrors(root.at('errors'), await ownErrors(tx), leads),
    components: inComponents(root.at('components')),
    incidents: inIncidents(root.at('incidents')),
    notices: inNotices(root.at('notices'), names, now),
    requests: inRequests(root.at('requests'), names, now),
  }
}

export interface Imported {
  /** What is wrong with the file, at most 50; then nothing was written. */
  readonly faults: readonly Fault[]
  /** What became (or would become) of each part; empty when there are faults. */
  readonly counts: Partial<Readonly<Record<Section, Counts>>>
}

/** Takes a trial back. */
class Trial extends Error {
  readonly counts: Imported['counts']
  constructor(counts: Imported['counts']) {
    super('a trial is taken back')
    this.counts = counts
  }
}

const writeContent = async (
  tx: Writer,
  people: People,
  content: Omit<Content, 'notices'> & { readonly notices: readonly ReadyNotice[] },
  write: Write,
  progress: Progress,
): Promise<Imported['counts']> => {
  const parts: Readonly<Record<Section, () => Promise<Counts>>> = {
    tiles: () => putTiles(tx, content.tiles, write),
    officialAddresses: () => putOfficial(tx, content.officialAddresses, write),
    contacts: () => putContacts(tx, content.contacts, write),
    closures: () => putFileClosures(tx, content.closures, write),
    pictures: () => putPictures(tx, content.pictures, write),
    guides: () => putGuides(tx, content.guides, write),
    errors: () => putErrors(tx, content.errors, write),
    components: () => putComponents(tx, content.components, write),
    incidents: () => putIncidents(tx, content.incidents, write),
    notices: () => putNotices(tx, content.notices, write, people.ctx.store.blobs),
    requests: () => putRequests(tx, content.requests, write),
  }
  const counts: Partial<Record<Section, Counts>> = {}
  for (const [at, section] of sections.entries()) {
    counts[section] = await parts[section]()
    progress(section, at + 1, sections.length)
  }
  return counts
}

/** A word of JSON, with the space before it. */
const word = /\s*(?:[{}[\]:,]|"(?:[^"\\\n]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y

/** Where the first thing stands that is no word of JSON: the engine's own message does not always say. */
const firstStranger = (text: string): number => {
  word.lastIndex = 0
  let at = 0
  while (word.test(text)) at = word.lastIndex
  return at + (/^\s*/.exec(text.slice(at, at + 1000))?.[0].length ?? 0)
}

/** The value of a file's text. Returns a fault with line and column when it is no JSON. */
export const parseContent = (text: string): { readonly value: unknown } | { readonly fault: Fault } => {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch (error) {
    const why = error instanceof Error ? error.message : 'is not JSON'
    const at = Number(/position (\d+)/.exec(why)?.[1] ?? firstStranger(text))
    const before = text.slice(0, at).split('\n')
    return { fault: { path: `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`, why } }
  }
}

/**
 * Writes what a file holds: rows that are there are changed or left, the others are made; nothing is removed. Notices and
 * requests come as drafts that nobody is told of, incidents with their story and without telling subscribers. `dry`:
 * only says what would become of it. Audited. Throws Failure forbidden, overQuota, tooMany.
 */
export const importContent = async (
  people: People,
  actor: Actor,
  value: unknown,
  options: { readonly dry?: boolean; readonly progress?: Progress } = {},
): Promise<Imported> => {
  await requireForAcademy(people.ctx, actor, 'content')
  const { store, clock } = people.ctx
  const { dry = false, progress = () => undefined } = options
  const now = clock.now()
  const faults = new Faults()
  const root = new Place(value, '', faults)
  root.only('format', 'version', ...sections)
  if (root.at('format').value !== format) root.at('format').fault(`is not ${format}`)
  if (root.at('version').value !== version) root.at('version').fault(`is not ${version}`)
  if (faults.list.length > 0) return { faults: faults.list, counts: {} }
  const shelf = shelfOf(people.ctx)
  const library = await shelf.library()
  const [names, content] = await store.read(async (tx) => {
    const called = await readNames(tx, { ids: await personsOf(tx), logins: loginsIn(root) })
    return [called, await readContent(tx, root, { names: called, library, now })] as const
  })
  if (faults.list.length > 0) return { faults: faults.list, counts: {} }
  const ready = { ...content, notices: await readyNotices(content.notices, store.blobs) }
  const write: Write = { now, actor, names }
  try {
    const counts = await store.writeGlobal(async (tx) => {
      const done = await writeContent(tx, people, ready, write, progress)
      if (dry) throw new Trial(done)
      await appendAudit(tx, now, { actor: actor.login, action: 'content.import', detail: JSON.stringify(done) })
      return done
    })
    shelf.changed()
    store.bus.publishTopic('portal')
    return { faults: [], counts }
  } catch (error) {
    if (error instanceof Trial) return { faults: [], counts: error.counts }
    throw error
  }
}

/** A file of more than this is not read at all. */
export const mostContentBytes = 64 * 1024 * 1024

/** Throws Failure tooLarge. */
export const requireContentSize = (bytes: number): void => {
  if (bytes > mostContentBytes) throw new Failure('tooLarge', `a file has at most ${mostContentBytes} octets`)
}
