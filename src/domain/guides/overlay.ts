/** Editors' guides laid over the program's. One that does not fit any more is laid aside, and no other with it. Pure. */
import type { Guide } from './guide.ts'

/** Why a guide of editors is not shown. */
export type WhyAside =
  /** A newer program has given one of its codes to another guide. */
  | { readonly kind: 'code'; readonly code: string; readonly other: string }
  | { readonly kind: 'unreadable'; readonly message: string }

export interface LaidAside {
  readonly id: string
  readonly why: WhyAside
}

const keyOf = ({ id, language }: Pick<Guide, 'id' | 'language'>): string => `${language} ${id}`

/** The first code that two guides of one language have: whose of the editors' it is, and who has it besides. */
const clashIn = (guides: Iterable<Guide>, own: ReadonlySet<Guide>): LaidAside | undefined => {
  const byCode = new Map<string, Guide>()
  for (const guide of guides)
    for (const code of guide.codes.keys()) {
      const other = byCode.get(`${guide.language} ${code}`)
      if (!other) byCode.set(`${guide.language} ${code}`, guide)
      else {
        const [mine, theirs] = own.has(guide) ? [guide, other] : [other, guide]
        return { id: mine.id, why: { kind: 'code', code, other: theirs.id } }
      }
    }
  return
}

/** A code that came to a guide of the program after it was changed here leads to it all the same, in the program's words. */
const withNewCodes = (all: ReadonlyMap<string, Guide>, program: readonly Guide[]): Guide[] => {
  const taken = new Set(
    [...all.values()].flatMap(({ language, codes }) => [...codes.keys()].map((c) => `${language} ${c}`)),
  )
  const came = new Map<string, Guide>()
  for (const guide of program) {
    const shown = all.get(keyOf(guide))
    const missing = [...guide.codes].filter(([code]) => !taken.has(`${guide.language} ${code}`))
    if (shown && missing.length > 0) came.set(keyOf(guide), { ...shown, codes: new Map([...shown.codes, ...missing]) })
  }
  return [...all].map(([key, guide]) => came.get(key) ?? guide)
}

/** What is shown, and which of the editors' guides are not. Both languages of a guide stand or fall together. */
export const layOver = (
  program: readonly Guide[],
  own: readonly Guide[],
): { readonly guides: readonly Guide[]; readonly aside: readonly LaidAside[] } => {
  const aside = new Map<string, LaidAside>()
  for (;;) {
    const fit = own.filter(({ id }) => !aside.has(id))
    const all = new Map(program.map((guide) => [keyOf(guide), guide]))
    for (const guide of fit) all.set(keyOf(guide), guide)
    const clash = clashIn(all.values(), new Set(fit))
    if (!clash || aside.has(clash.id)) return { guides: withNewCodes(all, program), aside: [...aside.values()] }
    aside.set(clash.id, clash)
  }
}
