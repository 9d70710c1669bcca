/** What letters and paragraphs look like beyond bold and lists: titles, side, colour, ground. Pasted ones are kept. */
import { Extension, Mark, mergeAttributes, Node } from '@tiptap/react'
import { inkOf, safeColour } from './colours.ts'

const sides = /^(?:center|right)$/

/** Titles of three sizes; those of other programs that are smaller count as the smallest. */
const Heading = Node.create({
  name: 'heading',
  group: 'block',
  content: 'inline*',
  defining: true,
  addAttributes: () => ({ level: { default: 2, rendered: false } }),
  parseHTML: () => [1, 2, 3, 4, 5, 6].map((level) => ({ tag: `h${level}`, attrs: { level: Math.min(level, 3) } })),
  renderHTML: ({ node, HTMLAttributes }) => [`h${node.attrs.level}`, HTMLAttributes, 0],
})

const Side = Extension.create({
  name: 'side',
  addGlobalAttributes: () => [
    {
      types: ['paragraph', 'heading'],
      attributes: {
        side: {
          default: null,
          parseHTML: (block) => sides.exec(block.style.textAlign || block.getAttribute('align') || '')?.[0] ?? null,
          renderHTML: ({ side }) => (typeof side === 'string' ? { style: `text-align:${side}` } : {}),
        },
      },
    },
  ],
})

const Ink = Mark.create({
  name: 'ink',
  addAttributes: () => ({ colour: { default: null, rendered: false } }),
  parseHTML: () => [
    { style: 'color', getAttrs: (value) => some(inkOf(value)) },
    { tag: 'font[color]', getAttrs: (font) => some(inkOf(font.getAttribute('color'))) },
  ],
  renderHTML: ({ mark, HTMLAttributes }) => [
    'span',
    mergeAttributes(HTMLAttributes, { style: `color:${mark.attrs.colour}` }),
    0,
  ],
})

const Ground = Mark.create({
  name: 'ground',
  addAttributes: () => ({ colour: { default: null, rendered: false } }),
  parseHTML: () => [
    { style: 'background-color', getAttrs: (value) => some(safeColour(value)) },
    { tag: 'mark', getAttrs: (mark) => ({ colour: safeColour(mark.style.backgroundColor) ?? 'yellow' }) },
  ],
  renderHTML: ({ mark, HTMLAttributes }) => [
    'mark',
    mergeAttributes(HTMLAttributes, { style: `background-color:${mark.attrs.colour};color:#1d2733` }),
    0,
  ],
})

const some = (colour: string | null): { colour: string } | false => (colour === null ? false : { colour })

export const markParts = [Heading, Side, Ink, Ground]
