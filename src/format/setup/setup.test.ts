import { expect, test } from 'vitest'
import type { MailAccount } from './account.ts'
import { appleProfile } from './apple.ts'
import { deviceOf } from './device.ts'
import { thunderbirdCode } from './thunderbird.ts'

const account: MailAccount = {
  name: 'Anne <Martin> & fils',
  address: 'anne.martin@ac-besancon.test',
  login: 'anne.martin@ac-besancon.test',
  password: 'abcd-efgh-jkmn-pqrs',
  host: 'courriel.ac-besancon.test',
  imap: { port: 993, security: 'tls' },
  smtp: { port: 587, security: 'starttls' },
  contacts: 'https://courriel.ac-besancon.test/dav/',
  title: 'Messagerie académique',
}

test('the code of Thunderbird for Android is arrays of its format, version 1', () => {
  expect(JSON.parse(thunderbirdCode(account))).toEqual([
    1,
    [1, 1],
    [0, account.host, 993, 3, 1, account.login, account.title, account.password],
    [
      [
        [0, account.host, 587, 2, 1, account.login, account.password],
        [account.address, account.name],
      ],
    ],
  ])
})

test('a profile of Apple says both servers and escapes what people are called', () => {
  const text = appleProfile({
    account,
    organization: 'Académie',
    description: 'x',
    ids: ['P-1', 'P-2', 'P-3'],
    identifier: 'test.ac',
  })
  const value = (key: string) => new RegExp(`<key>${key}</key><\\w+>([^<]*)<`).exec(text)?.[1]
  expect(value('IncomingMailServerHostName')).toBe(account.host)
  expect(value('IncomingMailServerPortNumber')).toBe('993')
  expect(value('OutgoingMailServerPortNumber')).toBe('587')
  expect(value('IncomingPassword')).toBe(account.password)
  expect(value('EmailAccountName')).toBe('Anne &lt;Martin&gt; &amp; fils')
  expect([
    value('CardDAVHostName'),
    value('CardDAVPort'),
    value('CardDAVPrincipalURL'),
    value('CardDAVPassword'),
  ]).toEqual(['courriel.ac-besancon.test', '443', '/dav/', account.password])
  expect(text).toContain('<key>OutgoingPasswordSameAsIncomingPassword</key><true/>')
})

test.each([
  ['iphone', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15', 5],
  ['ipad', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15', 5],
  ['mac', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15', 0],
  ['android', 'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36', 5],
  ['windows', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36', 0],
  ['linux', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36', 0],
  ['other', 'curl/8', 0],
] as const)('a browser on %s is known for what it is', (kind, userAgent, touchPoints) => {
  expect(deviceOf(userAgent, touchPoints)).toBe(kind)
})
