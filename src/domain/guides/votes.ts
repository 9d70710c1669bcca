/** "Did this help?": two numbers for each guide, language and version. Nothing is kept of who answered. */
import { type Params, statement } from '#store/engine.ts'
import type { Context } from '../context.ts'
import type { Guide } from './guide.ts'

const add = statement((q, p: Params<{ guide: string; language: string; version: number; yes: number; no: number }>) =>
  q
    .insertInto('guide_vote')
    .values({ guide: p.guide, language: p.language, version: p.version, helped: p.yes, not_helped: p.no })
    .onConflict((on) =>
      on.columns(['guide', 'language', 'version']).doUpdateSet((eb) => ({
        helped: eb('guide_vote.helped', '+', eb.ref('excluded.helped')),
        not_helped: eb('guide_vote.not_helped', '+', eb.ref('excluded.not_helped')),
      })),
    ),
)

/** Counts one answer. */
export const countVote = (ctx: Context, { id, language, version }: Guide, helped: boolean): Promise<void> =>
  ctx.store.writeGlobal(async (tx) => {
    await tx.run(add, { guide: id, language, version, yes: helped ? 1 : 0, no: helped ? 0 : 1 })
  })

const all = statement((q) =>
  q
    .selectFrom('guide_vote')
    .select(['guide', 'language', 'version', 'helped', 'not_helped'])
    .orderBy('guide')
    .orderBy('language')
    .orderBy('version'),
)

/** Every count. */
export const listVotes = (ctx: Context) => ctx.store.read((tx) => tx.all(all, {}))
