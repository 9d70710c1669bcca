import { typeset } from '#format/html/typeset.ts'

/** Texts of the French pages, with the spaces of French typography. */
export const typesetAll = <T extends object>(texts: T): T =>
  Object.fromEntries(
    Object.entries(texts).map(([key, value]) => [
      key,
      typeof value === 'string' ? typeset(value) : typesetAll(value as object),
    ]),
  ) as T
