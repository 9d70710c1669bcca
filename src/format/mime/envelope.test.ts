import { expect, test } from 'vitest'
import { utf8 } from '#base/bytes.ts'
import { envelopeOf } from './envelope.ts'

test('an envelope has the raw values, sender and reply-to default to from', () => {
  const envelope = envelopeOf(
    utf8(
      'Date: Mon, 1 Sep 2026 08:00:00 +0200\r\nSubject: =?utf-8?Q?=C3=A9?=\r\n =?utf-8?Q?a?=\r\nFrom: A <a@b>\r\nReply-To:\r\nTo: c@d\r\nMessage-ID: <x@y>\r\n\r\n',
    ),
  )
  const from = [{ name: 'A', adl: null, mailbox: 'a', host: 'b' }]
  expect(envelope).toEqual({
    date: 'Mon, 1 Sep 2026 08:00:00 +0200',
    subject: '=?utf-8?Q?=C3=A9?= =?utf-8?Q?a?=',
    from,
    sender: from,
    replyTo: from,
    to: [{ name: null, adl: null, mailbox: 'c', host: 'd' }],
    cc: [],
    bcc: [],
    inReplyTo: null,
    messageId: '<x@y>',
  })
})

test('an empty header gives an empty envelope', () => {
  expect(envelopeOf(utf8(''))).toMatchObject({ date: null, subject: null, from: [], sender: [], messageId: null })
})
