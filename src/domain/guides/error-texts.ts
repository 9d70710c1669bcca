/** Errors of others as editors have them: rows with every version, over the program's table. */
import { type Params, type Reader, statement, type Writer } from '#store/engine.ts'
import { type ErrorIndex, indexErrors } from './error-index.ts'
import { type ErrorPattern, errorPatterns } from './patterns.data.ts'

export interface ErrorText {
  readonly id: string
  readonly version: number
  /** JSON; empty: the program's own again, or no more. */
  readonly data: string
  readonly author: string
  readonly at: number
}

/** As an editor has one before them. */
export interface ErrorDraft extends Required<ErrorPattern> {
  /** The decoder does not look for it. */
  readonly isOff: boolean
}

/** Most errors that editors may write or change. */
export const mostOwnErrors = 1000

export const encodeError = ({ from, codes, says, guide, fr, en, isOff }: ErrorDraft): string =>
  JSON.stringify({ from, codes, says, guide, fr, en, isOff })

/** What a row says; undefined: nothing any more. */
export const errorOf = ({ id, data }: Pick<ErrorText, 'id' | 'data'>): ErrorDraft | undefined => {
  if (data === '') return
  const { from, codes, says, guide, fr, en, isOff } = JSON.parse(data) as ErrorDraft
  return { id, from, codes, says, guide, fr, en, isOff }
}

export const draftOfPattern = ({ codes = [], says = [], ...pattern }: ErrorPattern): ErrorDraft => ({
  ...pattern,
  codes,
  says,
  isOff: false,
})

/** As the program has them, by id. */
export const programsErrors: ReadonlyMap<string, ErrorDraft> = new Map(
  errorPatterns.map((one) => [one.id, draftOfPattern(one)]),
)

/** The program's table with the editors' over it; theirs come last, so that of two with the same code theirs is meant. */
export const laidOver = (own: readonly ErrorDraft[]): ErrorDraft[] => {
  const ids = new Set(own.map(({ id }) => id))
  return [...[...programsErrors.values()].filter(({ id }) => !ids.has(id)), ...own]
}

/** What the decoder looks into. */
export const overlayErrors = (own: readonly ErrorDraft[]): ErrorIndex =>
  indexErrors(laidOver(own).filter(({ isOff }) => !isOff))

const latest = statement((q) =>
  q
    .selectFrom('known_error as e')
    .select(['e.id', 'e.version', 'e.data', 'e.author', 'e.at'])
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('known_error as newer')
            .select('newer.version')
            .whereRef('newer.id', '=', 'e.id')
            .whereRef('newer.version', '>', 'e.version'),
        ),
      ),
    )
    .orderBy('e.id'),
)

/** The latest version of each, by id. */
export const latestErrors = (tx: Reader): Promise<readonly ErrorText[]> => tx.all(latest, {})

/** What editors wrote, as it is now. */
export const ownErrors = async (tx: Reader): Promise<ErrorDraft[]> =>
  (await latestErrors(tx)).flatMap((row) => errorOf(row) ?? [])

const versions = statement((q, p: Params<{ id: string }>) =>
  q
    .selectFrom('known_error')
    .select(['id', 'version', 'data', 'author', 'at'])
    .where('id', '=', p.id)
    .orderBy('version', 'desc')
    .limit(200),
)

/** Every version of one, the newest first. */
export const errorVersions = (tx: Reader, id: string): Promise<readonly ErrorText[]> => tx.all(versions, { id })

const insert = statement((q, p: Params<{ id: string; version: number; data: string; author: string; at: number }>) =>
  q.insertInto('known_error').values({ id: p.id, version: p.version, data: p.data, author: p.author, at: p.at }),
)

/** Within a transaction: keeps a version. */
export const insertError = async (tx: Writer, one: ErrorText): Promise<void> => {
  await tx.run(insert, { ...one })
}

const count = statement((q) =>
  q.selectFrom('known_error').select((eb) => [eb.fn.countAll<number>().as('rows'), eb.fn.max('at').as('at')]),
)

/** Changes with every save. */
export const errorsRevision = async (tx: Reader): Promise<string> => {
  const row = await tx.first(count, {})
  return `${Number(row?.rows ?? 0)} ${Number(row?.at ?? 0)}`
}
