/**
 * The guides as they are now: the program's own, and over them what editors wrote. When the store does not answer, the
 * last ones known are there, and at first the program's.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Store } from '#store/store.ts'
import type { Context } from '../context.ts'
import { type Guide, guideLanguages, readGuide } from './guide.ts'
import { createLibrary, type Library, loadLibrary } from './library.ts'
import { type GuideText, latestTexts, textsRevision } from './texts.ts'

export interface Shelf {
  /** What the guides are; never rejects for the store's sake. */
  library(): Promise<Library>
  /** Something was saved here: the next look is a fresh one. */
  changed(): void
}

/** How long nobody looks whether another process has saved something, in milliseconds. */
const trust = 2000

const keyOf = ({ id, language }: Pick<Guide, 'id' | 'language'>): string => `${language} ${id}`

/** The program's guides with those of editors over them; what cannot be read is left out and told to `complain`. */
export const overlay = (
  program: readonly Guide[],
  own: readonly Guide[],
  complain: (guide: Guide, why: string) => void,
): Library => {
  const all = new Map(program.map((guide) => [keyOf(guide), guide]))
  for (const guide of own) all.set(keyOf(guide), guide)
  try {
    return createLibrary([...all.values()])
  } catch (error) {
    // A new version of the program may have given a code that an editor used, too: better the program's than none.
    for (const guide of own) complain(guide, error instanceof Error ? error.message : String(error))
    return createLibrary(program)
  }
}

const createShelf = (ctx: Context): Shelf => {
  let revision = ''
  let checkedAt = Number.NEGATIVE_INFINITY
  let known: Library | undefined
  let looking: Promise<Library> | undefined
  const parsed = new Map<string, Guide>()
  const complain = (one: { readonly id: string; readonly language: string }, message: string) =>
    ctx.log.warn('guides.text', { guide: one.id, language: one.language, message })

  const parse = async (rows: readonly GuideText[]): Promise<Guide[]> => {
    const guides: Guide[] = []
    const kept = new Set<string>()
    for (const row of rows) {
      const language = guideLanguages.find((one) => one === row.language)
      if (row.text === '' || language === undefined) continue
      const key = `${language} ${row.id} ${row.version}`
      kept.add(key)
      try {
        let guide = parsed.get(key)
        if (!guide) {
          await nextTurn()
          guide = readGuide(row.text, language)
          parsed.set(key, guide)
        }
        guides.push(guide)
      } catch (error) {
        complain(row, error instanceof Error ? error.message : String(error))
      }
    }
    for (const key of parsed.keys()) if (!kept.has(key)) parsed.delete(key)
    return guides
  }

  const look = async (): Promise<Library> => {
    const program = await loadLibrary()
    known ??= program
    checkedAt = ctx.clock.now()
    try {
      const now = await ctx.store.read(textsRevision)
      if (now === revision) return known
      const own = await parse(await ctx.store.read(latestTexts))
      const base = guideLanguages.flatMap((language) => program.list(language))
      known = own.length === 0 ? program : overlay(base, own, complain)
      revision = now
    } catch (error) {
      complain({ id: '', language: '' }, error instanceof Error ? error.message : String(error))
    }
    return known
  }

  return {
    library: async () => {
      const age = ctx.clock.now() - checkedAt
      if (known && age >= 0 && age < trust) return known
      looking ??= look().finally(() => {
        looking = undefined
      })
      return looking
    },
    changed: () => {
      checkedAt = Number.NEGATIVE_INFINITY
    },
  }
}

const shelves = new WeakMap<Store, Shelf>()

/** One for each store: whoever saves and whoever reads have the same. */
export const shelfOf = (ctx: Context): Shelf => {
  const before = shelves.get(ctx.store)
  if (before) return before
  const shelf = createShelf(ctx)
  shelves.set(ctx.store, shelf)
  return shelf
}
