/** Receipts of reading (RFC 9007, RFC 8098) over real HTTP. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, type Json, openServer, type Server } from './harness.ts'

let server: Server
let client: Client
let identityId: string

beforeAll(async () => {
  server = await openServer()
  client = await server.client({ name: 'Claire Petit' })
  const { list } = await client.call('Identity/get', {})
  identityId = (list as { id: string }[])[0]!.id
})
afterAll(() => server?.close())

const message = (extra = 'Disposition-Notification-To: Joe <joe@example.test>\n') =>
  `From: Joe <joe@example.test>\nTo: ${client.principal.email}\nMessage-ID: <m1@example.test>\nSubject: Sortie\n${extra}\nBonjour.\n`.replaceAll(
    '\n',
    '\r\n',
  )
const disposition = { actionMode: 'manual-action', sendingMode: 'mdn-sent-manually', type: 'displayed' }

const queued = async () => {
  const [row] = await server.ctx.store.read((tx) =>
    tx.query((q) =>
      q
        .selectFrom('queue_message')
        .innerJoin('queue_recipient', 'queue_recipient.queue_id', 'queue_message.id')
        .select(['queue_message.blob_id as blob', 'queue_message.sender as sender', 'queue_recipient.address as to'])
        .orderBy('queue_message.id', 'desc')
        .limit(1),
    ),
  )
  if (!row) throw new Error('nothing in the queue')
  return { ...row, bytes: await server.ctx.store.blobs.bytes(row.blob) }
}

test('the session says that receipts can be sent', async () => {
  const session = (await (await client.fetch('/jmap/session')).json()) as { capabilities: object }
  expect(session.capabilities).toHaveProperty('urn:ietf:params:jmap:mdn')
})

test('a receipt goes once to whoever asked, from nobody, and the message bears that it was sent', async () => {
  const forEmailId = await client.import(message())
  const send = { k: { forEmailId, disposition, textBody: 'Lu.', includeOriginalMessage: true } }
  const first = await client.call('MDN/send', { identityId, send })
  expect(first.notSent).toBeNull()
  expect(first.sent).toMatchObject({
    k: {
      finalRecipient: `rfc822; ${client.principal.email}`,
      originalMessageId: '<m1@example.test>',
      subject: 'Lu : Sortie',
    },
  })
  expect((await client.get(forEmailId)).keywords).toMatchObject({ $mdnsent: true })
  const { sender, to, bytes } = await queued()
  expect(sender).toBe('')
  expect(to).toBe('joe@example.test')
  expect(Buffer.from(bytes).toString()).toContain('report-type=disposition-notification')
  const again = await client.call('MDN/send', { identityId, send })
  expect(again).toMatchObject({ sent: null, notSent: { k: { type: 'mdnAlreadySent' } } })
})

test('what was sent can be read again as a receipt', async () => {
  const { bytes } = await queued()
  const { blobId } = await client.upload(new Uint8Array(bytes), 'message/rfc822')
  const { parsed, notParsable, notFound } = await client.call('MDN/parse', { blobIds: [blobId, 'Bnothing'] })
  expect((parsed as Record<string, Json>)[String(blobId)]).toMatchObject({
    subject: 'Lu : Sortie',
    textBody: 'Lu.',
    includeOriginalMessage: true,
    originalMessageId: '<m1@example.test>',
    disposition,
    error: null,
  })
  expect(notParsable).toBeNull()
  expect(notFound).toEqual(['Bnothing'])
})

test('a message that is no receipt is not parsable', async () => {
  const { blobId } = await client.upload(message(), 'message/rfc822')
  expect(await client.call('MDN/parse', { blobIds: [blobId] })).toMatchObject({ parsed: null, notParsable: [blobId] })
})

test('what asks for no receipt gets none, nor does an unknown message, nor under a foreign name', async () => {
  const forEmailId = await client.import(message(''))
  const { notSent } = await client.call('MDN/send', {
    identityId,
    send: { a: { forEmailId, disposition }, b: { forEmailId: 'Mnothing', disposition }, c: { forEmailId } },
  })
  expect(notSent).toMatchObject({
    a: { type: 'invalidProperties', properties: ['forEmailId'] },
    b: { type: 'notFound' },
    c: { type: 'invalidProperties' },
  })
  expect(await client.error('MDN/send', { identityId: 'Inobody', send: {} })).toBe('invalidArguments')
})

test('what the client asks for afterwards is done', async () => {
  const forEmailId = await client.import(message())
  const responses = await client.responses([
    'MDN/send',
    {
      identityId,
      send: { k: { forEmailId, disposition } },
      onSuccessUpdateEmail: { '#k': { 'keywords/$flagged': true } },
    },
  ])
  expect(responses.map(([name]) => name)).toEqual(['MDN/send', 'Email/set'])
  expect((await client.get(forEmailId)).keywords).toMatchObject({ $mdnsent: true, $flagged: true })
})
