/** Colours as people change them: lightness, chroma and hue (Oklch, CSS Color 4 §9). */
import { type Colour, curved, linear } from './parse.ts'

/** `l` 0 to 1, `c` from 0, `h` in degrees. */
export interface Oklch {
  readonly l: number
  readonly c: number
  readonly h: number
}

/** The matrices are those of CSS Color 4. */
export const toOklch = (colour: Colour): Oklch => {
  const [r, g, b] = [linear(colour.r), linear(colour.g), linear(colour.b)]
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s
  const bb = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s
  return {
    l: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    c: Math.hypot(a, bb),
    h: (Math.atan2(bb, a) * 180) / Math.PI,
  }
}

/** Beyond what a screen can show, the nearest by channel. */
export const fromOklch = ({ l, c, h }: Oklch): Colour => {
  const a = c * Math.cos((h * Math.PI) / 180)
  const b = c * Math.sin((h * Math.PI) / 180)
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3
  const channel = (value: number) => curved(Math.min(1, Math.max(0, value)))
  return {
    r: channel(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
    g: channel(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
    b: channel(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
    a: 1,
  }
}
