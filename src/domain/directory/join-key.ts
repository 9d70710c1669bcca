/**
 * ENTPersonJointure, the key by which the registers of an académie name a person. It is unique within the académie only,
 * so it is always kept with the académie's code: `03|12345`.
 */

/** `3` or `003` is `03`; Corsica and overseas keep their three digits when the third is not a leading zero. */
const academyCode = (digits: string): string => digits.replace(/^0+/, '').padStart(2, '0')

/** `{AAF}3|x|12345` (FrEduCtRefId), `P03|12345` (private schools), `03|12345`. */
const form = /^(?:\{[A-Za-z0-9]{1,16}\})?P?(\d{1,3})\|(?:[^|]{0,32}\|)?([^|\s]{1,64})$/

/**
 * The key in its one form, or undefined when the text is none. A bare key is completed with `academy`, when given.
 */
export const parseJoinKey = (text: string, academy?: string): string | undefined => {
  const trimmed = text.trim()
  const match = form.exec(trimmed)
  if (match) return `${academyCode(match[1] ?? '')}|${match[2]}`
  return academy !== undefined && /^[^|\s]{1,64}$/.test(trimmed) ? `${academyCode(academy)}|${trimmed}` : undefined
}
