import { expect, test } from 'vitest'
import { type Thread, threadText } from './thread-text.ts'

const tree = (uid: number, ...children: Thread[]): Thread => ({ uid, children })
const same = (uid: number): number => uid

test('the example of RFC 5256 section 4', async () => {
  const second = tree(3, tree(6, tree(4, tree(23)), tree(44, tree(7, tree(96)))))
  expect(await threadText([tree(2), second], same)).toBe('(2)(3 6 (4 23)(44 7 96))')
  expect(await threadText([tree(0, tree(3), tree(5))], same)).toBe('((3)(5))')
})

test('a chain of many thousands is written, too', async () => {
  let chain = tree(30_000)
  for (let uid = 29_999; uid > 0; uid--) chain = tree(uid, chain)
  expect(await threadText([chain], same)).toMatch(/^\(1 2 3 .* 30000\)$/)
})
