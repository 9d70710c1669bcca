import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { en } from './en.ts'
import { fr } from './fr.ts'
import { typeset } from './language.ts'

const flat = (texts: object, prefix = ''): [string, string][] =>
  Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [[prefix + key, value] as [string, string]] : flat(value, `${prefix}${key}.`),
  )
const french = new Map(flat(fr))
const english = new Map(flat(en))

const sources = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? sources(join(folder, entry.name))
      : /\.tsx?$/.test(entry.name) && !entry.name.includes('.test.')
        ? [readFileSync(join(folder, entry.name), 'utf8')]
        : [],
  )
const code = sources(join(import.meta.dirname, '..')).join('\n')

test('French and English have the same keys, and no text is empty', () => {
  expect([...english.keys()].sort()).toEqual([...french.keys()].sort())
  expect([...french, ...english].filter(([, text]) => text.trim() === '')).toEqual([])
})

test('both languages fill in the same values', () => {
  const values = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort()
  for (const [key, text] of french) expect([key, values(english.get(key)!)]).toEqual([key, values(text)])
})

test('every key that the screens ask for exists', () => {
  const asked = [...code.matchAll(/\bt\(\s*'([\w.]+)'/g)].map((match) => match[1]!)
  expect(asked.length).toBeGreaterThan(150)
  const missing = asked.filter((key) => !french.has(key) && !french.has(`${key}_other`))
  expect(missing).toEqual([])
})

test('every text is asked for by some screen', () => {
  const dynamic = /^(problem|mailbox)\./
  const unused = [...french.keys()].filter(
    (key) => !dynamic.test(key) && !code.includes(`'${key.replace(/_(one|other)$/, '')}'`),
  )
  expect(unused).toEqual([])
})

test('the space before a French double sign never breaks a line', () => {
  expect(typeset('Vider la corbeille ?')).toBe('Vider la corbeille\u00a0?')
  expect(typeset('l’adresse « {{text}} » avant')).toBe('l’adresse «\u00a0{{text}}\u00a0» avant')
  expect(typeset('{{name}} : {{percent}} %')).toBe('{{name}}\u00a0: {{percent}}\u202f%')
})
