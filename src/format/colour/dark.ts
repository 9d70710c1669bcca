/**
 * The colours of a message made for white paper, for a dark screen: hues stay, light grounds become dark and dark letters
 * light. Every letter ends above one luminance and every ground below another, so that any of them on any other keeps the
 * contrast of WCAG 2.2 AA, whatever the style sheet puts together. Pure; linear in the length of the text.
 */
import { type Colour, formatColour, luminance, parseColour, withLuminance } from './parse.ts'

/** No ground is lighter. */
export const groundAtMost = 0.045
/** No letter is darker: (0.385 + 0.05) / (0.045 + 0.05) > 4.5. */
export const inkAtLeast = 0.385
/** The ground of the message itself. */
const page = 0.018

/** A ground: white becomes the page's, what is dark stays. */
export const darkGround = (colour: Colour): Colour => {
  const light = luminance(colour)
  if (light <= groundAtMost) return colour
  // The lighter it was, the nearer to the page: boxes and banners keep their order.
  return withLuminance(colour, page + (1 - light) * (groundAtMost - page))
}

/** Letters: black becomes nearly white, what is light stays. */
export const darkInk = (colour: Colour): Colour => {
  const light = luminance(colour)
  const solid = { ...colour, a: Math.max(colour.a, colour.a === 0 ? 0 : 0.87) }
  if (light >= inkAtLeast) return solid
  return withLuminance(solid, inkAtLeast + (1 - light / inkAtLeast) * 0.4)
}

/** Lines: seen on the ground, but no letters. */
const darkLine = (colour: Colour): Colour => withLuminance(colour, Math.min(0.25, 0.08 + luminance(colour) * 0.1))

type Role = 'ground' | 'ink' | 'line'

const roleOf = (property: string): Role | undefined => {
  if (/^background(?:-color|-image)?$/.test(property)) return 'ground'
  if (/^(?:color|-webkit-text-fill-color|text-decoration(?:-color)?|caret-color|fill)$/.test(property)) return 'ink'
  if (/^(?:border(?:-[a-z]+){0,2}|outline(?:-color)?|column-rule(?:-color)?)$/.test(property)) return 'line'
  return undefined
}

const change: Readonly<Record<Role, (colour: Colour) => Colour>> = { ground: darkGround, ink: darkInk, line: darkLine }

const colourForms = /#[0-9a-f]{3,8}\b|\b(?:rgb|hsl)a?\([^()]{1,80}\)|(?<![\w-])[a-z]{3,20}(?![\w(-])/gi

/** One colour, in the role of an attribute (`bgcolor`, `color`); what is none is given back as it is. */
export const darkColour = (text: string, role: 'ground' | 'ink'): string => {
  // HTML's old attributes write hexadecimal digits without their sign.
  const colour = parseColour(text) ?? parseColour(`#${text}`)
  return colour ? formatColour(change[role](colour)) : text
}

const declaration = /(^|[;{\s])([a-z-]{4,30})(\s*:\s*)([^;{}]{1,2000})/gi

/** Quoted texts and addresses hold no colours. */
const apart = /"[^"]*"|'[^']*'|url\([^)]*\)/gi

const inValue = (value: string, role: Role): string => {
  const replace = (text: string): string =>
    text.replace(colourForms, (found) => {
      const colour = parseColour(found)
      return colour ? formatColour(change[role](colour)) : found
    })
  let out = ''
  let at = 0
  for (const match of value.matchAll(apart)) {
    out += replace(value.slice(at, match.index)) + match[0]
    at = match.index + match[0].length
  }
  return out + replace(value.slice(at))
}

/** A style attribute or a style sheet with its colours changed. */
export const darkCss = (css: string): string =>
  css.replace(declaration, (whole, before: string, property: string, colon: string, value: string) => {
    const role = roleOf(property.toLowerCase())
    return role === undefined ? whole : `${before}${property}${colon}${inValue(value, role)}`
  })
