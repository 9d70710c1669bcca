import { expect, test } from 'vitest'
import { imageKind, isReasonable } from './kind.ts'

const hex = (text: string): Uint8Array =>
  Uint8Array.from(text.replace(/\s/g, '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

test.each([
  ['png', '89504e470d0a1a0a 0000000d 49484452 00000280 000001e0', 'image/png', 640, 480],
  ['gif', '474946383961 8002 e001 00000000', 'image/gif', 640, 480],
  ['jpeg', 'ffd8 ffe0 0004 0000 ffc0 0011 08 01e0 0280 0301', 'image/jpeg', 640, 480],
  ['jpeg with fill bytes', 'ffd8 ffff e0 0004 0000 ffc2 0011 08 01e0 0280 0301', 'image/jpeg', 640, 480],
  ['webp lossy', '52494646 00000000 57454250 56503820 00000000 000000 9d012a 8002 e001', 'image/webp', 640, 480],
  ['webp extended', '52494646 00000000 57454250 56503858 0a000000 00000000 7f0200 df0100', 'image/webp', 640, 480],
])('a %s is known by its octets, with its measures', (_name, octets, type, width, height) => {
  expect(imageKind(hex(octets))).toEqual({ type, width, height })
})

test.each([
  '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
  '<?xml version="1.0"?><svg/>',
  '<!doctype html><script>alert(1)</script>',
  '%PDF-1.7 aaaaaaaaaaaaaa',
  'GIF90a aaaaaaaaaaaa',
  '',
  'PNG',
])('%s is no picture', (text) => {
  expect(imageKind(new TextEncoder().encode(text))).toBeUndefined()
})

test('a picture of more pixels than a memory holds is not reasonable, whatever its weight', () => {
  const bomb = imageKind(hex('89504e470d0a1a0a 0000000d 49484452 0000ffff 0000ffff'))!
  expect(isReasonable(bomb)).toBe(false)
  expect(isReasonable(imageKind(hex('89504e470d0a1a0a 0000000d 49484452 00000280 000001e0'))!)).toBe(true)
})

test('cut or hostile octets never throw', () => {
  for (let length = 0; length < 40; length++) {
    imageKind(new Uint8Array(length).fill(0xff))
    imageKind(hex('ffd8ffe000'.padEnd(length * 2, '0').slice(0, length * 2)))
  }
})
