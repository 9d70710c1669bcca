/** Upload, download, Blob/*, Email/import, Email/parse, Email/copy (RFC 8620 §6, RFC 8621 §4.7 to §4.9, RFC 9404). */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, type Json, openServer, type Server } from './harness.ts'

let server: Server
let client: Client
let other: Client

beforeAll(async () => {
  server = await openServer({ maxSizeUpload: 300_000 })
  client = await server.client({ quotaBytes: 1_000_000 })
  other = await server.client()
})
afterAll(() => server?.close())

const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer())

describe('an upload', () => {
  test('answers with id, type and size, and can be downloaded', async () => {
    const content = Buffer.from('Bonjour é \0 \xff')
    const path = `/jmap/upload/${client.accountId}`
    const response = await client.fetch(path, {
      method: 'POST',
      body: content,
      headers: { 'content-type': 'text/x-own; charset=utf-8' },
    })
    expect(response.status).toBe(201)
    const body = (await response.json()) as Json
    expect(body).toEqual({
      accountId: client.accountId,
      blobId: expect.any(String),
      type: 'text/x-own; charset=utf-8',
      size: content.length,
    })
    expect(String(body.blobId)).toMatch(/^[A-Za-z0-9_-]{1,255}$/)
    expect(await bytesOf(await client.download(String(body.blobId)))).toEqual(content)
  })

  test('of JSON is bytes like any other', async () => {
    const { blobId, size } = await client.upload('{"a":1}', 'application/json')
    expect(size).toBe(7)
    expect((await bytesOf(await client.download(String(blobId)))).toString()).toBe('{"a":1}')
  })

  test('of nothing is an empty blob', async () => {
    const { blobId, size } = await client.upload('')
    expect(size).toBe(0)
    expect(await bytesOf(await client.download(String(blobId)))).toHaveLength(0)
  })

  test('of the same bytes has the same id', async () => {
    expect((await client.upload('same')).blobId).toBe((await client.upload('same')).blobId)
  })

  test('that is too large is refused, and nothing is kept', async () => {
    const path = `/jmap/upload/${client.accountId}`
    const response = await client.fetch(path, { method: 'POST', body: Buffer.alloc(300_001) })
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ type: 'urn:ietf:params:jmap:error:limit', limit: 'maxSizeUpload' })
  })

  test('to another account is 404', async () => {
    for (const account of [other.accountId, 'nonsense'])
      expect((await client.fetch(`/jmap/upload/${account}`, { method: 'POST', body: 'x' })).status).toBe(404)
  })
})

describe('a download', () => {
  test('has the type and the name asked for, as an attachment that cannot run', async () => {
    const { blobId } = await client.upload('<script>', 'text/html')
    const response = await client.download(String(blobId), encodeURIComponent('réunion "1".html'), '?accept=text/html')
    expect(response.headers.get('content-type')).toBe('text/html')
    expect(response.headers.get('content-disposition')).toBe(
      'attachment; filename="r_union _1_.html"; filename*=UTF-8\'\'r%C3%A9union%20%221%22.html',
    )
    expect(response.headers.get('content-security-policy')).toContain('sandbox')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('cache-control')).toContain('immutable')
    expect(response.headers.get('content-length')).toBe('8')
  })

  test('may have a name as long as names get', async () => {
    const { blobId } = await client.upload('x')
    const name = '学'.repeat(255)
    const response = await client.download(String(blobId), encodeURIComponent(name))
    expect(response.status).toBe(200)
    expect(response.headers.get('content-disposition')).toContain(encodeURIComponent(name))
    expect(
      (await client.download(String(blobId), encodeURIComponent('../../etc/passwd'))).headers.get(
        'content-disposition',
      ),
    ).toContain('"..__.._etc_passwd"'.replace('__', '_'))
  })

  test('without a type has the one of the upload; a type that is none is ignored', async () => {
    const { blobId } = await client.upload('x', 'image/png')
    expect((await client.download(String(blobId))).headers.get('content-type')).toBe('image/png')
    expect((await client.download(String(blobId), 'x', '?accept=a%0d%0ab')).headers.get('content-type')).toBe(
      'application/octet-stream',
    )
  })

  test('may be of a range', async () => {
    const { blobId } = await client.upload('0123456789')
    const range = async (header: string) => {
      const response = await client.download(String(blobId), 'x', '', { range: header })
      return [response.status, response.headers.get('content-range'), (await bytesOf(response)).toString()]
    }
    expect(await range('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234'])
    expect(await range('bytes=7-')).toEqual([206, 'bytes 7-9/10', '789'])
    expect(await range('bytes=-3')).toEqual([206, 'bytes 7-9/10', '789'])
    expect(await range('bytes=8-99')).toEqual([206, 'bytes 8-9/10', '89'])
    expect(await range('bytes=10-')).toEqual([416, 'bytes */10', ''])
    expect(await range('bytes=5-2')).toEqual([200, null, '0123456789'])
    expect(await range('lines=1-2')).toEqual([200, null, '0123456789'])
  })

  test('that is known already is 304', async () => {
    const { blobId } = await client.upload('known')
    const etag = (await client.download(String(blobId))).headers.get('etag')!
    expect((await client.download(String(blobId), 'x', '', { 'if-none-match': etag })).status).toBe(304)
  })

  test.each(['nonsense', 'b', `b${'A'.repeat(43)}`, 'b../../etc/passwd', `b${'A'.repeat(42)}.`])(
    'of %s is 404',
    async (blobId) => {
      const response = await client.download(encodeURIComponent(blobId))
      expect(response.status).toBe(404)
    },
  )

  test('of what another account has is 404', async () => {
    const { blobId } = await client.upload('mine')
    expect((await other.download(String(blobId))).status).toBe(404)
    expect((await other.fetch(`/jmap/download/${client.accountId}/${blobId}/x`)).status).toBe(404)
  })

  test('of a slice beyond the blob is 404', async () => {
    const { blobId } = await client.upload('short')
    expect((await client.download(`${blobId}-0-zz-i`)).status).toBe(404)
    expect((await bytesOf(await client.download(`${blobId}-1-2-i`))).toString()).toBe('ho')
  })

  test('of an attachment within an encoded message within a message works, ranges too', async () => {
    const inner =
      'Subject: dedans\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\nContent-Type: application/x-a\r\nContent-Transfer-Encoding: base64\r\n\r\nYWJjZGVm\r\n--i--\r\n'
    const outer = `Subject: dehors\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(inner).toString('base64')}\r\n--o--\r\n`
    const id = await client.import(outer)
    const { attachments } = (await client.get(id, { properties: ['attachments'] })) as {
      attachments: { blobId: string; type: string }[]
    }
    expect(attachments[0]!.type).toBe('message/rfc822')
    const { parsed } = await client.call('Email/parse', { blobIds: [attachments[0]!.blobId] })
    const email = (parsed as Record<string, { subject: string; attachments: { blobId: string; size: number }[] }>)[
      attachments[0]!.blobId
    ]!
    expect(email.subject).toBe('dedans')
    const [file] = email.attachments
    expect(file!.size).toBe(6)
    expect((await bytesOf(await client.download(file!.blobId))).toString()).toBe('abcdef')
    expect((await bytesOf(await client.download(file!.blobId, 'x', '', { range: 'bytes=2-3' }))).toString()).toBe('cd')
  })
})

describe('Blob/copy', () => {
  test('to the same account is invalidArguments', async () => {
    const { blobId } = await client.upload('copy')
    expect(await client.error('Blob/copy', { fromAccountId: client.accountId, blobIds: [blobId] })).toBe(
      'invalidArguments',
    )
  })
  test('from an account that is not ours is fromAccountNotFound', async () => {
    expect(await client.error('Blob/copy', { fromAccountId: other.accountId, blobIds: [] })).toBe('fromAccountNotFound')
  })
})

describe('Blob management (RFC 9404)', () => {
  test('uploads made of texts, bytes and ranges of other blobs', async () => {
    const { blobId } = await client.upload('0123456789')
    const create = {
      a: {
        data: [{ 'data:asText': 'é-' }, { 'data:asBase64': 'YWJj' }, { blobId, offset: 2, length: 3 }],
        type: 'text/plain',
      },
      b: { data: [{ blobId: '#a' }, { 'data:asText': '!' }] },
      bad: { data: [{ blobId, offset: 5, length: 50 }] },
      none: { data: [{ blobId: 'bnone' }] },
      odd: { data: [{ 'data:asBase64': '***' }] },
    }
    const { created, notCreated } = (await client.call('Blob/upload', { create })) as {
      created: Record<string, Json>
      notCreated: Json
    }
    expect(created.a).toMatchObject({ type: 'text/plain', size: 9 })
    expect(created.b).toMatchObject({ size: 10 })
    expect(notCreated).toMatchObject({
      bad: { type: 'invalidProperties' },
      none: { type: 'blobNotFound' },
      odd: { type: 'invalidProperties' },
    })
    const { list } = await client.call('Blob/get', { ids: [created.b!.id], properties: ['data:asText', 'size'] })
    expect(list).toEqual([{ id: created.b!.id, 'data:asText': 'é-abc234!', size: 10 }])
  })

  test('reads bytes as text or base64, ranges and digests', async () => {
    const content = Buffer.from([0x61, 0xff, 0x62])
    const { blobId } = await client.upload(content)
    const get = async (args: Json) => ((await client.call('Blob/get', { ids: [blobId], ...args })).list as Json[])[0]
    expect(await get({})).toEqual({
      id: blobId,
      'data:asBase64': content.toString('base64'),
      isEncodingProblem: true,
      size: 3,
    })
    expect(await get({ properties: ['data:asText'] })).toEqual({
      id: blobId,
      'data:asText': null,
      isEncodingProblem: true,
    })
    expect(await get({ properties: ['data:asText'], offset: 2, length: 9 })).toEqual({
      id: blobId,
      'data:asText': 'b',
      isTruncated: true,
    })
    const sha256 = createHash('sha256').update(content).digest('base64')
    expect(await get({ properties: ['digest:sha-256'] })).toEqual({ id: blobId, 'digest:sha-256': sha256 })
    expect(await client.error('Blob/get', { ids: [blobId], properties: ['digest:md5'] })).toBe('invalidArguments')
    expect((await client.call('Blob/get', { ids: ['bnone'] })).notFound).toEqual(['bnone'])
  })

  test('tells which emails, threads and mailboxes a blob is in', async () => {
    const id = await client.import('Subject: lookup\r\n\r\nx')
    const { blobId, threadId } = await client.get(id, { properties: ['blobId', 'threadId'] })
    const { list } = await client.call('Blob/lookup', { typeNames: ['Email', 'Thread', 'Mailbox'], ids: [blobId] })
    expect(list).toEqual([
      { id: blobId, matchedIds: { Email: [id], Thread: [threadId], Mailbox: [await client.role('inbox')] } },
    ])
    expect(await client.error('Blob/lookup', { typeNames: ['Nonsense'], ids: [blobId] })).toBe('unknownDataType')
  })
})

describe('Email/import', () => {
  const importOne = async (properties: Json) => {
    const { blobId } = await client.upload('Subject: importé\r\n\r\nx', 'message/rfc822')
    const mailboxIds = { [await client.role('inbox')]: true }
    return client.call('Email/import', { emails: { k: { blobId, mailboxIds, ...properties } } })
  }

  test('answers with id, blob, thread and size', async () => {
    const { created, oldState, newState } = (await importOne({ keywords: { $seen: true } })) as Record<
      string,
      Record<string, Json>
    >
    expect(created!.k).toEqual({
      id: expect.any(String),
      blobId: expect.any(String),
      threadId: expect.any(String),
      size: 22,
    })
    expect(newState).not.toBe(oldState)
    expect(await client.get(String(created!.k!.id), { properties: ['keywords', 'subject'] })).toMatchObject({
      keywords: { $seen: true },
      subject: 'importé',
    })
  })

  test('keeps the bytes as they were', async () => {
    const raw = 'Subject: bare\nX:\ty\r\n\nmixed\r\nline\nends\r'
    const { blobId } = await client.get(await client.import(raw), { properties: ['blobId'] })
    expect((await bytesOf(await client.download(String(blobId)))).toString()).toBe(raw)
  })

  test('takes the date from the last Received field, else it is now', async () => {
    const id = await client.import(
      'Received: by x; Mon, 5 Jan 2026 10:00:00 +0100\r\nReceived: by y; Sun, 4 Jan 2026 10:00:00 +0100\r\nSubject: x\r\n\r\n',
    )
    expect(await client.get(id, { properties: ['receivedAt'] })).toMatchObject({ receivedAt: '2026-01-05T09:00:00Z' })
  })

  test.each<[string, Json, Json]>([
    ['a blob that does not exist', { blobId: 'bnone' }, { type: 'invalidProperties', properties: ['blobId'] }],
    ['no blob', { blobId: null }, { type: 'invalidProperties', properties: ['blobId'] }],
    ['no mailbox', { mailboxIds: {} }, { type: 'invalidProperties', properties: ['mailboxIds'] }],
    [
      'a mailbox that does not exist',
      { mailboxIds: { mzzz: true } },
      { type: 'invalidProperties', properties: ['mailboxIds'] },
    ],
    ['a keyword that is none', { keywords: { '(': true } }, { type: 'invalidProperties', properties: ['keywords'] }],
    ['a date that is none', { receivedAt: 'x' }, { type: 'invalidProperties', properties: ['receivedAt'] }],
    ['what nobody knows', { nonsense: 1 }, { type: 'invalidProperties', properties: ['nonsense'] }],
  ])('with %s is refused', async (_what, properties, error) => {
    expect((await importOne(properties)).notCreated).toMatchObject({ k: error })
  })

  test('of what is no message is invalidEmail', async () => {
    const { blobId } = await client.upload(Buffer.from([0x89, 0x50, 0, 0, 0x0a, 0x0a]))
    expect((await importOne({ blobId })).notCreated).toMatchObject({ k: { type: 'invalidEmail' } })
  })

  test('over the quota is overQuota', async () => {
    const { blobId } = await client.upload(`Subject: big\r\n\r\n${'x'.repeat(290_000)}`)
    const results: string[] = []
    for (let i = 0; i < 5; i++) {
      const { created, notCreated } = await importOne({ blobId })
      results.push(created ? 'created' : String((notCreated as Record<string, Json>).k!.type))
    }
    expect(results).toEqual(['created', 'created', 'created', 'overQuota', 'overQuota'])
  })

  test('with a wrong ifInState is stateMismatch', async () => {
    expect(await client.error('Email/import', { ifInState: 'x', emails: {} })).toBe('stateMismatch')
  })
})

describe('Email/parse', () => {
  test('gives the properties of a message, those of the account being null', async () => {
    const { blobId, size } = await client.upload('Subject: lu\r\nFrom: a@b.test\r\n\r\ncorps')
    const properties = [
      'id',
      'mailboxIds',
      'keywords',
      'receivedAt',
      'threadId',
      'blobId',
      'size',
      'subject',
      'from',
      'bodyValues',
    ]
    const { parsed, notParsable, notFound } = await client.call('Email/parse', {
      blobIds: [blobId],
      properties,
      fetchTextBodyValues: true,
    })
    expect(parsed).toEqual({
      [String(blobId)]: {
        id: null,
        mailboxIds: null,
        keywords: null,
        receivedAt: null,
        threadId: null,
        blobId,
        size,
        subject: 'lu',
        from: [{ name: null, email: 'a@b.test' }],
        bodyValues: { '1': { value: 'corps', isEncodingProblem: false, isTruncated: false } },
      },
    })
    expect([notParsable, notFound]).toEqual([null, null])
  })

  test('has its own default properties', async () => {
    const { blobId } = await client.upload('Subject: lu\r\n\r\ncorps')
    const { parsed } = await client.call('Email/parse', { blobIds: [blobId] })
    const keys = Object.keys((parsed as Record<string, Json>)[String(blobId)]!)
    expect(keys).toEqual(expect.arrayContaining(['subject', 'textBody', 'preview']))
    expect(keys).not.toEqual(expect.arrayContaining(['id']))
  })

  test('tells what is not found and what is not a message', async () => {
    const { blobId } = await client.upload(Buffer.from([1, 2, 3]))
    expect(await client.call('Email/parse', { blobIds: [blobId, 'bnone'] })).toMatchObject({
      parsed: null,
      notParsable: [blobId],
      notFound: ['bnone'],
    })
  })
})

test('Email/copy needs another account', async () => {
  const args = { fromAccountId: client.accountId, create: {} }
  expect(await client.error('Email/copy', args)).toBe('invalidArguments')
  expect(await client.error('Email/copy', { ...args, fromAccountId: other.accountId })).toBe('fromAccountNotFound')
  expect(await client.error('Email/copy', { ...args, accountId: other.accountId })).toBe('accountNotFound')
})

test('Quota/get tells what is used and allowed', async () => {
  const { list } = await client.call('Quota/get', { ids: null })
  expect(list).toMatchObject([{ resourceType: 'octets', hardLimit: 1_000_000, scope: 'account' }])
  expect((list as { used: number }[])[0]!.used).toBeGreaterThan(800_000)
  expect((await other.call('Quota/get', {})).list).toEqual([])
  expect((await client.call('Quota/query', { filter: { resourceType: 'octets' } })).ids).toHaveLength(1)
})
