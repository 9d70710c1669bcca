/** Email/get (RFC 8621 §4.1, §4.2) over real HTTP. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, type Json, openServer, type Server } from './harness.ts'

let server: Server
let client: Client
let id: string

const crlf = (text: string): string => text.replace(/\r?\n/g, '\r\n')

const structured = crlf(`Received: from a.example (a.example [192.0.2.1]) by b.example; Mon, 31 Aug 2026 10:00:00 +0200
From: =?UTF-8?Q?=C3=89lodie_Martin?= <elodie@ac-demo.test>
Sender: Secretariat <secretariat@ac-demo.test>
To: "Dupont, Jean" <jean@ac-demo.test>, Direction: anne@ac-demo.test, Paul <paul@ac-demo.test>;,
 zoe@ac-demo.test
Cc:
Reply-To: reponse@ac-demo.test
Subject: =?UTF-8?Q?R=C3=A9union?=
 de =?UTF-8?B?cmVudHLDqWU=?=
Date: Mon, 31 Aug 2026 09:59:58 +0200
Message-ID: <one@ac-demo.test>
In-Reply-To: <zero@ac-demo.test>
References: <minus@ac-demo.test> <zero@ac-demo.test>
List-Post: <mailto:list@ac-demo.test>, <https://list.ac-demo.test/post>
List-Help: nothing here
X-Tag: first
X-Tag: =?UTF-8?Q?deuxi=C3=A8me?=
X-Raw:  spaced  =?UTF-8?Q?kept?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=outer

--outer
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Bonjour =E0 tous,
l'=E9t=E9 est fini.
--inner
Content-Type: multipart/related; boundary=rel

--rel
Content-Type: text/html; charset=utf-8
Content-Language: fr, en
Content-Location: https://example.org/page

<p>Bonjour à <b>tous</b></p><img src="cid:logo@x">
--rel
Content-Type: image/png; name=logo.png
Content-ID: <logo@x>
Content-Disposition: inline; filename=logo.png
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--rel--
--inner--
--outer
Content-Type: application/pdf
Content-Disposition: attachment; filename*=utf-8''programme%20de%20rentr%C3%A9e.pdf
Content-Transfer-Encoding: base64

JVBERi0xLjQK
JVBERi0xLjQK
--outer
Content-Type: message/rfc822

Subject: Inside
Content-Type: text/plain

inner text
--outer--
`)

beforeAll(async () => {
  server = await openServer()
  client = await server.client()
  id = await client.import(structured, { keywords: { $seen: true, projet: true } })
})
afterAll(() => server?.close())

test('without properties every default one is there', async () => {
  const email = await client.get(id)
  expect(Object.keys(email).sort()).toEqual(
    [
      'id',
      'blobId',
      'threadId',
      'mailboxIds',
      'keywords',
      'size',
      'receivedAt',
      'messageId',
      'inReplyTo',
      'references',
      'sender',
      'from',
      'to',
      'cc',
      'bcc',
      'replyTo',
      'subject',
      'sentAt',
      'hasAttachment',
      'preview',
      'bodyValues',
      'textBody',
      'htmlBody',
      'attachments',
    ].sort(),
  )
  expect(email).toMatchObject({
    id,
    keywords: { $seen: true, projet: true },
    size: structured.length + 1,
    receivedAt: '2026-08-31T08:00:00Z',
    hasAttachment: true,
    bodyValues: {},
  })
})

test('only the properties asked for are there, and the id', async () => {
  expect(await client.get(id, { properties: ['subject'] })).toEqual({ id, subject: 'Réunion de rentrée' })
  expect(await client.get(id, { properties: [] })).toEqual({ id })
})

test('addresses are decoded, groups flattened', async () => {
  const email = await client.get(id, { properties: ['from', 'sender', 'to', 'cc', 'bcc', 'replyTo'] })
  expect(email).toEqual({
    id,
    from: [{ name: 'Élodie Martin', email: 'elodie@ac-demo.test' }],
    sender: [{ name: 'Secretariat', email: 'secretariat@ac-demo.test' }],
    to: [
      { name: 'Dupont, Jean', email: 'jean@ac-demo.test' },
      { name: null, email: 'anne@ac-demo.test' },
      { name: 'Paul', email: 'paul@ac-demo.test' },
      { name: null, email: 'zoe@ac-demo.test' },
    ],
    cc: [],
    bcc: null,
    replyTo: [{ name: null, email: 'reponse@ac-demo.test' }],
  })
})

test('message ids have no brackets, the date keeps its zone', async () => {
  expect(await client.get(id, { properties: ['messageId', 'inReplyTo', 'references', 'sentAt'] })).toEqual({
    id,
    messageId: ['one@ac-demo.test'],
    inReplyTo: ['zero@ac-demo.test'],
    references: ['minus@ac-demo.test', 'zero@ac-demo.test'],
    sentAt: '2026-08-31T09:59:58+02:00',
  })
})

const header = async (property: string) => (await client.get(id, { properties: [property] }))[property]

describe('a header property', () => {
  test('is raw by default, the blank after the colon and the folds kept', async () => {
    expect(await header('header:X-Raw')).toBe('  spaced  =?UTF-8?Q?kept?=')
    expect(await header('header:Subject:asRaw')).toBe(' =?UTF-8?Q?R=C3=A9union?=\r\n de =?UTF-8?B?cmVudHLDqWU=?=')
  })
  test('is found in any case and answers under the name asked for', async () => {
    expect(await client.get(id, { properties: ['header:sUbJeCt:asText'] })).toEqual({
      id,
      'header:sUbJeCt:asText': 'Réunion de rentrée',
    })
  })
  test('takes the last of several fields, or all in order', async () => {
    expect(await header('header:X-Tag:asText')).toBe('deuxième')
    expect(await header('header:X-Tag:asText:all')).toEqual(['first', 'deuxième'])
    expect(await header('header:X-Tag:all')).toEqual([' first', ' =?UTF-8?Q?deuxi=C3=A8me?='])
  })
  test('is null when there is no such field, and an empty list for all', async () => {
    expect(await header('header:X-None')).toBeNull()
    expect(await header('header:X-None:asAddresses')).toBeNull()
    expect(await header('header:X-None:asText:all')).toEqual([])
  })
  test('gives addresses by group', async () => {
    expect(await header('header:To:asGroupedAddresses')).toEqual([
      { name: null, addresses: [{ name: 'Dupont, Jean', email: 'jean@ac-demo.test' }] },
      {
        name: 'Direction',
        addresses: [
          { name: null, email: 'anne@ac-demo.test' },
          { name: 'Paul', email: 'paul@ac-demo.test' },
        ],
      },
      { name: null, addresses: [{ name: null, email: 'zoe@ac-demo.test' }] },
    ])
  })
  test('gives URLs, or null where there are none', async () => {
    expect(await header('header:List-Post:asURLs')).toEqual([
      'mailto:list@ac-demo.test',
      'https://list.ac-demo.test/post',
    ])
    expect(await header('header:List-Help:asURLs')).toBeNull()
  })
  test('gives dates and ids of fields that nobody defined', async () => {
    expect(await header('header:X-Tag:asDate')).toBeNull()
    expect(await header('header:X-Tag:asMessageIds')).toBeNull()
    expect(await header('header:Date:asDate')).toBe('2026-08-31T09:59:58+02:00')
  })
  test.each([
    'header:Subject:asAddresses',
    'header:From:asText',
    'header:Date:asMessageIds',
    'header:Message-ID:asText',
    'header:Received:asText',
    'header:List-Post:asText',
    'header:To:asDate',
    'header:X:asNonsense',
    'header:',
    'header:a b',
    'header:X:all:asText',
    'headers:X',
  ])('in a form that its field does not allow is invalidArguments: %s', async (property) => {
    expect(await client.error('Email/get', { ids: [id], properties: [property] })).toBe('invalidArguments')
  })
})

test('headers lists every field raw and in order', async () => {
  const { headers } = (await client.get(id, { properties: ['headers'] })) as {
    headers: { name: string; value: string }[]
  }
  expect(headers.map(({ name }) => name).slice(0, 5)).toEqual(['Received', 'From', 'Sender', 'To', 'Cc'])
  expect(headers.find(({ name }) => name === 'Message-ID')?.value).toBe(' <one@ac-demo.test>')
})

type Part = {
  partId: string | null
  blobId: string | null
  type: string
  size: number
  subParts?: Part[] | null
} & Json

test('bodyStructure is the tree of parts', async () => {
  const properties = { properties: ['bodyStructure'], bodyProperties: ['partId', 'type', 'subParts'] }
  const { bodyStructure } = (await client.get(id, properties)) as { bodyStructure: Part }
  const tree = (part: Part): unknown =>
    part.subParts ? { [part.type]: part.subParts.map(tree) } : `${part.partId} ${part.type}`
  expect(tree(bodyStructure)).toEqual({
    'multipart/mixed': [
      { 'multipart/alternative': ['1.1 text/plain', { 'multipart/related': ['1.2.1 text/html', '1.2.2 image/png'] }] },
      '2 application/pdf',
      '3 message/rfc822',
    ],
  })
  expect(bodyStructure.partId).toBeNull()
})

test('parts have the default properties, and no others', async () => {
  const { htmlBody, attachments } = (await client.get(id, { properties: ['htmlBody', 'attachments'] })) as {
    htmlBody: Part[]
    attachments: Part[]
  }
  expect(htmlBody).toEqual([
    {
      partId: '1.2.1',
      blobId: expect.any(String),
      size: 51,
      name: null,
      type: 'text/html',
      charset: 'utf-8',
      disposition: null,
      cid: null,
      language: ['fr', 'en'],
      location: 'https://example.org/page',
    },
  ])
  expect(attachments.map(({ type, name, disposition, cid, size }) => ({ type, name, disposition, cid, size }))).toEqual(
    [
      { type: 'image/png', name: 'logo.png', disposition: 'inline', cid: 'logo@x', size: 8 },
      { type: 'application/pdf', name: 'programme de rentrée.pdf', disposition: 'attachment', cid: null, size: 18 },
      { type: 'message/rfc822', name: null, disposition: null, cid: null, size: 55 },
    ],
  )
})

test('bodyProperties choose what parts tell, headers of the part included', async () => {
  const bodyProperties = ['type', 'headers', 'header:Content-Type', 'header:Content-Type:asText']
  const { textBody } = (await client.get(id, { properties: ['textBody'], bodyProperties })) as { textBody: Part[] }
  expect(textBody).toEqual([
    {
      type: 'text/plain',
      headers: [
        { name: 'Content-Type', value: ' text/plain; charset=iso-8859-1' },
        { name: 'Content-Transfer-Encoding', value: ' quoted-printable' },
      ],
      'header:Content-Type': ' text/plain; charset=iso-8859-1',
      'header:Content-Type:asText': 'text/plain; charset=iso-8859-1',
    },
  ])
  const none = { properties: ['textBody'], bodyProperties: [] }
  expect(await client.get(id, none)).toEqual({ id, textBody: [{}] })
  expect(await client.error('Email/get', { ids: [id], bodyProperties: ['nonsense'] })).toBe('invalidArguments')
})

test('a size is the number of bytes that a download gives', async () => {
  const { bodyStructure } = (await client.get(id, { properties: ['bodyStructure'] })) as { bodyStructure: Part }
  const leaves = (part: Part): Part[] => (part.subParts ? part.subParts.flatMap(leaves) : [part])
  for (const part of leaves(bodyStructure)) {
    const bytes = await (await client.download(part.blobId!)).arrayBuffer()
    expect(bytes.byteLength).toBe(part.size)
  }
})

test('body values are fetched by kind, decoded, with LF line ends', async () => {
  const values = async (args: Json) =>
    (await client.get(id, { properties: ['bodyValues'], ...args })).bodyValues as Json
  expect(await values({})).toEqual({})
  expect(await values({ fetchTextBodyValues: true })).toEqual({
    '1.1': { value: "Bonjour à tous,\nl'été est fini.", isEncodingProblem: false, isTruncated: false },
  })
  expect(Object.keys(await values({ fetchHTMLBodyValues: true }))).toEqual(['1.2.1'])
  expect(Object.keys(await values({ fetchAllBodyValues: true })).sort()).toEqual(['1.1', '1.2.1'])
})

test('maxBodyValueBytes cuts between characters and says so', async () => {
  for (let max = 1; max < 36; max++) {
    const email = await client.get(id, {
      properties: ['bodyValues'],
      fetchTextBodyValues: true,
      maxBodyValueBytes: max,
    })
    const value = (email.bodyValues as Record<string, { value: string; isTruncated: boolean }>)['1.1']!
    expect(Buffer.byteLength(value.value)).toBeLessThanOrEqual(max)
    expect("Bonjour à tous,\nl'été est fini.".startsWith(value.value)).toBe(true)
    expect(value.isTruncated).toBe(max < 34)
  }
})

test('HTML is not cut within a tag', async () => {
  const email = await client.get(id, { properties: ['bodyValues'], fetchHTMLBodyValues: true, maxBodyValueBytes: 16 })
  expect((email.bodyValues as Record<string, Json>)['1.2.1']).toEqual({
    value: '<p>Bonjour à ',
    isEncodingProblem: false,
    isTruncated: true,
  })
})

test('an unknown charset, bytes that are not of the charset and an unknown encoding are encoding problems', async () => {
  const of = async (fields: string, body: Uint8Array<ArrayBuffer>) => {
    const email = await client.get(
      await client.import(Buffer.concat([Buffer.from(crlf(`Subject: x\n${fields}\n\n`)), body])),
      {
        properties: ['bodyValues'],
        fetchTextBodyValues: true,
      },
    )
    return (email.bodyValues as Record<string, Json>)['1']!
  }
  const text = Buffer.from('abc')
  expect(await of('Content-Type: text/plain; charset=x-nobody-knows', text)).toMatchObject({ isEncodingProblem: true })
  expect(await of('Content-Type: text/plain; charset=utf-8', Buffer.from([0x61, 0xff, 0x62]))).toMatchObject({
    isEncodingProblem: true,
  })
  expect(await of('Content-Transfer-Encoding: x-nobody', text)).toMatchObject({ isEncodingProblem: true, value: 'abc' })
  expect(await of('Content-Type: text/plain; charset=utf-8', text)).toMatchObject({ isEncodingProblem: false })
})

test('a text part without charset is us-ascii, an image has none', async () => {
  const email = await client.get(await client.import('Subject: x\r\n\r\nbody'), { properties: ['bodyStructure'] })
  expect(email.bodyStructure).toMatchObject({ type: 'text/plain', charset: 'us-ascii', partId: '1', name: null })
  const { attachments } = (await client.get(id, { properties: ['attachments'] })) as { attachments: Part[] }
  expect(attachments[0]!.charset).toBeNull()
})

test('ids that do not exist are notFound, whatever they look like', async () => {
  const { list, notFound } = await client.call('Email/get', { ids: ['ezzzz', 'nonsense', id], properties: [] })
  expect(list).toEqual([{ id }])
  expect(notFound).toEqual(['nonsense', 'ezzzz'].sort().reverse() && expect.arrayContaining(['ezzzz', 'nonsense']))
})

test('ids null gives every email of a small account', async () => {
  const other = await server.client()
  const first = await other.import('Subject: a\r\n\r\n1')
  const second = await other.import('Subject: b\r\n\r\n2')
  const { list } = await other.call('Email/get', { ids: null, properties: ['subject'] })
  expect((list as Json[]).map((email) => email.id).sort()).toEqual([first, second].sort())
})

test('the email of another account does not exist here', async () => {
  const other = await server.client()
  expect((await other.call('Email/get', { ids: [id] })).notFound).toEqual([id])
})

test('hostile bytes give an email all the same', async () => {
  const bytes = Buffer.from([
    ...Buffer.from('Subject: '),
    0,
    0xff,
    0xc3,
    ...Buffer.from('\r\nFrom: <<<>>>,;:\r\nDate: never\r\n\r\n'),
    0,
    0xff,
  ])
  const email = await client.get(await client.import(bytes), { fetchAllBodyValues: true })
  expect(email.subject).toBeTypeOf('string')
  expect(email.sentAt).toBeNull()
  expect(JSON.stringify(email).isWellFormed()).toBe(true)
})
