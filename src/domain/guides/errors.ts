/**
 * The errors of others that the decoder knows, as editors keep them: the program's table, and over it what they changed,
 * added or laid aside. Every version is kept, each save is audited.
 */
import { Failure } from '#base/failure.ts'
import type { Writer } from '#store/engine.ts'
import type { Context } from '../context.ts'
import { type Actor, requireForAcademy } from '../directory/delegation.ts'
import { appendAudit } from '../people/audit.ts'
import { type Decoded, decodeError } from './decode.ts'
import type { Origin, ReadVersion } from './edit.ts'
import {
  type ErrorDraft,
  encodeError,
  errorOf,
  errorVersions,
  insertError,
  laidOver,
  latestErrors,
  mostOwnErrors,
  overlayErrors,
  ownErrors,
  programsErrors as program,
} from './error-texts.ts'
import { fold } from './fold.ts'
import { isGuideId } from './guide.ts'
import type { Library } from './library.ts'
import { shelfOf } from './shelf.ts'

// -- what may be written ---------------------------------------------------------------------------------------------

const bad = (message: string, property: string): never => {
  throw new Failure('invalid', message, { property })
}

const line = (text: string): string => text.replace(/[\p{Cc}\s]+/gu, ' ').trim()

const codeShape = /^[A-Za-z\d][A-Za-z\d._:-]{1,79}$/
/** `5.*`, `Y*` or at least four signs: a shorter beginning would be any word. */
const classShape = /^(?:[45]\.|Y|[A-Za-z\d][A-Za-z\d._:-]{3,79})\*$/

const checkCodes = (codes: readonly string[]): string[] => {
  const tidy = [...new Set(codes.map((code) => code.trim()).filter(Boolean))]
  if (tidy.length > 60) bad('it has at most 60 codes', 'codes')
  for (const code of tidy)
    if (!codeShape.test(code) && !classShape.test(code))
      bad(`${code.slice(0, 80)} is no code: letters, digits, points and hyphens, such as 5.7.1 or 0x800CCC*`, 'codes')
  return tidy
}

const checkSays = (says: readonly string[]): string[] => {
  const tidy = [...new Set(says.map(line).filter(Boolean))]
  if (tidy.length > 60) bad('it has at most 60 sentences', 'says')
  for (const text of tidy) {
    if (text.length > 200) bad('a sentence has at most 200 characters', 'says')
    const parts = text.split(' * ').map(fold)
    // One short word would be found in every other text.
    if (parts.some((part) => part === '') || parts.join('').length < 5) bad(`« ${text} » is found in any text`, 'says')
  }
  return tidy
}

const needed = (value: string, property: string, most: number): string => {
  const tidy = line(value)
  if (tidy === '') bad('it is needed', property)
  if (tidy.length > most) bad(`it has at most ${most} characters`, property)
  return tidy
}

/** `others`: all the rest of the table. `leads`: whether there is such a guide. Throws Failure invalid with the property. */
export const checkError = (
  draft: ErrorDraft,
  others: readonly ErrorDraft[],
  leads: (guide: string) => boolean,
): ErrorDraft => {
  if (!isGuideId(draft.id)) bad('an id is small letters, digits and hyphens', 'id')
  if (!leads(draft.guide)) bad('there is no such guide', 'guide')
  const codes = checkCodes(draft.codes)
  const says = checkSays(draft.says)
  if (codes.length + says.length === 0) bad('it has a code or a sentence to be known by', 'codes')
  if (!draft.isOff)
    for (const code of codes) {
      const other = others.find(
        (one) => !one.isOff && one.codes.some((theirs) => theirs.toUpperCase() === code.toUpperCase()),
      )
      if (other) bad(`${code} is one of ${other.id} already`, 'codes')
    }
  return {
    id: draft.id,
    from: needed(draft.from, 'from', 40),
    codes,
    says,
    guide: draft.guide,
    fr: needed(draft.fr, 'fr', 300),
    en: needed(draft.en, 'en', 300),
    isOff: draft.isOff,
  }
}

// -- reading -----------------------------------------------------------------------------------------------------------

export interface ListedError extends ErrorDraft {
  /** 0: the program's own. */
  readonly version: number
  readonly origin: Origin
  /** False: the guide that it leads to is no more, so that the decoder passes over it. */
  readonly leads: boolean
  /** Codes that another one has, too, since a newer program: this one is meant, the other not. */
  readonly also: readonly { readonly code: string; readonly id: string }[]
}

const originOf = (id: string, own: ReadonlyMap<string, unknown>): Origin =>
  !own.has(id) ? 'program' : program.has(id) ? 'changed' : 'own'

/** Codes of the program's table that an editor's has taken over, by chance. */
const sharedCodes = (one: ErrorDraft, all: readonly ErrorDraft[]): ListedError['also'] =>
  one.codes.flatMap((code) =>
    all
      .filter(
        ({ id, isOff, codes }) => id !== one.id && !isOff && codes.some((c) => c.toUpperCase() === code.toUpperCase()),
      )
      .map(({ id }) => ({ code, id })),
  )

/** The whole table, by where errors come from. Throws Failure forbidden. */
export const listErrors = async (ctx: Context, actor: Actor): Promise<ListedError[]> => {
  await requireForAcademy(ctx, actor, 'guides')
  const library = await shelfOf(ctx).library()
  const rows = new Map(
    (await ctx.store.read(latestErrors)).filter(({ data }) => data !== '').map((row) => [row.id, row]),
  )
  const all = laidOver([...rows.values()].flatMap((row) => errorOf(row) ?? []))
  return all
    .map((one) => ({
      ...one,
      version: rows.get(one.id)?.version ?? 0,
      origin: originOf(one.id, rows),
      leads: library.get(one.guide, 'fr') !== undefined,
      also: rows.has(one.id) && !one.isOff ? sharedCodes(one, all) : [],
    }))
    .sort((a, b) => a.from.localeCompare(b.from, 'fr') || a.id.localeCompare(b.id, 'en'))
}

export interface ErrorToEdit {
  readonly draft: ErrorDraft
  readonly version: number
  readonly origin: Origin
  readonly versions: readonly {
    readonly version: number
    readonly author: string
    readonly at: number
    /** Taken back to the program's own, or removed. */
    readonly isEnd: boolean
  }[]
}

/** One to change. Throws Failure forbidden, notFound. */
export const readErrorToEdit = async (ctx: Context, actor: Actor, id: string): Promise<ErrorToEdit> => {
  await requireForAcademy(ctx, actor, 'guides')
  const rows = await ctx.store.read((tx) => errorVersions(tx, id))
  const [newest] = rows
  const own = newest && errorOf(newest)
  const draft = own ?? program.get(id)
  if (!draft) throw new Failure('notFound', `there is no error ${id}`)
  return {
    draft,
    version: own ? newest.version : 0,
    origin: own ? (program.has(id) ? 'changed' : 'own') : 'program',
    versions: rows.map(({ version, author, at, data }) => ({ version, author, at, isEnd: data === '' })),
  }
}

/** A version that is kept. Throws Failure forbidden, notFound. */
export const readErrorVersion = async (
  ctx: Context,
  actor: Actor,
  id: string,
  version: number,
): Promise<ErrorDraft> => {
  await requireForAcademy(ctx, actor, 'guides')
  const row = (await ctx.store.read((tx) => errorVersions(tx, id))).find((one) => one.version === version)
  const draft = row && errorOf(row)
  if (!draft) throw new Failure('notFound', `there is no version ${version} of ${id}`)
  return draft
}

// -- writing -----------------------------------------------------------------------------------------------------------

/** Within a transaction: keeps a checked one as its next version; audited. Returns the number of the version. */
export const putError = async (tx: Writer, now: number, actor: string, draft: ErrorDraft): Promise<number> => {
  const version = ((await errorVersions(tx, draft.id))[0]?.version ?? 0) + 1
  await insertError(tx, { id: draft.id, version, data: encodeError(draft), author: actor, at: now })
  const detail = `version ${version}${draft.isOff ? ', off' : ''}`
  await appendAudit(tx, now, { actor, action: 'error.save', target: draft.id, detail })
  return version
}

/**
 * Saves one; the decoder knows it at once. `read`: what the editor had read (0: the program's own). Returns its version.
 * Throws Failure forbidden, invalid (checkError), alreadyExists, conflict (changed meanwhile), overQuota.
 */
export const saveError = async (ctx: Context, actor: Actor, draft: ErrorDraft, read: ReadVersion): Promise<number> => {
  await requireForAcademy(ctx, actor, 'guides')
  const shelf = shelfOf(ctx)
  const library = await shelf.library()
  const now = ctx.clock.now()
  const version = await ctx.store.writeGlobal(async (tx) => {
    const rows = await latestErrors(tx)
    const own = rows.flatMap((row) => errorOf(row) ?? [])
    const others = laidOver(own).filter(({ id }) => id !== draft.id)
    const checked = checkError(draft, others, (guide) => library.get(guide, 'fr') !== undefined)
    const mine = rows.find(({ id }) => id === draft.id)
    const current = mine && mine.data !== '' ? mine.version : program.has(draft.id) ? 0 : undefined
    if (read === 'new' && current !== undefined)
      throw new Failure('alreadyExists', 'there is such an error', { property: 'id' })
    if (read !== 'new' && current !== read) throw new Failure('conflict', 'somebody else has changed it meanwhile')
    if (!mine && rows.length >= mostOwnErrors)
      throw new Failure('overQuota', `at most ${mostOwnErrors} errors are kept`)
    return putError(tx, now, actor.login, checked)
  })
  shelf.changed()
  return version
}

/** Takes what was written here away: the program's own is there again, or none. Versions are kept. Throws Failure forbidden, notFound. */
export const restoreError = async (ctx: Context, actor: Actor, id: string): Promise<void> => {
  await requireForAcademy(ctx, actor, 'guides')
  const now = ctx.clock.now()
  await ctx.store.writeGlobal(async (tx) => {
    const [newest] = await errorVersions(tx, id)
    if (!newest || newest.data === '') throw new Failure('notFound', `nothing was written over ${id}`)
    await insertError(tx, { id, version: newest.version + 1, data: '', author: actor.login, at: now })
    await appendAudit(tx, now, { actor: actor.login, action: 'error.restore', target: id })
  })
  shelfOf(ctx).changed()
}

/** What the decoder would say to a text if this were saved; nothing is kept. Throws Failure forbidden, invalid. */
export const tryError = async (
  ctx: Context,
  actor: Actor,
  draft: ErrorDraft | undefined,
  text: string,
): Promise<{ readonly fr: Decoded[]; readonly en: Decoded[] }> => {
  await requireForAcademy(ctx, actor, 'guides')
  const before = await shelfOf(ctx).library()
  const own = (await ctx.store.read(ownErrors)).filter(({ id }) => id !== draft?.id)
  const library: Library = draft === undefined ? before : { ...before, errors: overlayErrors([...own, draft]) }
  return { fr: decodeError(library, text, 'fr'), en: decodeError(library, text, 'en') }
}
