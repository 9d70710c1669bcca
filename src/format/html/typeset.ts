/**
 * French typography, in a text or in HTML: the space before a double sign and inside guillemets is narrow and never
 * breaks a line; before a colon it is as wide as others and never breaks one either.
 */
export const typeset = (text: string): string =>
  text
    .replace(/ (?=[;!?»%])/g, '\u202f')
    .replace(/ (?=:)/g, '\u00a0')
    .replace(/« /g, '«\u202f')

/** What is not words: code as it is typed. */
const VERBATIM = /(<(pre|code|kbd|script|style|textarea)\b[^>]*>[\s\S]*?<\/\2>|<[^>]*>)/gi

const BLOCK = /^<\/?(?:p|li|h\d|t[dhr]|d[dt]|div|title|summary|main|section|blockquote)\b/i

/** English typography in HTML: curly apostrophes and quotation marks, in its words and in nothing else. */
export const typesetEnglish = (html: string): string => {
  let isOpen = false
  const words = (text: string): string =>
    text.replace(/(?<=[\p{L}\p{N}])(?:'|&#39;)(?=\p{L}|\s|$|[.,;:!?)])/gu, '’').replace(/"|&quot;/g, () => {
      isOpen = !isOpen
      return isOpen ? '“' : '”'
    })
  // Of three pieces the second is markup or code, and the third the name of its element.
  const pieces = html.split(VERBATIM).map((piece = '', at) => {
    if (at % 3 === 0) return words(piece)
    // A mark that nobody closed goes no further than its paragraph.
    if (BLOCK.test(piece)) isOpen = false
    return at % 3 === 1 ? piece : ''
  })
  return pieces.join('')
}
