import fc from 'fast-check'
import { expect, test } from 'vitest'
import { namesServer, readStsPolicy, stsId, writeStsPolicy } from './policy.ts'

test.each([
  [['v=STSv1; id=20160831085700Z;'], '20160831085700Z'],
  [['v=STSv1;id=1'], '1'],
  [['v = STSv1 ; other=x; id = a1 ;'], 'a1'],
  [['v=spf1 -all', 'v=STSv1; id=2;'], '2'],
  [['v=STSv1; id=1;', 'v=STSv1; id=2;'], undefined],
  [['v=STSv1; id=with-dash;'], undefined],
  [['v=STSv1; id=;'], undefined],
  [[`v=STSv1; id=${'a'.repeat(33)};`], undefined],
  [['v=STSv2; id=1;'], undefined],
  [[], undefined],
])('the records %j announce %s', (records, id) => {
  expect(stsId(records)).toBe(id)
})

test('a policy is read in any order, with either line end, and of a key that comes twice the first counts', () => {
  const text =
    'max_age: 86400\r\nmode: testing\nmx: MX1.example.com\r\nversion: STSv1\nmode: none\nmx: *.example.net\nnew: x\n'
  expect(readStsPolicy(text)).toEqual({ mode: 'testing', mx: ['mx1.example.com', '*.example.net'], maxAge: 86_400 })
})

test.each([
  ['no version', 'mode: none\nmax_age: 1\n'],
  ['another version', 'version: STSv2\nmode: none\nmax_age: 1\n'],
  ['another mode', 'version: STSv1\nmode: strict\nmx: a.b\nmax_age: 1\n'],
  ['no age', 'version: STSv1\nmode: enforce\nmx: a.b\n'],
  ['too long an age', 'version: STSv1\nmode: enforce\nmx: a.b\nmax_age: 31557601\n'],
  ['a negative age', 'version: STSv1\nmode: enforce\nmx: a.b\nmax_age: -1\n'],
  ['no server', 'version: STSv1\nmode: enforce\nmax_age: 1\n'],
  ['a server that is none', 'version: STSv1\nmode: enforce\nmx: a.*.b\nmax_age: 1\n'],
  ['a bare star', 'version: STSv1\nmode: enforce\nmx: *\nmax_age: 1\n'],
  ['a page', '<!doctype html>\n<p>404'],
])('%s is no policy', (_name, text) => {
  expect(readStsPolicy(text)).toBeUndefined()
})

test.each([
  ['mx.example.com', 'mx.example.com', true],
  ['MX.example.com.', 'mx.example.com', true],
  ['a.example.com', '*.example.com', true],
  ['a.b.example.com', '*.example.com', false],
  ['example.com', '*.example.com', false],
  ['evilexample.com', '*.example.com', false],
  ['com', '*.com', false],
  ['mx.example.com', 'mx.example.net', false],
])('the server %s beside the pattern %s: %s', (server, pattern, named) => {
  expect(namesServer({ mx: [pattern] }, server)).toBe(named)
})

test('what we write is what we read, and no text makes the reader fail', () => {
  const policy = { mode: 'enforce', mx: ['mail.ecole.example', '*.mx.example'], maxAge: 604_800 } as const
  const { text, id } = writeStsPolicy(policy)
  expect(readStsPolicy(text)).toEqual(policy)
  expect(stsId([`v=STSv1; id=${id};`])).toBe(id)
  expect(writeStsPolicy({ ...policy, mode: 'testing' }).id).not.toBe(id)
  fc.assert(
    fc.property(fc.string(), (any) => {
      readStsPolicy(any)
      stsId([any])
    }),
  )
})
