/** Requests for help on every engine: the table of rights tried whole, both ways of mail, the clock. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { utf8 } from '#base/bytes.ts'
import { isFailure } from '#base/failure.ts'
import { putGrant } from '#domain/directory/grants.ts'
import { appendMessage } from '#domain/mail/append.ts'
import { readContent } from '#domain/mail/content.ts'
import { noFlags } from '#domain/mail/flags.ts'
import { mailboxByRole } from '#domain/mail/mailboxes.ts'
import type { Principal } from '#domain/people/principal.ts'
import { meaningOf, type Post, replyAddress } from '#domain/tickets/address.ts'
import { helpersFor, requireAct, roleIn } from '#domain/tickets/desk.ts'
import { attachFile, filesOf, readFile } from '#domain/tickets/files.ts'
import { ownWords, readLetter, settlePostAccount, takeMail } from '#domain/tickets/incoming.ts'
import { type Act, rights, type Status, statuses } from '#domain/tickets/rights.data.ts'
import { ticketById } from '#domain/tickets/rows.ts'
import {
  answerTicket,
  assignTicket,
  moveTicket,
  noteTicket,
  openTicket,
  ownTickets,
  queueFor,
  rateTicket,
  readTicket,
} from '#domain/tickets/tickets.ts'
import { solvedLife, turnTickets } from '#domain/tickets/turn.ts'
import { onEveryEngine } from '../contract/all.ts'
import { type Academy, college, openAcademy } from '../directory/rig.ts'

describe('what was written in an answer', () => {
  test('is what stands above our line, or above what is quoted', () => {
    expect(ownWords('Merci.\n\n— Répondez au-dessus de cette ligne —\n\nL’assistance')).toBe('Merci.')
    expect(ownWords('Oui\r\n\r\nLe 24 nov. 2026 à 10:02, Assistance a écrit :\r\n> Non ?')).toBe('Oui')
    expect(ownWords('Encore\n> cité\n> cité\n')).toBe('Encore')
    expect(ownWords('Rien de cité')).toBe('Rien de cité')
  })
})

onEveryEngine('requests for help', (driver) => {
  let academy: Academy
  let post: Post
  beforeEach(async () => {
    academy = await openAcademy(driver)
    post = { people: academy.people, address: 'assistance@ecole.test' }
    await academy.bench.store.writeGlobal((tx) =>
      putGrant(tx, 0, { account: academy.id('helper2'), uai: college, task: 'tickets', by: 'head' }),
    )
  })
  afterEach(() => academy.close())

  const now = () => academy.bench.clock.now()
  const who = (login: string): Principal => ({
    ...academy.as(login),
    name: `Prénom ${login}`,
    email: `${login}@ecole.test`,
    locale: 'fr',
    amr: ['pwd'],
    authenticatedAt: now(),
    steppedUpAt: 0,
  })
  const wanted = { subject: 'Mon téléphone', text: 'Il ne reçoit plus rien.', topic: 'mail', report: '' } as const
  const queued = async () => {
    const rows = await academy.bench.store.read((tx) =>
      tx.query((q) =>
        q
          .selectFrom('queue_recipient')
          .innerJoin('queue_message', 'queue_message.id', 'queue_recipient.queue_id')
          .select(['queue_recipient.address as to', 'queue_message.blob_id as blob'])
          .orderBy('queue_message.id'),
      ),
    )
    return Promise.all(
      rows.map(async ({ to, blob }) => ({
        to,
        text: Buffer.from(await academy.bench.store.blobs.bytes(blob))
          .toString('utf8')
          .replaceAll(/=\r\n/g, ''),
      })),
    )
  }
  const told = async () => {
    const rows = await academy.bench.store.read((tx) =>
      tx.query((q) => q.selectFrom('notification').select('account_id')),
    )
    return rows.map(({ account_id: id }) => Number(id))
  }

  test('each role may do exactly what the table says, whatever state a request is in', async () => {
    const roles: Readonly<Record<string, 'owner' | 'desk' | 'none'>> = {
      teacher: 'owner',
      head: 'desk',
      helper2: 'desk',
      dsi: 'desk',
      // Another task in the same school is no task here; another school is another school.
      helper: 'none',
      'other.head': 'none',
      both: 'none',
      parent: 'none',
      pupil: 'none',
    }
    const tried: string[] = []
    for (const [login, role] of Object.entries(roles))
      for (const act of Object.keys(rights) as Act[])
        for (const status of statuses) {
          const ticket = { accountId: academy.id('teacher'), uai: college, status }
          const outcome = await academy.bench.store
            .read((tx) => requireAct(tx, academy.as(login), act, ticket, now()))
            .then(
              () => 'done',
              (error: unknown) => (isFailure(error) ? error.code : String(error)),
            )
          const right = rights[act]
          const expected =
            role === 'none'
              ? 'notFound'
              : !right[role]
                ? 'forbidden'
                : (right.in as readonly Status[]).includes(status)
                  ? 'done'
                  : 'conflict'
          if (outcome !== expected) tried.push(`${login} ${act} ${status}: ${outcome}, not ${expected}`)
        }
    expect(tried).toEqual([])
    const powers = { platform: true, academy: new Set<never>(), schools: new Map() }
    const own = { accountId: 7, uai: '', status: 'new' as const }
    expect(roleIn(powers, { accountId: 7 }, own)).toBe('owner')
  })

  test('a request is given to a colleague who answers there, who is told; “mine” shows it to them alone', async () => {
    const { store } = academy.bench
    const id = await openTicket(post, who('teacher'), wanted)
    const helpers = await store.read(async (tx) => helpersFor(tx, await ticketById(tx, id), now()))
    expect(helpers.map((one) => one.id).sort((a, b) => a - b)).toEqual(
      [academy.id('helper2'), academy.id('dsi')].sort((a, b) => a - b),
    )
    await assignTicket(post, who('helper2'), id, academy.id('dsi'))
    expect(await told()).toContain(academy.id('dsi'))
    const mine = (login: string) => store.read((tx) => queueFor(tx, who(login), false, now(), true))
    expect((await mine('dsi')).map((one) => one.id)).toEqual([id])
    expect(await mine('helper2')).toEqual([])
    // Given again to the same person, nobody is told again.
    const before = await told()
    await assignTicket(post, who('helper2'), id, academy.id('dsi'))
    expect(await told()).toEqual(before)
    for (const login of ['teacher', 'other.head', 'pupil'])
      await expect(assignTicket(post, who('helper2'), id, academy.id(login))).rejects.toThrow('do not answer')
    await expect(assignTicket(post, who('other.head'), id, academy.id('dsi'))).rejects.toThrow('no such request')
    await expect(assignTicket(post, who('teacher'), id, academy.id('dsi'))).rejects.toThrow('not yours')
  })

  test('a request goes to the school, is answered on the web and by mail, rated; notes stay with the helpdesk', async () => {
    const id = await openTicket(post, who('teacher'), wanted)
    expect(await told()).toEqual([academy.id('helper2')])
    const receipt = (await queued()).at(-1)
    expect(receipt?.to).toBe('teacher@ecole.test')
    expect(receipt?.text).toContain(`Reply-To: <${replyAddress(post, id)}>`)
    expect(receipt?.text).toMatch(/^Auto-Submitted: auto-generated/m)
    const { store } = academy.bench
    expect((await store.read((tx) => queueFor(tx, who('helper2'), false, now()))).map((one) => one.id)).toEqual([id])
    expect(await store.read((tx) => queueFor(tx, who('other.head'), false, now()))).toEqual([])
    await expect(store.read((tx) => queueFor(tx, who('pupil'), false, now()))).rejects.toThrow('queue')
    await moveTicket(post, who('helper2'), id, 'assign')
    await noteTicket(post, who('helper2'), id, 'Vieux téléphone.')
    await answerTicket(post, who('helper2'), id, 'Supprimez le compte puis recréez-le.')
    expect((await queued()).at(-1)?.text).toContain('recr')
    const seen = (login: string) => store.read((tx) => readTicket(tx, who(login), id, now()))
    expect((await seen('teacher')).entries.map(({ kind }) => kind)).toEqual(['message', 'event', 'message'])
    expect((await seen('helper2')).entries.map(({ kind }) => kind)).toEqual(['message', 'event', 'note', 'message'])
    expect((await seen('teacher')).status).toBe('waiting')
    await answerTicket(post, who('teacher'), id, 'Merci !')
    expect((await seen('teacher')).status).toBe('open')
    await expect(rateTicket(post, who('teacher'), id, 5)).rejects.toThrow('open')
    await moveTicket(post, who('helper2'), id, 'solve')
    await rateTicket(post, who('teacher'), id, 5)
    expect((await seen('teacher')).rating).toBe(5)
    await answerTicket(post, who('teacher'), id, 'Cela recommence.')
    expect((await store.read((tx) => ownTickets(tx, academy.id('teacher'))))[0]).toMatchObject({ status: 'open' })
  })

  test('an answer by mail finds its request by an address that nobody can guess', async () => {
    const id = await openTicket(post, who('teacher'), wanted)
    const account = await settlePostAccount(post.people, post.address)
    expect(await settlePostAccount(post.people, post.address)).toBe(account)
    const put = async (to: string, more: readonly string[] = [], body = 'Toujours rien.') => {
      const lines = [
        'From: Perso <perso@ailleurs.test>',
        `To: <${to}>`,
        'Subject: Re: [#1]',
        'Message-ID: <m@x>',
        ...more,
      ]
      const bytes = utf8([...lines, '', body, '', '— Répondez au-dessus de cette ligne —', 'ancien', ''].join('\r\n'))
      const { store } = academy.bench
      const inbox = await store.read((tx) => mailboxByRole(tx, account, 'inbox'))
      await appendMessage(post.people.ctx, account, {
        blob: await store.blobs.prepare(bytes),
        content: readContent(bytes),
        mailboxIds: [inbox?.id ?? 0],
        flags: noFlags,
        receivedAt: now(),
      })
    }
    const reply = replyAddress(post, id) ?? ''
    await put(reply)
    expect(await takeMail(post, account)).toBe(1)
    const seen = () => academy.bench.store.read((tx) => readTicket(tx, who('teacher'), id, now()))
    expect((await seen()).entries.at(-1)).toMatchObject({ side: 'person', author: 'Perso', body: 'Toujours rien.' })
    // Programs are not listened to; nothing is read twice.
    await put(reply, ['Auto-Submitted: auto-replied'])
    await put(reply, ['Return-Path: <>'])
    await put(reply, ['List-Id: <x.y>'])
    expect([await takeMail(post, account), await takeMail(post, account)]).toEqual([0, 0])
    // A wrong address is a new request, of somebody unknown; nobody becomes the teacher by writing the name.
    const before = (await queued()).length
    await put(`assistance+t${id}.${'0'.repeat(24)}@ecole.test`, [], 'Autre chose')
    expect(await takeMail(post, account)).toBe(1)
    const queue = await academy.bench.store.read((tx) => queueFor(tx, who('dsi'), false, now()))
    expect(queue.at(-1)).toMatchObject({ accountId: null, mail: 'perso@ailleurs.test', level: 2, uai: '' })
    expect((await queued()).slice(before).map(({ to }) => to)).toEqual(['perso@ailleurs.test'])
    expect((await seen()).entries).toHaveLength(2)
    await put(`assistance+${college}@ecole.test`, [], 'Pour le collège')
    await takeMail(post, account)
    const school = await academy.bench.store.read((tx) => queueFor(tx, who('helper2'), false, now()))
    expect(school.at(-1)).toMatchObject({ uai: college, level: 1 })
    for (let n = 0; n < 12; n++) await put(post.address, [], `Encore ${n}`)
    expect(await takeMail(post, account)).toBe(8)
  })

  test('an address means a request only with its own proof', () => {
    const reply = replyAddress(post, 12) ?? ''
    expect(meaningOf(post, reply)).toEqual({ ticket: 12 })
    expect(meaningOf(post, reply.toUpperCase())).toEqual({ ticket: 12 })
    expect(meaningOf(post, reply.replace('t12', 't13'))).toBe('new')
    expect(meaningOf(post, 'assistance+0250001R@ecole.test')).toEqual({ uai: college })
    expect(meaningOf(post, 'anne@ecole.test')).toBeUndefined()
    expect(replyAddress({ people: post.people, address: '' }, 12)).toBeUndefined()
  })

  test('the sender counts as proved only by our own word', () => {
    const letter = (headers: readonly string[]) =>
      readLetter(
        post,
        utf8(['From: teacher@ecole.test', 'To: assistance@ecole.test', ...headers, '', 'x', ''].join('\r\n')),
      )
    const received = 'Received: from a by b; Tue, 24 Nov 2026 10:00:00 +0100'
    expect(letter([received]).proved).toBe(true)
    expect(letter([received, received]).proved).toBe(false)
    expect(letter(['Authentication-Results: ecole.test; dmarc=fail']).proved).toBe(false)
    expect(letter(['Authentication-Results: ecole.test; dmarc=pass']).proved).toBe(true)
  })

  test('files go with a request, and to those who may read it only', async () => {
    const id = await openTicket(post, who('teacher'), wanted)
    const { ctx } = post.people
    const bytes = utf8('capture')
    await attachFile(ctx, who('teacher'), id, { name: 'écran.png', type: 'image/png', bytes })
    const [file] = await academy.bench.store.read((tx) => filesOf(tx, id))
    expect(file).toMatchObject({ name: 'écran.png', type: 'image/png', size: 7 })
    expect((await readFile(ctx, who('helper2'), id, file?.id ?? 0)).blobId).toBe(file?.blobId)
    await expect(readFile(ctx, who('pupil'), id, file?.id ?? 0)).rejects.toThrow('no such')
    await expect(attachFile(ctx, who('helper2'), id, { name: 'x', type: '', bytes })).rejects.toThrow('first')
  })

  test('without an answer the académie is told; what is solved is closed, what is old is forgotten', async () => {
    const rule = { hours: 48, months: 12 }
    const { ctx } = post.people
    const id = await openTicket(post, who('pupil'), wanted)
    expect((await turnTickets(ctx, rule)).escalated).toBe(0)
    academy.bench.clock.advance(49 * 3_600_000)
    expect([await turnTickets(ctx, rule), await turnTickets(ctx, rule)]).toMatchObject([
      { escalated: 1 },
      { escalated: 0 },
    ])
    expect((await told()).includes(academy.id('dsi'))).toBe(true)
    await moveTicket(post, who('pupil'), id, 'solve')
    academy.bench.clock.advance(solvedLife + 1)
    expect((await turnTickets(ctx, rule)).closed).toBe(1)
    await expect(answerTicket(post, who('pupil'), id, 'Encore')).rejects.toThrow('closed')
    academy.bench.clock.advance(361 * 86_400_000)
    expect((await turnTickets(ctx, rule)).forgotten).toBe(1)
    await expect(moveTicket(post, who('dsi'), id, 'assign')).rejects.toThrow('no such')
  })
})
