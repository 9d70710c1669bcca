/** Recognises a text that speaks of an attached file. Pure. */

/** French words are looked for in every language of the interface: the mail is French. */
const FRENCH = 'pièce jointe|pièces jointes|ci-joint|ci-jointe|ci-joints|ci-jointes|fichier joint|document joint'

/** @param words alternatives separated by `|`, in the language of the interface */
export const mentionsAttachment = (text: string, words: string): boolean =>
  new RegExp(`(?<![\\p{L}\\p{N}])(?:${words}|${FRENCH})(?![\\p{L}\\p{N}])`, 'iu').test(text.normalize('NFC'))
