import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCommand, readHelo, readPath } from './grammar.ts'

const from = (argument: string) => readPath('FROM', argument)?.address
const to = (argument: string) => readPath('TO', argument)?.address

test('a command is a verb and its argument', () => {
  expect(readCommand('mail FROM:<a@b.c>')).toEqual({ verb: 'MAIL', argument: 'FROM:<a@b.c>' })
  expect(readCommand('QUIT  ')).toEqual({ verb: 'QUIT', argument: '' })
  expect(readCommand(' QUIT')).toBeUndefined()
  expect(readCommand('GET / HTTP/1.1')).toMatchObject({ verb: 'GET' })
  expect(readCommand('\x16\x03\x01')).toBeUndefined()
})

test('paths are read as RFC 5321 writes them', () => {
  expect(from('FROM:<>')).toBe('')
  expect(from('from:<Anne.Marie@Ecole.test>')).toBe('Anne.Marie@Ecole.test')
  expect(from('FROM: <a@b.test>')).toBe('a@b.test')
  expect(to('TO:<@relay.test,@other.test:a@b.test>')).toBe('a@b.test')
  expect(to('TO:<postmaster>')).toBe('postmaster')
  expect(to('TO:<"a b"@x.test>')).toBe('"a b"@x.test')
  expect(to('TO:<"plain"@x.test>')).toBe('plain@x.test')
  expect(to('TO:<"a>b"@x.test>')).toBe('"a>b"@x.test')
  expect(to('TO:<a@[192.0.2.1]>')).toBe('a@[192.0.2.1]')
  expect(to('TO:<a@[IPv6:2001:db8::1]>')).toBe('a@[IPv6:2001:db8::1]')
  expect(to('TO:<élève+notes@académie.test>')).toBe('élève+notes@académie.test')
})

test('what is not a path is refused', () => {
  for (const argument of [
    'TO:<>',
    'TO:a@b.test',
    'TO:<a@b.test',
    'TO:<a b@c.test>',
    'TO:<a@>',
    'TO:<@b.test>',
    'TO:<a@-b.test>',
    'TO:<a@b..test>',
    'TO:<.a@b.test>',
    `TO:<${'a'.repeat(65)}@b.test>`,
    `TO:<a@${'b'.repeat(256)}>`,
    'TO:<a\ufffd@b.test>',
    'TO:<a@b.test\r\nDATA>',
  ])
    expect(to(argument), argument).toBeUndefined()
})

test('parameters are named in upper case and keep their value', () => {
  expect([...(readPath('FROM', 'FROM:<a@b> size=12 BODY=8BITMIME SMTPUTF8')?.parameters ?? [])]).toEqual([
    ['SIZE', '12'],
    ['BODY', '8BITMIME'],
    ['SMTPUTF8', undefined],
  ])
})

test('parameters that cannot be read are told apart from a bad path', () => {
  for (const argument of ['TO:<a@b.test>SIZE=1', 'TO:<a@b.test> SIZE=1 size=2', 'TO:<a@b.test> ='])
    expect(readPath('TO', argument), argument).toEqual({ address: 'a@b.test', parameters: undefined })
})

test('a client may name itself by anything printable', () => {
  expect(readHelo('mail.example.org')).toBe('mail.example.org')
  expect(readHelo('[192.0.2.1]')).toBe('[192.0.2.1]')
  expect(readHelo('my_pc')).toBe('my_pc')
  expect(readHelo('')).toBeUndefined()
  expect(readHelo('a b')).toBeUndefined()
})

test('no text makes the grammar throw or yield an address with a line break', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      // An expectation costs more than the reading: one for each text.
      const addresses = [text, `TO:<${text}>`, `TO:<a@b> ${text}`].map((given) => readPath('TO', given)?.address ?? '')
      expect(addresses.join(' ')).not.toMatch(/[\r\n\0]/)
    }),
    { numRuns: 1000 },
  )
})
