/**
 * The colours of an académie made from one: what acts, and the washes behind what is chosen, for light and dark pages and
 * for high contrast. Its lightness is moved until text keeps WCAG's ratios on every ground of the theme.
 */
import { fromOklch, type Oklch, toOklch } from '#format/colour/oklch.ts'
import { contrast, formatColour, parseColour } from '#format/colour/parse.ts'

interface Ground {
  readonly name: string
  /** Ratio that text needs (WCAG 2.2 1.4.3: 4.5; 1.4.6: 7). */
  readonly ratio: number
  /** Grounds of src/web/theme/tokens.css and contrast.css on which accented text stands. */
  readonly under: readonly Oklch[]
  readonly wash: Oklch
  readonly strong: Oklch
  /** What is written on the accent itself. */
  readonly on: Oklch
  readonly isDark: boolean
}

const grey = (l: number): Oklch => ({ l, c: 0.01, h: 245 })

const grounds: readonly Ground[] = [
  {
    name: 'light',
    ratio: 4.5,
    under: [grey(0.997), grey(0.943), grey(0.885)],
    wash: { l: 0.936, c: 0.024, h: 0 },
    strong: { l: 0.895, c: 0.037, h: 0 },
    on: { l: 0.99, c: 0.003, h: 90 },
    isDark: false,
  },
  {
    name: 'dark',
    ratio: 4.5,
    under: [grey(0.2), grey(0.262), grey(0.305)],
    wash: { l: 0.335, c: 0.042, h: 0 },
    strong: { l: 0.385, c: 0.052, h: 0 },
    on: { l: 0.21, c: 0.03, h: 250 },
    isDark: true,
  },
  {
    name: 'light high contrast',
    ratio: 7,
    under: [{ l: 1, c: 0, h: 0 }],
    wash: { l: 0.92, c: 0.03, h: 0 },
    strong: { l: 0.86, c: 0.05, h: 0 },
    on: { l: 1, c: 0, h: 0 },
    isDark: false,
  },
  {
    name: 'dark high contrast',
    ratio: 7,
    under: [{ l: 0, c: 0, h: 0 }],
    wash: { l: 0.32, c: 0.06, h: 0 },
    strong: { l: 0.4, c: 0.07, h: 0 },
    on: { l: 0, c: 0, h: 0 },
    isDark: true,
  },
]

const STEP = 0.005
/** On a dark page a colour begins as light as ours are. */
const DARK_FROM = 0.74

interface Tokens {
  readonly accent: string
  readonly hover: string
  readonly on: string
  readonly wash: string
  readonly strong: string
}

const hex = (colour: Oklch): string => formatColour(fromOklch(colour))

const least = (colour: Oklch, others: readonly Oklch[]): number =>
  Math.min(...others.map((other) => contrast(fromOklch(colour), fromOklch(other))))

const tokensOn = (given: Oklch, ground: Ground): Tokens => {
  const tint = ({ l, c }: Oklch): Oklch => ({ l, c: Math.min(c, given.c), h: given.h })
  const [wash, strong] = [tint(ground.wash), tint(ground.strong)]
  const others = [...ground.under, wash, strong, ground.on]
  let accent: Oklch = ground.isDark
    ? { l: Math.max(given.l, DARK_FROM), c: Math.min(given.c, 0.13), h: given.h }
    : given
  // Black and white have every ratio: it ends.
  while (least(accent, others) < ground.ratio && accent.l > 0 && accent.l < 1)
    accent = { ...accent, l: Math.min(1, Math.max(0, accent.l + (ground.isDark ? STEP : -STEP))) }
  const hover = { ...accent, l: Math.min(1, Math.max(0, accent.l + (ground.isDark ? 0.06 : -0.06))) }
  return { accent: hex(accent), hover: hex(hover), on: hex(ground.on), wash: hex(wash), strong: hex(strong) }
}

const rule = (selector: string, light: Tokens, dark: Tokens): string => {
  const names = {
    accent: 'accent',
    hover: 'accent-hover',
    on: 'on-accent',
    wash: 'accent-wash',
    strong: 'accent-wash-strong',
  }
  const lines = Object.entries(names).map(
    ([key, name]) => `--${name}:light-dark(${light[key as keyof Tokens]},${dark[key as keyof Tokens]})`,
  )
  return `${selector}{${lines.join(';')}}`
}

export interface BrandColours {
  readonly css: string
  /** What was changed of the colour that was asked for, in a sentence each. */
  readonly adjusted: readonly string[]
}

/** @param accent `#1b4f8f`; undefined is returned when it is no such colour. */
export const brandColours = (accent: string): BrandColours | undefined => {
  const colour = /^#[\da-f]{6}$/i.test(accent) ? parseColour(accent) : undefined
  if (colour === undefined) return
  const given = toOklch(colour)
  const [light, dark, lightHigh, darkHigh] = grounds.map((ground) => tokensOn(given, ground)) as [
    Tokens,
    Tokens,
    Tokens,
    Tokens,
  ]
  const adjusted = grounds.flatMap((ground, i) => {
    const used = [light, dark, lightHigh, darkHigh][i]?.accent ?? ''
    const ratio = least(given, [...ground.under, ground.on])
    if (used === accent.toLowerCase() || ratio >= ground.ratio) return []
    return [
      `on ${ground.name} pages ${accent} would have a contrast of ${ratio.toFixed(1)} where ${ground.ratio} is needed: ${used} is used there`,
    ]
  })
  // More particular than the tokens they replace, whatever the order of the style sheets.
  // The side of the sign-in page, on which the words are nearly white.
  const side = (l: number, most: number) => hex({ l, c: Math.min(given.c, most), h: given.h })
  return {
    css: `html:root{--gate-side:light-dark(${side(0.335, 0.09)},${side(0.185, 0.03)})}\n${rule('html:root', light, dark)}\n${rule('html:root[data-contrast="high"]', lightHigh, darkHigh)}\n`,
    adjusted,
  }
}
