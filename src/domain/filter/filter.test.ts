import { expect, test } from 'vitest'
import { utf8 } from '#base/bytes.ts'
import { parseMime } from '#format/mime/parse.ts'
import { checkSieve, type Program } from '#format/sieve/check.ts'
import type { Action, FilterHost, Outcome } from './filter.ts'
import { FilterMessage } from './message.ts'
import { runFilter } from './run.ts'

const mail = [
  'Return-Path: <anne@ecole.test>',
  'Received: from a by b; Tue, 3 Nov 2026 09:30:00 +0100',
  'Received: from c by d; Mon, 2 Nov 2026 23:30:00 +0000',
  'From: "Anne Martin" <Anne.Martin+classe@Ecole.test>',
  'To: lea@ecole.test, Parents: p1@maison.example, p2@maison.example;',
  'Subject: =?utf-8?q?=5Bliste-3B=5D_R=C3=A9union_de_jeudi?=',
  'Date: Tue, 3 Nov 2026 09:29:58 +0100',
  'Message-ID: <m1@ecole.test>',
  'X-Spam-Score: 7',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="b"',
  '',
  '--b',
  'Content-Type: text/plain; charset=iso-8859-1',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'Bonjour, la r=E9union est =E0 18 h.',
  '--b',
  'Content-Type: application/pdf; name="ordre.pdf"',
  'Content-Disposition: attachment; filename="ordre.pdf"',
  '',
  'PDF',
  '--b--',
  '',
].join('\r\n')

const all = [
  'fileinto envelope encoded-character reject ereject vacation vacation-seconds subaddress comparator-i;ascii-numeric',
  'comparator-i;unicode-casemap relational regex imap4flags copy include variables body enotify environment mailbox date',
  'index ihave duplicate mime foreverypart extracttext editheader extlists special-use mailboxid fcc',
]
const requireAll = `require [${all
  .join(' ')
  .split(' ')
  .map((name) => `"${name}"`)
  .join(',')}];`

const hostOf = (more: Partial<FilterHost> = {}): FilterHost => ({
  now: Date.UTC(2026, 10, 3, 8, 30),
  envelope: { from: 'anne@ecole.test', to: 'lea+devoirs@ecole.test' },
  separator: '+',
  offsetAt: () => 60,
  environment: (name) => (name === 'domain' ? 'ecole.test' : undefined),
  mailboxExists: async (path) => path === 'INBOX' || path === 'Classe/3B',
  mailboxIdExists: async (id) => id === 'M1',
  specialUseExists: async (mailbox, attribute) => mailbox === undefined && attribute === '\\Archive',
  seen: async () => false,
  listExists: async (list) => list === ':addrbook:default',
  listContains: async (list, value) => list === ':addrbook:default' && value.toLowerCase().startsWith('anne'),
  listAddresses: async () => ['a@x.example', 'b@x.example'],
  include: async () => undefined,
  notifyMethod: (uri) => uri.startsWith('mailto:'),
  ...more,
})

const run = (script: string, host = hostOf()): Promise<Outcome> =>
  runFilter(
    [{ name: 'main', program: checkSieve(requireAll + script) }],
    new FilterMessage(utf8(mail), parseMime(utf8(mail))),
    host,
  )

const short = (action: Action): string => {
  if (action.kind === 'keep') return ['keep', ...action.flags].join(' ')
  if (action.kind === 'fileinto') return ['fileinto', action.mailbox, ...action.flags].join(' ')
  if (action.kind === 'redirect') return `redirect ${action.address}`
  return action.kind
}
const decided = async (script: string, host?: FilterHost): Promise<string[]> => {
  const { actions, fault } = await run(script, host)
  return [...actions.map(short), ...(fault ? [`fault ${fault.line}: ${fault.message}`] : [])]
}
/** Whether a test is true of the message. */
const holds = async (condition: string, host?: FilterHost): Promise<boolean> =>
  (await decided(`if ${condition} { discard; }`, host)).length === 0

test('a script that decides nothing keeps; discard does not; stop ends it', async () => {
  expect(await decided('')).toEqual(['keep'])
  expect(await decided('discard;')).toEqual([])
  expect(await decided('fileinto "A"; stop; fileinto "B";')).toEqual(['fileinto A'])
  expect(await decided('fileinto :copy "A";')).toEqual(['fileinto A', 'keep'])
  expect(await decided('redirect "x@y.example"; keep;')).toEqual(['redirect x@y.example', 'keep'])
  expect(await decided('keep; keep; fileinto "A"; fileinto "A";')).toEqual(['keep', 'fileinto A'])
})

test('one branch of an if is taken, and only one', async () => {
  const script = (a: string, b: string) =>
    `if ${a} { fileinto "1"; } elsif ${b} { fileinto "2"; } else { fileinto "3"; }`
  expect(await decided(script('true', 'true'))).toEqual(['fileinto 1'])
  expect(await decided(script('false', 'true'))).toEqual(['fileinto 2'])
  expect(await decided(script('false', 'false'))).toEqual(['fileinto 3'])
})

test.each([
  ['header :contains "subject" "rÉunion"', false],
  ['header :comparator "i;unicode-casemap" :contains "subject" "RÉUNION"', true],
  ['header :matches "Subject" "[*] *"', true],
  ['header :is ["x-none", "X-SPAM-SCORE"] "7"', true],
  ['header :value "ge" :comparator "i;ascii-numeric" "x-spam-score" "10"', false],
  ['header :count "eq" "received" "2"', true],
  ['header :index 1 :contains "received" "a by b"', true],
  ['header :index 1 :last :contains "received" "c by d"', true],
  ['header :index 3 :contains "received" ""', false],
  ['header :regex "subject" "^\\\\[liste-([[:alnum:]]+)\\\\]"', true],
  ['address :is "from" "anne.martin+classe@ecole.test"', true],
  ['address :domain :is "to" "maison.example"', true],
  ['address :user :is "from" "anne.martin"', true],
  ['address :detail :is "from" "classe"', true],
  ['address :detail :matches "to" "*"', false],
  ['address :localpart :is :comparator "i;octet" "from" "anne.martin+classe"', false],
  ['envelope :is "from" "anne@ecole.test"', true],
  ['envelope :detail "to" "devoirs"', true],
  ['exists ["from", "date"]', true],
  ['exists ["from", "x-none"]', false],
  ['size :over 1K', false],
  ['size :under 1M', true],
  ['body :contains "réunion est à 18 h"', true],
  ['body :raw :contains "r=E9union"', true],
  ['body :content "application/pdf" :is "PDF"', true],
  ['body :content "image" :contains ""', false],
  ['string "a" "A"', true],
  ['date "date" "hour" "09"', true],
  ['date :zone "+0000" "date" "hour" "08"', true],
  ['date :originalzone "date" "zone" "+0100"', true],
  ['date :index 1 "received" "date" "2026-11-03"', true],
  ['date :index 2 "received" "weekday" "2"', true],
  ['currentdate :value "ge" "date" "2026-11-03"', true],
  ['currentdate "iso8601" "2026-11-03T09:30:00+01:00"', true],
  ['currentdate "julian" "61347"', true],
  ['environment "domain" "ecole.test"', true],
  ['environment :count "eq" "vnd.none" "0"', false],
  ['mailboxexists ["INBOX", "Classe/3B"]', true],
  ['mailboxexists "Autre"', false],
  ['mailboxidexists "M1"', true],
  ['specialuse_exists "\\\\Archive"', true],
  ['specialuse_exists "INBOX" "\\\\Archive"', false],
  ['ihave ["copy", "vnd.none"]', false],
  ['valid_notify_method "mailto:a@b.example"', true],
  ['valid_ext_list ":addrbook:default"', true],
  ['address :list "from" ":addrbook:default"', true],
  ['header :mime :anychild :contenttype "content-type" "application/pdf"', true],
  ['header :mime :contenttype "content-type" "application/pdf"', false],
  ['header :mime :anychild :param "filename" "content-disposition" "ordre.pdf"', true],
  ['not anyof (false, not true)', true],
  ['allof (true, true, false)', false],
])('%s is %s', async (condition, expected) => {
  expect(await holds(condition)).toBe(expected)
})

test('variables: wildcards, modifiers, scopes; and characters that are written as numbers', async () => {
  expect(await decided('if header :matches "subject" "[*-*] *" { fileinto "${1}/${2}"; }')).toEqual([
    'fileinto liste/3B',
  ])
  expect(await decided('set :upperfirst :lower "x" "ÉTÉ"; fileinto "${X}";')).toEqual(['fileinto Été'])
  expect(await decided('fileinto "A${unicode:2F}B";')).toEqual(['fileinto A/B'])
  expect(await decided('set "1" "x";')).toEqual(['keep', 'fault 1: "1" is not the name of a variable'])
})

test('flags: the variable without a name, named ones, and those given with the action', async () => {
  expect(await decided('setflag "\\\\Seen"; addflag ["$a $b", "$A"]; removeflag "$b"; keep;')).toEqual([
    'keep \\Seen $a',
  ])
  expect(await decided('addflag "\\\\Flagged"; fileinto :copy :flags "\\\\Deleted" "T";')).toEqual([
    'fileinto T \\Deleted',
    'keep \\Flagged',
  ])
  expect(await holds('not hasflag "x"')).toBe(true)
  expect(await decided('addflag "v" ["a","b"]; if hasflag :count "ge" "v" "2" { discard; }')).toEqual([])
})

test('reject contradicts what keeps or answers', async () => {
  expect(await decided('reject "non";')).toEqual(['reject'])
  expect(await decided('fileinto "A"; reject "non";')).toEqual([
    'keep',
    'fault 1: reject contradicts an action before it',
  ])
  expect(await decided('ereject "non"; keep;')).toEqual(['keep', 'fault 1: keep contradicts the reject before it'])
})

test('parts are visited one after another, loops are left by name', async () => {
  const script = `foreverypart :name "outer" {
    if header :mime :type "content-type" "application" { fileinto "pj"; break :name "outer"; }
    elsif header :mime :subtype "content-type" "plain" { extracttext :first 7 :upper "t"; }
  } fileinto "\${t}";`
  expect(await decided(script)).toEqual(['fileinto pj', 'fileinto BONJOUR'])
})

test('the header is edited, but never what traces and checks wrote', async () => {
  const script = `addheader "X-Classe" "3B\${unicode:d}\${unicode:a}X: y"; deleteheader :index 1 "X-Spam-Score";
    deleteheader "Received"; addheader :last "Received" "x"; if header "x-classe" "3B X: y" { fileinto "ok"; }`
  const { edits, actions } = await run(script)
  expect(actions.map(short)).toEqual(['fileinto ok'])
  expect(edits).toEqual([
    { op: 'add', name: 'X-Classe', value: '3B X: y', last: false },
    { op: 'delete', n: 9 },
  ])
})

test('scripts include scripts, share what is global, and cannot include for ever', async () => {
  const scripts: Record<string, Program> = {
    a: checkSieve(`${requireAll} global "v"; set "v" "from a"; set "own" "a"; return; discard;`),
    loop: checkSieve(`${requireAll} include "loop";`),
    end: checkSieve(`${requireAll} fileinto "end"; stop;`),
  }
  const host = hostOf({ include: async (_location, name) => scripts[name] })
  expect(await decided('global "v"; include "a"; fileinto "${v}${own}";', host)).toEqual(['fileinto from a'])
  expect(await decided('include "end"; discard;', host)).toEqual(['fileinto end'])
  expect(await decided('include :optional "none"; include :once "a"; include :once "a";', host)).toEqual(['keep'])
  expect((await decided('include "loop";', host))[1]).toMatch(/include one another too often/)
  expect((await decided('include "none";', host))[1]).toMatch(/there is no script "none"/)
})

test('duplicates are asked for, and remembered only when the message is delivered', async () => {
  const { remember } = await run('if duplicate :handle "h" :seconds 60 { discard; }')
  expect(remember).toEqual([{ handle: 'h', id: 'h:<m1@ecole.test>', seconds: 60, last: false }])
  const seen = hostOf({ seen: async () => true })
  expect(await decided('if duplicate :uniqueid "x" { discard; }', seen)).toEqual([])
  expect((await run('if duplicate :last { discard; }', seen)).remember).toHaveLength(1)
})

test('a fault keeps the message, whatever was decided before it', async () => {
  expect(await decided('discard;\nfileinto "A"; error "assez";')).toEqual(['keep', 'fault 2: assez'])
  expect(await decided('redirect "nobody";')).toEqual(['keep', 'fault 1: "nobody" is not an address'])
  expect((await decided('if header :regex "subject" "(" { }'))[1]).toMatch(/regular expression/)
})

test('a script cannot work, send or decide for ever', async () => {
  const many = (text: string, n: number) =>
    Array.from({ length: n }, (_, i) => text.replaceAll('#', String(i))).join('')
  expect((await decided(many('fileinto "#";', 40)))[1]).toMatch(/too many actions/)
  expect((await decided(many('redirect "a#@x.example";', 6)))[1]).toMatch(/too many addresses/)
  expect((await decided('redirect :list ":addrbook:default";')).slice(0, 2)).toEqual([
    'redirect a@x.example',
    'redirect b@x.example',
  ])
  const nested = 'foreverypart { foreverypart { foreverypart { set "a" "b"; } } }'
  expect((await decided(many(nested, 3000)))[1]).toMatch(/too many steps|too much time/)
})
