import { expect, test } from 'vitest'
import { readOauthBearer, readXoauth2, tokenRefusal } from './oauth.ts'

const a = '\u0001'

test('OAUTHBEARER names the person in its header, with commas and equal signs written out', () => {
  const text = `n,a=anne=2Cmartin=3D@ecole.test,${a}host=mail.test${a}port=993${a}auth=Bearer abc.DEF-123~${a}${a}`
  expect(readOauthBearer(text)).toEqual({ login: 'anne,martin=@ecole.test', token: 'abc.DEF-123~', legacy: false })
  expect(readOauthBearer(`n,,${a}auth=bearer x${a}${a}`)).toEqual({ login: undefined, token: 'x', legacy: false })
})

test('XOAUTH2 names the person in a field', () => {
  const text = `user=anne@ecole.test${a}auth=Bearer abc${a}${a}`
  expect(readXoauth2(text)).toEqual({ login: 'anne@ecole.test', token: 'abc', legacy: true })
})

test.each([
  '',
  'n,',
  `p=tls-unique,,${a}auth=Bearer x${a}${a}`,
  `n,a=x,${a}auth=Bearer x`,
  `n,a=x,y,${a}auth=Bearer x${a}${a}`,
  'user=anne',
])('what is malformed is not guessed at: %j', (text) => {
  expect(readOauthBearer(text)).toBeUndefined()
  expect(readXoauth2(text)).toBeUndefined()
})

test('a token of another kind, or none, is empty', () => {
  for (const auth of ['auth=', 'auth=Basic eA==', 'auth=Bearer two words', ''])
    expect(readOauthBearer(`n,,${a}${auth}${a}${a}`)?.token).toBe('')
})

test('a refusal is told in the words of each mechanism', () => {
  expect(JSON.parse(tokenRefusal(false, 'invalid_token', 's'))).toEqual({ status: 'invalid_token', scope: 's' })
  expect(JSON.parse(tokenRefusal(true, 'invalid_token', 's'))).toEqual({ status: '401', schemes: 'bearer', scope: 's' })
})
