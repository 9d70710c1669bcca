import fc from 'fast-check'
import { expect, test } from 'vitest'
import { htmlToText } from './html.ts'

const text = (html: string): string => htmlToText(html, 10_000)

test('blocks break lines and white space collapses', () => {
  expect(text('<p>one\n two</p><div>three<br>four</div> five')).toBe('one two\nthree\nfour\nfive')
  expect(text('<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>')).toBe('a b\nc')
  expect(text('<b>bo</b>ld <i>it</i>alic')).toBe('bold italic')
})

test('head, style and script are not text', () => {
  expect(text('<html><head><title>t</title><style>p{}</style></head><body>x<script>if (a<b) {}</script>y</body>')).toBe(
    'xy',
  )
  expect(text('<STYLE>a</style >b<style>never closed')).toBe('b')
  expect(text('<head><title>t</title><body>shown')).toBe('shown')
  expect(text('a<noscript>b</noscript><object>c<svg>d')).toBe('acd')
})

test('comments, declarations and conditional comments are skipped', () => {
  expect(text('<!DOCTYPE html><!-- a > b -->x<!--[if mso]><p>y</p><![endif]-->z<?xml?>')).toBe('xz')
  expect(text('a<!-- open')).toBe('a')
})

test('character references are decoded', () => {
  expect(text('&eacute;&#233;&#xE9;&amp;&lt;b&gt;&nbsp;&euro;&hellip;&#128;')).toBe('ééé&<b> €…€')
  expect(text('&unknown; &#0; &#99999999; &amp')).toBe('&unknown; \ufffd \ufffd &')
})

test('attributes may hold angle brackets', () => {
  expect(text('<a title="x > y" href=z>link</a>')).toBe('link')
  expect(text('<a title="never closed>link</a>')).toBe('link')
})

test('less-than signs that open no tag are text', () => {
  expect(text('1 < 2 and 3 <4')).toBe('1 < 2 and 3 <4')
})

test('invisible characters are left out', () => {
  expect(text('a&#8203;b&shy;c&zwnj;d\u034f')).toBe('abcd')
})

test('no more is given than asked for', () => {
  expect(htmlToText('<p>one</p><p>two</p>', 5)).toBe('one\nt')
  expect(htmlToText('💩💩', 3).isWellFormed()).toBe(true)
})

test('hostile sources give an answer, short and well-formed', () => {
  const piece = fc.constantFrom(
    '<',
    '>',
    '<a ',
    '"',
    "='",
    '<!--',
    '-->',
    '<style>',
    '</style',
    '&',
    '&#',
    'x;',
    '<p>',
    '</',
    'é',
    '\0',
    '\ud800',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60, size: 'max' }), (pieces) => {
      const result = htmlToText(pieces.join(''), 50)
      expect(result.length).toBeLessThanOrEqual(50)
      expect(result.isWellFormed()).toBe(true)
    }),
    { numRuns: 500 },
  )
})
