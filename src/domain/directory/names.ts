/** Names as they are compared: nobody should have to know how an accent or a hyphen was typed in a register. */

const ligatures: Readonly<Record<string, string>> = {
  œ: 'oe',
  æ: 'ae',
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
}

/** Lower case, without accents, words of letters and digits separated by one space: `Lefèvre-Œuvrard` is `lefevre oeuvrard`. */
export const foldName = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/[œæßøłđðþ]/g, (letter) => ligatures[letter] ?? letter)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** The folded `family given` that `person.search_name` holds. */
export const nameKey = (familyName: string, givenName: string): string => foldName(`${familyName} ${givenName}`)

/** Most words kept of a name; nobody is found by a thirteenth. */
const mostWords = 12

/** The distinct words of names, folded, for a search by prefix. */
export const wordsOf = (...names: readonly string[]): string[] =>
  [...new Set(names.flatMap((name) => foldName(name).split(' ')))].filter((word) => word !== '').slice(0, mostWords)

/**
 * `Anne Martin` as given and family name, for accounts made with one name only: the first word is the given name,
 * with its hyphens; the rest the family name.
 */
export const splitName = (name: string): { givenName: string; familyName: string } => {
  const words = name.trim().split(/\s+/)
  if (words.length < 2) return { givenName: '', familyName: words[0] ?? '' }
  return { givenName: words[0] ?? '', familyName: words.slice(1).join(' ') }
}
