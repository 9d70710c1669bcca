/** Guides written and changed by administrators: every version is kept, each save is audited. */
import { Failure } from '#base/failure.ts'
import type { Reader, Writer } from '#store/engine.ts'
import type { Context } from '../context.ts'
import { type Actor, requireForAcademy } from '../directory/delegation.ts'
import { appendAudit } from '../people/audit.ts'
import { parisTime } from '../support/paris.ts'
import { checkGuide, draftOf, fileOf, type GuideDraft } from './draft.ts'
import { type Guide, type GuideLanguage, guideLanguages, readGuide } from './guide.ts'
import { type Library, loadLibrary } from './library.ts'
import type { LaidAside } from './overlay.ts'
import { shelfOf } from './shelf.ts'
import { type GuideText, insertText, latestTexts, mostOwnGuides, versionsOf } from './texts.ts'
import { listVotes } from './votes.ts'

/** `program`: as it came; `changed`: over one of the program; `own`: written here. */
export type Origin = 'program' | 'changed' | 'own'

export interface ListedGuide {
  readonly id: string
  readonly theme: string
  readonly profiles: readonly string[]
  readonly devices: readonly string[]
  readonly title: Readonly<Record<'fr' | 'en', string>>
  readonly version: number
  readonly updated: string
  readonly origin: Origin
  /** "Did this help?" of the present version, both languages. */
  readonly helped: number
  readonly notHelped: number
}

const originOf = (id: string, own: ReadonlySet<string>, program: Library): Origin =>
  !own.has(id) ? 'program' : program.get(id, 'fr') ? 'changed' : 'own'

const ownIds = async (tx: Reader): Promise<Set<string>> =>
  new Set((await latestTexts(tx)).filter(({ text }) => text !== '').map(({ id }) => id))

/** Every guide, with how it is judged. Throws Failure forbidden. */
export const listGuides = async (ctx: Context, actor: Actor): Promise<ListedGuide[]> => {
  await requireForAcademy(ctx, actor, 'guides')
  const [library, program, votes] = [await shelfOf(ctx).library(), await loadLibrary(), await listVotes(ctx)]
  const own = await ctx.store.read(ownIds)
  return library.list('fr').map((guide) => {
    const mine = votes.filter((vote) => vote.guide === guide.id && vote.version === guide.version)
    const sum = (name: 'helped' | 'not_helped') => mine.reduce((total, vote) => total + Number(vote[name]), 0)
    return {
      id: guide.id,
      theme: guide.theme,
      profiles: guide.profiles,
      devices: guide.devices,
      title: { fr: guide.title, en: library.get(guide.id, 'en')?.title ?? '' },
      version: guide.version,
      updated: guide.updated,
      origin: originOf(guide.id, own, program),
      helped: sum('helped'),
      notHelped: sum('not_helped'),
    }
  })
}

export interface AsideGuide extends LaidAside {
  readonly origin: Origin
  readonly title: string
}

/** Guides that were written here and are not shown, since they do not fit this program. Throws Failure forbidden. */
export const listAside = async (ctx: Context, actor: Actor): Promise<AsideGuide[]> => {
  await requireForAcademy(ctx, actor, 'guides')
  const [aside, program] = [await shelfOf(ctx).aside(), await loadLibrary()]
  if (aside.length === 0) return []
  const rows = await ctx.store.read(latestTexts)
  return aside.map((one) => {
    const text = rows.find(({ id, language }) => id === one.id && language === 'fr')?.text ?? ''
    return {
      ...one,
      origin: program.get(one.id, 'fr') ? 'changed' : 'own',
      title: /^title: *(.+)$/m.exec(text)?.[1] ?? one.id,
    }
  })
}

export interface GuideVersion {
  readonly version: number
  readonly author: string
  readonly at: number
  /** Taken back to the program's own, or removed. */
  readonly isEnd: boolean
}

export interface GuideToEdit {
  readonly draft: GuideDraft
  readonly version: number
  readonly origin: Origin
  readonly versions: readonly GuideVersion[]
}

/** What was written here last, of the versions of one guide, the newest first; undefined: nothing, or nothing readable. */
const writtenIn = (rows: readonly GuideText[], language: GuideLanguage): Guide | undefined => {
  const text = rows.find((row) => row.language === language)?.text ?? ''
  try {
    return text === '' ? undefined : readGuide(text, language)
  } catch {
    return
  }
}

/** One guide to change. Throws Failure forbidden, notFound. */
export const readGuideToEdit = async (ctx: Context, actor: Actor, id: string): Promise<GuideToEdit> => {
  await requireForAcademy(ctx, actor, 'guides')
  const library = await shelfOf(ctx).library()
  const [own, rows] = await ctx.store.read(async (tx) => [await ownIds(tx), await versionsOf(tx, id)] as const)
  // What is laid aside is not in the library; its editor has it before them all the same, to make it fit.
  const isAside = (await shelfOf(ctx).aside()).some((one) => one.id === id)
  const [written, english] = guideLanguages.map((language) => (isAside ? writtenIn(rows, language) : undefined))
  const guide = written ?? library.get(id, 'fr')
  if (!guide) throw new Failure('notFound', `there is no guide ${id}`)
  const newest = rows.find(({ language }) => language === 'fr')
  return {
    draft: draftOf(guide, written ? english : library.get(id, 'en')),
    version: newest && newest.text !== '' ? newest.version : guide.version,
    origin: originOf(id, own, await loadLibrary()),
    versions: rows
      .filter(({ language }) => language === 'fr')
      .map(({ version, author, at, text }) => ({ version, author, at, isEnd: text === '' })),
  }
}

/** A version that is kept, to be looked at or brought back. Throws Failure forbidden, notFound. */
export const readGuideVersion = async (
  ctx: Context,
  actor: Actor,
  id: string,
  version: number,
): Promise<GuideDraft> => {
  await requireForAcademy(ctx, actor, 'guides')
  const rows = (await ctx.store.read((tx) => versionsOf(tx, id))).filter((row) => row.version === version)
  const [fr, en] = guideLanguages.map((language) => {
    const text = rows.find((row) => row.language === language)?.text ?? ''
    return text === '' ? undefined : readGuide(text, language)
  })
  if (!fr) throw new Failure('notFound', `there is no version ${version} of ${id}`)
  return draftOf(fr, en)
}

/** The number of the next version: above whatever anybody has read. */
const nextVersion = async (tx: Reader, id: string, program: Guide | undefined): Promise<number> => {
  const [newest] = await versionsOf(tx, id)
  return Math.max(newest?.version ?? 0, program?.version ?? 0) + 1
}

const put = async (tx: Writer, now: number, actor: string, id: string, version: number, files: readonly string[]) => {
  for (const [at, language] of guideLanguages.entries())
    await insertText(tx, { id, language, version, text: files[at] ?? '', author: actor, at: now })
}

/** Within a transaction: keeps a checked guide as its next version; audited. Returns the number of the version. */
export const putGuide = async (tx: Writer, now: number, actor: string, draft: GuideDraft): Promise<number> => {
  const program = (await loadLibrary()).get(draft.id, 'fr')
  const version = await nextVersion(tx, draft.id, program)
  const { day } = parisTime(now)
  const files = guideLanguages.map((language) => fileOf(draft, language, version, day))
  await put(tx, now, actor, draft.id, version, files)
  await appendAudit(tx, now, { actor, action: 'guide.save', target: draft.id, detail: `version ${version}` })
  return version
}

/** What an editor had read: nothing yet, or that version. */
export type ReadVersion = 'new' | number

/**
 * Saves a guide in both languages; it is on the public pages at once. Returns its version. Throws Failure forbidden,
 * invalid (see checkGuide), alreadyExists, conflict (changed meanwhile), overQuota.
 */
export const saveGuide = async (ctx: Context, actor: Actor, draft: GuideDraft, read: ReadVersion): Promise<number> => {
  await requireForAcademy(ctx, actor, 'guides')
  const shelf = shelfOf(ctx)
  const checked = checkGuide(draft, await shelf.library())
  const program = (await loadLibrary()).get(draft.id, 'fr')
  const now = ctx.clock.now()
  const version = await ctx.store.writeGlobal(async (tx) => {
    const latest = await latestTexts(tx)
    const mine = latest.find(({ id, language }) => id === draft.id && language === 'fr')
    const current = mine && mine.text !== '' ? mine.version : program?.version
    if (read === 'new' && current !== undefined)
      throw new Failure('alreadyExists', 'there is such a guide', { property: 'id' })
    if (read !== 'new' && current !== read) throw new Failure('conflict', 'somebody else has changed it meanwhile')
    if (!mine && latest.length / guideLanguages.length >= mostOwnGuides)
      throw new Failure('overQuota', `at most ${mostOwnGuides} guides are kept`)
    return putGuide(tx, now, actor.login, checked)
  })
  shelf.changed()
  return version
}

/** Throws Failure invalid: another guide links to it, or an error of the decoder leads to it. */
const requireUnused = (library: Library, id: string): void => {
  const link = new RegExp(`\\]\\(/(?:aide|help)/${id}[)#?]`)
  const from = guideLanguages
    .flatMap((language) => library.list(language))
    .find((guide) => guide.id !== id && link.test(guide.markdown))
  if (from) throw new Failure('invalid', `${from.id} leads there`)
  const known = library.errors.patterns.find(({ guide }) => guide === id)
  if (known) throw new Failure('invalid', `the error ${known.id} leads there`)
}

/**
 * Takes what was written here away: the program's own guide is there again, or none. The versions are kept. Throws
 * Failure forbidden, notFound, invalid (another guide links to it).
 */
export const restoreGuide = async (ctx: Context, actor: Actor, id: string): Promise<void> => {
  await requireForAcademy(ctx, actor, 'guides')
  const shelf = shelfOf(ctx)
  const library = await shelf.library()
  const program = (await loadLibrary()).get(id, 'fr')
  const codes = library.get(id, 'fr')?.codes
  if (!program && codes && codes.size > 0)
    throw new Failure('invalid', `nothing would explain ${[...codes.keys()].join(', ')} any more`)
  if (!program) requireUnused(library, id)
  const now = ctx.clock.now()
  await ctx.store.writeGlobal(async (tx) => {
    const mine = (await versionsOf(tx, id))[0]
    if (!mine || mine.text === '') throw new Failure('notFound', `nothing was written over ${id}`)
    await put(tx, now, actor.login, id, mine.version + 1, [])
    await appendAudit(tx, now, { actor: actor.login, action: 'guide.restore', target: id })
  })
  shelf.changed()
}
