/** Identity, EmailSubmission and recipients (RFC 8621 §6, §7) over real HTTP. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, type Json, openServer, type Server } from './harness.ts'

let server: Server
let client: Client
let other: Client
let identityId: string
let drafts: string
let sent: string

beforeAll(async () => {
  server = await openServer()
  client = await server.client({ aliases: ['alias@ac-demo.test'], name: 'Élodie Martin' })
  other = await server.client({ name: 'Zoé Durand' })
  const { list } = await client.call('Identity/get', {})
  identityId = (list as { id: string }[])[0]!.id
  drafts = await client.role('drafts')
  sent = await client.role('sent')
})
afterAll(() => server?.close())

type SetError = { type: string; properties?: string[]; invalidRecipients?: string[] }
interface SetResponse {
  oldState: string
  newState: string
  created: Record<string, Json & { id: string }> | null
  updated: Record<string, unknown> | null
  destroyed: string[] | null
  notCreated: Record<string, SetError> | null
  notUpdated: Record<string, SetError> | null
  notDestroyed: Record<string, SetError> | null
}
const setIdentity = async (args: Json) => (await client.call('Identity/set', args)) as unknown as SetResponse
const setSubmission = async (args: Json) => (await client.call('EmailSubmission/set', args)) as unknown as SetResponse

const draft = async (properties: Json = {}): Promise<string> => {
  const { created, notCreated } = (await client.call('Email/set', {
    create: {
      k: {
        mailboxIds: { [drafts]: true },
        keywords: { $draft: true, $seen: true },
        from: [{ email: client.principal.email }],
        to: [{ name: 'Zoé Durand', email: other.principal.email }],
        subject: 'Envoi',
        bodyValues: { t: { value: 'Bonjour' } },
        textBody: [{ partId: 't', type: 'text/plain' }],
        ...properties,
      },
    },
  })) as unknown as SetResponse
  if (!created) throw new Error(JSON.stringify(notCreated))
  return created.k!.id
}
const refused = async (properties: Json): Promise<SetError> => {
  const { notCreated } = await setSubmission({ create: { k: { identityId, ...properties } } })
  return notCreated!.k!
}

describe('an identity', () => {
  test('is there from the first day, and stays', async () => {
    const { list } = await client.call('Identity/get', { ids: [identityId] })
    expect(list).toEqual([
      {
        id: identityId,
        name: 'Élodie Martin',
        email: client.principal.email,
        replyTo: null,
        bcc: null,
        textSignature: '',
        htmlSignature: '',
        mayDelete: false,
      },
    ])
    expect((await setIdentity({ destroy: [identityId] })).notDestroyed![identityId]!.type).toBe('forbidden')
  })

  test('of an own alias can be made, changed and destroyed', async () => {
    const sinceState = await client.state('Identity')
    const given = {
      name: 'Alias',
      email: 'alias@ac-demo.test',
      replyTo: [{ name: null, email: 'x@y.test' }],
      bcc: null,
      textSignature: 'é',
      htmlSignature: '<b>é</b>',
    }
    const { created } = await setIdentity({ create: { k: given } })
    const { id } = created!.k!
    expect(created!.k).toEqual({ id, mayDelete: true })
    expect((await client.call('Identity/get', { ids: [id] })).list).toEqual([{ id, mayDelete: true, ...given }])
    expect(
      (await setIdentity({ update: { [id]: { name: 'Autre', textSignature: null, replyTo: null } } })).updated,
    ).toEqual({ [id]: null })
    expect(
      (await client.call('Identity/get', { ids: [id], properties: ['name', 'textSignature', 'replyTo'] })).list,
    ).toEqual([{ id, name: 'Autre', textSignature: '', replyTo: null }])
    expect(await client.call('Identity/changes', { sinceState })).toMatchObject({
      created: [id],
      updated: [],
      destroyed: [],
    })
    expect((await setIdentity({ destroy: [id] })).destroyed).toEqual([id])
  })

  test('of an address that is not ours is forbiddenFrom', async () => {
    for (const email of [other.principal.email, 'x@elsewhere.test', '*@ac-demo.test'])
      expect((await setIdentity({ create: { k: { email } } })).notCreated!.k!.type).toBe('forbiddenFrom')
  })

  test.each<[string, Json, string[]]>([
    ['without an address', { name: 'x' }, ['email']],
    ['with an id', { email: 'alias@ac-demo.test', id: 'i1' }, ['id']],
    ['with mayDelete', { email: 'alias@ac-demo.test', mayDelete: true }, ['mayDelete']],
    ['with a name that is a number', { email: 'alias@ac-demo.test', name: 1 }, ['name']],
    ['with replyTo as text', { email: 'alias@ac-demo.test', replyTo: 'x@y' }, ['replyTo']],
    ['with what nobody knows', { email: 'alias@ac-demo.test', nonsense: 1 }, ['nonsense']],
  ])('%s is invalidProperties', async (_what, properties, expected) => {
    expect((await setIdentity({ create: { k: properties } })).notCreated!.k).toMatchObject({
      type: 'invalidProperties',
      properties: expected,
    })
  })

  test('never changes its address', async () => {
    const { notUpdated } = await setIdentity({ update: { [identityId]: { email: 'alias@ac-demo.test' } } })
    expect(notUpdated![identityId]).toMatchObject({ type: 'invalidProperties', properties: ['email'] })
    expect((await setIdentity({ update: { izzz: { name: 'x' } } })).notUpdated!.izzz!.type).toBe('notFound')
  })
})

describe('a submission', () => {
  test('is created, queued and told', async () => {
    const emailId = await draft()
    const sinceState = await client.state('EmailSubmission')
    const { created, oldState, newState } = await setSubmission({ create: { k: { identityId, emailId } } })
    const { threadId } = await client.get(emailId, { properties: ['threadId'] })
    const { id } = created!.k!
    expect(created!.k).toMatchObject({ threadId, undoStatus: 'final', sendAt: expect.any(String) })
    expect([oldState, newState]).toEqual([sinceState, await client.state('EmailSubmission')])
    const { list } = await client.call('EmailSubmission/get', { ids: [id] })
    expect(list).toEqual([
      {
        id,
        identityId,
        emailId,
        threadId,
        envelope: {
          mailFrom: { email: client.principal.email, parameters: null },
          rcptTo: [{ email: other.principal.email, parameters: null }],
        },
        sendAt: expect.any(String),
        undoStatus: 'final',
        deliveryStatus: {
          [other.principal.email]: {
            smtpReply: expect.stringMatching(/^250 /),
            delivered: 'queued',
            displayed: 'unknown',
          },
        },
        dsnBlobIds: [],
        mdnBlobIds: [],
      },
    ])
    expect(await client.call('EmailSubmission/changes', { sinceState })).toMatchObject({ created: [id] })
  })

  test('moves the email to Sent in the same request, with a response of its own', async () => {
    const responses = await client.responses(
      [
        'Email/set',
        {
          create: {
            d: {
              mailboxIds: { [drafts]: true },
              keywords: { $draft: true },
              from: [{ email: client.principal.email }],
              to: [{ email: other.principal.email }],
            },
          },
        },
        'a',
      ],
      [
        'EmailSubmission/set',
        {
          create: { s: { identityId, emailId: '#d' } },
          onSuccessUpdateEmail: {
            '#s': { [`mailboxIds/${drafts}`]: null, [`mailboxIds/${sent}`]: true, 'keywords/$draft': null },
          },
        },
        'b',
      ],
    )
    expect(responses.map(([name, , id]) => [name, id])).toEqual([
      ['Email/set', 'a'],
      ['EmailSubmission/set', 'b'],
      ['Email/set', 'b'],
    ])
    const id = (responses[0]![1] as unknown as SetResponse).created!.d!.id
    expect(responses[2]![1]).toMatchObject({ accountId: client.accountId, updated: { [id]: null }, notUpdated: null })
    expect(await client.get(id, { properties: ['mailboxIds', 'keywords'] })).toEqual({
      id,
      mailboxIds: { [sent]: true },
      keywords: {},
    })
  })

  test('may destroy the email when it went well, and does not when it did not', async () => {
    const good = await draft()
    const bad = await draft({ to: null })
    const responses = await client.responses([
      'EmailSubmission/set',
      {
        create: { a: { identityId, emailId: good }, b: { identityId, emailId: bad } },
        onSuccessDestroyEmail: ['#a', '#b'],
      },
    ])
    expect(responses).toHaveLength(2)
    expect((responses[0]![1] as unknown as SetResponse).notCreated!.b!.type).toBe('noRecipients')
    expect(responses[1]![1]).toMatchObject({ destroyed: [good] })
    expect((await client.call('Email/get', { ids: [good, bad], properties: [] })).notFound).toEqual([good])
  })

  test('that fails is followed by no Email/set', async () => {
    const emailId = await draft({ to: null })
    const responses = await client.responses([
      'EmailSubmission/set',
      { create: { a: { identityId, emailId } }, onSuccessUpdateEmail: { '#a': { 'keywords/$seen': null } } },
    ])
    expect(responses).toHaveLength(1)
  })

  test('takes its recipients from To, Cc and Bcc, each once', async () => {
    const me = client.principal.email
    const emailId = await draft({
      to: [{ email: other.principal.email }],
      cc: [{ email: me }],
      bcc: [{ email: 'alias@ac-demo.test' }, { email: me }],
    })
    const { created } = await setSubmission({ create: { k: { identityId, emailId } } })
    const { rcptTo } = created!.k!.envelope as { rcptTo: { email: string }[] }
    expect(rcptTo.map(({ email }) => email).sort()).toEqual([other.principal.email, me, 'alias@ac-demo.test'].sort())
  })

  test('held for later is pending, can be called back, and then no more', async () => {
    const emailId = await draft()
    const envelope = {
      mailFrom: { email: client.principal.email, parameters: { HOLDFOR: '3600' } },
      rcptTo: [{ email: other.principal.email, parameters: null }],
    }
    const { created } = await setSubmission({ create: { k: { identityId, emailId, envelope } } })
    const { id } = created!.k!
    expect(created!.k).toMatchObject({ undoStatus: 'pending' })
    expect(created!.k).not.toHaveProperty('envelope')
    expect(Date.parse(String(created!.k!.sendAt))).toBe(server.ctx.clock.now() + 3_600_000)
    const waiting = { filter: { operator: 'AND', conditions: [{ emailIds: [emailId] }, { undoStatus: 'pending' }] } }
    expect((await client.call('EmailSubmission/query', waiting)).ids).toEqual([id])
    const place = async () => {
      const { mailboxIds, keywords } = await client.get(emailId)
      return { mailboxIds, isDraft: '$draft' in (keywords as Json) }
    }
    expect(await place()).toEqual({ mailboxIds: { [await client.role('scheduled')]: true }, isDraft: false })
    expect((await setSubmission({ update: { [id]: { undoStatus: 'canceled' } } })).updated).toEqual({ [id]: null })
    expect((await client.call('EmailSubmission/get', { ids: [id], properties: ['undoStatus'] })).list).toEqual([
      { id, undoStatus: 'canceled' },
    ])
    expect((await client.call('EmailSubmission/query', waiting)).ids).toEqual([])
    expect(await place()).toEqual({ mailboxIds: { [drafts]: true }, isDraft: true })
    expect((await setSubmission({ update: { [id]: { undoStatus: 'pending' } } })).notUpdated![id]!.type).toBe(
      'invalidProperties',
    )
  })

  test('that has left cannot be unsent', async () => {
    const { created } = await setSubmission({ create: { k: { identityId, emailId: await draft() } } })
    const { id } = created!.k!
    expect((await setSubmission({ update: { [id]: { undoStatus: 'canceled' } } })).notUpdated![id]!.type).toBe(
      'cannotUnsend',
    )
    expect((await setSubmission({ update: { [id]: { emailId: 'e1' } } })).notUpdated![id]).toMatchObject({
      type: 'invalidProperties',
      properties: ['emailId'],
    })
    expect((await setSubmission({ update: { [id]: { undoStatus: 'final' } } })).updated).toEqual({ [id]: null })
  })

  test.each<[string, () => Promise<Json>, Json]>([
    [
      'an email that does not exist',
      async () => ({ emailId: 'ezzzz' }),
      { type: 'invalidProperties', properties: ['emailId'] },
    ],
    ['no email', async () => ({}), { type: 'invalidProperties', properties: ['emailId'] }],
    [
      'an email that was never created',
      async () => ({ emailId: '#none' }),
      { type: 'invalidProperties', properties: ['emailId'] },
    ],
    [
      'an identity that does not exist',
      async () => ({ identityId: 'izzzz', emailId: await draft() }),
      { type: 'invalidProperties', properties: ['identityId'] },
    ],
    [
      'what the server sets',
      async () => ({ emailId: await draft(), threadId: 't1' }),
      { type: 'invalidProperties', properties: ['threadId'] },
    ],
    [
      'an envelope that is none',
      async () => ({ emailId: await draft(), envelope: { mailFrom: 'x' } }),
      { type: 'invalidProperties', properties: ['envelope'] },
    ],
    [
      'an empty envelope',
      async () => ({ emailId: await draft(), envelope: { mailFrom: { email: client.principal.email }, rcptTo: [] } }),
      { type: 'noRecipients' },
    ],
    ['nobody to send to', async () => ({ emailId: await draft({ to: null }) }), { type: 'noRecipients' }],
    [
      'a From that is not ours',
      async () => ({ emailId: await draft({ from: [{ email: other.principal.email }] }) }),
      { type: 'forbiddenFrom' },
    ],
    [
      'a reverse-path that is not ours',
      async () => ({
        emailId: await draft(),
        envelope: { mailFrom: { email: other.principal.email }, rcptTo: [{ email: other.principal.email }] },
      }),
      { type: 'forbiddenMailFrom' },
    ],
    [
      'a recipient that nobody here has',
      async () => ({ emailId: await draft({ to: [{ email: 'personne@ac-demo.test' }] }) }),
      { type: 'invalidRecipients', invalidRecipients: ['personne@ac-demo.test'] },
    ],
    [
      'a recipient that is no address',
      async () => ({ emailId: await draft({ to: [{ email: 'nonsense' }] }) }),
      { type: 'invalidRecipients' },
    ],
  ])('with %s is refused', async (_what, properties, error) => {
    expect(await refused(await properties())).toMatchObject(error)
  })

  test('is forgotten when destroyed', async () => {
    const { created } = await setSubmission({ create: { k: { identityId, emailId: await draft() } } })
    const { id } = created!.k!
    expect((await setSubmission({ destroy: [id] })).destroyed).toEqual([id])
    expect((await client.call('EmailSubmission/get', { ids: [id] })).notFound).toEqual([id])
    expect((await setSubmission({ destroy: [id] })).notDestroyed![id]!.type).toBe('notFound')
  })

  test('is found by email, thread, identity and status, and sorted', async () => {
    const emailId = await draft()
    const { created } = await setSubmission({ create: { k: { identityId, emailId } } })
    const { id, threadId } = created!.k!
    const query = async (filter: Json, args: Json = {}) =>
      (await client.call('EmailSubmission/query', { filter, ...args })).ids
    expect(await query({ emailIds: [emailId] })).toEqual([id])
    expect(await query({ threadIds: [threadId] })).toEqual([id])
    expect(await query({ identityIds: ['izzz'] })).toEqual([])
    expect(await query({ undoStatus: 'final', emailIds: [emailId] })).toEqual([id])
    expect(await query({ undoStatus: 'pending', emailIds: [emailId] })).toEqual([])
    const all = (await query({}, { sort: [{ property: 'sentAt', isAscending: false }] })) as string[]
    expect(all.length).toBeGreaterThan(1)
    expect(await client.error('EmailSubmission/query', { filter: { nonsense: 1 } })).toBe('unsupportedFilter')
    expect(await client.error('EmailSubmission/query', { sort: [{ property: 'nonsense' }] })).toBe('unsupportedSort')
  })

  test('changes the lists it is in', async () => {
    const before = await client.call('EmailSubmission/query', {})
    const { created } = await setSubmission({ create: { k: { identityId, emailId: await draft() } } })
    const changes = await client.call('EmailSubmission/queryChanges', {
      sinceQueryState: before.queryState,
      calculateTotal: true,
    })
    const count = (before.ids as string[]).length
    expect(changes).toMatchObject({ removed: [], added: [{ id: created!.k!.id, index: count }], total: count + 1 })
  })
})

describe('recipients', () => {
  const complete = async (text: string, limit = 10) =>
    (await client.call('Recipient/query', { text, limit })).list as { name: string; email: string; kind: string }[]

  test('are completed from the directory, whatever the case and accents', async () => {
    await server.client({ name: 'Amélie Poulain' })
    server.bench.clock.advance(120_000)
    for (const text of ['ame', 'AMÉ pou', 'poulain'])
      expect(await complete(text)).toMatchObject([{ name: 'Amélie Poulain', kind: 'directory' }])
    expect(await complete('introuvable')).toEqual([])
  })

  test('written to before come first', async () => {
    const found = await complete('zo')
    expect(found[0]).toMatchObject({ email: other.principal.email, kind: 'recent' })
    expect((await complete('', 2)).map(({ kind }) => kind)).toEqual(['recent', 'recent'])
  })

  test('are forgotten when they are asked to be', async () => {
    const emails = [other.principal.email.toUpperCase()]
    expect(await client.call('Recipient/forget', { emails })).toMatchObject({ forgotten: 1 })
    expect((await complete('zo'))[0]).toMatchObject({ email: other.principal.email, kind: 'directory' })
    expect(await client.call('Recipient/forget', { emails })).toMatchObject({ forgotten: 0 })
  })

  test('are proposed again when a forgetting is taken back', async () => {
    const { name, email } = other.principal
    await client.call('Recipient/remember', { people: [{ name, email: email.toUpperCase() }] })
    expect((await complete('zo'))[0]).toMatchObject({ email, kind: 'recent' })
    expect(await client.error('Recipient/remember', { people: [{ name: null, email: 'rien' }] })).toBe(
      'invalidArguments',
    )
    expect(await client.error('Recipient/remember', { people: Array(101).fill({ name, email }) })).toBe(
      'requestTooLarge',
    )
    await client.call('Recipient/forget', { emails: [email] })
  })

  test('come back at the rank they had', async () => {
    const people = [
      { name: 'Rang Souvent', email: 'souvent@rang.test', uses: 40, lastAt: 1_000_000 },
      { name: 'Rang Jamais', email: 'jamais@rang.test', uses: 2, lastAt: 2_000_000 },
    ]
    await client.call('Recipient/remember', { people })
    const order = async () => (await complete('rang')).map(({ email }) => email)
    expect(await order()).toEqual(['souvent@rang.test', 'jamais@rang.test'])
    const { people: gone } = await client.call('Recipient/forget', { emails: ['souvent@rang.test'] })
    expect(gone).toEqual(people.slice(0, 1))
    expect(await order()).toEqual(['jamais@rang.test'])
    await client.call('Recipient/remember', { people: gone })
    expect(await order()).toEqual(['souvent@rang.test', 'jamais@rang.test'])
    await client.call('Recipient/forget', { emails: people.map(({ email }) => email) })
  })

  test('a group that one may not write to is not opened out', async () => {
    expect(await client.error('Recipient/expand', { group: '0250001R:profile:pupil' })).toBe('forbidden')
  })

  test('are asked for with a text and a limit above 0', async () => {
    expect(await client.error('Recipient/query', {})).toBe('invalidArguments')
    expect(await client.error('Recipient/query', { text: 'a', limit: 0 })).toBe('invalidArguments')
  })
})
