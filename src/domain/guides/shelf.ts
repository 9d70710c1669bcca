/**
 * The guides and the decoder's errors as they are now: the program's own, and over them what editors wrote. When the store does not answer, the
 * last ones known are there, and at first the program's.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Store } from '#store/store.ts'
import type { Context } from '../context.ts'
import { errorsRevision, overlayErrors, ownErrors } from './error-texts.ts'
import { type Guide, guideLanguages, readGuide } from './guide.ts'
import { createLibrary, type Library, loadLibrary } from './library.ts'
import { type LaidAside, layOver } from './overlay.ts'
import { type GuideText, latestTexts, textsRevision } from './texts.ts'

export interface Shelf {
  /** What the guides are; never rejects for the store's sake. */
  library(): Promise<Library>
  /** Editors' guides that do not fit this program any more, each with the reason. */
  aside(): Promise<readonly LaidAside[]>
  /** Something was saved here: the next look is a fresh one. */
  changed(): void
}

/** How long nobody looks whether another process has saved something, in milliseconds. */
const trust = 2000

const createShelf = (ctx: Context): Shelf => {
  let revision = ''
  let errorsKnown = ''
  let aside: readonly LaidAside[] = []
  let checkedAt = Number.NEGATIVE_INFINITY
  let known: Library | undefined
  let looking: Promise<Library> | undefined
  const parsed = new Map<string, Guide>()
  const complain = (one: { readonly id: string; readonly language: string }, message: string) =>
    ctx.log.warn('guides.text', { guide: one.id, language: one.language, message })

  const parse = async (rows: readonly GuideText[]): Promise<{ guides: Guide[]; unreadable: LaidAside[] }> => {
    const guides: Guide[] = []
    const unreadable = new Map<string, LaidAside>()
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
        const message = error instanceof Error ? error.message : String(error)
        complain(row, message)
        unreadable.set(row.id, { id: row.id, why: { kind: 'unreadable', message } })
      }
    }
    for (const key of parsed.keys()) if (!kept.has(key)) parsed.delete(key)
    return { guides: guides.filter(({ id }) => !unreadable.has(id)), unreadable: [...unreadable.values()] }
  }

  const lookAtTexts = async (program: Library, before: Library, now: string): Promise<Library> => {
    if (now === revision) return before
    const { guides, unreadable } = await parse(await ctx.store.read(latestTexts))
    const base = guideLanguages.flatMap((language) => program.list(language))
    const laid = layOver(base, guides)
    const next = guides.length === 0 ? program : createLibrary(laid.guides)
    for (const { id, why } of laid.aside) complain({ id, language: '' }, why.kind === 'code' ? why.code : why.message)
    aside = [...laid.aside, ...unreadable]
    revision = now
    return { ...next, errors: before.errors }
  }

  const lookAtErrors = async (before: Library, now: string): Promise<Library> => {
    if (now === errorsKnown) return before
    const own = await ctx.store.read(ownErrors)
    errorsKnown = now
    return { ...before, errors: overlayErrors(own) }
  }

  const look = async (): Promise<Library> => {
    const program = await loadLibrary()
    known ??= program
    checkedAt = ctx.clock.now()
    try {
      const [texts, errors] = await ctx.store.read(
        async (tx) => [await textsRevision(tx), await errorsRevision(tx)] as const,
      )
      known = await lookAtErrors(await lookAtTexts(program, known, texts), errors)
    } catch (error) {
      complain({ id: '', language: '' }, error instanceof Error ? error.message : String(error))
    }
    return known
  }

  const library = async (): Promise<Library> => {
    const age = ctx.clock.now() - checkedAt
    if (known && age >= 0 && age < trust) return known
    looking ??= look().finally(() => {
      looking = undefined
    })
    return looking
  }
  return {
    library,
    aside: async () => {
      await library()
      return aside
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
