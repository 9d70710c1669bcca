/** Guides that editors wrote or changed and their pictures, as a file has them; those of the program are not in it. */
import type { Reader, Writer } from '#store/engine.ts'
import { checkGuide, draftOf, fileOf, type GuideDraft } from '../guides/draft.ts'
import { putGuide } from '../guides/edit.ts'
import { type Guide, type GuideLanguage, readGuide } from '../guides/guide.ts'
import type { Library } from '../guides/library.ts'
import {
  listPictures,
  mostPictureBytes,
  mostPictures,
  ownPicture,
  pictureName,
  putPicture,
} from '../guides/pictures.ts'
import { latestTexts, mostOwnGuides } from '../guides/texts.ts'
import type { Place } from './places.ts'
import type { Counts, Write } from './section.ts'

export interface FileGuide {
  /** The whole Markdown files, with their heads. */
  readonly fr: string
  readonly en: string
}

/** The number of a version and its day are of the instance, not of the guide. */
const asFile = (draft: GuideDraft): FileGuide => ({
  fr: fileOf(draft, 'fr', 1, '2000-01-01'),
  en: fileOf(draft, 'en', 1, '2000-01-01'),
})

export const outGuides = async (tx: Reader): Promise<FileGuide[]> => {
  const texts = (await latestTexts(tx)).filter(({ text }) => text !== '')
  return texts.flatMap((row) => {
    if (row.language !== 'fr') return []
    const english = texts.find(({ id, language }) => id === row.id && language === 'en')
    return [asFile(draftOf(readGuide(row.text, 'fr'), english && readGuide(english.text, 'en')))]
  })
}

const inGuide = (place: Place, library: Library, coming: ReadonlySet<string>): GuideDraft | undefined => {
  place.only('fr', 'en')
  const read = (language: GuideLanguage): Guide | undefined => {
    const at = place.at(language)
    try {
      return readGuide(at.needed(60_000), language)
    } catch (error) {
      at.fault(error instanceof Error ? error.message : String(error))
      return
    }
  }
  const [fr, en] = [read('fr'), read('en')]
  if (!fr || !en) return
  if (fr.id === en.id) return place.checked(() => checkGuide(draftOf(fr, en), library, (id) => coming.has(id)))
  place.at('en').fault(`is of ${en.id}, not of ${fr.id}`)
  return
}

/** The guides that come with a file, by their names. */
export const comingGuides = ({ value }: Place): ReadonlySet<string> => {
  const coming = new Set<string>()
  for (const row of Array.isArray(value) ? value.slice(0, mostOwnGuides) : []) {
    const text: unknown = (row as Readonly<Record<string, unknown>> | null)?.fr
    const id = typeof text === 'string' ? /^id: *(\S+)/m.exec(text)?.[1] : undefined
    if (id !== undefined) coming.add(id)
  }
  return coming
}

/** Guides of a file may lead to each other. */
export const inGuides = (place: Place, library: Library): GuideDraft[] => {
  const coming = comingGuides(place)
  const rows = place.list(mostOwnGuides)
  const drafts: GuideDraft[] = []
  for (const row of rows) {
    const draft = inGuide(row, library, coming)
    if (draft) drafts.push(draft)
  }
  return drafts
}

export const putGuides = async (tx: Writer, guides: readonly GuideDraft[], { now, actor }: Write): Promise<Counts> => {
  const before = new Map((await outGuides(tx)).map((one) => [idIn(one.fr), one]))
  const counts = { created: 0, changed: 0, unchanged: 0 }
  for (const draft of guides) {
    const old = before.get(draft.id)
    const wanted = asFile(draft)
    if (old && old.fr === wanted.fr && old.en === wanted.en) {
      counts.unchanged++
      continue
    }
    await putGuide(tx, now, actor.login, draft)
    if (old) counts.changed++
    else counts.created++
  }
  return counts
}

const idIn = (file: string): string => /^id: *(\S+)/m.exec(file)?.[1] ?? ''

// -- pictures --------------------------------------------------------------------------------------------------------

export interface FilePicture {
  readonly name: string
  /** Base64. */
  readonly data: string
}

export const outPictures = async (tx: Reader): Promise<FilePicture[]> => {
  const pictures: FilePicture[] = []
  for (const { name } of await listPictures(tx)) {
    const bytes = (await ownPicture(tx, name))?.bytes ?? new Uint8Array()
    pictures.push({ name, data: Buffer.from(bytes).toString('base64') })
  }
  return pictures
}

export interface ReadPicture {
  readonly name: string
  readonly bytes: Uint8Array
}

export const inPictures = (place: Place): ReadPicture[] =>
  place.list(mostPictures).flatMap((one) => {
    one.only('name', 'data')
    const name = one.at('name').needed(100)
    const data = one.at('data').needed(Math.ceil(mostPictureBytes * 1.4))
    if (!/^[A-Za-z\d+/]+={0,2}$/.test(data)) one.at('data').fault('is not base64')
    const bytes = new Uint8Array(Buffer.from(data, 'base64'))
    // Its measures are part of its name: a name that says others is another picture's.
    const kept = one.checked(() => pictureName(name.replace(/\.\d+x\d+\.\w+$/, '.x'), bytes))
    if (kept === undefined) return []
    if (kept !== name) one.at('name').fault(`is not ${kept}`)
    return [{ name, bytes }]
  })

export const putPictures = async (
  tx: Writer,
  pictures: readonly ReadPicture[],
  { now, actor }: Write,
): Promise<Counts> => {
  const counts = { created: 0, changed: 0, unchanged: 0 }
  for (const { name, bytes } of pictures) {
    const old = await ownPicture(tx, name)
    if (old && Buffer.compare(Buffer.from(old.bytes), Buffer.from(bytes)) === 0) {
      counts.unchanged++
      continue
    }
    await putPicture(tx, now, actor.login, name, bytes)
    if (old) counts.changed++
    else counts.created++
  }
  return counts
}
