/** A day in the life of imapflow, an IMAP client that others wrote (RFC 9051, 7162, 6851, 2177), against the server. */
import type { FetchMessageObject, ImapFlow } from 'imapflow'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { imapClient, openPeerServer, type PeerServer } from './rig.ts'

let server: PeerServer
let login: string
let client: ImapFlow
const others: ImapFlow[] = []
let count = 0

beforeAll(async () => {
  server = await openPeerServer()
})
afterAll(() => server?.close())
beforeEach(async () => {
  login = `personne${++count}`
  await server.account(login)
  client = await imapClient(server, login)
})
afterEach(async () => {
  for (const one of [client, ...others.splice(0)]) await one.logout().catch(() => one.close())
})

const another = async (options: Parameters<typeof imapClient>[2] = {}): Promise<ImapFlow> => {
  const one = await imapClient(server, login, options)
  others.push(one)
  return one
}

const mail = (subject: string, text = `Texte de ${subject}.`): Buffer =>
  Buffer.from(`From: Zoé <zoe@ailleurs.test>\r\nTo: anne@ecole.test\r\nSubject: ${subject}\r\n\r\n${text}\r\n`)

/** What happens next on a connection, by the name of imapflow's event. */
const next = <T>(on: ImapFlow, event: string, matches: (value: T) => boolean = () => true): Promise<T> =>
  new Promise((resolve) => {
    const listener = (value: T) => {
      if (!matches(value)) return
      on.off(event, listener)
      resolve(value)
    }
    on.on(event, listener)
  })

const all = async (on: ImapFlow, query: Parameters<ImapFlow['fetch']>[1] = { flags: true, envelope: true }) => {
  const found: FetchMessageObject[] = []
  for await (const message of on.fetch('1:*', { uid: true, ...query })) found.push(message)
  return found
}

const subjects = async (on: ImapFlow): Promise<(string | undefined)[]> =>
  (await all(on)).map(({ envelope }) => envelope?.subject)

test('an idle client hears of mail, flags and deletions as they happen', async () => {
  await client.mailboxOpen('INBOX')
  const writer = await another()
  await writer.mailboxOpen('INBOX')
  void client.idle()

  const arrived = next<{ count: number }>(client, 'exists')
  await writer.append('INBOX', mail('Direct'))
  expect((await arrived).count).toBe(1)

  void client.idle()
  const flagged = next<{ flags: Set<string> }>(client, 'flags', ({ flags }) => flags.has('\\Flagged'))
  await writer.messageFlagsAdd('1', ['\\Flagged', 'Urgent'])
  expect([...(await flagged).flags].sort()).toEqual(['\\Flagged', 'urgent'])

  void client.idle()
  const gone = next<{ seq: number; vanished: boolean }>(client, 'expunge')
  await writer.messageDelete('1')
  expect((await gone).seq).toBe(1)
  expect(await all(client)).toEqual([])
})

test('mailboxes with accents are made, nested, renamed with their children and deleted', async () => {
  await client.mailboxCreate('Élèves')
  await client.mailboxCreate('Élèves/Troisième « B »')
  await client.mailboxCreate('日本語/Ünïcode & Cie')
  const paths = async () => (await client.list()).map(({ path }) => path)
  expect(await paths()).toEqual(expect.arrayContaining(['Élèves/Troisième « B »', '日本語', '日本語/Ünïcode & Cie']))
  await client.append('Élèves/Troisième « B »', mail('Reste'))
  await client.mailboxRename('Élèves', 'Écoliers')
  expect(await paths()).not.toContain('Élèves')
  await client.mailboxOpen('Écoliers/Troisième « B »')
  expect(await subjects(client)).toEqual(['Reste'])
  await client.mailboxClose()
  await client.mailboxDelete('日本語/Ünïcode & Cie')
  expect(await paths()).toContain('日本語')
  const roles = (await client.list()).map(({ specialUse }) => specialUse)
  for (const use of ['\\Inbox', '\\Drafts', '\\Sent', '\\Archive', '\\Junk', '\\Trash']) expect(roles).toContain(use)
  // a client that knows nothing of UTF-8 sees the same names
  const old = await another({ disableAutoEnable: true })
  expect((await old.list()).map(({ path }) => path)).toEqual(await paths())
})

test('messages are moved and copied, and their new UIDs are told', async () => {
  for (const subject of ['un', 'deux', 'trois']) await client.append('INBOX', mail(subject), ['\\Seen', '$Important'])
  await client.mailboxCreate('Rangé')
  await client.mailboxOpen('INBOX')
  const copied = await client.messageCopy('2', 'Rangé', { uid: true })
  expect((copied || undefined)?.uidMap?.get(2)).toBe(1)
  const moved = await client.messageMove('1:3', 'Rangé', { uid: true })
  expect(moved && [...(moved.uidMap?.entries() ?? [])]).toEqual([
    [1, 2],
    [2, 3],
    [3, 4],
  ])
  expect(await client.status('INBOX', { messages: true })).toMatchObject({ messages: 0 })
  await client.mailboxOpen('Rangé')
  expect(await subjects(client)).toEqual(['deux', 'un', 'deux', 'trois'])
  for (const { flags } of await all(client)) expect([...(flags ?? [])].sort()).toEqual(['$important', '\\Seen'])
})

test('flags are set, added and removed, and a stale change is refused', async () => {
  await client.append('INBOX', mail('Drapeaux'), ['\\Seen'], new Date('2026-03-04T05:06:07Z'))
  await client.mailboxOpen('INBOX')
  await client.messageFlagsAdd('1', ['\\Answered', '$Forwarded'])
  await client.messageFlagsRemove('1', ['\\Seen'])
  const flags = async () => {
    const message = await client.fetchOne('1', { flags: true, internalDate: true })
    if (!message) throw new Error('no message')
    expect(message.internalDate).toEqual(new Date('2026-03-04T05:06:07Z'))
    return [...(message.flags ?? [])].sort()
  }
  expect(await flags()).toEqual(['$forwarded', '\\Answered'])
  await client.messageFlagsSet('1', ['\\Flagged'])
  expect(await flags()).toEqual(['\\Flagged'])
  await client.messageFlagsAdd('1', ['\\Deleted'], { unchangedSince: 1n })
  expect(await flags()).toEqual(['\\Flagged'])
})

test('searches find by header, text, date, size, flag and their combinations', async () => {
  await client.append('INBOX', mail('Conseil de classe', 'Réunion à dix-huit heures.'), ['\\Flagged'])
  await client.append('INBOX', mail('Sortie scolaire', `Musée des beaux-arts. ${'x'.repeat(4000)}`), ['\\Seen'])
  await client.append('INBOX', mail('Cantine', 'Menu de la semaine'), [], new Date('2020-01-02T10:00:00Z'))
  await client.mailboxOpen('INBOX')
  const search = (query: Parameters<ImapFlow['search']>[0]) => client.search(query, { uid: true })
  expect(await search({ subject: 'conseil' })).toEqual([1])
  expect(await search({ body: 'RÉUNION' })).toEqual([1])
  expect(await search({ or: [{ subject: 'cantine' }, { seen: true }] })).toEqual([2, 3])
  expect(await search({ larger: 3000 })).toEqual([2])
  expect(await search({ before: new Date('2021-01-01') })).toEqual([3])
  expect(await search({ not: { flagged: true }, from: 'zoé' })).toEqual([2, 3])
  expect(await search({ header: { to: 'anne@' } })).toEqual([1, 2, 3])
  expect(await search({ subject: 'rien de tel' })).toEqual([])
})

test('a client that was away learns of changes and of what vanished by CONDSTORE and QRESYNC', async () => {
  for (let i = 1; i <= 12; i++) await client.append('INBOX', mail(`n° ${i}`))
  const away = await another({ qresync: true })
  const before = await away.mailboxOpen('INBOX')
  const [uidValidity, since] = [before.uidValidity, before.highestModseq]
  if (since === undefined) throw new Error('no HIGHESTMODSEQ')
  await away.mailboxClose()

  await client.mailboxOpen('INBOX')
  await client.messageFlagsAdd('4,5', ['\\Seen'], { uid: true })
  await client.messageDelete('7:9', { uid: true })
  await client.append('INBOX', mail('n° 13'))

  const vanished: number[] = []
  away.on('expunge', ({ uid }: { uid?: number }) => uid !== undefined && vanished.push(uid))
  const after = await away.mailboxOpen('INBOX')
  expect([after.uidValidity, after.exists]).toEqual([uidValidity, 10])
  const changed: number[] = []
  for await (const { uid } of away.fetch('1:*', { uid: true, flags: true }, { changedSince: since, uid: true }))
    changed.push(uid)
  expect(changed).toEqual([4, 5, 13])
  expect(vanished).toEqual(away.enabled.has('QRESYNC') ? [7, 8, 9] : [])
})

test('parts are downloaded decoded, large ones too', async () => {
  const attachment = Buffer.alloc(3_000_000, 'données binaires \u0001\u0002')
  const lines = [
    'From: zoe@ailleurs.test',
    'Subject: =?utf-8?q?Pi=C3=A8ce_jointe?=',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain; charset=iso-8859-1',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'D=E9j=E0 vu',
    '--b',
    'Content-Type: application/octet-stream',
    "Content-Disposition: attachment; filename*=utf-8''%C3%A9t%C3%A9.bin",
    'Content-Transfer-Encoding: base64',
    '',
    attachment.toString('base64').replace(/.{76}/g, '$&\r\n'),
    '--b--',
    '',
  ]
  await client.append('INBOX', lines.join('\r\n'))
  await client.mailboxOpen('INBOX')
  const read = async (part: string): Promise<{ bytes: Buffer; filename: string | undefined }> => {
    const { content, meta } = await client.download('1', part)
    const chunks: Buffer[] = []
    for await (const chunk of content ?? []) chunks.push(chunk as Buffer)
    return { bytes: Buffer.concat(chunks), filename: meta?.filename }
  }
  expect((await read('1')).bytes.toString()).toBe('Déjà vu')
  const { bytes, filename } = await read('2')
  expect([bytes.equals(attachment), filename]).toEqual([true, 'été.bin'])
})

test('many connections work at once on one mailbox without losing anything', async () => {
  const writers = await Promise.all(Array.from({ length: 6 }, () => another()))
  await Promise.all(
    writers.map(async (writer, w) => {
      for (let i = 0; i < 10; i++) await writer.append('INBOX', mail(`de ${w} n° ${i}`))
      await writer.mailboxOpen('INBOX')
      const mine = await writer.search({ subject: `de ${w} n°` }, { uid: true })
      await writer.messageFlagsAdd(mine || [], [`par-${w}`], { uid: true })
    }),
  )
  await client.mailboxOpen('INBOX')
  const found = await all(client)
  expect(found.map(({ uid }) => uid)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
  for (const { envelope, flags } of found)
    expect([...(flags ?? [])]).toEqual([`par-${/de (\d)/.exec(envelope?.subject ?? '')?.[1]}`])
})
