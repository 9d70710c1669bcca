import { expect, test } from 'vitest'
import { renderMarkdown, warmMarkdown } from './render.ts'

test('what is nested too deeply to be Markdown is shown as text', () => {
  const text = `${'> '.repeat(10_000)}<b>`
  expect(renderMarkdown(text)).toBe(`<p>${text.replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</p>`)
})

test('making the rules ready changes nothing of what they do', () => {
  const text = '# L’été\n\n> **Demain** [ici](/a)\n\n- a\n- b\n\n|a|b|\n|-|-|\n|1|2|\n\n<i>non</i> https://a.test'
  const before = renderMarkdown(text)
  expect([...warmMarkdown()].length).toBeGreaterThan(10)
  expect(renderMarkdown(text)).toBe(before)
  expect(before).toContain('<blockquote>')
})
