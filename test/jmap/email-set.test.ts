/** Email/set (RFC 8621 §4.6) over real HTTP. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, type Json, openServer, type Server } from './harness.ts'

let server: Server
let client: Client
let inbox: string
let drafts: string
let trash: string

beforeAll(async () => {
  server = await openServer()
  client = await server.client()
  inbox = await client.role('inbox')
  drafts = await client.role('drafts')
  trash = await client.role('trash')
})
afterAll(() => server?.close())

type SetError = { type: string; properties?: string[]; notFound?: string[]; maxSize?: number; description?: string }
interface SetResponse {
  oldState: string
  newState: string
  created: Record<string, { id: string; blobId: string; threadId: string; size: number }> | null
  updated: Record<string, unknown> | null
  destroyed: string[] | null
  notCreated: Record<string, SetError> | null
  notUpdated: Record<string, SetError> | null
  notDestroyed: Record<string, SetError> | null
}

const set = async (args: Json): Promise<SetResponse> => (await client.call('Email/set', args)) as unknown as SetResponse

/** Creates one email; the mailbox is added. */
const create = async (properties: Json): Promise<string> => {
  const { created, notCreated } = await set({ create: { k: { mailboxIds: { [drafts]: true }, ...properties } } })
  if (!created?.k) throw new Error(JSON.stringify(notCreated))
  return created.k.id
}
const refused = async (properties: Json): Promise<SetError> => {
  const { notCreated, created } = await set({ create: { k: { mailboxIds: { [drafts]: true }, ...properties } } })
  expect(created).toBeNull()
  return notCreated!.k!
}
const rawOf = async (id: string): Promise<string> => {
  const { blobId } = await client.get(id, { properties: ['blobId'] })
  return Buffer.from(await (await client.download(String(blobId))).arrayBuffer()).toString('utf8')
}
const text = (value: string, extra: Json = {}): Json => ({
  bodyValues: { t: { value } },
  textBody: [{ partId: 't', type: 'text/plain' }],
  ...extra,
})

describe('creation', () => {
  test('answers with what the server decides', async () => {
    const { created, oldState, newState } = await set({
      create: { k: { mailboxIds: { [drafts]: true }, subject: 'Bonjour', ...text('Salut') } },
    })
    expect(created!.k).toEqual({
      id: expect.stringMatching(/^e/),
      blobId: expect.any(String),
      threadId: expect.stringMatching(/^t/),
      size: expect.any(Number),
    })
    expect(newState).not.toBe(oldState)
    const { size } = await client.get(created!.k!.id, { properties: ['size'] })
    expect(size).toBe(created!.k!.size)
  })

  test('what was given is read back', async () => {
    const given = {
      from: [{ name: 'Élodie Martin', email: 'elodie@ac-demo.test' }],
      sender: [{ name: null, email: 'secretariat@ac-demo.test' }],
      to: [
        { name: 'Dupont, "Jean"', email: 'jean@ac-demo.test' },
        { name: null, email: 'zoé@ac-demo.test' },
      ],
      cc: [{ name: 'A very long display name that needs folding because it goes on', email: 'long@ac-demo.test' }],
      bcc: [{ name: null, email: 'cache@ac-demo.test' }],
      replyTo: [{ name: null, email: 'reponse@ac-demo.test' }],
      subject: 'Réunion de rentrée : ordre du jour, lieu, horaires et tout ce qui est long et plein d’accents',
      messageId: ['moi@ac-demo.test'],
      inReplyTo: ['a@b'],
      references: ['z@y', 'a@b'],
      sentAt: '2026-09-01T10:20:30+02:00',
      receivedAt: '2026-09-01T08:21:00Z',
      keywords: { $draft: true, $seen: true, perso: true },
    }
    const id = await create({ ...given, ...text('Bonjour à tous,\nà lundi.\n') })
    const properties = [...Object.keys(given), 'bodyValues', 'mailboxIds']
    expect(await client.get(id, { properties, fetchTextBodyValues: true })).toEqual({
      id,
      ...given,
      mailboxIds: { [drafts]: true },
      bodyValues: { '1': { value: 'Bonjour à tous,\nà lundi.\n', isEncodingProblem: false, isTruncated: false } },
    })
  })

  test('needs only a mailbox; date and message id are given', async () => {
    const id = await create({})
    const email = await client.get(id, { properties: ['messageId', 'sentAt', 'keywords', 'subject'] })
    expect(email).toMatchObject({
      messageId: [expect.stringContaining('@')],
      sentAt: expect.any(String),
      keywords: {},
      subject: null,
    })
    expect(await rawOf(id)).toMatch(/^Date: .*\r\nMessage-ID: <.*>\r\nMIME-Version: 1\.0\r\n/)
  })

  test('text and HTML make an alternative', async () => {
    const id = await create({
      bodyValues: { t: { value: 'plain' }, h: { value: '<p>rich</p>' } },
      textBody: [{ partId: 't', type: 'text/plain' }],
      htmlBody: [{ partId: 'h', type: 'text/html' }],
    })
    const { bodyStructure, textBody, htmlBody } = (await client.get(id, {
      properties: ['bodyStructure', 'textBody', 'htmlBody'],
      bodyProperties: ['type', 'partId'],
    })) as Record<string, Json & Json[]>
    expect(bodyStructure).toEqual({
      type: 'multipart/alternative',
      partId: null,
      subParts: [
        { type: 'text/plain', partId: '1' },
        { type: 'text/html', partId: '2' },
      ],
    })
    expect(textBody).toEqual([{ type: 'text/plain', partId: '1' }])
    expect(htmlBody).toEqual([{ type: 'text/html', partId: '2' }])
  })

  test('files are attached, pictures of the HTML stand beside it', async () => {
    const pdf = await client.upload(Buffer.from('%PDF-1.4 ééé \0\xff'), 'application/pdf')
    const png = await client.upload(Buffer.from([0x89, 0x50, 0x4e, 0x47]), 'image/png')
    const id = await create({
      bodyValues: { h: { value: '<img src="cid:logo">' } },
      htmlBody: [{ partId: 'h', type: 'text/html' }],
      attachments: [
        { blobId: pdf.blobId, type: 'application/pdf', name: 'programme de rentrée.pdf' },
        { blobId: png.blobId, type: 'image/png', cid: 'logo', disposition: 'inline' },
      ],
    })
    const email = (await client.get(id, { properties: ['bodyStructure', 'attachments', 'hasAttachment'] })) as Json & {
      bodyStructure: { type: string; subParts: { type: string }[] }
      attachments: Json[]
    }
    expect(email.hasAttachment).toBe(true)
    expect(email.bodyStructure.type).toBe('multipart/mixed')
    expect(email.bodyStructure.subParts.map(({ type }) => type)).toEqual(['multipart/related', 'application/pdf'])
    const [logo, file] = email.attachments
    expect(logo).toMatchObject({ type: 'image/png', cid: 'logo', disposition: 'inline', size: 4 })
    expect(file).toMatchObject({ name: 'programme de rentrée.pdf', disposition: 'attachment', size: pdf.size })
    const bytes = Buffer.from(await (await client.download(String(file!.blobId))).arrayBuffer())
    expect(bytes).toEqual(Buffer.from('%PDF-1.4 ééé \0\xff'))
  })

  test('bodyStructure is taken as it is', async () => {
    const blob = await client.upload('calendar', 'text/calendar')
    const id = await create({
      subject: 'Structure',
      bodyValues: { a: { value: 'one' }, b: { value: 'zwei ü' } },
      bodyStructure: {
        type: 'multipart/mixed',
        'header:X-Top': ' yes',
        subParts: [
          { partId: 'a', type: 'text/plain', language: ['en'], 'header:X-Part:asText': 'é' },
          {
            type: 'multipart/digest',
            subParts: [{ partId: 'b', type: 'text/markdown', name: 'notes.md', disposition: 'attachment' }],
          },
          { blobId: blob.blobId, type: 'text/calendar', charset: 'utf-8', cid: 'cal@x', location: 'cal.ics' },
        ],
      },
    })
    const email = await client.get(id, {
      properties: ['bodyStructure', 'bodyValues', 'header:X-Top'],
      bodyProperties: ['type', 'charset', 'language', 'name', 'disposition', 'cid', 'location', 'header:X-Part:asText'],
      fetchAllBodyValues: true,
    })
    const none = {
      charset: null,
      language: null,
      name: null,
      disposition: null,
      cid: null,
      location: null,
      'header:X-Part:asText': null,
    }
    expect(email['header:X-Top']).toBe(' yes')
    expect(email.bodyStructure).toEqual({
      ...none,
      type: 'multipart/mixed',
      subParts: [
        { ...none, type: 'text/plain', charset: 'us-ascii', language: ['en'], 'header:X-Part:asText': 'é' },
        {
          ...none,
          type: 'multipart/digest',
          subParts: [{ ...none, type: 'text/markdown', charset: 'utf-8', name: 'notes.md', disposition: 'attachment' }],
        },
        { ...none, type: 'text/calendar', charset: 'utf-8', cid: 'cal@x', location: 'cal.ics' },
      ],
    })
    const values = Object.values(email.bodyValues as Record<string, { value: string }>).map(({ value }) => value)
    expect(values.sort()).toEqual(['calendar', 'one', 'zwei ü'])
  })

  test('a message is attached without base64, and can be read through', async () => {
    const blob = await client.upload('Subject: Dedans\r\n\r\nété', 'message/rfc822')
    const id = await create(text('voir', { attachments: [{ blobId: blob.blobId, type: 'message/rfc822' }] }))
    expect(await rawOf(id)).toContain('Content-Transfer-Encoding: 8bit')
    const { attachments } = (await client.get(id, { properties: ['attachments'] })) as {
      attachments: { blobId: string }[]
    }
    const blobId = attachments[0]!.blobId
    const { parsed } = await client.call('Email/parse', { blobIds: [blobId], properties: ['subject'] })
    expect(parsed).toEqual({ [blobId]: { subject: 'Dedans' } })
  })

  test('a text of any characters survives', async () => {
    const value = 'From here\n.\n..dots\nline with blank \ntab\t\n=3D é 😀 \u2028 end\n' + 'x'.repeat(3000) + '\n\nlast'
    const id = await create(text(value))
    const email = await client.get(id, { properties: ['bodyValues'], fetchTextBodyValues: true })
    expect(Object.values(email.bodyValues as Record<string, { value: string }>)[0]!.value).toBe(value)
    for (const line of (await rawOf(id)).split('\r\n')) expect(line.length).toBeLessThanOrEqual(998)
  })

  test('header properties are written in every form', async () => {
    const given = {
      'header:X-Raw': ' raw value',
      'header:X-Text:asText': 'Été',
      'header:X-Addresses:asAddresses': [{ name: 'É', email: 'e@x.test' }],
      'header:X-Groups:asGroupedAddresses': [
        {
          name: 'Équipe',
          addresses: [
            { name: null, email: 'a@x.test' },
            { name: null, email: 'b@x.test' },
          ],
        },
        { name: null, addresses: [{ name: 'C', email: 'c@x.test' }] },
      ],
      'header:X-Ids:asMessageIds': ['a@b', 'c@d'],
      'header:X-Date:asDate': '2026-01-02T03:04:05-03:30',
      'header:List-Post:asURLs': ['mailto:x@y.test'],
      'header:X-Many:asText:all': ['one', 'deux é'],
    }
    const id = await create({ ...given, ...text('x') })
    expect(await client.get(id, { properties: Object.keys(given) })).toEqual({ id, ...given })
  })

  test('no value can add a header field of its own', async () => {
    const evil = 'x\r\nBcc: evil@x.test\r\n\r\nbody'
    const id = await create({
      subject: evil,
      from: [{ name: evil, email: `a@b.test\r\nBcc: evil@x.test` }],
      'header:X-T:asText': evil,
      ...text('x'),
    })
    expect(await client.get(id, { properties: ['bcc', 'header:Bcc:all'] })).toEqual({
      id,
      bcc: null,
      'header:Bcc:all': [],
    })
    expect(await refused({ 'header:X-R': evil })).toMatchObject({
      type: 'invalidProperties',
      properties: ['header:X-R'],
    })
    expect(await refused({ messageId: ['a>\r\nBcc: evil@x.test'] })).toMatchObject({ type: 'invalidProperties' })
  })

  test('one address never becomes two', async () => {
    const id = await create({ to: [{ name: null, email: 'a@x.test, b@x.test' }], ...text('x') })
    const { to } = (await client.get(id, { properties: ['to'] })) as { to: unknown[] }
    expect(to).toHaveLength(1)
  })
})

describe('creation is refused with invalidProperties', () => {
  const part = { partId: 't', type: 'text/plain' }
  const values = { t: { value: 'x' } }
  test.each<[string, Json, string[]]>([
    ['without a mailbox', { mailboxIds: {} }, ['mailboxIds']],
    ['with a mailbox that does not exist', { mailboxIds: { mzzz: true } }, ['mailboxIds']],
    ['with a mailbox set to false', { mailboxIds: { m1: false } }, ['mailboxIds']],
    ['with an id', { id: 'e1' }, ['id']],
    ['with a thread', { threadId: 't1' }, ['threadId']],
    ['with headers', { headers: [] }, ['headers']],
    ['with a property nobody knows', { nonsense: 1 }, ['nonsense']],
    ['with a keyword that is none', { keywords: { 'a b': true } }, ['keywords']],
    ['with a keyword set to false', { keywords: { a: false } }, ['keywords']],
    ['with a receivedAt that is no date', { receivedAt: 'yesterday' }, ['receivedAt']],
    ['with a sentAt that does not exist', { sentAt: '2026-02-30T10:00:00Z' }, ['sentAt']],
    ['with from as text', { from: 'me@x.test' }, ['from']],
    [
      'with one field by two names',
      { from: [{ email: 'a@b' }], 'header:From:asAddresses': [{ email: 'a@b' }] },
      ['from', 'header:From:asAddresses'],
    ],
    ['with a form its field does not allow', { 'header:From:asText': 'x' }, ['header:From:asText']],
    ['with a content field on the email', { 'header:Content-Type': ' text/plain' }, ['header:Content-Type']],
    [
      'with bodyStructure and textBody',
      { bodyValues: values, bodyStructure: part, textBody: [part] },
      ['bodyStructure', 'textBody'],
    ],
    ['with two parts in textBody', { bodyValues: values, textBody: [part, part] }, ['textBody']],
    ['with HTML in textBody', { bodyValues: values, textBody: [{ ...part, type: 'text/html' }] }, ['textBody']],
    ['with plain text in htmlBody', { bodyValues: values, htmlBody: [part] }, ['htmlBody']],
    ['with a partId that is not in bodyValues', { textBody: [part] }, ['textBody/0/partId']],
    [
      'with a part that has neither partId nor blobId',
      { bodyStructure: { type: 'text/plain' } },
      ['bodyStructure/partId'],
    ],
    [
      'with both partId and blobId',
      { bodyValues: values, textBody: [{ ...part, blobId: 'b' }] },
      ['textBody/0/blobId', 'textBody/0/partId'],
    ],
    [
      'with a charset beside a partId',
      { bodyValues: values, textBody: [{ ...part, charset: 'utf-8' }] },
      ['textBody/0/charset'],
    ],
    ['with a size beside a partId', { bodyValues: values, textBody: [{ ...part, size: 1 }] }, ['textBody/0/size']],
    ['with headers on a part', { bodyValues: values, textBody: [{ ...part, headers: [] }] }, ['textBody/0/headers']],
    [
      'with a transfer encoding',
      { bodyValues: values, textBody: [{ ...part, 'header:Content-Transfer-Encoding': ' 7bit' }] },
      ['textBody/0/header:Content-Transfer-Encoding'],
    ],
    [
      'with a type given twice',
      { bodyValues: values, textBody: [{ ...part, 'header:Content-Type': ' text/plain' }] },
      ['textBody/0/type'],
    ],
    [
      'with a truncated body value',
      { bodyValues: { t: { value: 'x', isTruncated: true } }, textBody: [part] },
      ['bodyValues/t/isTruncated'],
    ],
    [
      'with a body value that has an encoding problem',
      { bodyValues: { t: { value: 'x', isEncodingProblem: true } }, textBody: [part] },
      ['bodyValues/t/isEncodingProblem'],
    ],
    [
      'with an empty multipart',
      { bodyStructure: { type: 'multipart/mixed', subParts: [] } },
      ['bodyStructure/subParts'],
    ],
    [
      'with subParts of what is no multipart',
      { bodyValues: values, bodyStructure: { ...part, subParts: [part] } },
      ['bodyStructure/subParts'],
    ],
    [
      'with a media type that is none',
      { bodyValues: values, bodyStructure: { ...part, type: 'text' } },
      ['bodyStructure/type'],
    ],
  ])('%s', async (_what, properties, expected) => {
    expect(await refused(properties)).toMatchObject({ type: 'invalidProperties', properties: expected })
  })

  test('when the email and its bodyStructure give the same field', async () => {
    const bodyStructure = { ...part, 'header:Subject:asText': 'b' }
    expect((await refused({ subject: 'a', bodyValues: values, bodyStructure })).type).toBe('invalidProperties')
  })
})

test('missing blobs are blobNotFound, all of them named', async () => {
  const attachments = [
    { blobId: 'bnone', type: 'a/b' },
    { blobId: 'bnone2', type: 'a/b' },
  ]
  expect(await refused({ attachments })).toMatchObject({ type: 'blobNotFound', notFound: ['bnone', 'bnone2'] })
})

test("another account's blob does not exist here", async () => {
  const other = await server.client()
  const { blobId } = await other.upload('secret')
  expect(await refused({ attachments: [{ blobId, type: 'text/plain' }] })).toMatchObject({ type: 'blobNotFound' })
  expect((await client.download(String(blobId))).status).toBe(404)
})

test('too many keywords are tooManyKeywords', async () => {
  const keywords = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`k${i}`, true]))
  expect((await refused({ keywords })).type).toBe('tooManyKeywords')
})

test('one bad creation leaves the others alone', async () => {
  const good = { mailboxIds: { [drafts]: true } }
  const { created, notCreated } = await set({ create: { a: good, b: { mailboxIds: {} }, c: good } })
  expect(Object.keys(created!).sort()).toEqual(['a', 'c'])
  expect(Object.keys(notCreated!)).toEqual(['b'])
})

describe('update', () => {
  const update = async (id: string, patch: Json): Promise<SetResponse> => set({ update: { [id]: patch } })
  const keywords = async (id: string) => (await client.get(id, { properties: ['keywords'] })).keywords
  const mailboxes = async (id: string) =>
    Object.keys((await client.get(id, { properties: ['mailboxIds'] })).mailboxIds as Json)

  test('keywords one by one', async () => {
    const id = await create({ keywords: { $draft: true } })
    expect(
      (await update(id, { 'keywords/$seen': true, 'keywords/Perso': true, 'keywords/$draft': null })).updated,
    ).toEqual({ [id]: null })
    expect(await keywords(id)).toEqual({ $seen: true, perso: true })
  })

  test('keywords all at once, and null for none', async () => {
    const id = await create({ keywords: { $draft: true } })
    await update(id, { keywords: { $flagged: true } })
    expect(await keywords(id)).toEqual({ $flagged: true })
    await update(id, { keywords: null })
    expect(await keywords(id)).toEqual({})
  })

  test('mailboxes: moved, added, taken out', async () => {
    const id = await create({})
    await update(id, { mailboxIds: { [inbox]: true } })
    expect(await mailboxes(id)).toEqual([inbox])
    await update(id, { [`mailboxIds/${trash}`]: true })
    expect((await mailboxes(id)).sort()).toEqual([inbox, trash].sort())
    await update(id, { [`mailboxIds/${inbox}`]: null })
    expect(await mailboxes(id)).toEqual([trash])
  })

  test('an email keeps at least one mailbox', async () => {
    const id = await create({})
    for (const patch of [{ mailboxIds: {} }, { mailboxIds: null }, { [`mailboxIds/${drafts}`]: null }]) {
      const { notUpdated } = await update(id, patch)
      expect(notUpdated![id]).toMatchObject({ type: 'invalidProperties', properties: ['mailboxIds'] })
    }
    expect(await mailboxes(id)).toEqual([drafts])
  })

  test.each<[string, Json, string]>([
    ['a keyword set to false', { 'keywords/$seen': false }, 'invalidProperties'],
    ['a keyword that is none', { 'keywords/a b': true }, 'invalidProperties'],
    ['a mailbox that does not exist', { 'mailboxIds/mzzzz': true }, 'invalidProperties'],
    ['a path through a boolean', { 'keywords/$seen/x': true }, 'invalidPatch'],
    ['a path within another', { keywords: {}, 'keywords/$seen': true }, 'invalidPatch'],
    ['the subject', { subject: 'Other' }, 'invalidProperties'],
    ['the thread', { threadId: 't1' }, 'invalidProperties'],
    ['a property nobody knows', { nonsense: true }, 'invalidProperties'],
    ['a path into a list', { 'to/0': null }, 'invalidPatch'],
    ['a broken pointer', { 'keywords/~2': true }, 'invalidPatch'],
  ])('of %s is refused', async (_what, patch, type) => {
    const id = await create({ subject: 'Same', to: [{ email: 'a@b.test' }] })
    const { notUpdated, updated } = await update(id, patch)
    expect(updated).toBeNull()
    expect(notUpdated![id]!.type).toBe(type)
  })

  test('an immutable property may be given as it is', async () => {
    const id = await create({ subject: 'Same' })
    const { threadId } = await client.get(id, { properties: ['threadId'] })
    expect((await update(id, { subject: 'Same', threadId, id, 'keywords/$seen': true })).updated).toEqual({
      [id]: null,
    })
  })

  test('an unknown email is notFound', async () => {
    for (const id of ['ezzzz', 'nonsense', '#nothing'])
      expect((await update(id, { 'keywords/$seen': true })).notUpdated![id]!.type).toBe('notFound')
  })

  test('an email may be updated by the name it was created with', async () => {
    const { created, updated } = await set({
      create: { k: { mailboxIds: { [drafts]: true } } },
      update: { '#k': { 'keywords/$seen': true } },
    })
    const { id } = created!.k!
    expect(updated).toEqual({ [id]: null })
    expect(await keywords(id)).toEqual({ $seen: true })
  })
})

describe('destruction', () => {
  test('ends the email and its thread', async () => {
    const id = await create({})
    const { threadId } = await client.get(id, { properties: ['threadId'] })
    expect((await set({ destroy: [id] })).destroyed).toEqual([id])
    expect((await client.call('Email/get', { ids: [id] })).notFound).toEqual([id])
    expect((await client.call('Thread/get', { ids: [threadId] })).notFound).toEqual([threadId])
  })

  test('of what does not exist is notFound', async () => {
    const { notDestroyed, oldState, newState } = await set({ destroy: ['ezzzz', 'nonsense'] })
    expect(notDestroyed).toMatchObject({ ezzzz: { type: 'notFound' }, nonsense: { type: 'notFound' } })
    expect(newState).toBe(oldState)
  })

  test('in the same call as an update makes the update willDestroy', async () => {
    const id = await create({})
    const { destroyed, notUpdated } = await set({ update: { [id]: { 'keywords/$seen': true } }, destroy: [id] })
    expect(destroyed).toEqual([id])
    expect(notUpdated![id]!.type).toBe('willDestroy')
  })
})

test('states follow one another: what a set did is what changes tell', async () => {
  const before = await client.state()
  const kept = await create({})
  const gone = await create({})
  const middle = (await set({ update: { [kept]: { 'keywords/$seen': true } }, destroy: [gone] })).newState
  const changes = await client.call('Email/changes', { sinceState: before })
  expect(changes).toMatchObject({
    oldState: before,
    newState: middle,
    hasMoreChanges: false,
    created: [kept],
    updated: [],
    destroyed: [],
  })
})

test('maxChanges pages through one large transaction', async () => {
  const before = await client.state()
  const create = Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`k${i}`, { mailboxIds: { [drafts]: true } }]))
  const { created } = await set({ create })
  const seen: string[] = []
  let sinceState = before
  for (let page = 0; page < 20; page++) {
    const changes = await client.call('Email/changes', { sinceState, maxChanges: 2 })
    const ids = [...(changes.created as string[]), ...(changes.updated as string[]), ...(changes.destroyed as string[])]
    expect(ids.length).toBeLessThanOrEqual(2)
    seen.push(...ids)
    sinceState = String(changes.newState)
    if (!changes.hasMoreChanges) break
  }
  expect(seen.sort()).toEqual(
    Object.values(created!)
      .map(({ id }) => id)
      .sort(),
  )
  expect(sinceState).toBe(await client.state())
})

test('a wrong ifInState stops the whole call', async () => {
  expect(await client.error('Email/set', { ifInState: 'x', create: { k: { mailboxIds: { [drafts]: true } } } })).toBe(
    'stateMismatch',
  )
})

test.each<[why: string, properties: string[], email: Json]>([
  [
    'a part has two contents',
    ['bodyStructure/blobId', 'bodyStructure/partId'],
    {
      bodyStructure: { type: 'text/plain', partId: 't', blobId: 'b' },
      bodyValues: { t: { value: 'x' } },
    },
  ],
  [
    'a part says how it is encoded',
    ['bodyStructure/header:Content-Transfer-Encoding'],
    {
      bodyStructure: { type: 'text/plain', partId: 't', 'header:Content-Transfer-Encoding': '7BIT' },
      bodyValues: { t: { value: 'x' } },
    },
  ],
  [
    'a part within says its size',
    ['bodyStructure/subParts/0/size'],
    {
      bodyStructure: { type: 'multipart/mixed', subParts: [{ type: 'text/plain', partId: 't', size: 5 }] },
      bodyValues: { t: { value: 'x' } },
    },
  ],
  [
    'a text was cut',
    ['bodyValues/t/isEncodingProblem', 'bodyValues/t/isTruncated'],
    {
      bodyStructure: { type: 'text/plain', partId: 't' },
      bodyValues: { t: { value: 'x', isTruncated: true, isEncodingProblem: true } },
    },
  ],
  [
    'there are two texts',
    ['htmlBody'],
    {
      htmlBody: [
        { type: 'text/html', partId: 't' },
        { type: 'text/html', partId: 't' },
      ],
      bodyValues: { t: { value: 'x' } },
    },
  ],
])('an email is refused by the very place where it is wrong: %s', async (_why, properties, email) => {
  const client = await server.client()
  const create = { e: { mailboxIds: { [await client.role('inbox')]: true }, ...email } }
  const { notCreated } = await client.call('Email/set', { create })
  expect(notCreated).toMatchObject({ e: { type: 'invalidProperties', properties } })
})

test('what a client says besides of a text does no harm; an import without anything is told all that it lacks', async () => {
  const client = await server.client()
  const { created } = await client.call('Email/set', {
    create: {
      e: {
        mailboxIds: { [await client.role('inbox')]: true },
        textBody: [{ partId: 't', type: 'text/plain' }],
        bodyValues: { t: { value: 'x', charset: 'utf-8', isTruncated: null } },
      },
    },
  })
  expect(created).toHaveProperty('e.id')
  const { notCreated } = await client.call('Email/import', { emails: { i: {} } })
  expect(notCreated).toMatchObject({ i: { type: 'invalidProperties', properties: ['blobId', 'mailboxIds'] } })
})
