import { expect, test } from 'vitest'
import { fromOklch, toOklch } from './oklch.ts'
import { formatColour, parseColour } from './parse.ts'

test('a colour survives the way to lightness, chroma and hue and back', () => {
  for (const hex of ['#000000', '#ffffff', '#1b4f8f', '#ffcc00', '#c8102e', '#00815a'])
    expect(formatColour(fromOklch(toOklch(parseColour(hex)!)))).toBe(hex)
})
