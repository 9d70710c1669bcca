import { expect, test } from 'vitest'
import { readBrandInfo } from './brand-info.ts'

test('a brand is read from the page, and a logo is only ever one of our own', () => {
  expect(readBrandInfo('{"name":"Académie de Besançon","logo":"/brand/logo-1a2b.svg"}')).toEqual({
    name: 'Académie de Besançon',
    logo: '/brand/logo-1a2b.svg',
  })
  for (const logo of ['https://x.example/a.svg', '//x.example/a.svg', '/brand/../a', 'javascript:alert(1)'])
    expect(readBrandInfo(JSON.stringify({ name: 'A', logo })).logo).toBe('')
  for (const nothing of [null, undefined, '', 'x', '[]', '{"name":3}'])
    expect(readBrandInfo(nothing)).toEqual({ name: '', logo: '' })
})
