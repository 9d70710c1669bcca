import fc from 'fast-check'
import { expect, test } from 'vitest'
import { darkColour, darkCss, darkGround, darkInk } from './dark.ts'
import { contrast, formatColour, luminance, parseColour, withLuminance } from './parse.ts'

test.each([
  ['#fff', '#ffffff'],
  ['#1D2733', '#1d2733'],
  ['#1234', '#11223344'],
  ['white', '#ffffff'],
  ['RebeccaPurple', '#663399'],
  ['rgb(255, 0, 0)', '#ff0000'],
  ['rgb(100% 0% 0% / 50%)', '#ff000080'],
  ['rgba(0,0,0,.5)', '#00000080'],
  ['hsl(120, 100%, 25%)', '#008000'],
  ['transparent', '#00000000'],
])('%s is read as %s', (text, said) => {
  const colour = parseColour(text)
  expect(colour && formatColour(colour)).toBe(said)
})

test.each(['inherit', 'var(--x)', '#12', '#12345', 'rgb(1,2)', 'rgb(a,b,c)', 'url(#fff)', '', 'solid'])(
  '%j is no colour',
  (text) => {
    expect(parseColour(text)).toBeUndefined()
  },
)

const anyColour = fc
  .record({ r: fc.nat(255), g: fc.nat(255), b: fc.nat(255) })
  .map(({ r, g, b }) => ({ r: r / 255, g: g / 255, b: b / 255, a: 1 }))
const shown = (text: string) => {
  const colour = parseColour(text)
  if (!colour) throw new Error(text)
  return colour
}

test('any letter on any ground keeps 4.5:1 when both are changed', () => {
  fc.assert(
    fc.property(anyColour, anyColour, (ink, ground) => {
      const [i, g] = [shown(formatColour(darkInk(ink))), shown(formatColour(darkGround(ground)))]
      expect(contrast(i, g)).toBeGreaterThanOrEqual(4.45)
    }),
    { numRuns: 2000 },
  )
})

test('another luminance is what was asked for', () => {
  fc.assert(
    fc.property(anyColour, fc.double({ min: 0, max: 1, noNaN: true }), (colour, wanted) => {
      expect(luminance(withLuminance(colour, wanted))).toBeCloseTo(wanted, 3)
    }),
  )
})

test('white paper becomes dark, black letters light, what was made for dark stays', () => {
  expect(luminance(shown(darkColour('#ffffff', 'ground')))).toBeLessThan(0.03)
  expect(luminance(shown(darkColour('black', 'ink')))).toBeGreaterThan(0.7)
  expect(darkColour('#111111', 'ground')).toBe('#111111')
  expect(darkColour('#eeeeee', 'ink')).toBe('#eeeeee')
  expect(darkColour('FFFFFF', 'ground')).toBe(darkColour('#ffffff', 'ground'))
  expect(darkColour('nonsense!', 'ground')).toBe('nonsense!')
})

test('only colours change in a style: not addresses, texts, names or sizes', () => {
  const css = 'font-family: Arial, "Red Hat"; background:url("data:,red") #fff no-repeat; color: red; width: 10px'
  const dark = darkCss(css)
  expect(dark).toContain('font-family: Arial, "Red Hat"')
  expect(dark).toContain('url("data:,red")')
  expect(dark).toContain('no-repeat')
  expect(dark).toContain('width: 10px')
  expect(dark).not.toContain('#fff ')
  expect(dark).not.toMatch(/color: red/)
  expect(darkCss('.a{color:#000}.b{background-color:WHITE;border:1px solid #ccc}')).toMatch(
    /^\.a\{color:#[0-9a-f]{6}\}\.b\{background-color:#[0-9a-f]{6};border:1px solid #[0-9a-f]{6}\}$/,
  )
})

test('a large hostile style sheet is changed in bounded time', () => {
  // A pattern that backtracks would never end here.
  for (const text of [
    'color:'.repeat(100_000),
    `a{${'color:#fff;'.repeat(100_000)}}`,
    'rgb('.repeat(100_000),
    `background:${'"'.repeat(1999)}`.repeat(100),
  ])
    expect(darkCss(text).length).toBeGreaterThan(0)
})
