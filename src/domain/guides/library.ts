/** Guides as one collection. Those of the program are files, so that they are there when nothing else is; shelf.ts adds the editors'. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { warmMarkdown } from '#format/markdown/render.ts'
import { type ErrorIndex, programErrors } from './error-index.ts'
import { type Guide, type GuideLanguage, guideLanguages, readGuide, themes } from './guide.ts'
import { createGuideSearch, type GuideSearch } from './search.ts'

export interface Library {
  /** In the order of their themes. */
  list(language: GuideLanguage): readonly Guide[]
  get(id: string, language: GuideLanguage): Guide | undefined
  /** The guide that a code of ours leads to. */
  ofCode(code: string, language: GuideLanguage): Guide | undefined
  /** Every code of ours that has a guide. */
  readonly codes: readonly string[]
  /** The best first, at most `limit`. */
  search(text: string, language: GuideLanguage, limit?: number): readonly Guide[]
  readonly index: Readonly<Record<GuideLanguage, GuideSearch>>
  /** Sentences of messages that lead to a guide, as its editors wrote them. */
  readonly phrases: readonly { readonly text: string; readonly id: string }[]
  /** Errors of others that the decoder knows. */
  readonly errors: ErrorIndex
}

const contentFolder = join(import.meta.dirname, 'content')

const readLanguage = async (folder: string, language: GuideLanguage): Promise<Guide[]> => {
  const names = (await readdir(join(folder, language))).filter((name) => name.endsWith('.md')).sort()
  const texts = await Promise.all(names.map((name) => readFile(join(folder, language, name), 'utf8')))
  const guides: Guide[] = []
  for (const [i, name] of names.entries()) {
    // Each in its own turn: together they would hold the event loop for a quarter of a second.
    await nextTurn()
    try {
      const guide = readGuide(texts[i] ?? '', language)
      if (`${guide.id}.md` !== name) throw new Error(`the id is ${guide.id}`)
      guides.push(guide)
    } catch (error) {
      throw new Error(`${language}/${name}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      })
    }
  }
  return guides
}

const inLanguage = (guides: readonly Guide[], language: GuideLanguage): readonly Guide[] =>
  guides
    .filter((guide) => guide.language === language)
    .sort((a, b) => themes.indexOf(a.theme) - themes.indexOf(b.theme) || a.title.localeCompare(b.title, a.language))

/** Puts guides together; `known` is their index where it was made before. Throws Error when a code leads to two guides of one language. */
export const createLibrary = (guides: readonly Guide[], known?: Library['index']): Library => {
  const byLanguage = new Map<GuideLanguage, readonly Guide[]>()
  const byId = new Map<string, Guide>()
  const byCode = new Map<string, Guide>()
  for (const language of guideLanguages) byLanguage.set(language, inLanguage(guides, language))
  for (const guide of guides) {
    byId.set(`${guide.language} ${guide.id}`, guide)
    for (const code of guide.codes.keys()) {
      const key = `${guide.language} ${code}`
      const other = byCode.get(key)
      if (other) throw new Error(`${code} leads to ${other.id} and to ${guide.id}`)
      byCode.set(key, guide)
    }
  }
  const index = known ?? {
    fr: createGuideSearch(byLanguage.get('fr') ?? []),
    en: createGuideSearch(byLanguage.get('en') ?? []),
  }
  return {
    list: (language) => byLanguage.get(language) ?? [],
    get: (id, language) => byId.get(`${language} ${id}`),
    ofCode: (code, language) => byCode.get(`${language} ${code.toUpperCase()}`),
    codes: [...new Set(guides.flatMap((guide) => [...guide.codes.keys()]))].sort(),
    search: (text, language, limit = 20) =>
      index[language]
        .find(text)
        .slice(0, limit)
        .map(({ guide }) => guide),
    index,
    phrases: guides.flatMap(({ id, phrases }) => phrases.map((text) => ({ text, id }))),
    errors: programErrors,
  }
}

let loaded: Promise<Library> | undefined

const load = async (): Promise<Library> => {
  const guides: Guide[] = []
  for (const _ of warmMarkdown()) await nextTurn()
  for (const language of guideLanguages) guides.push(...(await readLanguage(contentFolder, language)))
  const fr = createGuideSearch(inLanguage(guides, 'fr'))
  await nextTurn()
  const en = createGuideSearch(inLanguage(guides, 'en'))
  await nextTurn()
  return createLibrary(guides, { fr, en })
}

/** The guides of this program; read at the first call. */
export const loadLibrary = (): Promise<Library> => (loaded ??= load())
