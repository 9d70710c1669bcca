/**
 * Light stemming for French and English together, on words already folded to a-z (see `analyse.ts`). It does not try to
 * find the linguist's stem: it makes singular and plural, feminine and masculine, and the common verb forms meet, and
 * leaves alone what it does not know. A mailbox mixes both languages within a sentence, so the language is never guessed.
 */

/** One ending: replaced when at least `keep` letters remain before it. The first that fits wins. */
interface Ending {
  readonly ending: string
  readonly by: string
  readonly keep: number
}

const ending = (text: string, by: string, keep: number): Ending => ({ ending: text, by, keep })

/** Irregular plurals met daily that no rule below catches, and a name that is not thanks. */
const irregular: ReadonlyMap<string, string> = new Map([
  ['travaux', 'travail'],
  ['vitraux', 'vitrail'],
  ['baux', 'bail'],
  ['yeux', 'oeil'],
  ['cieux', 'ciel'],
  ['children', 'child'],
  ['people', 'person'],
  ['mercier', 'mercier'],
])

const plurals: readonly Ending[] = [
  ending('eaux', 'eau', 1),
  ending('aux', 'al', 3),
  ending('eux', 'eu', 1),
  ending('oux', 'ou', 1),
  ending('ss', 'ss', 0),
  ending('us', 'us', 0),
  ending('s', '', 3),
]

/** Endings of verbs and of the feminine, the longest first. `é` is already `e`. */
const forms: readonly Ending[] = [
  ending('issaient', 'i', 2),
  ending('issement', 'issement', 0),
  ending('issant', 'i', 2),
  ending('issait', 'i', 2),
  ending('issent', 'i', 2),
  ending('issez', 'i', 2),
  ending('eraient', '', 4),
  ending('eront', '', 4),
  ending('erait', '', 4),
  ending('erez', '', 4),
  ending('erai', '', 4),
  ending('era', '', 4),
  ending('aient', '', 4),
  ending('trice', 'teur', 2),
  ending('euse', 'eu', 2),
  ending('ment', 'ment', 0),
  ending('ent', '', 5),
  ending('ant', '', 4),
  ending('ait', '', 4),
  ending('eed', 'eed', 0),
  ending('ing', '', 3),
  ending('ed', '', 3),
  ending('ee', '', 3),
  ending('ez', '', 3),
  ending('er', '', 3),
  ending('ir', 'i', 3),
  ending('e', '', 3),
]

const replaceEnding = (word: string, endings: readonly Ending[]): string => {
  for (const rule of endings) {
    if (word.endsWith(rule.ending) && word.length - rule.ending.length >= rule.keep)
      return word.slice(0, word.length - rule.ending.length) + rule.by
  }
  return word
}

const hasVowel = /[aeiouy]/

/** The stem of a folded word. Words that are short, or that hold anything but a-z, are their own stem. */
export const stem = (word: string): string => {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word
  const known = irregular.get(word)
  if (known !== undefined) return known
  const singular = replaceEnding(word, plurals)
  let root = replaceEnding(singular, forms)
  // `première`, `premier`: the feminine e hides an ending that the masculine shows
  if (singular.endsWith('ere') && root.endsWith('er')) root = replaceEnding(root, forms)
  if (!hasVowel.test(root)) return singular
  // `ancienne`, `annuelle`, `planned`, `stopped`
  if (root.length > 3 && /([lntpmrgd])\1$/.test(root)) root = root.slice(0, -1)
  if (root.length > 3 && root.endsWith('iv')) return root.slice(0, -1) + 'f'
  if (root.endsWith('y')) return root.slice(0, -1) + 'i'
  return root.endsWith('ie') && root.length > 3 ? root.slice(0, -1) : root
}
