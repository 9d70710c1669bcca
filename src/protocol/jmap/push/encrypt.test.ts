import { expect, test } from 'vitest'
import { utf8 } from '#base/bytes.ts'
import { areUsableKeys, encryptPush } from './encrypt.ts'

const keys = {
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
}

test('the example of RFC 8291 §5 comes out octet by octet', () => {
  const fixed = {
    privateKey: Buffer.from('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw', 'base64url'),
    salt: Buffer.from('DGv6ra1nlYgDCS1FRnbzlw', 'base64url'),
  }
  const body = encryptPush(utf8('When I grow up, I want to be a watermelon'), keys, fixed)
  expect(Buffer.from(body).toString('base64url')).toBe(
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
  )
})

test('two messages never look alike', () => {
  expect(encryptPush(utf8('x'), keys)).not.toEqual(encryptPush(utf8('x'), keys))
})

test('keys that are none are refused', () => {
  expect(areUsableKeys(keys)).toBe(true)
  expect(areUsableKeys({ ...keys, auth: 'short' })).toBe(false)
  expect(areUsableKeys({ ...keys, p256dh: Buffer.alloc(65, 4).toString('base64url') })).toBe(false)
  expect(areUsableKeys({ p256dh: '', auth: '' })).toBe(false)
})
