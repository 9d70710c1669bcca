/** What the error decoder did not know, kept for the editors of the guides: stripped, bounded, for ninety days. */
import { createHash } from 'node:crypto'
import { type Params, statement } from '#store/engine.ts'
import type { Context } from '../context.ts'
import { fold } from './fold.ts'

/** How long a text is kept after it was last seen. */
export const unmatchedLife = 90 * 24 * 3_600_000

/** Most texts kept; beyond, only those known already are counted. */
export const mostUnmatched = 2000

const seen = statement((q, p: Params<{ id: string; at: number }>) =>
  q
    .updateTable('guide_unmatched')
    .set((eb) => ({ times: eb('times', '+', 1), last_at: p.at }))
    .where('id', '=', p.id),
)

const count = statement((q) => q.selectFrom('guide_unmatched').select((eb) => eb.fn.countAll<number>().as('count')))

const insert = statement((q, p: Params<{ id: string; text: string; language: string; audience: string; at: number }>) =>
  q
    .insertInto('guide_unmatched')
    .values({
      id: p.id,
      text: p.text,
      language: p.language,
      audience: p.audience,
      times: 1,
      first_at: p.at,
      last_at: p.at,
    })
    .onConflict((on) => on.column('id').doNothing()),
)

export interface Unmatched {
  /** Stripped already (strip.ts). */
  readonly text: string
  readonly language: string
  readonly audience: string
}

/** Keeps a text, or counts it once more. Returns false when nothing was kept: nothing left of it, or too many texts. */
export const keepUnmatched = async (ctx: Context, { text, language, audience }: Unmatched): Promise<boolean> => {
  const folded = fold(text.replace(/<[a-z]+>/g, ' '))
  if (folded.length < 4) return false
  const id = createHash('sha256').update(folded).digest('hex')
  const at = ctx.clock.now()
  return ctx.store.writeGlobal(async (tx) => {
    if ((await tx.run(seen, { id, at })).changes > 0) return true
    if (Number((await tx.first(count, {}))?.count ?? 0) >= mostUnmatched) return false
    await tx.run(insert, { id, text, language, audience, at })
    return true
  })
}

const list = statement((q, p: Params<{ limit: number }>) =>
  q
    .selectFrom('guide_unmatched')
    .select(['id', 'text', 'language', 'audience', 'times', 'first_at', 'last_at'])
    .orderBy('times', 'desc')
    .orderBy('last_at', 'desc')
    .orderBy('id')
    .limit(p.limit),
)

/** The most frequent first. */
export const listUnmatched = (ctx: Context, limit = 100) => ctx.store.read((tx) => tx.all(list, { limit }))

const drop = statement((q, p: Params<{ before: number }>) =>
  q.deleteFrom('guide_unmatched').where('last_at', '<', p.before),
)

/** Forgets what has not been seen for ninety days. Returns how many texts went. */
export const trimUnmatched = (ctx: Context): Promise<number> =>
  ctx.store.writeGlobal(async (tx) => (await tx.run(drop, { before: ctx.clock.now() - unmatchedLife })).changes)

const forget = statement((q, p: Params<{ id: string }>) => q.deleteFrom('guide_unmatched').where('id', '=', p.id))

/** An editor has dealt with it. Returns false when there is no such text. */
export const forgetUnmatched = (ctx: Context, id: string): Promise<boolean> =>
  ctx.store.writeGlobal(async (tx) => (await tx.run(forget, { id })).changes > 0)
