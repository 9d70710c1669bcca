/** docs/security-tests.md names tests: they must exist under these names. */
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../', import.meta.url)
const page = readFileSync(new URL('docs/security-tests.md', root), 'utf8')

const named = [...page.matchAll(/^\| (?!attack |---)(.+?) \| ((?:src|test)\/\S+\.test\.ts): (.+) \|$/gm)]

test('the page of attacks names only tests that exist', () => {
  expect(named.length).toBe(page.split('\n').filter((line) => /^\| (?!attack )/.test(line)).length)
  expect(named.length).toBeGreaterThan(80)
  const missing = named.flatMap(([, attack = '', file = '', name = '']) => {
    const at = new URL(file, root)
    const text = existsSync(at) ? readFileSync(at, 'utf8').replaceAll("\\'", "'") : ''
    return text.includes(`'${name}'`) || text.includes(`\`${name}\``) ? [] : [`${attack}: ${file}: ${name}`]
  })
  expect(missing).toEqual([])
})
