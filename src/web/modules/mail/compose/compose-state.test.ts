import { expect, test } from 'vitest'
import { emptyState, fullHtml, withoutBreaks } from './compose-state.ts'

const words = { title: '', line: () => '' }

test('the lines that introduce what is forwarded stay lines', () => {
  const quote = { intro: '--- Message ---\nDe : a <a@x>\nObjet : b', html: '<p>c</p>', text: 'c' }
  expect(fullHtml({ ...emptyState('k'), html: '<p>Voici</p>', quote }, words)).toContain(
    '<p>--- Message ---<br>De : a &lt;a@x&gt;<br>Objet : b</p>',
  )
})

test('a blank line keeps its height when it is sent, and is one line when it is written on', () => {
  const html = '<p style="margin:0">a</p><p style="margin:0"></p><p></p><pre></pre>'
  const sent = fullHtml({ ...emptyState('k'), html }, words)
  expect(sent).toBe('<p style="margin:0">a</p><p style="margin:0"><br></p><p><br></p><pre></pre>')
  expect(withoutBreaks(sent)).toBe(html)
})
