/** Ways of looking at a password that undo what people do to words: accents, capitals, leetspeak, years at the end. */

/** Without accents and capitals. */
export const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

const leet: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '€': 'e',
  '!': 'i',
  '|': 'l',
}

/** `m0td3p@ss3` is `motdepasse`; the text must be folded. */
export const unleet = (text: string): string => text.replace(/[0134578@$€!|]/g, (sign) => leet[sign] ?? sign)

/** Without the digits and signs people put before and after a word. */
export const core = (text: string): string => text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')

/** Forms of a password in which a word may hide, each once. */
export const disguises = (password: string): string[] => {
  const folded = fold(password)
  // The year or the sign at the end is no leetspeak: it goes first.
  return [...new Set([folded, core(folded), unleet(folded), core(unleet(core(folded))), unleet(core(folded))])]
}

/** Characters of `rest` that a guesser would not add by rule: what is neither digit nor sign at an end. */
export const informative = (rest: string): number => core(rest).length
