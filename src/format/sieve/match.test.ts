import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Comparison, matchAny } from './match.ts'
import { applyModifiers, decodeEncodedCharacters, expandVariables } from './variables.ts'

const match = (type: Comparison['match'], values: string[], keys: string[], comparator = 'i;ascii-casemap') =>
  matchAny({ match: type, comparator }, values, keys)

test('comparators fold what they say they fold', () => {
  expect(match({ type: 'is' }, ['FROB'], ['frob'])).toEqual({})
  expect(match({ type: 'is' }, ['FROB'], ['frob'], 'i;octet')).toBeUndefined()
  expect(match({ type: 'is' }, ['ÉCOLE'], ['école'])).toBeUndefined()
  expect(match({ type: 'is' }, ['ÉCOLE'], ['école'], 'i;unicode-casemap')).toEqual({})
  expect(match({ type: 'contains' }, ['aBc'], ['B'], 'i;octet')).toEqual({})
  expect(match({ type: 'contains' }, ['abc'], [''])).toEqual({})
})

test('numbers: digits at the beginning, everything else is infinity', () => {
  const than = (relation: 'gt' | 'eq' | 'ne' | 'le', a: string, b: string) =>
    match({ type: 'value', relation }, [a], [b], 'i;ascii-numeric') !== undefined
  expect(than('gt', '10', '9')).toBe(true)
  expect(than('eq', '007 x', '7')).toBe(true)
  expect(than('gt', 'x', '999999999999999999999')).toBe(true)
  expect(than('eq', 'x', 'y')).toBe(true)
  expect(than('le', '99999999999999999998', '99999999999999999999')).toBe(true)
})

test('count compares the number of values', () => {
  expect(match({ type: 'count', relation: 'ge' }, ['a', 'b', 'c'], ['3'])).toEqual({})
  expect(match({ type: 'count', relation: 'eq' }, [], ['0'])).toEqual({})
  expect(match({ type: 'count', relation: 'gt' }, ['a'], ['1'])).toBeUndefined()
})

test('wildcards match as little as possible and remember what they stood for', () => {
  const captures = (value: string, key: string) => match({ type: 'matches' }, [value], [key])?.captures
  expect(captures('[acme-users] [fwd] version 1.0 is out', '[*] *')).toEqual([
    '[acme-users] [fwd] version 1.0 is out',
    'acme-users',
    '[fwd] version 1.0 is out',
  ])
  expect(captures('frop.test', '*.?est')).toEqual(['frop.test', 'frop', 't'])
  expect(captures('a*b', 'a\\*b')).toEqual(['a*b'])
  expect(captures('', '*')).toEqual(['', ''])
  expect(captures('', '?')).toBeUndefined()
  expect(captures('é😀', '??')).toEqual(['é😀', 'é', '😀'])
  expect(captures('aaaab', `${'*a'.repeat(30)}c`)).toBeUndefined()
})

test('wildcards agree with a regular expression', () => {
  const key = fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 7 }).map((all) => all.join(''))
  fc.assert(
    fc.property(fc.stringMatching(/^[ab]{0,10}$/), key, (value, pattern) => {
      const theirs = new RegExp(
        `^${pattern.replaceAll('*', '(.*?)').replaceAll('?', '(.)').replaceAll('(.*(.))', '(.*?)')}$`,
      )
      expect(match({ type: 'matches' }, [value], [pattern])?.captures?.slice(1)).toEqual(theirs.exec(value)?.slice(1))
    }),
  )
})

test('variables are replaced, and what is not a reference stays', () => {
  const values: Record<string, string> = { a: 'X', '1': 'one', 'ns.b': 'Y' }
  const expand = (text: string) => expandVariables(text, (name) => values[name] ?? '')
  expect(expand('${A}-${1}-${ns.B}-${none}-${}-${a')).toBe('X-one-Y--${}-${a')
  expect(expand('$${a}{${a}}')).toBe('$X{X}')
  expect(expand('${a b} ${a-b}')).toBe('${a b} ${a-b}')
})

test('modifiers apply by precedence', () => {
  const apply = (text: string, ...names: string[]) => applyModifiers(text, new Set(names))
  expect(apply('jUMBlEd lETteRS', 'lower')).toBe('jumbled letters')
  expect(apply('jUMBlEd', 'upperfirst', 'lower')).toBe('Jumbled')
  expect(apply('Rock*', 'quotewildcard')).toBe('Rock\\*')
  expect(apply('a*é', 'quotewildcard', 'length')).toBe('4')
  expect(apply("a b'é", 'encodeurl')).toBe('a%20b%27%C3%A9')
})

test('encoded characters: right ones are decoded, wrong ones stay', () => {
  expect(decodeEncodedCharacters('$${hex:40}')).toBe('$@')
  expect(decodeEncodedCharacters('${hex: 40 }${HEX: c3  a9}')).toBe('@é')
  expect(decodeEncodedCharacters('${unicode: 200000} ${unicode:40} ${hex:4x} ${hex:}')).toBe(
    '${unicode: 200000} @ ${hex:4x} ${hex:}',
  )
})
