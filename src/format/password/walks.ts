/** Rows of keys, alphabets and repetitions within a password. */

const rows = [
  '1234567890',
  '0123456789',
  'abcdefghijklmnopqrstuvwxyz',
  // AZERTY, with its unshifted digits, then QWERTY, QWERTZ.
  '&é"\'(-è_çà)=',
  'azertyuiop',
  'qsdfghjklm',
  'wxcvbn',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiop',
  'yxcvbnm',
  // Columns of both.
  '1aqw',
  '2zsx',
  '3edc',
  '4rfv',
  '5tgb',
  '6yhn',
  '7ujn',
  '1qaz',
  '2wsx',
  '7ujm',
  'aqw',
  'zsx',
  'qaz',
  'wsx',
] as const

const steps = new Set<string>()
for (const row of rows)
  for (let i = 0; i + 1 < row.length; i++) {
    const [a = '', b = ''] = [row[i], row[i + 1]]
    steps.add(a + b).add(b + a)
  }

/** `poi` of `poisson` is a row of keys by chance; four letters are not, nor three digits. */
const counts = (run: string): boolean => run.length >= 4 || (run.length === 3 && !/\p{L}/u.test(run))

/**
 * Pieces of a folded text: `walk` is true for runs of neighbouring keys or of one character; the others are what is left between
 * them.
 */
export const splitWalks = (text: string): { readonly text: string; readonly walk: boolean }[] => {
  const pieces: { text: string; walk: boolean }[] = []
  const add = (piece: string, walk: boolean): void => {
    const last = pieces.at(-1)
    if (last && !last.walk && !walk) last.text += piece
    else if (piece !== '') pieces.push({ text: piece, walk })
  }
  let at = 0
  while (at < text.length) {
    let end = at + 1
    while (end < text.length) {
      const [a = '', b = ''] = [text[end - 1], text[end]]
      if (a !== b && !steps.has(a + b)) break
      end++
    }
    const long = counts(text.slice(at, end))
    add(text.slice(at, long ? end : at + 1), long)
    at = long ? end : at + 1
  }
  return pieces
}

/** True when the text is one short block over and over (`abcabcabc`, `xxxxxxxx`). */
export const isRepetition = (text: string): boolean => /^(.{1,8}?)\1{1,}.{0,2}$/su.test(text) && text.length >= 6
