/** A colon and the space after it, where a screen puts two pieces together: French has a space before it too. */
export const colon = (): string => (document.documentElement.lang === 'en' ? ': ' : '\u00a0: ')
