import { expect, test } from 'vitest'
import { headedIn } from './headed.ts'

test.each([
  ['/mail/inbox', 'inbox', undefined, false],
  ['/mail/inbox/t1', 'inbox', 't1', false],
  ['/mail/ul~inbox/ul~tj', 'ul~inbox', 'ul~tj', false],
  ['/mail/archive/t1', 'inbox', undefined, true],
  ['/mail/archive', 'inbox', undefined, true],
  ['/mail/%C3%A9t%C3%A9/t1', 'été', 't1', false],
  ['/search/t1', 'inbox', undefined, true],
  ['/', 'inbox', undefined, true],
])('of the list %s: the address %s says the conversation %s', (pathname, param, threadId, elsewhere) => {
  expect(headedIn(pathname, { kind: 'mailbox', param })).toEqual({ threadId, elsewhere })
})

test('of a search: the message that was found, or elsewhere', () => {
  const place = { kind: 'search', param: '' } as const
  expect(headedIn('/search', place)).toEqual({ threadId: undefined, elsewhere: false })
  expect(headedIn('/search/t1', place)).toEqual({ threadId: 't1', elsewhere: false })
  expect(headedIn('/mail/inbox/t1', place)).toEqual({ threadId: undefined, elsewhere: true })
})
