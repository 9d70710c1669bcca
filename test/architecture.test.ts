/** The import law of the house, and the proof that this test and the compiler would notice a breach. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { law, offences, readImports, roomCycle } from './architecture.ts'

const root = dirname(import.meta.dirname)
const fixtures: string[] = []

/** A small house of its own in a temporary folder, with the given files below `src/`. */
const house = (files: Record<string, string>): string => {
  mkdirSync(join(root, '.build'), { recursive: true })
  const home = mkdtempSync(join(root, '.build', 'house-'))
  fixtures.push(home)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, 'src', name)), { recursive: true })
    writeFileSync(join(home, 'src', name), text)
  }
  return home
}

afterAll(() => {
  for (const home of fixtures) rmSync(home, { recursive: true, force: true })
})

test('every import of every room obeys the law', () => {
  expect(offences(readImports(join(root, 'src')))).toEqual([])
})

test('no rooms import each other in a circle', () => {
  expect(roomCycle(readImports(join(root, 'src')))).toBeUndefined()
})

test('the compiler references are exactly the law', () => {
  for (const [room, allowed] of Object.entries(law)) {
    const config = JSON.parse(readFileSync(join(root, 'src', room, 'tsconfig.json'), 'utf8')) as {
      references: { path: string }[]
    }
    const referenced = config.references.map((reference) => reference.path.replace('../', ''))
    expect(referenced.sort(), room).toEqual([...allowed].sort())
  }
})

test.each([
  ['base/a.ts', "import { x } from '#store/x.ts'", 'base may not import store'],
  ['format/a.ts', "import { readFileSync } from 'node:fs'", 'format is pure'],
  ['domain/mail/a.ts', "import type { X } from '#store/sqlite.ts'", 'only server chooses a driver'],
  ['domain/mail/a.ts', "import { x } from '#protocol/imap/x.ts'", 'domain may not import protocol'],
  ['domain/mail/a.ts', "import pg from 'pg'", 'only a driver of the store may import an engine'],
  ['protocol/imap/a.ts', "import type { X } from '#store/store.ts'", 'protocol may not import store'],
  ['protocol/imap/a.ts', "export { x } from '../jmap/x.ts'", 'protocols do not import each other'],
  ['protocol/imap/a.ts', "import {\n  x,\n  y,\n} from '#protocol/jmap/x.ts'", 'protocols do not import each other'],
  ['server/a.ts', "const x = await import('#web/data/x.ts')", 'server may not import web'],
  ['web/a.tsx', "import '#domain/mail/move.ts'", 'web may not import domain'],
  ['domain/a.ts', "import { x } from '../base/x.ts'", 'by its name'],
])('the scanner finds a forbidden import in %s: %s', (file, code, why) => {
  const found = offences(readImports(join(house({ [file]: `${code}\n` }), 'src')))
  expect(found).toHaveLength(1)
  expect(found[0]).toContain(why)
})

test('the scanner finds a circle of rooms', () => {
  const home = house({ 'base/a.ts': "import '#format/b.ts'\n", 'format/b.ts': "import '#base/a.ts'\n" })
  expect(roomCycle(readImports(join(home, 'src')))).toEqual(['base', 'format', 'base'])
})

test('the compiler rejects an import that the law forbids', () => {
  const home = house({
    'base/a.ts': "import { x } from '#store/b.ts'\nexport const y: number = x\n",
    'store/b.ts': 'export const x = 1\n',
  })
  cpSync(join(root, 'tsconfig.base.json'), join(home, 'tsconfig.base.json'))
  const packageFile = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { imports: unknown }
  writeFileSync(join(home, 'package.json'), JSON.stringify({ type: 'module', imports: packageFile.imports }))
  for (const room of ['base', 'store'])
    cpSync(join(root, 'src', room, 'tsconfig.json'), join(home, 'src', room, 'tsconfig.json'))
  const compile = (): string => {
    try {
      execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', 'src/base'], { cwd: home })
      return 'accepted'
    } catch (error) {
      return String((error as { stdout?: Buffer }).stdout)
    }
  }
  expect(compile()).toMatch(/a\.ts.*error TS6(?:307|059)/)
  writeFileSync(join(home, 'src/base/a.ts'), 'export const y = 1\n')
  expect(compile()).toBe('accepted')
})
