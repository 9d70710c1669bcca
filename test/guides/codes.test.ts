/** Every code that the server or the web app can show has a guide in both languages, and no guide names a code that is not. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadLibrary } from '#domain/guides/library.ts'
import { passwordReasons } from '#format/password/reasons.ts'
import { casPages } from '#server/http/cas-page.data.ts'
import { oidcErrors } from '#server/http/oidc-words.data.ts'
import { ssoErrors } from '#server/http/sso-page.ts'
import { texts } from '#web/i18n/parts/codes.fr.ts'

const root = join(import.meta.dirname, '../../src')

/** Codes written in the sources as words of their own, in quotation marks. */
const written = (): Map<string, string> => {
  const found = new Map<string, string>()
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!/\.tsx?$/.test(name) || /\.test\.tsx?$/.test(name) || name.includes('guides')) continue
    for (const [, code = ''] of readFileSync(join(root, name), 'utf8').matchAll(/['"`]([A-Z]{3,6}-\d{2})['"`]/g))
      if (!/^(?:UTF|SHA|ISO)-/.test(code)) found.set(code, name)
  }
  return found
}

const tables = [
  ...Object.keys(texts.codes).filter((code) => /^[A-Z]+-\d+$/.test(code)),
  ...Object.keys(ssoErrors),
  ...Object.keys(oidcErrors),
  ...Object.values(casPages).map(({ code }) => code),
  ...passwordReasons,
]

const library = await loadLibrary()

test.each(['fr', 'en'] as const)('every code of the sources and of the tables has a guide (%s)', (language) => {
  const codes = written()
  expect(codes.size).toBeGreaterThan(75)
  const all = [...new Set([...codes.keys(), ...tables])].sort()
  expect(all.filter((code) => library.ofCode(code, language) === undefined)).toEqual([])
})

test('every code of a guide is one that can be shown', () => {
  const codes = new Set([...written().keys(), ...tables])
  expect(library.codes.filter((code) => !codes.has(code))).toEqual([])
})
