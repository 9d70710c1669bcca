import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foldAddress, formatAddress, parseAddresses, parseGroups, rawAddresses, splitAddress } from './parse.ts'

const one = (value: string) => {
  const [mailbox, ...others] = parseAddresses(value)
  expect(others).toEqual([])
  return mailbox && [mailbox.name, mailbox.email]
}

test.each([
  ['a@example.org', null, 'a@example.org'],
  ['Jeanne Martin <jeanne@example.org>', 'Jeanne Martin', 'jeanne@example.org'],
  ['"Martin, Jeanne" <jeanne@example.org>', 'Martin, Jeanne', 'jeanne@example.org'],
  ['"Giant; \\"Big\\" Box" <sysservices@example.net>', 'Giant; "Big" Box', 'sysservices@example.net'],
  ['Joe Q. Public <john.q.public@example.com>', 'Joe Q. Public', 'john.q.public@example.com'],
  ['jeanne@example.org (Jeanne Martin)', 'Jeanne Martin', 'jeanne@example.org'],
  ['Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>', 'Pete', 'pete@silly.test'],
  ['=?utf-8?Q?Zo=C3=A9?= =?utf-8?Q?_B.?= <zoe@example.org>', 'Zoé B.', 'zoe@example.org'],
  ['"=?utf-8?B?Wm/DqQ==?=" <zoe@example.org>', 'Zoé', 'zoe@example.org'],
  ['<@a.test,@b.test:joe@where.test>', null, 'joe@where.test'],
  ['John Doe <jdoe @ machine . example>', 'John Doe', 'jdoe@machine.example'],
  ['"quoted local"@example.org', null, '"quoted local"@example.org'],
  ['"plain"@example.org', null, 'plain@example.org'],
  ['Jeanne jeanne@example.org', 'Jeanne', 'jeanne@example.org'],
  ['Jeanne <jeanne@example.org', 'Jeanne', 'jeanne@example.org'],
  ['jeanne@example.org>', null, 'jeanne@example.org'],
  ['Jeanne <<jeanne@example.org>>', 'Jeanne', 'jeanne@example.org'],
  ['"unclosed Jeanne <jeanne@example.org>', 'unclosed Jeanne', 'jeanne@example.org'],
  ['Jöhn Doe <jdöe@mächine.example>', 'Jöhn Doe', 'jdöe@mächine.example'],
  ['user@[192.0.2.1]', null, 'user@[192.0.2.1]'],
  ['<Undisclosed Recipients@example.org>', null, '"Undisclosed Recipients"@example.org'],
  ['Postmaster', null, 'Postmaster'],
  ['MAILER-DAEMON <>', 'MAILER-DAEMON', ''],
  ["'jeanne@example.org' <jeanne@example.org>", "'jeanne@example.org'", 'jeanne@example.org'],
  ['jeanne@example.org <jeanne@example.org>', 'jeanne@example.org', 'jeanne@example.org'],
])('the address %s is read', (value, name, email) => {
  expect(one(value)).toEqual([name, email])
})

test('lists are cut at commas, empty entries are nothing', () => {
  expect(parseAddresses('a@b, , "c, d" <c@d>,\t<e@f>,').map((m) => m.email)).toEqual(['a@b', 'c@d', 'e@f'])
  expect(parseAddresses('')).toEqual([])
  expect(parseAddresses(' , ; ')).toEqual([])
})

test('a comma inside an unclosed angle bracket still separates', () => {
  expect(parseAddresses('A <a@b, C <c@d>').map((m) => m.email)).toEqual(['a@b', 'c@d'])
})

test('groups keep their names and members', () => {
  expect(parseGroups('x@y, A Group:Ed Jones <joe@where.test>,john@one.test;, z@y')).toEqual([
    { group: null, mailboxes: [{ name: null, email: 'x@y' }] },
    {
      group: 'A Group',
      mailboxes: [
        { name: 'Ed Jones', email: 'joe@where.test' },
        { name: null, email: 'john@one.test' },
      ],
    },
    { group: null, mailboxes: [{ name: null, email: 'z@y' }] },
  ])
  expect(parseGroups('Undisclosed recipients:;')).toEqual([{ group: 'Undisclosed recipients', mailboxes: [] }])
  expect(parseAddresses('undisclosed-recipients:;')).toEqual([])
})

test('IMAP sees groups as entries without host, and names undecoded', () => {
  expect(rawAddresses('=?utf-8?Q?Zo=C3=A9?= <z@y>, G: a@b;')).toEqual([
    { name: '=?utf-8?Q?Zo=C3=A9?=', adl: null, mailbox: 'z', host: 'y' },
    { name: null, adl: null, mailbox: 'G', host: null },
    { name: null, adl: null, mailbox: 'a', host: 'b' },
    { name: null, adl: null, mailbox: null, host: null },
  ])
})

test('IMAP is told of an obsolete route', () => {
  expect(rawAddresses('<@route:user@domain>, X <@a.test,@b.test:c@d>')).toEqual([
    { name: null, adl: '@route', mailbox: 'user', host: 'domain' },
    { name: 'X', adl: '@a.test,@b.test', mailbox: 'c', host: 'd' },
  ])
})

test('names are quoted or encoded when they must be', () => {
  expect(formatAddress({ name: 'Jeanne Martin', email: 'j@m' })).toBe('Jeanne Martin <j@m>')
  expect(formatAddress({ name: 'Martin, "J"', email: 'j@m' })).toBe('"Martin, \\"J\\"" <j@m>')
  expect(formatAddress({ name: 'Zoé', email: 'z@m' })).toBe('=?UTF-8?Q?Zo=C3=A9?= <z@m>')
  expect(formatAddress({ name: null, email: 'z@m' })).toBe('z@m')
  expect(formatAddress({ name: 'a\r\nBcc: x', email: 'z@m>\r\nX: y' })).not.toMatch(/[\r\n]/)
})

test('envelope addresses are split and checked', () => {
  expect(splitAddress('a.b+c@example.org')).toEqual({ local: 'a.b+c', domain: 'example.org' })
  expect(splitAddress('zoé@académie.example')).toEqual({ local: 'zoé', domain: 'académie.example' })
  expect(splitAddress('"a b@c"@example.org')).toEqual({ local: '"a b@c"', domain: 'example.org' })
  expect(splitAddress('a@[192.0.2.1]')).toEqual({ local: 'a', domain: '[192.0.2.1]' })
  expect(splitAddress('a@[IPv6:2001:db8::1]')?.domain).toBe('[IPv6:2001:db8::1]')
  expect(splitAddress('a@localhost')?.domain).toBe('localhost')
  for (const bad of [
    '',
    'a',
    '@b',
    'a@',
    'a@b@c',
    'a..b@c',
    '.a@b',
    'a b@c',
    'a@-b',
    'a@b..c',
    'a@b.',
    'a\r@b',
    '"a@b',
    'a@[x]',
    `${'x'.repeat(65)}@b`,
    `a@${'x'.repeat(64)}`,
    'a@b c',
    'a<b@c',
    'a\0@b',
  ]) {
    expect(splitAddress(bad), bad).toBeUndefined()
  }
})

test('addresses compare without case, composition, quotes and punycode', () => {
  expect(foldAddress(' Jeanne@Example.ORG. ')).toBe('jeanne@example.org')
  expect(foldAddress('"jeanne"@example.org')).toBe('jeanne@example.org')
  expect(foldAddress('"je anne"@example.org')).toBe('"je anne"@example.org')
  expect(foldAddress('a@xn--acadmie-eya.example')).toBe('a@académie.example')
  expect(foldAddress('a@ACADE\u0301MIE.example')).toBe('a@académie.example')
  expect(foldAddress('a@xn--zzzzzz!.example')).toBe('a@xn--zzzzzz!.example')
  expect(foldAddress('a@xn--p1ai')).toBe('a@рф')
})

test('anything can stand in an address field', () => {
  const piece = fc.constantFrom(
    '<',
    '>',
    '@',
    ',',
    ';',
    ':',
    '"',
    '(',
    ')',
    '[',
    ']',
    '\\',
    ' ',
    'a',
    'b.c',
    '=?utf-8?Q?=C3=A9?=',
    'é',
    '\0',
    '\r\n ',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40, size: 'max' }), (pieces) => {
      const value = pieces.join('')
      const flat = parseAddresses(value)
      expect(parseGroups(value).flatMap((g) => g.mailboxes)).toEqual(flat)
      const opened = rawAddresses(value).filter((a) => a.host === null && a.mailbox !== null).length
      const closed = rawAddresses(value).filter((a) => a.host === null && a.mailbox === null).length
      expect(opened).toBe(closed)
      for (const { name, email } of flat) {
        expect(name).not.toBe('')
        expect(email).not.toMatch(/[\0-\x1f\x7f]/)
      }
      splitAddress(value)
      foldAddress(value)
    }),
    { numRuns: 1500 },
  )
})

test('folding is stable', () => {
  fc.assert(
    fc.property(fc.emailAddress(), (email) => {
      expect(foldAddress(foldAddress(email))).toBe(foldAddress(email))
    }),
  )
})
