import { expect, test } from 'vitest'
import { snippetPieces } from './snippet-pieces.ts'

test('marks become pieces and entities become characters', () => {
  expect(snippetPieces('Tom &amp; <mark>Léa</mark> &lt;3')).toEqual([
    { text: 'Tom & ', marked: false },
    { text: 'Léa', marked: true },
    { text: ' <3', marked: false },
  ])
})

test('any other markup stays text, even when it is spelled with entities', () => {
  expect(snippetPieces('<img src=x onerror=alert(1)> &lt;mark&gt;')).toEqual([
    { text: '<img src=x onerror=alert(1)> <mark>', marked: false },
  ])
})

test('beside the name of a file there is less room before the match', () => {
  const html = 'Convention de stage numéro 5550 <mark>orthocentre</mark>'
  expect(snippetPieces(html, 10)[0]!.text).toBe('…5550 ')
  expect(snippetPieces('anticonstitutionnellement-<mark>x</mark>', 10)[0]!.text).toBe('…')
})

test('a match far from the beginning is brought near it', () => {
  const [first, mark] = snippetPieces('Bonjour, nous nous retrouverons jeudi soir dans la <mark>salle</mark> 104')
  expect(first!.text).toBe('…jeudi soir dans la ')
  expect(mark).toEqual({ text: 'salle', marked: true })
})
