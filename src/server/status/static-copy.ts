/**
 * The public pages as files: the status, the guides, who helps. The running server renews them; whoever serves them
 * (a small process of ours, or a web server) needs neither the store nor this process. Each file is replaced in one step.
 */

import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { guideLanguages } from '#domain/guides/guide.ts'
import type { Library } from '#domain/guides/library.ts'
import { listPictures, pictureRoot, programPictures, readPicture } from '#domain/guides/pictures.ts'
import { shelfOf } from '#domain/guides/shelf.ts'
import type { People } from '#domain/people/people.ts'
import { type ListedPlace, listPlaces } from '#domain/phishing/official.ts'
import { readStatus, type Status } from '#domain/status/snapshot.ts'
import { listContacts, type SupportContact } from '#domain/support/contacts.ts'
import type { Brand } from '../brand/brand.ts'
import { addressPath, addressShown } from '../http/address-page.ts'
import { brandedPage } from '../http/brand.ts'
import { contactsBody, contactsTitle } from '../http/contacts-page.ts'
import { type Asking, guideDocument, guideRoots, guideShown, helpHome } from '../http/guides-page.ts'
import { guideStyle } from '../http/guides-style.data.ts'
import { statusJson } from '../http/status.ts'
import { statusAtom, statusCalendar, statusRss } from '../http/status-feeds.ts'
import { noticeBody, statusBody, statusDocument, statusRoots } from '../http/status-page.ts'
import { statusWords } from '../http/status-words.data.ts'

const stylePath = '/aide/style.css'

interface Sources {
  readonly status: Status
  readonly contacts: readonly SupportContact[]
  readonly library: Library
  readonly places: readonly ListedPlace[]
  readonly base: string
  readonly brand: Brand | undefined
}

type Language = 'fr' | 'en'

const branded = (html: string, brand: Brand | undefined): string => (brand ? brandedPage(html, brand) : html)

const statusFiles = ({ status, base, brand }: Sources, language: Language): [string, string][] => {
  const root = statusRoots[language].slice(1)
  const title = statusWords.title[language]
  const page = (body: string) => branded(statusDocument({ title, body }, language, stylePath), brand)
  return [
    [`${root}/index.html`, page(statusBody(status, language, { paper: true }))],
    [`${root}/atom.xml`, statusAtom(status, language, base)],
    [`${root}/rss.xml`, statusRss(status, language, base)],
    [`${root}/maintenance.ics`, statusCalendar(status, language, base)],
    [`absent.${language}.html`, page(noticeBody(language, { title: 'absent', text: 'absentText' }))],
  ]
}

/** Made one by one, as they are written: together they would hold the event loop. */
function* guideFiles(
  { status, contacts, library, places, brand }: Sources,
  language: Language,
): Generator<[string, string]> {
  const root = guideRoots[language].slice(1)
  const help = { contacts: [], incidents: status.current, planned: [] }
  const asking: Asking = { language, audience: undefined, help, now: status.at, paper: true }
  const page = (shown: Parameters<typeof guideDocument>[0]) => branded(guideDocument(shown, language, stylePath), brand)
  yield [`${root}/index.html`, page(helpHome(library, asking, undefined, ''))]
  yield [
    `${root}/contacts/index.html`,
    page({ title: contactsTitle[language], path: '/contacts', body: contactsBody(contacts, language, {}, true) }),
  ]
  yield [`${root}${addressPath}/index.html`, page(addressShown(places, language, { paper: true }))]
  for (const guide of library.list(language)) {
    yield [`${root}/${guide.id}/index.html`, page(guideShown(library, asking, guide))]
    for (const code of guide.codes.keys())
      if (/^[A-Z0-9-]{1,80}$/.test(code))
        yield [`${root}/code/${code}/index.html`, page(guideShown(library, asking, guide, { code }))]
  }
}

/** Every file with its path below the folder. */
function* filesOf(sources: Sources): Generator<[string, string]> {
  yield ['aide/style.css', guideStyle]
  // Of the brand the pages name its colours only.
  const colours = sources.brand?.style
  const file = colours === undefined ? undefined : sources.brand?.files.get(colours)
  if (colours !== undefined && file) yield [colours.slice(1), Buffer.from(file.bytes).toString('utf8')]
  // The status of both languages first: it is what changes, and what is asked for first.
  yield* statusPart(sources)
  for (const language of guideLanguages) yield* guideFiles(sources, language)
}

/** Where the standby asks whether this process still answers. */
export interface Pulse {
  /** When the copy was renewed, in milliseconds. */
  readonly at: number
  readonly host: string
  readonly port: number
  readonly tls: boolean
}

export const pulseFile = 'pulse.json'

export interface StaticCopy {
  /** Renews what has changed. Rejects when the store does not answer: then the copy stays as old as it says. */
  publish(): Promise<void>
}

/** A file is there whole or not at all: written beside, then renamed. */
const put = async (folder: string, path: string, text: string | Uint8Array): Promise<void> => {
  const file = join(folder, path)
  await mkdir(dirname(file), { recursive: true })
  const beside = `${file}.new`
  try {
    await writeFile(beside, text)
    await rename(beside, file)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}

/** Guides that are no more are not served either. */
const forget = async (
  folder: string,
  written: Map<string, string>,
  isThere: (id: string, language: 'fr' | 'en') => boolean,
): Promise<void> => {
  for (const path of [...written.keys()]) {
    const [, root, id = ''] = /^(aide|help)\/([a-z0-9-]+)\/index\.html$/.exec(path) ?? []
    if (root === undefined || id === 'contacts' || id === addressPath.slice(1)) continue
    if (isThere(id, root === 'aide' ? 'fr' : 'en')) continue
    await rm(join(folder, path), { force: true })
    written.delete(path)
  }
}

export const createStaticCopy = (
  people: People,
  folder: string,
  door: () => Omit<Pulse, 'at'> | undefined,
  brand: Brand | undefined,
): StaticCopy => {
  const written = new Map<string, string>()
  let guidesOf = ''
  let libraryOf: Library | undefined
  /** Pictures that are there already: one of a name does not change. */
  const pictured = new Set<string>()
  const putPictures = async (): Promise<void> => {
    const names = [...(await programPictures()).keys()]
    for (const { name } of await people.ctx.store.read(listPictures)) names.push(name)
    for (const name of names) {
      if (pictured.has(name)) continue
      const picture = await readPicture(people.ctx, name)
      if (picture) await put(folder, `${pictureRoot.slice(1)}${name}`, picture.bytes)
      pictured.add(name)
    }
  }
  return {
    publish: async () => {
      const now = people.ctx.clock.now()
      const base = people.options.publicUrl
      const known = await shelfOf(people.ctx).library()
      const sources = await people.ctx.store.read(
        async (tx): Promise<Sources> => ({
          status: await readStatus(tx, now),
          contacts: await listContacts(tx),
          library: known,
          places: await listPlaces(people, tx),
          base,
          brand,
        }),
      )
      // First of all, so that a copy never stands there that does not know whose it is.
      const here = door()
      if (here) await put(folder, pulseFile, JSON.stringify({ at: now, ...here } satisfies Pulse))
      // A hundred guides are only written anew when what stands on each of them has changed.
      const about = JSON.stringify([sources.status.current, sources.contacts, sources.places])
      const isSame = about === guidesOf && known === libraryOf
      for (const [path, text] of isSame ? statusPart(sources) : filesOf(sources)) {
        if (written.get(path) === text) {
          await nextTurn()
          continue
        }
        await put(folder, path, text)
        written.set(path, text)
      }
      if (!isSame) await forget(folder, written, (id, language) => known.get(id, language) !== undefined)
      await putPictures()
      guidesOf = about
      libraryOf = known
    },
  }
}

/** What changes at every round. */
const statusPart = (sources: Sources): [string, string][] => [
  ['status/api.json', JSON.stringify(statusJson(sources.status))],
  ...guideLanguages.flatMap((language) => statusFiles(sources, language)),
]
