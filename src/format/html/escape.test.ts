import { expect, test } from 'vitest'
import { escapeHtml } from './escape.ts'

test('what means something to HTML becomes a reference, and nothing else is touched', () => {
  expect(escapeHtml(`<a href="x" title='y'>&amp; é 😀 \``)).toBe(
    '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp; é 😀 &#96;',
  )
})
