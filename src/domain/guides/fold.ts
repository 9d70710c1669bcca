/** Text as it is compared: without accents, capitals and signs. */

/** Lower case, no accents, one space between words that are letters and digits. */
export const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()

/** Words that say nothing of what a text is about. */
const empty = new Set(
  (
    'a ai au aux avec c ce ces cet cette d dans de des du elle en est et etre il j je l la le les leur lui m ma mais me ' +
    'mes mon n ne nos notre nous on ou par pas plus pour qu que qui s sa se ses si son sur t ta te tes ton tu un une ' +
    'vos votre vous y the an and are as at be by can do for from has have i in is it its my no not of or that this ' +
    'to was what when with you your comment how faire'
  ).split(' '),
)

/** The form under which a word is found: without its plural. */
export const stem = (word: string): string => (word.length > 3 ? word.replace(/(?:s|x)$/, '') : word)

/** The words of a text that carry sense, folded, without plural, each once. */
export const wordsOf = (text: string): string[] => [
  ...new Set(
    fold(text)
      .split(' ')
      .filter((word) => word !== '' && !empty.has(word))
      .map(stem),
  ),
]

/** True when two words differ by at most `most` letters added, lost or changed; `most` is 1 or 2. */
export const isNear = (a: string, b: string, most: number): boolean => {
  if (Math.abs(a.length - b.length) > most) return false
  let before = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++)
      row.push(
        Math.min(
          (row[j - 1] as number) + 1,
          (before[j] as number) + 1,
          (before[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1),
        ),
      )
    if (Math.min(...row) > most) return false
    before = row
  }
  return (before[b.length] as number) <= most
}
