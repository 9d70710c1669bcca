/** A day in words, as people of the language write it. */
export const dayOf = (ms: number, locale: string): string =>
  new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : 'fr-FR', { dateStyle: 'long' }).format(ms)
