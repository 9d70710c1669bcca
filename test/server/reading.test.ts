/** Reading over HTTP: remote pictures by the proxy, reports, leaving lists, all attachments. Only the outside is faked. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { utf8 } from '#base/bytes.ts'
import { formatId } from '#base/ids.ts'
import { appendMessage } from '#domain/mail/append.ts'
import { readContent } from '#domain/mail/content.ts'
import { getEmail } from '#domain/mail/emails.ts'
import { noFlags } from '#domain/mail/flags.ts'
import { listMailboxes } from '#domain/mail/mailboxes.ts'
import type { Hop, HopAnswer } from '#domain/outside/outside.ts'
import { readAudit } from '#domain/people/audit.ts'
import { addAccount, type HttpRig, openHttpRig, password } from './rig.ts'

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const hops: Hop[] = []
let answer: (hop: Hop) => HopAnswer = () => ({ status: 200, location: undefined, body: png })

let rig: HttpRig
const cookies: Record<string, string> = {}
const ids: Record<string, number> = {}

const call = (who: string, path: string, body?: object) =>
  rig.call(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { cookie: cookies[who] ?? '', ...(body ? { 'content-type': 'application/json', 'x-csrf': '1' } : {}) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

const signIn = async (login: string): Promise<string> => {
  const headers = { 'content-type': 'application/json', 'x-csrf': '1' }
  const body = JSON.stringify({ login, password })
  const { headers: got } = await rig.call('/auth/login', { method: 'POST', headers, body })
  return [got['set-cookie'] ?? []]
    .flat()
    .map((one) => one.split(';')[0])
    .join('; ')
}

beforeAll(async () => {
  rig = await openHttpRig({
    outside: {
      resolve: async (name, type) => {
        if (type !== 'A') throw Object.assign(new Error(name), { code: 'ENODATA' })
        return [name === 'inside.example' ? '10.0.0.1' : '93.184.216.34']
      },
      carry: async (hop) => {
        hops.push(hop)
        return answer(hop)
      },
    },
  })
  for (const login of ['anne', 'zoe']) {
    ids[login] = await addAccount(rig.house, login)
    cookies[login] = await signIn(login)
  }
})
afterAll(() => rig.close())
beforeEach(() => {
  hops.length = 0
  answer = () => ({ status: 200, location: undefined, body: png })
})

const put = async (who: string, source: string): Promise<number> => {
  const { ctx } = rig.house
  const account = ids[who] ?? 0
  const inbox = (await ctx.store.read((tx) => listMailboxes(tx, account))).find(({ role }) => role === 'inbox')
  const bytes = utf8(source.replace(/\r?\n/g, '\r\n'))
  const blob = await ctx.store.blobs.prepare(bytes)
  const message = { blob, content: readContent(bytes), mailboxIds: [inbox?.id ?? 0], flags: noFlags, receivedAt: 1 }
  return (await appendMessage(ctx, account, message)).emailId
}
const email = (id: number): string => formatId('email', id)

const sign = async (who: string, ...urls: string[]): Promise<(string | null)[]> =>
  JSON.parse((await call(who, '/mail/images', { urls })).body).paths

test('a picture is fetched by us, under an address that only this session was given', async () => {
  const [path = ''] = await sign('anne', 'https://news.example/pixel.png?reader=anne')
  const got = await call('anne', path ?? '')
  expect(got.status).toBe(200)
  expect(got.headers['content-type']).toBe('image/png')
  expect(got.headers['content-security-policy']).toBe("default-src 'none'; sandbox")
  expect(got.headers['x-content-type-options']).toBe('nosniff')
  expect(hops.map(({ address, url }) => [address, url.href])).toEqual([
    ['93.184.216.34', 'https://news.example/pixel.png?reader=anne'],
  ])
  expect(JSON.stringify(hops[0]?.headers)).not.toMatch(/cookie|referer|anne|language/i)
  // Kept: read again, and by somebody else with a signature of their own, it is not fetched again.
  expect((await call('anne', path ?? '')).status).toBe(200)
  const [other = ''] = await sign('zoe', 'https://news.example/pixel.png?reader=anne')
  expect((await call('zoe', other ?? '')).status).toBe(200)
  expect(hops).toHaveLength(1)
})

test('a signature is worth nothing to another session, another account, for another address or nobody', async () => {
  const [path = ''] = await sign('anne', 'https://news.example/a.png')
  expect((await call('zoe', path ?? '')).status).toBe(403)
  expect((await rig.call(path ?? '')).status).toBe(401)
  const before = cookies.anne
  cookies.anne = await signIn('anne')
  expect((await call('anne', path ?? '')).status).toBe(403)
  cookies.anne = before ?? ''
  const changed = (path ?? '').replace('a.png', 'b.png')
  expect((await call('anne', changed)).status).toBe(403)
  expect((await call('anne', (path ?? '').replace(/e=\d+/, 'e=9999999999999'))).status).toBe(403)
  expect((await call('anne', '/mail/image?u=https%3A%2F%2Fnews.example%2Fa.png')).status).toBe(403)
  expect(hops).toEqual([])
})

test('addresses that are not of the open web are not even signed; names that lead inside are not fetched', async () => {
  const bad = [
    'http://127.0.0.1/x',
    'http://169.254.169.254/',
    'http://[::1]/',
    'file:///etc/passwd',
    'https://x.example:8080/',
  ]
  expect(await sign('anne', ...bad)).toEqual(bad.map(() => null))
  const [path = ''] = await sign('anne', 'https://inside.example/x.png')
  expect((await call('anne', path ?? '')).status).toBe(403)
  expect(hops).toEqual([])
})

test.each([
  ['SVG', 200, Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
  ['a page', 200, Buffer.from('<!doctype html><script>alert(1)</script>')],
  ['an empty answer', 200, Buffer.alloc(0)],
  ['an error', 500, png],
  [
    'a picture of more pixels than a memory holds',
    200,
    Buffer.concat([png.subarray(0, 16), Buffer.from('0000ffff0000ffff', 'hex'), png.subarray(24)]),
  ],
])('%s is no picture, and is not asked for again at once', async (name, status, body) => {
  answer = () => ({ status, location: undefined, body })
  const [path = ''] = await sign('anne', `https://news.example/${encodeURIComponent(name)}`)
  expect((await call('anne', path ?? '')).status).toBe(404)
  expect((await call('anne', path ?? '')).status).toBe(404)
  expect(hops).toHaveLength(1)
})

test('a list of addresses is bounded', async () => {
  const urls = Array.from({ length: 301 }, (_, i) => `https://news.example/${i}`)
  expect((await call('anne', '/mail/images', { urls })).status).toBe(400)
  expect((await call('anne', '/mail/images', { urls: 'x' })).status).toBe(400)
  expect((await call('anne', '/mail/images', { urls: [1] })).status).toBe(400)
})

test('senders are trusted and no longer', async () => {
  const body = JSON.parse(
    (await call('anne', '/mail/images/trust', { sender: 'News@News.example', trusted: true })).body,
  )
  expect(body).toEqual({ everybody: false, senders: ['news@news.example'] })
  await call('anne', '/mail/images/trust', { sender: '*', trusted: true })
  expect(JSON.parse((await call('anne', '/mail/images/trust')).body).everybody).toBe(true)
  expect(JSON.parse((await call('zoe', '/mail/images/trust')).body)).toEqual({ everybody: false, senders: [] })
  await call('anne', '/mail/images/trust', { sender: '*', trusted: false })
  await call('anne', '/mail/images/trust', { sender: 'news@news.example', trusted: false })
  expect(JSON.parse((await call('anne', '/mail/images/trust')).body)).toEqual({ everybody: false, senders: [] })
  expect((await call('anne', '/mail/images/trust', { sender: 'nobody', trusted: true })).status).toBe(400)
})

test('a report is kept and audited, moves the mail to junk once, and can be taken back', async () => {
  const { ctx } = rig.house
  const account = ids.anne ?? 0
  const id = await put('anne', 'From: Banque <x@evil.example>\nSubject: Urgent\n\nCliquez\n')
  const roles = async () => {
    const mailboxes = await ctx.store.read((tx) => listMailboxes(tx, account))
    const found = await ctx.store.read((tx) => getEmail(tx, account, id))
    return found?.mailboxIds.map((one) => mailboxes.find((mailbox) => mailbox.id === one)?.role)
  }
  const first = JSON.parse(
    (await call('anne', '/mail/report', { emailId: email(id), findings: ['look-alike', 'NO!'] })).body,
  )
  expect(first.moved).toBe(true)
  expect(await roles()).toEqual(['junk'])
  const again = JSON.parse((await call('anne', '/mail/report', { emailId: email(id) })).body)
  expect(again).toEqual({ reportId: first.reportId, moved: false })
  const rows = await ctx.store.read((tx) => tx.query((q) => q.selectFrom('phishing_report').selectAll()))
  expect(rows).toMatchObject([
    { account_id: account, sender: 'x@evil.example', subject: 'Urgent', findings: 'look-alike' },
  ])
  expect((await call('zoe', '/mail/report/undo', { reportId: first.reportId })).status).toBe(404)
  expect((await call('anne', '/mail/report/undo', { reportId: first.reportId })).status).toBe(200)
  expect(await roles()).toEqual(['inbox'])
  expect((await call('anne', '/mail/report/undo', { reportId: first.reportId })).status).toBe(404)
  const lines = (await readAudit(ctx, 20)).map(({ action }) => action)
  expect(lines.slice(0, 2)).toEqual(['mail.report-undo', 'mail.report'])
  expect((await call('zoe', '/mail/report', { emailId: email(id) })).status).toBe(404)
  expect((await call('anne', '/mail/report', { emailId: 'x' })).status).toBe(404)
})

const list = (
  signed: string,
  results = 'dkim=pass header.d=list.example header.b=AbCdEfGh',
) => `Authentication-Results: mail.ecole.test;
 ${results}
DKIM-Signature: v=1; a=rsa-sha256; d=list.example; s=x; h=${signed}; bh=AAAA; b=AbCdEfGhIjKl
From: news@list.example
List-Unsubscribe: <https://list.example/u/123>, <mailto:leave@list.example>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
Subject: News

Hello
`

test('a list is left with one press when a verified signature covers both fields', async () => {
  const id = await put('anne', list('From:Subject:List-Unsubscribe:List-Unsubscribe-Post'))
  expect((await call('anne', '/mail/unsubscribe', { emailId: email(id) })).status).toBe(200)
  expect(
    hops.map(({ method, url, body, headers }) => [
      method,
      url.href,
      Buffer.from(body ?? '').toString(),
      headers['content-type'],
    ]),
  ).toEqual([['POST', 'https://list.example/u/123', 'List-Unsubscribe=One-Click', 'application/x-www-form-urlencoded']])
  expect((await readAudit(rig.house.ctx, 1))[0]).toMatchObject({ action: 'mail.unsubscribe', target: 'list.example' })
})

test.each([
  ['the signature leaves a field out', list('From:Subject:List-Unsubscribe')],
  ['the signature failed', list('From:List-Unsubscribe:List-Unsubscribe-Post', 'dkim=fail header.d=list.example')],
  [
    'another domain’s signature passed',
    list('From:List-Unsubscribe:List-Unsubscribe-Post', 'dkim=pass header.d=other.example'),
  ],
  [
    'another server says so',
    list('From:List-Unsubscribe:List-Unsubscribe-Post').replace('mail.ecole.test', 'evil.example'),
  ],
  ['the address is not https', list('From:List-Unsubscribe:List-Unsubscribe-Post').replace('https:', 'http:')],
])('nothing is posted when %s', async (_name, source) => {
  const id = await put('anne', source)
  expect((await call('anne', '/mail/unsubscribe', { emailId: email(id) })).status).toBe(501)
  expect(hops).toEqual([])
})

test('nothing is posted into our own network', async () => {
  const id = await put(
    'anne',
    list('From:List-Unsubscribe:List-Unsubscribe-Post').replace('list.example/u', 'inside.example/u'),
  )
  expect((await call('anne', '/mail/unsubscribe', { emailId: email(id) })).status).toBe(403)
  expect(hops).toEqual([])
})

test('all attachments come as one file, to their owner', async () => {
  const id = await put(
    'anne',
    `From: a@b.example
Subject: Dossier
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain

Bonjour
--x
Content-Type: text/plain; name=a.txt
Content-Disposition: attachment; filename="../a.txt"

un
--x
Content-Type: text/plain
Content-Disposition: attachment; filename="a.txt"
Content-Transfer-Encoding: base64

ZGV1eA==
--x--
`,
  )
  const got = await call('anne', `/mail/zip/${email(id)}.zip`)
  expect(got.status).toBe(200)
  expect(got.headers['content-type']).toBe('application/zip')
  expect(got.headers['content-disposition']).toContain("filename*=UTF-8''Dossier.zip")
  expect(got.body).toContain('a.txt')
  expect(got.body).toContain('a (2).txt')
  expect(got.body).toContain('deux')
  expect(got.body).not.toContain('../')
  expect((await call('zoe', `/mail/zip/${email(id)}.zip`)).status).toBe(404)
})
