import { expect, test } from 'vitest'
import { utf8 } from '#base/bytes.ts'
import { envelopeOf } from '../mime/envelope.ts'
import { renderEnvelope } from './envelope.ts'
import { firstMailbox, inReplyToOf } from './envelope-read.ts'

const envelope = (header: string): string =>
  Buffer.from(renderEnvelope(envelopeOf(utf8(`${header.replaceAll('\n', '\r\n')}\r\n\r\n`)))).toString('latin1')

test('the first mailbox of each field is found behind whatever stands before it', () => {
  const text = envelope(`Subject: he said "hi" \\ and (left
From: "Zoé \\"Zou\\" Petit" <zoe@a.test>, b@a.test
To: Élèves: a.b@c.test, d@e.test;
Cc: =?utf-8?Q?R=C3=A9mi?= <remi@a.test>
In-Reply-To: <one@a.test>
Message-ID: <two@a.test>`)
  expect(firstMailbox(text, 'from')).toBe('zoe')
  // A group is told by its name (RFC 9051 §7.5.2).
  expect(Buffer.from(firstMailbox(text, 'to'), 'latin1').toString()).toBe('Élèves')
  expect(firstMailbox(text, 'cc')).toBe('remi')
  expect(inReplyToOf(text)).toBe('<one@a.test>')
})

test('what is not there is empty', () => {
  const text = envelope('Subject: none')
  expect([firstMailbox(text, 'from'), firstMailbox(text, 'cc'), inReplyToOf(text)]).toEqual(['', '', ''])
})

test('a text that is no envelope ends all the same', () => {
  for (const text of ['', '(', '("', '({99}', '((((', '(NIL', '({x}\r\nab "c'])
    expect(typeof firstMailbox(text, 'cc') + typeof inReplyToOf(text)).toBe('stringstring')
})
