/** Colours of letters and of their ground: those that are offered, and which of a pasted text are kept. Pure. */

/** Dark enough for paper, light enough for a dark screen. */
export const inks = {
  red: '#c9372c',
  orange: '#a86500',
  green: '#2a7f46',
  blue: '#2f6fd0',
  violet: '#8d4fc2',
  grey: '#7a8694',
} as const

/** Under black letters, on paper and on a dark screen. */
export const grounds = { yellow: '#fff3a3', green: '#c8f0cf', blue: '#cfe4ff', pink: '#ffd6e4' } as const

const channels = (colour: string): readonly number[] | undefined => {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(colour)?.[1]
  if (hex !== undefined) {
    const whole = hex.length === 3 ? [...hex].map((digit) => digit + digit).join('') : hex
    return [0, 2, 4].map((at) => Number.parseInt(whole.slice(at, at + 2), 16))
  }
  const rgb = /^rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:\s*[,/]\s*([\d.]+%?))?\s*\)$/i.exec(colour)
  if (!rgb || /^0(?:\.0*)?%?$/.test(rgb[4] ?? '1')) return undefined
  return rgb.slice(1, 4).map(Number)
}

/** A colour as it may be written into a style; null for none, for a transparent one, and for what is no colour. */
export const safeColour = (given: string | null | undefined): string | null => {
  const colour = given?.trim().toLowerCase() ?? ''
  if (/^[a-z]{3,20}$/.test(colour))
    return /^(?:transparent|inherit|initial|unset|currentcolor|windowtext|white)$/.test(colour) ? null : colour
  const found = channels(colour)
  return found === undefined || found.every((one) => one >= 250) ? null : colour
}

/** The same for letters: black ones, and white ones, are those of the reader's own page. */
export const inkOf = (given: string | null | undefined): string | null => {
  const colour = safeColour(given)
  if (colour === null || colour === 'black') return null
  const found = channels(colour)
  return found?.every((one) => one <= 0x40) ? null : colour
}
