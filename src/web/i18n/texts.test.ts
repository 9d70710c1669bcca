import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { en } from './en.ts'
import { fr } from './fr.ts'

const flat = (texts: object, prefix = ''): [string, string][] =>
  Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [[prefix + key, value] as [string, string]] : flat(value, `${prefix}${key}.`),
  )
/** Those of the first page, and those of every part. */
const textsOf = async (language: 'fr' | 'en'): Promise<Map<string, string>> => {
  const folder = join(import.meta.dirname, 'parts')
  const names = readdirSync(folder).filter((name) => name.endsWith(`.${language}.ts`))
  const parts = await Promise.all(
    names.map(async (name) => ((await import(join(folder, name))) as { texts: object }).texts),
  )
  return new Map([language === 'fr' ? fr : en, ...parts].flatMap((texts) => flat(texts)))
}
const french = await textsOf('fr')
const english = await textsOf('en')

const sources = (folder: string, files = /\.tsx?$/): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? sources(join(folder, entry.name), files)
      : files.test(entry.name) && !entry.name.includes('.test.')
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
  const asked = [...code.matchAll(/\b(?:t|words)\(\s*'([\w.-]+)'/g)].map((match) => match[1]!)
  expect(asked.length).toBeGreaterThan(150)
  const missing = asked.filter((key) => !french.has(key) && !french.has(`${key}_other`))
  expect(missing).toEqual([])
})

/** Written out, or built from a word that the code has: `gate.${audience}More`. */
const isNamed = (key: string): boolean =>
  code.includes(`'${key}'`) ||
  built.some(
    ([before, after]) => key.startsWith(before) && key.endsWith(after) && key.length > before.length + after.length,
  )
const built = [...code.matchAll(/`((?:\w+\.)+)\$\{[^}]+\}(\w*)`/g)].map((match) => [match[1]!, match[2]!] as const)

test('every text is asked for by some screen', () => {
  // Chosen by what the server says (a code, an action, a kind), or by plain language.
  const dynamic = /^(problem|mailbox|easy|codes|actions|kind|which|access|reading\.warning)\./
  const unused = [...french.keys()].filter(
    (key) => !dynamic.test(key) && !isNamed(key.replace(/_(zero|one|other)$/, '')),
  )
  expect(unused).toEqual([])
})

test('plain language replaces sentences of the sign-in page, and no others', () => {
  for (const key of french.keys())
    if (key.startsWith('easy.')) expect(french.has(key.replace('easy.', 'gate.')), key).toBe(true)
})

const server = ['server', 'domain', 'protocol', 'format']
  .flatMap((room) => sources(join(import.meta.dirname, '../..', room), /\.ts$/))
  .join('\n')

test('every code that the server may answer has a sentence and a next step', () => {
  const codes = new Set([...server.matchAll(/'((?:AUTH|REC|SSO|ADM)-\d+)'/g)].map((match) => match[1]!))
  expect(codes.size).toBeGreaterThan(10)
  // Those of a refused password come with the server's own sentence, which says exactly why.
  const missing = [...codes].filter(
    (code) => !/^AUTH-2\d$/.test(code) && !(french.has(`codes.${code}.what`) && french.has(`codes.${code}.next`)),
  )
  expect(missing.sort()).toEqual([])
})

test('every action of the audit log has its words', () => {
  const log = readFileSync(join(import.meta.dirname, '../../domain/people/audit.ts'), 'utf8')
  const actions = [...log.matchAll(/^ {2}\| '([\w.-]+)'$/gm)].map((match) => match[1]!)
  expect(actions.length).toBeGreaterThan(20)
  expect(actions.filter((action) => !french.has(`actions.${action.replaceAll('.', '_')}`))).toEqual([])
})
