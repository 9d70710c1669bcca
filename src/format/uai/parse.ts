/** The UAI (formerly RNE): what the Éducation nationale names a school by, seven digits and a check letter. */

/** Twenty-three letters: I, O and Q are left out. */
const letters = 'ABCDEFGHJKLMNPRSTUVWXYZ'

/** The UAI in its one form (upper case), or undefined when the check letter does not fit. */
export const parseUai = (text: string): string | undefined => {
  const match = /^(\d{7})([A-Z])$/.exec(text.trim().toUpperCase())
  if (!match) return
  const [uai, digits, letter] = match
  return letters[Number(digits) % letters.length] === letter ? uai : undefined
}
