import { expect, test } from 'vitest'
import { utf8 } from '#base/bytes.ts'
import { Header } from './header.ts'
import { letterLanguage } from './language.ts'

const languageOf = (fields: string, text = '') =>
  letterLanguage(new Header(utf8(`From: a@b.example\r\n${fields}\r\n`)), text)

test('the words of the writer say in which language to answer', () => {
  expect(languageOf('', 'Hello, I got this message, is it from you?')).toBe('en')
  expect(languageOf('', 'Bonjour, ce message est-il de vous ?')).toBe('fr')
  expect(languageOf('Content-Language: fr-FR\r\n', 'Please look at this, thanks.')).toBe('en')
})

test('without words the program of the writer says it', () => {
  expect(languageOf('Content-Language: en-US\r\n', 'FYI')).toBe('en')
  expect(languageOf('Accept-Language: de-DE, en;q=0.8, fr;q=0.5\r\n')).toBe('en')
  expect(languageOf('Accept-Language: fr-FR, en-US\r\nContent-Language: fr-FR\r\n')).toBe('fr')
})

test('when nothing tells it is French', () => {
  expect(languageOf('')).toBe('fr')
  expect(languageOf('Content-Language: french\r\nAccept-Language: eng\r\n', '???')).toBe('fr')
})
