/** Moments as `<input type="datetime-local">` writes them, in the browser's own time zone. Pure. */

const two = (n: number): string => String(n).padStart(2, '0')

/** Milliseconds since 1970 as the value of the field; none is the empty text. */
export const toLocal = (at: number | null | undefined): string => {
  if (at === null || at === undefined) return ''
  const date = new Date(at)
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`
}

/** Milliseconds since 1970; null for what is no moment. */
export const fromLocal = (value: string): number | null => {
  const at = value === '' ? Number.NaN : new Date(value).getTime()
  return Number.isNaN(at) ? null : at
}
