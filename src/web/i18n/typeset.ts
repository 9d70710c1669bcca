/** French typography: the space before a double sign and inside guillemets never breaks a line. */
export const typeset = (text: string): string =>
  text
    .replace(/ (?=[;:!?»])/g, '\u00a0')
    .replace(/« /g, '«\u00a0')
    .replace(/ (?=%)/g, '\u202f')

export const typesetAll = <T extends object>(texts: T): T =>
  Object.fromEntries(
    Object.entries(texts).map(([key, value]) => [
      key,
      typeof value === 'string' ? typeset(value) : typesetAll(value as object),
    ]),
  ) as T
