/**
 * French typography, in a text or in HTML: the space before a double sign and inside guillemets is narrow and never
 * breaks a line; before a colon it is as wide as others and never breaks one either.
 */
export const typeset = (text: string): string =>
  text
    .replace(/ (?=[;!?»%])/g, '\u202f')
    .replace(/ (?=:)/g, '\u00a0')
    .replace(/« /g, '«\u202f')
