/** Words that only join others: `Collège des Tilleuls` is `CT`, `Sécurité du compte` is `SC`. */
const LINKS = new Set('à au aux d de des du en et l la le les pour sur of the and'.split(' '))

/** One or two capitals for a name or address: `Claire Dupont-Morel` is `CD`, `ce.0250007x@…` is `C`. */
export const initials = (name: string): string => {
  const words = name
    .split('@')[0]!
    .split(/[\s._'’-]+/u)
    .filter((word) => /^\p{L}/u.test(word))
    .filter((word, at) => at === 0 || !LINKS.has(word.toLowerCase()))
  const [first, last] = [words[0], words.length > 1 ? words[1] : undefined]
  return ((first?.[0] ?? '?') + (last?.[0] ?? '')).toLocaleUpperCase('fr')
}

/** 0 to 7, always the same for an address whatever its case. */
export const avatarHue = (key: string): number => {
  let sum = 7
  for (const char of key.trim().toLowerCase()) sum = (sum * 31 + char.codePointAt(0)!) >>> 0
  return sum % 8
}
