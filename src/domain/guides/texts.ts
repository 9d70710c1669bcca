/** Guides as editors write them: rows with every version, beside the files of the program. */
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'

export interface GuideText {
  readonly id: string
  readonly language: string
  readonly version: number
  /** The whole file; empty: the program's own again, or no more. */
  readonly text: string
  readonly author: string
  readonly at: number
}

/** Most guides that editors may write or change. */
export const mostOwnGuides = 500

const latest = statement((q) =>
  q
    .selectFrom('guide_text as g')
    .select(['g.id', 'g.language', 'g.version', 'g.text', 'g.author', 'g.at'])
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('guide_text as newer')
            .select('newer.version')
            .whereRef('newer.id', '=', 'g.id')
            .whereRef('newer.language', '=', 'g.language')
            .whereRef('newer.version', '>', 'g.version'),
        ),
      ),
    )
    .orderBy('g.id')
    .orderBy('g.language'),
)

/** The latest version of each, by id and language. */
export const latestTexts = (tx: Reader): Promise<readonly GuideText[]> => tx.all(latest, {})

const versions = statement((q, p: Params<{ id: string }>) =>
  q
    .selectFrom('guide_text')
    .select(['id', 'language', 'version', 'text', 'author', 'at'])
    .where('id', '=', p.id)
    .orderBy('version', 'desc')
    .orderBy('language', 'desc')
    .limit(200),
)

/** Every version of one, the newest first. */
export const versionsOf = (tx: Reader, id: string): Promise<readonly GuideText[]> => tx.all(versions, { id })

const insert = statement(
  (q, p: Params<{ id: string; language: string; version: number; text: string; author: string; at: number }>) =>
    q
      .insertInto('guide_text')
      .values({ id: p.id, language: p.language, version: p.version, text: p.text, author: p.author, at: p.at }),
)

/** Within a transaction: keeps a version. */
export const insertText = async (tx: Writer, one: GuideText): Promise<void> => {
  await tx.run(insert, { ...one })
}

const count = statement((q) =>
  q.selectFrom('guide_text').select((eb) => [eb.fn.countAll<number>().as('rows'), eb.fn.max('at').as('at')]),
)

/** Changes with every save. */
export const textsRevision = async (tx: Reader): Promise<string> => {
  const row = await tx.first(count, {})
  return `${Number(row?.rows ?? 0)} ${Number(row?.at ?? 0)}`
}
