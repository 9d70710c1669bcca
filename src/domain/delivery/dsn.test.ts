import { expect, test } from 'vitest'
import { parseMime } from '#format/mime/parse.ts'
import { buildReport, type Report } from './dsn.ts'

const report = (more: Partial<Report> = {}): string =>
  Buffer.from(
    buildReport({
      action: 'failed',
      hostname: 'mail.ecole.test',
      from: 'postmaster@ecole.test',
      to: 'anne@ecole.test',
      messageId: '<r1@mail.ecole.test>',
      boundary: 'B',
      now: Date.UTC(2026, 8, 1, 9),
      arrival: Date.UTC(2026, 8, 1, 8),
      recipients: [{ address: 'zoe@ailleurs.test', orcpt: '', status: '5.1.1', reply: '550 no\r\nInjected: x' }],
      original: Buffer.from('Subject: x\r\n\r\nbody\r\n'),
      returned: 'full',
      originalMessageId: '<o1@ecole.test>',
      ...more,
    }),
  ).toString('utf8')

test('a report is a multipart of words, status and the original', () => {
  const text = report()
  const { root } = parseMime(Buffer.from(text))
  expect(root.type).toBe('multipart')
  expect(root.parts.map(({ type, subtype }) => `${type}/${subtype}`)).toEqual([
    'text/plain',
    'message/delivery-status',
    'message/rfc822',
  ])
  expect(text).toContain('Auto-Submitted: auto-replied\r\n')
  expect(text).toContain('References: <o1@ecole.test>\r\n')
})

test('what a remote server says cannot add a field', () => {
  expect(report()).toContain('Diagnostic-Code: smtp; 550 no Injected: x\r\n')
  expect(report()).not.toMatch(/^Injected/m)
  expect(report({ envid: 'a+0D+0Ab' })).toContain('Original-Envelope-Id: a b\r\n')
  const orcpt = [{ address: 'z@a.test', orcpt: 'rfc822;x+0D+0AInjected:y', status: '5.0.0', reply: '' }]
  expect(report({ recipients: orcpt })).toContain('Original-Recipient: rfc822; x Injected:y\r\n')
})

test('a recipient with UTF-8 makes the status a global one', () => {
  const recipients = [{ address: 'zoé@ailleurs.test', orcpt: '', status: '5.1.1', reply: '' }]
  const text = report({ recipients, returned: 'headers' })
  expect(text).toContain('Content-Type: message/global-delivery-status\r\n')
  expect(text).toContain('Final-Recipient: utf-8; zoé@ailleurs.test\r\n')
  expect(text).toContain('Content-Type: text/rfc822-headers\r\n')
})
