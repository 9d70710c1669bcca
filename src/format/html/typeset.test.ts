import { expect, test } from 'vitest'
import { typeset, typesetEnglish } from './typeset.ts'

test('the space before a French double sign never breaks a line', () => {
  expect(typeset('Vider la corbeille ?')).toBe('Vider la corbeille\u202f?')
  expect(typeset('l’adresse « {{text}} » avant')).toBe('l’adresse «\u202f{{text}}\u202f» avant')
  expect(typeset('{{name}} : {{percent}} %')).toBe('{{name}}\u00a0: {{percent}}\u202f%')
})

test('markup stays as it is', () => {
  const html = '<!doctype html><a href="/aide?q=1&amp;p=2" hreflang="fr">Prévu : « oui »</a><!--news-->'
  expect(typeset(html)).toBe(
    '<!doctype html><a href="/aide?q=1&amp;p=2" hreflang="fr">Prévu\u00a0: «\u202foui\u202f»</a><!--news-->',
  )
})

test('English words have curly apostrophes and quotation marks, markup and code have none', () => {
  expect(typesetEnglish('<a title="it\'s">The recipient\'s mailbox: choose "Add account".</a>')).toBe(
    '<a title="it\'s">The recipient’s mailbox: choose “Add account”.</a>',
  )
  expect(typesetEnglish('<p>Parents&#39; page, (&quot;My account&quot;)</p><code>say "it\'s"</code> don\'t')).toBe(
    '<p>Parents’ page, (“My account”)</p><code>say "it\'s"</code> don’t',
  )
  expect(typesetEnglish('<strong>"Add"</strong> and "<em>More</em>"')).toBe(
    '<strong>“Add”</strong> and “<em>More</em>”',
  )
})
