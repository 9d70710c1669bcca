import { expect, test } from 'vitest'
import { utf8 } from '#base/bytes.ts'
import { parseMime } from '#format/mime/parse.ts'
import { checkSieve } from '#format/sieve/check.ts'
import type { FilterHost } from './filter.ts'
import { FilterMessage } from './message.ts'
import { runFilter } from './run.ts'

const nested = `From: anne@
Cc: Lea <lea@ecole.test>
Content-Type: multipart/mixed; boundary=outer

Before all.

--outer
Content-Type: multipart/alternative; boundary=inner

Before the inner.

--inner
Content-Type: text/plain

Hello

--inner--

After the inner.

--outer
Content-Type: message/rfc822

From: Somebody Else
Subject: folded
 here

Please say hello

--outer--

After all.
`

const host: FilterHost = {
  now: 0,
  envelope: { from: '', to: 'lea@ecole.test' },
  separator: '+',
  offsetAt: () => 0,
  environment: () => undefined,
  mailboxExists: async () => false,
  mailboxIdExists: async () => false,
  specialUseExists: async () => false,
  seen: async () => false,
  listExists: async () => false,
  listContains: async () => false,
  listAddresses: async () => [],
  include: async () => undefined,
  notifyMethod: () => false,
}

/** Whether a test is true of a message. */
const holds = async (condition: string, text = nested): Promise<boolean> => {
  const bytes = utf8(text.replaceAll('\n', '\r\n'))
  const program = checkSieve(
    `require ["body", "variables", "relational", "comparator-i;ascii-numeric", "envelope"]; if ${condition} { discard; }`,
  )
  const message = new FilterMessage(bytes, parseMime(bytes))
  return (await runFilter([{ name: 'main', program }], message, host)).actions.length === 0
}

test.each([
  ['body :content "multipart" :contains "Before all."', true],
  ['body :content "multipart" :contains "Before the inner."', true],
  ['body :content "multipart" :contains "After the inner."', true],
  ['body :content "multipart" :contains "After all."', true],
  ['body :content "multipart" :contains "--"', false],
  ['body :content "multipart" :contains "Hello"', false],
  ['body :content "message/rfc822" :is text:\nFrom: Somebody Else\nSubject: folded\n here\n.\n', true],
  ['body :content "text" :contains "say hello"', true],
  ['body :content ["/plain", "text/", "text/plain/x"] :contains ""', false],
  // RFC 5173 §6: a body sets no match variables.
  ['allof (header :matches "cc" "*@*", body :content "text" :matches "*say*", string "${1}" "Lea <lea")', true],
  // RFC 5228 §2.7.4: what is no address has no parts.
  ['address :localpart "from" "anne"', false],
  ['address :localpart "cc" "lea"', true],
  ['envelope :domain :is "from" ""', true],
  // RFC 5229 §5
  ['string :count "eq" :comparator "i;ascii-numeric" ["", "a"] "1"', true],
])('%s is %s', async (condition, expected) => {
  expect(await holds(condition)).toBe(expected)
})

test('a message without the empty line after its header has no body, not even an empty one', async () => {
  expect(await holds('body :raw :contains ""', 'Subject: no body\n')).toBe(false)
  expect(await holds('body :raw :contains ""', 'Subject: an empty one\n\n')).toBe(true)
})

test('ihave does not bring what changes how strings are read', async () => {
  const ask = (script: string): Promise<boolean> => {
    const bytes = utf8('Subject: x\r\n\r\n')
    const message = new FilterMessage(bytes, parseMime(bytes))
    const program = checkSieve(script)
    return runFilter([{ name: 'main', program }], message, host).then(({ actions }) => actions.length === 0)
  }
  expect(await ask('require "ihave"; if ihave "variables" { discard; }')).toBe(false)
  expect(await ask('require "ihave"; if ihave "copy" { discard; }')).toBe(true)
  expect(await ask('require ["ihave", "variables"]; if ihave "variables" { discard; }')).toBe(true)
})

test('body :text reads every variant, without markup, and nothing that is encoded unknowably', async () => {
  const text = [
    'Content-Type: multipart/alternative; boundary=b',
    '',
    '--b\nContent-Type: text/plain\n\nplain words\n',
    '--b\nContent-Type: text/html\n\n<p>marked words</p>\n',
    '--b\nContent-Type: text/plain\nContent-Transfer-Encoding: x-own\n\nsealed words\n',
    '--b--\n',
  ].join('\n')
  expect(await holds('body :text :contains "plain words"', text)).toBe(true)
  expect(await holds('body :text :contains "marked words"', text)).toBe(true)
  expect(await holds('body :text :contains "<p>"', text)).toBe(false)
  expect(await holds('body :text :contains "sealed"', text)).toBe(false)
})

test('edited fields count for the size at once, and a folded value is one line (RFC 5293)', async () => {
  const bytes = utf8('From: a@x.test\r\nSubject: x\r\n\r\nhello\r\n')
  const decides = async (script: string): Promise<readonly unknown[]> => {
    const program = checkSieve(`require "editheader"; ${script}`)
    return (await runFilter([{ name: 'main', program }], new FilterMessage(bytes, parseMime(bytes)), host)).actions
  }
  const { length } = bytes
  expect(await decides(`if size :over ${length} { discard; }`)).toHaveLength(1)
  expect(await decides(`addheader "X-A" "b"; if size :over ${length + 7} { discard; }`)).toHaveLength(0)
  expect(await decides(`addheader "X-A" "b"; if size :over ${length + 8} { discard; }`)).toHaveLength(1)
  expect(await decides(`deleteheader "Subject"; if size :under ${length - 11} { discard; }`)).toHaveLength(0)
  expect(await decides(`deleteheader "Subject"; if size :under ${length - 12} { discard; }`)).toHaveLength(1)
  const folded = 'addheader "X-A" text:\none\n two\n\tthree\n.\n;'
  expect(await decides(`${folded} if header :is "x-a" "one two three" { discard; }`)).toHaveLength(0)
})

test('redirect takes an address as people write it', async () => {
  const program = checkSieve('redirect " Anne Martin < anne @ x.test > ";')
  const bytes = utf8('Subject: x\r\n\r\n')
  const { actions } = await runFilter([{ name: 'main', program }], new FilterMessage(bytes, parseMime(bytes)), host)
  expect(actions).toEqual([{ kind: 'redirect', address: 'anne@x.test' }])
})
