/** Colours as CSS writes them (CSS Color 4), and how light they are. Pure. */
import { colourNames } from './names.data.ts'

/** Red, green, blue from 0 to 1, and how much covers what is behind. */
export interface Colour {
  readonly r: number
  readonly g: number
  readonly b: number
  readonly a: number
}

const clamp = (value: number): number => Math.min(1, Math.max(0, value))

const hex = (digits: string): Colour | undefined => {
  const wide = digits.length <= 4 ? digits.replace(/./g, '$&$&') : digits
  if (!/^(?:[0-9a-f]{6}|[0-9a-f]{8})$/i.test(wide)) return undefined
  const at = (i: number) => Number.parseInt(wide.slice(i, i + 2), 16) / 255
  return { r: at(0), g: at(2), b: at(4), a: wide.length === 8 ? at(6) : 1 }
}

const part = (text: string, whole: number): number =>
  text.endsWith('%') ? clamp(Number.parseFloat(text) / 100) : clamp(Number.parseFloat(text) / whole)

const hsl = (h: number, s: number, l: number, a: number): Colour => {
  const turn = ((h % 360) + 360) % 360
  const f = (n: number) => {
    const k = (n + turn / 30) % 12
    return clamp(l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(k - 3, 9 - k, 1)))
  }
  return { r: f(0), g: f(8), b: f(4), a }
}

/** A colour's text; undefined for what is none of ours (`inherit`, `var()`, `oklch()`). */
export const parseColour = (text: string): Colour | undefined => {
  const given = text.trim().toLowerCase()
  if (given === 'transparent') return { r: 0, g: 0, b: 0, a: 0 }
  if (given.startsWith('#')) return hex(given.slice(1))
  const named = colourNames.get(given)
  if (named !== undefined) return hex(named)
  const [, kind = '', inner = ''] = /^(rgba?|hsla?)\(([^()]{1,80})\)$/.exec(given) ?? []
  const [x = '', y = '', z = '', alpha = '1'] = inner.split(/[\s,/]+/).filter(Boolean)
  if (z === '') return undefined
  const a = part(alpha, 1)
  const colour = kind.startsWith('rgb')
    ? { r: part(x, 255), g: part(y, 255), b: part(z, 255), a }
    : hsl(Number.parseFloat(x), part(y, 100), part(z, 100), a)
  return [colour.r, colour.g, colour.b, colour.a].every(Number.isFinite) ? colour : undefined
}

const two = (value: number): string =>
  Math.round(clamp(value) * 255)
    .toString(16)
    .padStart(2, '0')

export const formatColour = ({ r, g, b, a }: Colour): string => `#${two(r)}${two(g)}${two(b)}${a >= 1 ? '' : two(a)}`

/** A channel as light, and back (sRGB). */
export const linear = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
export const curved = (value: number): number =>
  value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055

/** WCAG 2.2 relative luminance. */
export const luminance = ({ r, g, b }: Colour): number => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)

/** WCAG 2.2 contrast ratio of two opaque colours, 1 to 21. */
export const contrast = (one: Colour, other: Colour): number => {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((x, y) => x - y)
  return (high + 0.05) / (low + 0.05)
}

/** The same hue at another luminance: mixed with black or white in light. */
export const withLuminance = (colour: Colour, wanted: number): Colour => {
  const now = luminance(colour)
  const mix = (value: number): number => {
    const light = linear(value)
    if (wanted <= now) return curved(now === 0 ? 0 : light * (wanted / now))
    return curved(light + (1 - light) * ((wanted - now) / (1 - now)))
  }
  return { r: clamp(mix(colour.r)), g: clamp(mix(colour.g)), b: clamp(mix(colour.b)), a: colour.a }
}
