import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Block, linkPieces, textBlocks } from './plain-text.ts'

const linesOf = (blocks: readonly Block[]): number =>
  blocks.reduce((sum, block) => sum + (block.kind === 'quote' ? linesOf(block.blocks) : block.lines.length), 0)

test('text, quotations within quotations and the signature are told apart', () => {
  const blocks = textBlocks('Bonjour,\n\n> Oui\n>> Non\n\nAnne\n-- \nAnne Martin\nCollège')
  expect(blocks).toEqual([
    { kind: 'lines', lines: ['Bonjour,'] },
    {
      kind: 'quote',
      lines: 2,
      blocks: [
        { kind: 'lines', lines: ['Oui'] },
        { kind: 'quote', lines: 1, blocks: [{ kind: 'lines', lines: ['Non'] }] },
      ],
    },
    { kind: 'lines', lines: ['Anne'] },
    { kind: 'signature', lines: ['Anne Martin', 'Collège'] },
  ])
})

test('no line that says something is lost, however the text is quoted', () => {
  const line = fc.stringMatching(/^(> ?){0,20}[a-z]{1,6}$/)
  fc.assert(
    fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
      expect(linesOf(textBlocks(lines.join('\n')))).toBe(lines.length)
    }),
  )
})

test('links end where the sentence goes on', () => {
  expect(linkPieces('Voir https://ac-besancon.fr/a?b=1, merci (https://fr.wikipedia.org/wiki/A_(B)).')).toEqual([
    { kind: 'text', text: 'Voir ' },
    { kind: 'link', text: 'https://ac-besancon.fr/a?b=1', href: 'https://ac-besancon.fr/a?b=1' },
    { kind: 'text', text: ', merci (' },
    { kind: 'link', text: 'https://fr.wikipedia.org/wiki/A_(B)', href: 'https://fr.wikipedia.org/wiki/A_(B)' },
    { kind: 'text', text: ').' },
  ])
})

test('a web address without its scheme is a link, a mail address that begins like one is written to', () => {
  expect(linkPieces('Voir www.ac-besancon.fr/orientation (www.onisep.fr).')).toEqual([
    { kind: 'text', text: 'Voir ' },
    { kind: 'link', text: 'www.ac-besancon.fr/orientation', href: 'https://www.ac-besancon.fr/orientation' },
    { kind: 'text', text: ' (' },
    { kind: 'link', text: 'www.onisep.fr', href: 'https://www.onisep.fr' },
    { kind: 'text', text: ').' },
  ])
  expect(linkPieces('www.equipe@mairie.example')).toEqual([
    { kind: 'link', text: 'www.equipe@mairie.example', href: 'mailto:www.equipe@mairie.example' },
  ])
})

test('an address becomes a link to write to', () => {
  expect(linkPieces('à claire.petit@ac-demo.test.')).toContainEqual({
    kind: 'link',
    text: 'claire.petit@ac-demo.test',
    href: 'mailto:claire.petit@ac-demo.test',
  })
})

test('the pieces of any text put together are the text, and only web and mail addresses are links', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '@', '.', ':', '/', 'http', 's', 'www.', ' ', '(', ')', 'javascript:') }),
      (text) => {
        const pieces = linkPieces(text)
        expect(pieces.map((piece) => piece.text).join('')).toBe(text)
        for (const piece of pieces) if (piece.kind === 'link') expect(piece.href).toMatch(/^(https?|mailto):/i)
      },
    ),
  )
})
