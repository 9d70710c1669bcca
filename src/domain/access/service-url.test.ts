import { expect, test } from 'vitest'
import { isSafeBackChannel, matchesPattern, parsePattern, parseServiceUrl } from './service-url.ts'

const fits = (pattern: string, url: string): boolean => {
  const parsed = parsePattern(pattern)
  return parsed !== undefined && matchesPattern(parsed, url)
}

test.each([
  ['https://ent.example/app/', 'https://ent.example/app/'],
  ['https://ent.example/app/', 'https://ent.example/app'],
  ['https://ent.example/app', 'https://ent.example/app/a/b?c=d'],
  ['https://ent.example/app', 'https://ent.example/app?x=https://evil.test/'],
  ['https://ent.example/app', 'https://ent.example/app;jsessionid=1'],
  ['https://ent.example', 'https://ent.example/anything'],
  ['https://ent.example', 'HTTPS://ENT.example:443'],
  ['http://127.0.0.1:8081/', 'http://127.0.0.1:8081/entree?ticket=x'],
  ['http://[::1]:8081/', 'http://[::1]:8081/x'],
])('%s is for %s', (pattern, url) => {
  expect(fits(pattern, url)).toBe(true)
})

test.each([
  ['https://ent.example/app', 'https://ent.example/application'],
  ['https://ent.example/app', 'https://ent.example/App'],
  ['https://ent.example/app', 'https://ent.example/'],
  ['https://ent.example', 'https://ent.example.evil.test/'],
  ['https://ent.example', 'https://evil.test/ent.example'],
  ['https://ent.example', 'http://ent.example/'],
  ['https://ent.example', 'https://ent.example:444/'],
  ['https://ent.example', 'https://sub.ent.example/'],
  ['https://ent.example/app', 'https://ent.example/app/..%2fautre'],
  ['https://ent.example/app', 'https://ent.example/app/.%2e/autre'],
  ['https://ent.example/app', 'https://ent.example/autre/../app'],
  ['https://ent.example/app', 'https://ent.example/app%00'],
])('%s is not for %s', (pattern, url) => {
  expect(fits(pattern, url)).toBe(false)
})

test.each([
  '',
  'ent.example',
  '//ent.example/',
  '/app',
  'ftp://ent.example/',
  'javascript:alert(1)',
  'https://',
  'https:ent.example/',
  'https:/ent.example/',
  'https:///ent.example/',
  'https://user@ent.example/',
  'https://user:pass@ent.example/',
  'https://@ent.example/',
  'https://ent.example#x',
  'https://ent.example/#',
  'https://ent.example\\.evil.test/',
  'https://ent.example/a b',
  ' https://ent.example/',
  'https://ent.example/\u0000',
  'https://ent.example/\u2028',
  'https://ent%2eexample/',
  'https://élève.example/',
  'https://ent。example/',
  'https://0x7f.1/',
  'https://0177.0.0.1/',
  'https://2130706433/',
  'https://127.1/',
  'https://ent.example:99999/',
  'https://ent.example:0443/',
  `https://ent.example/${'a'.repeat(2100)}`,
])('%j is not the address of a service', (text) => {
  expect(parseServiceUrl(text)).toBeUndefined()
})

test.each(['https://ent.example/?x=1', 'https://ent.example/a/../b', 'https://*.example/', 'https://ent.example/.*'])(
  'a pattern is an address without query, and its signs mean themselves: %s',
  (pattern) => {
    const parsed = parsePattern(pattern)
    expect(parsed === undefined || !matchesPattern(parsed, 'https://ent.example/app')).toBe(true)
  },
)

test.each([
  ['https://ent.example/slo', false, true],
  ['http://ent.example/slo', false, false],
  ['http://ent.example/slo', true, true],
  ['http://127.0.0.1:8081/slo', false, true],
  ['http://localhost:8081/slo', false, true],
  ['http://[::1]:8081/slo', false, true],
  ['http://127.0.0.1.evil.test/slo', false, false],
  ['file:///etc/passwd', true, false],
])('a back channel to %s, in the clear allowed: %s, is safe: %s', (url, clearText, safe) => {
  expect(isSafeBackChannel(url, clearText)).toBe(safe)
})
