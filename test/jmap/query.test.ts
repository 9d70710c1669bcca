/** Email/query, /queryChanges and SearchSnippet/get (RFC 8621 §4.4, §4.5, §5) over real HTTP. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, type Json, openServer, type Server } from './harness.ts'

let server: Server
let client: Client
let inbox: string
let archive: string
/** By a short name. */
const ids: Record<string, string> = {}

const put = async (name: string, fields: string, body: string, properties: Json = {}): Promise<void> => {
  ids[name] = await client.import(`${fields.replaceAll('\n', '\r\n')}\r\n\r\n${body}`, properties)
}

beforeAll(async () => {
  server = await openServer({ maxQueryResults: 50 })
  client = await server.client()
  inbox = await client.role('inbox')
  archive = await client.role('archive')
  const day = (n: number) => ({ receivedAt: `2026-09-0${n}T10:00:00Z` })
  await put(
    'rentree',
    'From: Anne Martin <anne@a.test>\nTo: equipe@a.test\nSubject: Rentrée des équipes\nDate: Wed, 02 Sep 2026 10:00:00 +0200\nMessage-ID: <q1@a>\nX-Projet: Lycée',
    'La réunion aura lieu lundi dans la salle des professeurs.',
    day(1),
  )
  await put(
    'reponse',
    'From: Paul <paul@a.test>\nTo: Anne Martin <anne@a.test>\nCc: copie@a.test\nSubject: Re: Rentrée des équipes\nDate: Tue, 01 Sep 2026 10:00:00 +0200\nIn-Reply-To: <q1@a>',
    'Merci, je serai présent.',
    { ...day(2), keywords: { $seen: true, $answered: true } },
  )
  await put(
    'facture',
    'From: zoe@b.test\nTo: anne@a.test\nBcc: secret@a.test\nSubject: Facture n° 42\nDate: Thu, 03 Sep 2026 10:00:00 +0200\nContent-Type: multipart/mixed; boundary=b',
    '--b\r\n\r\nVoir la pièce jointe.\r\n--b\r\nContent-Type: application/pdf; name=facture.pdf\r\nContent-Disposition: attachment\r\n\r\nx\r\n--b--\r\n',
    { ...day(3), mailboxIds: { [inbox]: true, [archive]: true }, keywords: { $flagged: true } },
  )
  await put(
    'longue',
    'From: bob@b.test\nTo: anne@a.test\nSubject: Très longue\nDate: Fri, 04 Sep 2026 10:00:00 +0200',
    'mot '.repeat(2000),
    { ...day(4), mailboxIds: { [archive]: true } },
  )
})
afterAll(() => server?.close())

const query = async (args: Json): Promise<string[]> => {
  const { ids: found } = await client.call('Email/query', args)
  const nameOf = Object.fromEntries(Object.entries(ids).map(([name, id]) => [id, name]))
  return (found as string[]).map((id) => nameOf[id] ?? id)
}
const oldestFirst = [{ property: 'receivedAt' }]
const filtered = (filter: Json) => query({ filter, sort: oldestFirst })

test('without arguments every email is there, newest first', async () => {
  expect(await query({})).toEqual(['longue', 'facture', 'reponse', 'rentree'])
})

describe('a filter', () => {
  test.each<[string, () => Json, string[]]>([
    ['inMailbox', () => ({ inMailbox: archive }), ['facture', 'longue']],
    ['inMailbox of nothing', () => ({ inMailbox: 'mzzzz' }), []],
    ['inMailboxOtherThan', () => ({ inMailboxOtherThan: [archive] }), ['rentree', 'reponse', 'facture']],
    ['inMailboxOtherThan several', () => ({ inMailboxOtherThan: [archive, inbox] }), []],
    ['before', () => ({ before: '2026-09-02T10:00:00Z' }), ['rentree']],
    ['after', () => ({ after: '2026-09-03T10:00:00Z' }), ['facture', 'longue']],
    ['minSize', () => ({ minSize: 5000 }), ['longue']],
    ['maxSize', () => ({ maxSize: 5000 }), ['rentree', 'reponse', 'facture']],
    ['hasKeyword', () => ({ hasKeyword: '$seen' }), ['reponse']],
    ['hasKeyword in another case', () => ({ hasKeyword: '$Seen' }), ['reponse']],
    ['notKeyword', () => ({ notKeyword: '$flagged' }), ['rentree', 'reponse', 'longue']],
    ['allInThreadHaveKeyword', () => ({ allInThreadHaveKeyword: '$seen' }), []],
    ['someInThreadHaveKeyword', () => ({ someInThreadHaveKeyword: '$seen' }), ['rentree', 'reponse']],
    ['noneInThreadHaveKeyword', () => ({ noneInThreadHaveKeyword: '$seen' }), ['facture', 'longue']],
    ['hasAttachment', () => ({ hasAttachment: true }), ['facture']],
    ['no attachment', () => ({ hasAttachment: false }), ['rentree', 'reponse', 'longue']],
    ['from, a name', () => ({ from: 'martin' }), ['rentree']],
    ['from, an address', () => ({ from: 'zoe@b.test' }), ['facture']],
    ['to', () => ({ to: 'anne' }), ['reponse', 'facture', 'longue']],
    ['cc', () => ({ cc: 'copie' }), ['reponse']],
    ['bcc', () => ({ bcc: 'secret' }), ['facture']],
    ['subject without its accents', () => ({ subject: 'rentree' }), ['rentree', 'reponse']],
    ['body', () => ({ body: 'professeurs' }), ['rentree']],
    ['text anywhere', () => ({ text: 'anne' }), ['rentree', 'reponse', 'facture', 'longue']],
    ['text that is nowhere', () => ({ text: 'introuvable' }), []],
    ['a header that exists', () => ({ header: ['X-Projet'] }), ['rentree']],
    ['a header that contains', () => ({ header: ['x-projet', 'lyc'] }), ['rentree']],
    ['a header that does not', () => ({ header: ['X-Projet', 'collège'] }), []],
    ['two conditions', () => ({ to: 'anne', hasKeyword: '$flagged' }), ['facture']],
    ['AND', () => ({ operator: 'AND', conditions: [{ to: 'anne' }, { notKeyword: '$seen' }] }), ['facture', 'longue']],
    [
      'OR',
      () => ({ operator: 'OR', conditions: [{ subject: 'facture' }, { subject: 'longue' }] }),
      ['facture', 'longue'],
    ],
    [
      'NOT',
      () => ({ operator: 'NOT', conditions: [{ subject: 'facture' }, { subject: 'longue' }] }),
      ['rentree', 'reponse'],
    ],
    [
      'operators within operators',
      () => ({
        operator: 'AND',
        conditions: [{ operator: 'NOT', conditions: [{ hasAttachment: true }] }, { inMailbox: inbox }],
      }),
      ['rentree', 'reponse'],
    ],
    ['no condition at all', () => ({}), ['rentree', 'reponse', 'facture', 'longue']],
    ['AND of nothing', () => ({ operator: 'AND', conditions: [] }), ['rentree', 'reponse', 'facture', 'longue']],
  ])('%s', async (_what, filter, expected) => {
    expect(await filtered(filter())).toEqual(expected)
  })

  test.each<[string, Json, string]>([
    ['that nobody knows', { nonsense: true }, 'unsupportedFilter'],
    ['with a date that is none', { before: 'yesterday' }, 'invalidArguments'],
    ['with a size that is text', { minSize: '5' }, 'invalidArguments'],
    ['with a negative size', { maxSize: -1 }, 'invalidArguments'],
    ['with a mailbox that is no id', { inMailbox: '' }, 'invalidArguments'],
    ['with an empty header', { header: [] }, 'invalidArguments'],
    ['with an operator that nobody knows', { operator: 'NAND', conditions: [] }, 'invalidArguments'],
    ['with an operator without conditions', { operator: 'AND' }, 'invalidArguments'],
    ['with a null', { from: null }, 'invalidArguments'],
    [
      'that is too deep',
      Array.from({ length: 20 }).reduce<Json>((filter) => ({ operator: 'NOT', conditions: [filter] }), {}),
      'unsupportedFilter',
    ],
  ])('%s is refused', async (_what, filter, type) => {
    expect(await client.error('Email/query', { filter })).toBe(type)
  })
})

describe('a sort', () => {
  const keyword = '$flagged'
  test.each<[string, Json[], string[]]>([
    ['receivedAt', [{ property: 'receivedAt' }], ['rentree', 'reponse', 'facture', 'longue']],
    ['receivedAt down', [{ property: 'receivedAt', isAscending: false }], ['longue', 'facture', 'reponse', 'rentree']],
    ['sentAt', [{ property: 'sentAt' }], ['reponse', 'rentree', 'facture', 'longue']],
    [
      'size down',
      [{ property: 'size', isAscending: false }, { property: 'receivedAt' }],
      ['longue', 'facture', 'rentree', 'reponse'],
    ],
    ['from', [{ property: 'from' }], ['rentree', 'longue', 'reponse', 'facture']],
    [
      'to then receivedAt',
      [{ property: 'to' }, { property: 'receivedAt' }],
      ['reponse', 'facture', 'longue', 'rentree'],
    ],
    [
      'subject then receivedAt',
      [{ property: 'subject' }, { property: 'receivedAt' }],
      ['facture', 'rentree', 'reponse', 'longue'],
    ],
    [
      'hasKeyword',
      [{ property: 'hasKeyword', keyword, isAscending: false }, { property: 'receivedAt' }],
      ['facture', 'rentree', 'reponse', 'longue'],
    ],
    [
      'someInThreadHaveKeyword',
      [{ property: 'someInThreadHaveKeyword', keyword: '$seen', isAscending: false }, { property: 'receivedAt' }],
      ['rentree', 'reponse', 'facture', 'longue'],
    ],
    [
      'allInThreadHaveKeyword',
      [{ property: 'allInThreadHaveKeyword', keyword, isAscending: false }, { property: 'receivedAt' }],
      ['facture', 'rentree', 'reponse', 'longue'],
    ],
    [
      'with a collation',
      [{ property: 'from', collation: 'i;unicode-casemap' }],
      ['rentree', 'longue', 'reponse', 'facture'],
    ],
  ])('by %s', async (_what, sort, expected) => {
    expect(await query({ sort })).toEqual(expected)
  })

  test('by what is unknown is unsupportedSort, without its keyword invalidArguments', async () => {
    expect(await client.error('Email/query', { sort: [{ property: 'nonsense' }] })).toBe('unsupportedSort')
    expect(await client.error('Email/query', { sort: [{ property: 'subject', collation: 'x' }] })).toBe(
      'unsupportedSort',
    )
    expect(await client.error('Email/query', { sort: [{ property: 'hasKeyword' }] })).toBe('invalidArguments')
    expect(await client.error('Email/query', { sort: [{}] })).toBe('invalidArguments')
  })
})

test('collapsed threads show their first email in the order of the list', async () => {
  expect(await query({ collapseThreads: true })).toEqual(['longue', 'facture', 'reponse'])
  expect(await query({ collapseThreads: true, sort: oldestFirst })).toEqual(['rentree', 'facture', 'longue'])
  expect(await client.call('Email/query', { collapseThreads: true, calculateTotal: true })).toMatchObject({ total: 3 })
  expect(
    await client.call('Email/query', {
      filter: { inMailbox: inbox },
      collapseThreads: true,
      calculateTotal: true,
      limit: 1,
    }),
  ).toMatchObject({ total: 2 })
})

test('a window: position, limit, anchor, total', async () => {
  const all = ((await client.call('Email/query', {})).ids as string[]).slice()
  const call = (args: Json) => client.call('Email/query', args)
  expect(await call({ position: 1, limit: 2, calculateTotal: true })).toMatchObject({
    ids: all.slice(1, 3),
    position: 1,
    total: 4,
  })
  expect(await call({ limit: 2 })).not.toHaveProperty('total')
  expect(await call({ position: -1 })).toMatchObject({ ids: all.slice(3), position: 3 })
  expect(await call({ position: -9, limit: 1 })).toMatchObject({ ids: all.slice(0, 1), position: 0 })
  expect(await call({ position: 9 })).toMatchObject({ ids: [] })
  expect(await call({ limit: 0, calculateTotal: true })).toMatchObject({ ids: [], total: 4 })
  expect(await call({ anchor: all[2] })).toMatchObject({ ids: all.slice(2), position: 2 })
  expect(await call({ anchor: all[2], anchorOffset: -1, limit: 1 })).toMatchObject({
    ids: all.slice(1, 2),
    position: 1,
  })
  expect(await call({ anchor: all[1], anchorOffset: 1, limit: 1 })).toMatchObject({ ids: all.slice(2, 3), position: 2 })
  expect(await call({ anchor: all[1], anchorOffset: -5 })).toMatchObject({ position: 0 })
  expect(await client.error('Email/query', { anchor: 'ezzzz' })).toBe('anchorNotFound')
  expect(await client.error('Email/query', { anchor: ids.longue, filter: { inMailbox: inbox } })).toBe('anchorNotFound')
  expect(await client.error('Email/query', { limit: -1 })).toBe('invalidArguments')
  expect(await client.error('Email/query', { position: 'x' })).toBe('invalidArguments')
})

test('the server tells its own limit only when it is not the one asked for', async () => {
  expect(await client.call('Email/query', { limit: 3 })).not.toHaveProperty('limit')
  expect(await client.call('Email/query', { limit: 1000 })).toMatchObject({ limit: 50 })
})

test('query, get and threads work together by reference', async () => {
  const responses = await client.responses(
    ['Email/query', { filter: { subject: 'rentrée' }, collapseThreads: true }, 'q'],
    ['Email/get', { '#ids': { resultOf: 'q', name: 'Email/query', path: '/ids' }, properties: ['threadId'] }, 'g'],
    ['Thread/get', { '#ids': { resultOf: 'g', name: 'Email/get', path: '/list/*/threadId' } }, 't'],
    [
      'Email/get',
      { '#ids': { resultOf: 't', name: 'Thread/get', path: '/list/*/emailIds' }, properties: ['subject'] },
      'e',
    ],
  )
  expect((responses[3]![1].list as Json[]).map((email) => email.id)).toEqual([ids.rentree, ids.reponse])
})

describe('queryChanges', () => {
  const follow = async (args: Json, change: () => Promise<unknown>): Promise<void> => {
    const before = await client.call('Email/query', args)
    expect(before.canCalculateChanges).toBe(true)
    await change()
    const changes = await client.call('Email/queryChanges', {
      ...args,
      sinceQueryState: before.queryState,
      calculateTotal: true,
    })
    const after = await client.call('Email/query', { ...args, calculateTotal: true })
    const removed = new Set(changes.removed as string[])
    const list = (before.ids as string[]).filter((id) => !removed.has(id))
    for (const { id, index } of changes.added as { id: string; index: number }[]) list.splice(index, 0, id)
    expect(list).toEqual(after.ids)
    expect(changes).toMatchObject({
      oldQueryState: before.queryState,
      newQueryState: after.queryState,
      total: after.total,
    })
  }

  test.each<[string, () => Json]>([
    ['of a mailbox', () => ({ filter: { inMailbox: inbox } })],
    ['of a mailbox by thread', () => ({ filter: { inMailbox: inbox }, collapseThreads: true })],
    ['of everything by subject', () => ({ sort: [{ property: 'subject' }] })],
    ['of what is unread', () => ({ filter: { notKeyword: '$seen' }, sort: oldestFirst })],
    ['of words', () => ({ filter: { text: 'salle' } })],
  ])('%s bring an old list to the new one', async (_what, args) => {
    let fresh = ''
    await follow(args(), async () => {
      fresh = await client.import('Subject: Nouvelle salle\r\nMessage-ID: <n@a>\r\n\r\nsalle', {
        receivedAt: '2026-09-05T00:00:00Z',
      })
    })
    await follow(args(), () => client.call('Email/set', { update: { [fresh]: { 'keywords/$seen': true } } }))
    await follow(args(), () => client.call('Email/set', { update: { [fresh]: { mailboxIds: { [archive]: true } } } }))
    await follow(args(), () => client.call('Email/set', { destroy: [fresh] }))
    await follow(args(), async () => undefined)
  })

  test('refuses what is too much and what never was', async () => {
    const { queryState } = await client.call('Email/query', {})
    await client.call('Email/set', { update: { [ids.facture!]: { 'keywords/x': true } } })
    expect(await client.error('Email/queryChanges', { sinceQueryState: queryState, maxChanges: 1 })).toBe(
      'tooManyChanges',
    )
    expect(await client.error('Email/queryChanges', { sinceQueryState: 'nonsense' })).toBe('cannotCalculateChanges')
    expect(await client.error('Email/queryChanges', { sinceQueryState: '999999' })).toBe('cannotCalculateChanges')
    await client.call('Email/set', { update: { [ids.facture!]: { 'keywords/x': null } } })
  })
})

describe('a search snippet', () => {
  const snippets = async (filter: Json | null, names: string[]) =>
    (await client.call('SearchSnippet/get', { filter, emailIds: names.map((name) => ids[name] ?? name) })) as {
      list: { emailId: string; subject: string | null; preview: string | null }[]
      notFound: string[] | null
    }

  test('marks what matched in subject and text, whatever the accents', async () => {
    const { list } = await snippets({ text: 'reunion rentree' }, ['rentree'])
    expect(list).toEqual([
      {
        emailId: ids.rentree,
        subject: '<mark>Rentrée</mark> des équipes',
        preview: expect.stringContaining('La <mark>réunion</mark> aura'),
      },
    ])
  })

  test('shows what an attachment says, and names it, when the message itself does not say it', async () => {
    await put(
      'jointe',
      'From: q@a.test\nTo: anne@a.test\nSubject: Ordre du jour\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b',
      [
        '--b\nContent-Type: text/plain; charset=utf-8\n\nVoir le document.',
        '--b\nContent-Type: text/plain; charset=utf-8; name="plan.txt"\nContent-Disposition: attachment; filename="plan.txt"\n',
        'Les pipistrelles logent au grenier.',
        '--b--',
      ].join('\n'),
    )
    const [found] = (await snippets({ text: 'pipistrelle' }, ['jointe'])).list
    expect(found).toEqual({
      emailId: ids.jointe,
      subject: null,
      preview: 'Les <mark>pipistrelles</mark> logent au grenier.',
      attachmentName: 'plan.txt',
    })
    const [own] = (await snippets({ text: 'document' }, ['jointe'])).list
    expect(own).not.toHaveProperty('attachmentName')
  })

  test('shows the text around what matched, never the sender or the subject again', async () => {
    const filler = 'Bonjour à toutes et à tous, voici les nouvelles de la semaine. '.repeat(20)
    await put(
      'longue',
      'From: Mélanie Quillaud <q@a.test>\nTo: anne@a.test\nSubject: Zircons\nContent-Type: text/plain; charset=utf-8',
      `${filler}Enfin, les zircons arrivent jeudi.`,
    )
    const [{ subject, preview } = { subject: '', preview: '' }] = (await snippets({ text: 'zircons' }, ['longue'])).list
    expect(subject).toBe('<mark>Zircons</mark>')
    expect(preview).toMatch(/^….*Enfin, les <mark>zircons<\/mark> arrivent jeudi\.$/)
    expect((await snippets({ text: 'quillaud' }, ['longue'])).list[0]).toMatchObject({ preview: null })
  })

  test('is null where nothing matched, or nothing was looked for', async () => {
    expect((await snippets({ text: 'introuvable' }, ['rentree'])).list[0]).toMatchObject({
      subject: null,
      preview: null,
    })
    expect((await snippets({ hasAttachment: true }, ['facture'])).list[0]).toMatchObject({
      subject: null,
      preview: null,
    })
    expect((await snippets(null, ['facture'])).list[0]).toMatchObject({ subject: null, preview: null })
    expect((await snippets({ subject: 'facture' }, ['facture'])).list[0]).toEqual({
      emailId: ids.facture,
      subject: '<mark>Facture</mark> n° 42',
      preview: null,
    })
  })

  test('finds its place far into a long text and stays short', async () => {
    const id = await client.import(
      `Subject: long\r\n\r\n${'remplissage '.repeat(500)} aiguille dans la botte ${'remplissage '.repeat(50)}`,
    )
    const { list } = await snippets({ body: 'aiguille' }, [id])
    expect(list[0]!.preview).toContain('<mark>aiguille</mark> dans la botte')
    expect(Buffer.byteLength(list[0]!.preview!)).toBeLessThanOrEqual(255)
  })

  test('escapes what is HTML in the message', async () => {
    const id = await client.import(
      'Subject: <script>alert(1)</script> & gibier\r\nContent-Type: text/plain\r\n\r\n<b>"gibier"</b>',
    )
    const { list } = await snippets({ text: 'gibier' }, [id])
    expect(list[0]).toMatchObject({
      subject: '&lt;script&gt;alert(1)&lt;/script&gt; &amp; <mark>gibier</mark>',
      preview: '&lt;b&gt;&quot;<mark>gibier</mark>&quot;&lt;/b&gt;',
    })
  })

  test('of an email that does not exist is notFound', async () => {
    expect(await snippets({ text: 'x' }, ['ezzzz'])).toMatchObject({ list: [], notFound: ['ezzzz'] })
    expect((await snippets({ text: 'x' }, ['rentree'])).notFound).toBeNull()
  })
})

test('every query tells the limit that was enforced, when it is not the one asked for', async () => {
  for (const method of ['Email/query', 'Mailbox/query', 'EmailSubmission/query']) {
    expect(await client.call(method, {}), method).toMatchObject({ limit: 50 })
    expect(await client.call(method, { limit: 1000 }), method).toMatchObject({ limit: 50 })
    expect(await client.call(method, { limit: 3 }), method).not.toHaveProperty('limit')
  }
})
