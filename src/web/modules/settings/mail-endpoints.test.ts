import { expect, test } from 'vitest'
import { mailEndpoints } from './mail-endpoints.ts'

test('what the server tells is shown', () => {
  const told = { host: 'mail.x.fr', imap: { port: 1143, security: 'starttls' }, smtp: { port: 465, security: 'tls' } }
  expect(mailEndpoints(told, 'page.x.fr')).toEqual({
    imap: { host: 'mail.x.fr', port: 1143, security: 'STARTTLS' },
    smtp: { host: 'mail.x.fr', port: 465, security: 'SSL/TLS' },
  })
})

test('without it, the usual ports of the page’s host are shown', () => {
  expect(mailEndpoints(undefined, 'page.x.fr').imap).toEqual({ host: 'page.x.fr', port: 993, security: 'SSL/TLS' })
})
