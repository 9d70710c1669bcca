/** Errors of others that editors wrote, changed or laid aside, as a file has them; those of the program are not in it. */
import type { Reader, Writer } from '#store/engine.ts'
import { type ErrorDraft, laidOver, mostOwnErrors, ownErrors } from '../guides/error-texts.ts'
import { checkError, putError } from '../guides/errors.ts'
import type { Place } from './places.ts'
import type { Counts, Write } from './section.ts'

export const outErrors = (tx: Reader): Promise<ErrorDraft[]> => ownErrors(tx)

const inError = (place: Place): ErrorDraft => {
  place.only('id', 'from', 'codes', 'says', 'guide', 'fr', 'en', 'isOff')
  return {
    id: place.at('id').needed(80),
    from: place.at('from').needed(80),
    codes: place.at('codes').texts(60, 100),
    says: place.at('says').texts(60, 400),
    guide: place.at('guide').needed(80),
    fr: place.at('fr').needed(600),
    en: place.at('en').needed(600),
    isOff: place.at('isOff').yes(),
  }
}

/** `here`: what editors have already; what comes stands beside it and over it. */
export const inErrors = (
  place: Place,
  here: readonly ErrorDraft[],
  leads: (guide: string) => boolean,
): ErrorDraft[] => {
  const rows = place.list(mostOwnErrors).map((row) => ({ row, draft: inError(row) }))
  const coming = new Set(rows.map(({ draft }) => draft.id))
  const all = laidOver([...here.filter(({ id }) => !coming.has(id)), ...rows.map(({ draft }) => draft)])
  return rows.flatMap(({ row, draft }) => {
    const others = all.filter((one) => one !== draft && one.id !== draft.id)
    return row.checked(() => checkError(draft, others, leads)) ?? []
  })
}

export const putErrors = async (tx: Writer, errors: readonly ErrorDraft[], { now, actor }: Write): Promise<Counts> => {
  const before = new Map((await ownErrors(tx)).map((one) => [one.id, JSON.stringify(one)]))
  const counts = { created: 0, changed: 0, unchanged: 0 }
  for (const draft of errors) {
    const old = before.get(draft.id)
    if (old === JSON.stringify(draft)) {
      counts.unchanged++
      continue
    }
    await putError(tx, now, actor.login, draft)
    if (old === undefined) counts.created++
    else counts.changed++
  }
  return counts
}
