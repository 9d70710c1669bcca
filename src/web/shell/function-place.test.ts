import { expect, test } from 'vitest'
import { accountIn, joinPlace, searchIn, splitPlace } from './function-place.ts'

test('the mailbox of a function is named with its account, one’s own without', () => {
  expect(splitPlace('inbox')).toEqual({ account: undefined, mailbox: 'inbox' })
  expect(splitPlace('u5~inbox')).toEqual({ account: 'u5', mailbox: 'inbox' })
  expect(splitPlace('m12')).toEqual({ account: undefined, mailbox: 'm12' })
  expect(joinPlace('u5', 'm12')).toBe('u5~m12')
  expect(joinPlace(undefined, 'sent')).toBe('sent')
})

test('an address says which account it is in', () => {
  expect(accountIn({ pathname: '/mail/u5~inbox/t3', search: '' })).toBe('u5')
  expect(accountIn({ pathname: '/mail/inbox', search: '?box=u5' })).toBeUndefined()
  expect(accountIn({ pathname: '/search', search: '?q=a&box=u5' })).toBe('u5')
  expect(accountIn({ pathname: '/search', search: '?q=a&box=..%2Fx' })).toBeUndefined()
  expect(accountIn({ pathname: '/portal', search: '' })).toBeUndefined()
  expect(searchIn('u5', 'a')).toEqual({ q: 'a', box: 'u5' })
})
