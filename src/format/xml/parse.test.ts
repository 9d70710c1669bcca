import { expect, test } from 'vitest'
import { childNamed, parseXml } from './parse.ts'
import { element, escapeXml, textElement } from './write.ts'

test('elements, attributes and texts are read with their namespaces', () => {
  const root = parseXml('<a:x xmlns:a="urn:a" xmlns="urn:b" p="1" a:q="2"><y>t &amp; u</y></a:x>')
  expect([root.ns, root.name, root.attributes.get('p'), root.qualified.get('{urn:a}q')]).toEqual([
    'urn:a',
    'x',
    '1',
    '2',
  ])
  expect(childNamed(root, 'urn:b', 'y')?.text).toBe('t & u')
})

test.each([
  ['a document type', '<!DOCTYPE x><x/>'],
  ['an external entity', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'],
  ['an entity bomb', '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><x>&b;</x>'],
  ['an entity that nobody declared', '<x>&nbsp;</x>'],
  ['a comment', '<x>ad<!-- -->min</x>'],
  ['a CDATA section', '<x><![CDATA[a]]></x>'],
  ['a processing instruction', '<x><?php a?></x>'],
  ['XML 1.1', '<?xml version="1.1"?><x/>'],
  ['another encoding', '<?xml version="1.0" encoding="UTF-16"?><x/>'],
  ['text beside elements', '<x>a<y/>b</x>'],
  ['a prefix that nobody declared', '<a:x/>'],
  ['two attributes of the same name', '<x a="1" a="2"/>'],
  ['two documents', '<x/><x/>'],
  ['an element left open', '<x>'],
  ['depth', `${'<x>'.repeat(60)}${'</x>'.repeat(60)}`],
  ['too many elements', `<x>${'<y/>'.repeat(6000)}</x>`],
  ['too many characters', `<x>${'a'.repeat(300_000)}</x>`],
])('%s is refused', (_what, text) => {
  expect(() => parseXml(text)).toThrow(/XML/)
})

test('what is written is read back, whatever it holds', () => {
  const value = `<&>"' \t\n\r\u0000\uD800é😀`
  const root = parseXml(element('x', { a: value }, textElement('y', value)))
  expect(root.attributes.get('a')).toBe(`<&>"' \t\n\ré😀`)
  expect(root.children[0]?.text).toBe(`<&>"' \t\n\ré😀`)
  expect(escapeXml('a\u0007b')).toBe('ab')
})
