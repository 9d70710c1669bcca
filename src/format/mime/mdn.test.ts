import { expect, test } from 'vitest'
import { utf8 } from '#base/bytes.ts'
import { type DispositionFields, readDisposition, writeDisposition } from './mdn.ts'

const fields: DispositionFields = {
  reportingUA: 'academie.example; Convergence',
  mdnGateway: null,
  originalRecipient: null,
  finalRecipient: 'rfc822; claire@academie.example',
  originalMessageId: '<199509192301.23456@example.org>',
  disposition: { actionMode: 'manual-action', sendingMode: 'mdn-sent-manually', type: 'displayed' },
  error: [],
  extensionFields: { 'X-Extension': 'value' },
}

test('what is written is read again', () => {
  expect(readDisposition(utf8(writeDisposition(fields)))).toEqual(fields)
})

test('a value never adds a field', () => {
  const text = writeDisposition({
    ...fields,
    reportingUA: 'a\r\nDisposition: automatic-action/MDN-sent-automatically; deleted',
  })
  expect(text.split('\r\n').filter((line) => line.startsWith('Disposition:'))).toHaveLength(1)
})

test('a receipt of another program is read', () => {
  const text =
    'Reporting-UA: joes-pc.cs.example.com; Foomail 97.1\nFinal-Recipient: rfc822;Joe_Recipient@example.com\n' +
    'Disposition: manual-action/MDN-sent-manually; displayed/warning\n'
  expect(readDisposition(utf8(text))).toMatchObject({
    finalRecipient: 'rfc822;Joe_Recipient@example.com',
    disposition: { type: 'displayed' },
  })
})

test('what lacks a recipient or a disposition is none', () => {
  expect(readDisposition(utf8('Final-Recipient: rfc822; a@b.test\n'))).toBeUndefined()
  expect(readDisposition(utf8('Disposition: manual-action/MDN-sent-manually; displayed\n'))).toBeUndefined()
})
