/** What the mail verbs promise on every engine: counts, UIDs, changes and threads stay true whatever is done in whatever order. */
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { utf8 } from '#base/bytes.ts'
import { isFailure } from '#base/failure.ts'
import type { Context } from '#domain/context.ts'
import { appendMessage } from '#domain/mail/append.ts'
import { checkAccount } from '#domain/mail/check.ts'
import { readContent } from '#domain/mail/content.ts'
import { copyEntries } from '#domain/mail/copy.ts'
import { getEmail, getThread } from '#domain/mail/emails.ts'
import { expunge } from '#domain/mail/expunge.ts'
import { answered, deleted, draft, flagged, noFlags, seen } from '#domain/mail/flags.ts'
import { MailboxLists } from '#domain/mail/mailbox-lists.ts'
import { createMailboxAtPath, renameMailboxToPath } from '#domain/mail/mailbox-paths.ts'
import {
  createDefaultMailboxes,
  createMailbox,
  deleteMailbox,
  listMailboxes,
  mailboxByPath,
  mailboxIdByPath,
  updateMailbox,
} from '#domain/mail/mailboxes.ts'
import { moveEntries } from '#domain/mail/move.ts'
import { queryEmailChanges, queryEmails } from '#domain/mail/query.ts'
import { storeFlags } from '#domain/mail/setflags.ts'
import { changeEmails } from '#domain/mail/update.ts'
import { changedSince, mailboxState, messagesByUid } from '#domain/mail/view.ts'
import { readChanges, readState } from '#store/changes.ts'
import { onEveryEngine } from './all.ts'
import type { Bench } from './drivers.ts'

const message = (n: number, extra = ''): Uint8Array =>
  utf8(
    `From: Anne <anne@ac-demo.test>\r\nTo: paul@ac-demo.test\r\nSubject: Sujet ${n % 5}\r\nMessage-ID: <m${n}@ac-demo.test>\r\n${extra}\r\nBonjour ${n}\r\n`,
  )

onEveryEngine('mail', (driver) => {
  let bench: Bench
  let ctx: Context
  let account: number

  beforeAll(async () => {
    bench = await driver.open()
    ctx = { store: bench.store, clock: bench.clock, log: bench.store.log }
  })
  afterAll(() => bench?.close())
  beforeEach(async () => {
    account = await bench.account()
    await ctx.store.write(account, (tx) => createDefaultMailboxes(tx, 'fr'))
  })

  const box = async (path: string) => (await ctx.store.read((tx) => mailboxByPath(tx, account, path)))!
  let serial = 0
  const put = async (mailboxIds: number[], bytes = message(++serial), flags = noFlags) => {
    const blob = await ctx.store.blobs.prepare(bytes)
    const content = readContent(bytes)
    return appendMessage(ctx, account, { blob, content, mailboxIds, flags, receivedAt: bench.clock.now() + serial })
  }
  const sound = async () => expect(await ctx.store.read((tx) => checkAccount(tx, account))).toEqual([])

  test('an account starts with the six mailboxes of its language', async () => {
    const names = (await ctx.store.read((tx) => listMailboxes(tx, account))).map((m) => [m.path, m.role])
    expect(names).toEqual([
      ['INBOX', 'inbox'],
      ['Brouillons', 'drafts'],
      ['Envoyés', 'sent'],
      ['Archives', 'archive'],
      ['Indésirables', 'junk'],
      ['Corbeille', 'trash'],
    ])
  })

  test('messages get ascending UIDs and the bytes that were given', async () => {
    const inbox = await box('INBOX')
    const first = await put([inbox.id])
    const second = await put([inbox.id], message(++serial, 'X-Odd: \x80\xff\r\n'))
    expect(first.entries[0]!.uid).toBe(1)
    expect(second.entries[0]!.uid).toBe(2)
    expect(second.modseq).toBe(first.modseq + 1)
    expect(await ctx.store.blobs.bytes(second.blobId)).toEqual(message(serial, 'X-Odd: \x80\xff\r\n'))
    await sound()
  })

  test('two deliveries of the same bytes share one blob', async () => {
    const inbox = await box('INBOX')
    const bytes = message(++serial)
    const [a, b] = [await put([inbox.id], bytes), await put([inbox.id], bytes)]
    expect(a.blobId).toBe(b.blobId)
    expect(a.emailId).not.toBe(b.emailId)
    await sound()
  })

  test('an answer joins the thread of the message it answers, another subject does not', async () => {
    const inbox = await box('INBOX')
    const mail = (head: string) => utf8(`${head}\r\n\r\nx\r\n`)
    const a = await put([inbox.id], mail('Subject: Conseil de classe\r\nMessage-ID: <a@x>'))
    const b = await put([inbox.id], mail('Subject: RE: Conseil de classe\r\nMessage-ID: <b@x>\r\nIn-Reply-To: <a@x>'))
    const c = await put([inbox.id], mail('Subject: Cantine\r\nMessage-ID: <c@x>\r\nReferences: <a@x> <b@x>'))
    const d = await put([inbox.id], mail('Subject: Tr: Conseil de classe\r\nMessage-ID: <d@x>\r\nReferences: <b@x>'))
    expect(b.threadId).toBe(a.threadId)
    expect(d.threadId).toBe(a.threadId)
    expect(c.threadId).not.toBe(a.threadId)
    expect(await ctx.store.read((tx) => getThread(tx, account, a.threadId))).toEqual([a.emailId, b.emailId, d.emailId])
  })

  test('a copy has flags of its own: deleting the original does not delete the copy', async () => {
    const [inbox, trash] = [await box('INBOX'), await box('Corbeille')]
    const { emailId } = await put([inbox.id])
    const map = await copyEntries(ctx, account, inbox.id, [1], trash.id)
    expect(map).toMatchObject({ from: [1], to: [1], uidValidity: trash.uidValidity })
    await storeFlags(ctx, account, inbox.id, [1], { mode: 'add', change: { flags: deleted | seen, keywords: [] } })
    const email = await ctx.store.read((tx) => getEmail(tx, account, emailId))
    expect(email?.mailboxIds).toEqual([inbox.id, trash.id])
    expect(email?.flags).toEqual({ flags: 0, keywords: [] })
    expect(await expunge(ctx, account, trash.id)).toEqual([])
    expect(await expunge(ctx, account, inbox.id)).toEqual([1])
    expect((await ctx.store.read((tx) => getEmail(tx, account, emailId)))?.mailboxIds).toEqual([trash.id])
    await sound()
  })

  test('UNCHANGEDSINCE leaves what has changed alone and tells it', async () => {
    const inbox = await box('INBOX')
    await put([inbox.id])
    const { modseq } = await put([inbox.id])
    const star = { mode: 'add', change: { flags: flagged, keywords: ['$label'] } } as const
    await storeFlags(ctx, account, inbox.id, [1], star)
    const result = await storeFlags(ctx, account, inbox.id, [1, 2, 9], { ...star, unchangedSince: modseq })
    expect(result).toMatchObject({
      done: [{ uid: 2, flags: flagged, keywords: '$label', changed: true }],
      modified: [1],
    })
    await sound()
  })

  test('a store that changes nothing takes no modseq', async () => {
    const inbox = await box('INBOX')
    const { modseq } = await put([inbox.id])
    await storeFlags(ctx, account, inbox.id, [1], { mode: 'remove', change: { flags: seen, keywords: [] } })
    expect((await ctx.store.read((tx) => readState(tx, account))).modseq).toBe(modseq)
  })

  test('one Email/set call is one modseq, and what fails leaves the rest done', async () => {
    const [inbox, archive] = [await box('INBOX'), await box('Archives')]
    const a = await put([inbox.id])
    const b = await put([inbox.id])
    const outcome = await changeEmails(ctx, account, {
      update: new Map([
        [a.emailId, { mailboxIds: [archive.id], addKeywords: { flags: seen, keywords: [] } }],
        [b.emailId, { removeMailboxIds: [inbox.id] }],
        [99_999, { addKeywords: noFlags }],
      ]),
      destroy: [],
    })
    expect(outcome.updated.get(a.emailId)).toBeUndefined()
    expect(isFailure(outcome.updated.get(b.emailId), 'invalid')).toBe(true)
    expect(isFailure(outcome.updated.get(99_999), 'notFound')).toBe(true)
    expect(outcome.modseq).toBe(b.modseq + 1)
    const seenNow = await ctx.store.read((tx) => changedSince(tx, account, inbox.id, b.modseq))
    expect(seenNow.vanished).toEqual([1])
    await sound()
  })

  test('changes are told once, with their net effect, and in pages when asked', async () => {
    const inbox = await box('INBOX')
    const { modseq: since } = await ctx.store.read((tx) => readState(tx, account))
    const a = await put([inbox.id])
    const b = await put([inbox.id])
    await storeFlags(ctx, account, inbox.id, [1], { mode: 'add', change: { flags: seen, keywords: [] } })
    await changeEmails(ctx, account, { update: new Map(), destroy: [b.emailId] })
    const all = await ctx.store.read((tx) => readChanges(tx, account, 'Email', { modseq: since, skip: 0 }))
    expect(all).toMatchObject({ created: [a.emailId], updated: [], destroyed: [], more: false })
    const boxes = await ctx.store.read((tx) => readChanges(tx, account, 'Mailbox', { modseq: since, skip: 0 }))
    expect(boxes).toMatchObject({ updated: [inbox.id], countsOnly: true })
    const first = await ctx.store.read((tx) => readChanges(tx, account, 'Email', { modseq: since, skip: 0 }, 1))
    expect(first).toMatchObject({ created: [a.emailId], more: true })
    const rest = await ctx.store.read((tx) => readChanges(tx, account, 'Email', first.until, 10))
    expect(rest.more).toBe(false)
  })

  test('a page of changes may end in the middle of one transaction', async () => {
    const inbox = await box('INBOX')
    const ids: number[] = []
    for (let i = 0; i < 5; i++) ids.push((await put([inbox.id])).emailId)
    const { modseq } = await ctx.store.read((tx) => readState(tx, account))
    await changeEmails(ctx, account, {
      update: new Map(ids.map((id) => [id, { addKeywords: { flags: seen, keywords: [] } }])),
      destroy: [],
    })
    let point = { modseq, skip: 0 }
    const seenIds: number[] = []
    for (let pages = 1; ; pages++) {
      const page = await ctx.store.read((tx) => readChanges(tx, account, 'Email', point, 2))
      expect(page.updated.length).toBeLessThanOrEqual(2)
      seenIds.push(...page.updated)
      point = page.until
      if (!page.more) {
        expect(pages).toBe(3)
        break
      }
    }
    expect(seenIds).toEqual(ids)
  })

  test('mailboxes are created with their missing parents, renamed with their children, and keep their rules', async () => {
    await createMailboxAtPath(ctx, account, 'Établissement/3e B/Parents')
    await renameMailboxToPath(ctx, account, 'Établissement/3e B', 'Classes/Troisième B')
    expect((await box('Classes/Troisième B/Parents')).path).toBe('Classes/Troisième B/Parents')
    expect(await ctx.store.read((tx) => mailboxByPath(tx, account, 'Établissement/3e B'))).toBeUndefined()
    for (const path of ['Classes/Troisième B/Parents', 'inbox', 'Classes', 'Rien', 'Classes/Rien/Rien'])
      expect(await ctx.store.read((tx) => mailboxIdByPath(tx, account, path))).toBe(
        (await ctx.store.read((tx) => mailboxByPath(tx, account, path)))?.id,
      )
    const parent = await box('Classes')
    const inner = await box('Classes/Troisième B')
    await expect(updateMailbox(ctx, account, parent.id, { parentId: inner.id })).rejects.toThrow(/inside/)
    await expect(createMailbox(ctx, account, { name: 'inbox' })).rejects.toThrow(/reserved/)
    await expect(createMailbox(ctx, account, { name: 'a/b' })).rejects.toThrow(/has a/)
    await expect(createMailbox(ctx, account, { name: 'x', role: 'trash' })).rejects.toThrow(/role/)
    await expect(deleteMailbox(ctx, account, parent.id, true)).rejects.toThrow(/children/)
    await expect(deleteMailbox(ctx, account, (await box('INBOX')).id, true)).rejects.toThrow(/inbox/)
    await sound()
  })

  test('renaming INBOX moves its messages and leaves it empty', async () => {
    const inbox = await box('INBOX')
    await put([inbox.id])
    await renameMailboxToPath(ctx, account, 'INBOX', 'Ancien')
    expect((await box('INBOX')).total).toBe(0)
    expect((await box('Ancien')).total).toBe(1)
    await sound()
  })

  test('a full mailbox refuses a message and keeps nothing of it', async () => {
    const inbox = await box('INBOX')
    await ctx.store.writeGlobal((tx) =>
      tx.execute((q) => q.updateTable('account').set({ quota_bytes: 10 }).where('id', '=', account)),
    )
    await expect(put([inbox.id])).rejects.toMatchObject({ code: 'overQuota' })
    expect((await box('INBOX')).total).toBe(0)
    await sound()
  })

  test('the list of a mailbox is newest first, collapses threads and pages', async () => {
    const inbox = await box('INBOX')
    const ids: number[] = []
    for (let i = 0; i < 7; i++) ids.push((await put([inbox.id])).emailId)
    const query = { filter: { inMailbox: inbox.id }, sort: [], collapseThreads: false }
    const whole = await queryEmails(ctx, account, query, { position: 0, calculateTotal: true })
    expect(whole).toMatchObject({ ids: ids.toReversed(), total: 7, position: 0 })
    const window = await queryEmails(ctx, account, query, { position: 2, limit: 3, calculateTotal: false })
    expect(window.ids).toEqual(ids.toReversed().slice(2, 5))
    const anchored = await queryEmails(ctx, account, query, {
      position: 0,
      anchor: ids[3],
      anchorOffset: -1,
      limit: 2,
      calculateTotal: false,
    })
    expect(anchored).toMatchObject({ ids: [ids[4], ids[3]], position: 2 })
    const ends = await queryEmails(ctx, account, query, { position: -2, calculateTotal: false })
    expect(ends.ids).toEqual(ids.toReversed().slice(5))
    const bySubject = await queryEmails(
      ctx,
      account,
      { ...query, sort: [{ property: 'subject', isAscending: true }] },
      { position: 0, calculateTotal: false },
    )
    expect(bySubject.ids.length).toBe(7)
  })

  test('random work leaves every count, UID and change true, and a follower of changes sees the same', {
    timeout: 120_000,
  }, async () => {
    const step = fc.record({
      kind: fc.constantFrom('put', 'flags', 'copy', 'move', 'expunge', 'update', 'destroy', 'delete mailbox'),
      box: fc.nat(6),
      other: fc.nat(6),
      pick: fc.nat(20),
      flags: fc.nat(31),
      mode: fc.constantFrom('add' as const, 'remove' as const, 'replace' as const),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        account = await bench.account()
        await ctx.store.write(account, (tx) => createDefaultMailboxes(tx, 'fr'))
        await createMailboxAtPath(ctx, account, 'Extra')
        const lists = new MailboxLists()
        const known = new Set<number>()
        let point = { modseq: (await ctx.store.read((tx) => readState(tx, account))).modseq, skip: 0 }
        for (const { kind, box: b, other, pick, flags, mode } of steps) {
          const boxes = await ctx.store.read((tx) => listMailboxes(tx, account))
          const [source, target] = [boxes[b % boxes.length]!, boxes[other % boxes.length]!]
          const { kept, fresh } = await ctx.store.read(async (tx) => {
            const state = await mailboxState(tx, account, source.id)
            return { kept: await lists.of(tx, account, state), fresh: await new MailboxLists().of(tx, account, state) }
          })
          expect([...kept.uids]).toEqual([...fresh.uids])
          expect(kept.firstUnseen).toBe(fresh.firstUnseen)
          expect(kept.keywords).toEqual(expect.arrayContaining([...fresh.keywords]))
          const uids = [...kept.uids].filter((u) => u % 3 !== pick % 3)
          const change = {
            flags: flags & (seen | answered | flagged | deleted | draft),
            keywords: pick % 2 ? ['$k'] : [],
          }
          if (kind === 'put') await put(pick % 4 === 0 && source !== target ? [source.id, target.id] : [source.id])
          else if (kind === 'flags') await storeFlags(ctx, account, source.id, uids, { mode, change })
          else if (kind === 'copy') await copyEntries(ctx, account, source.id, uids, target.id)
          else if (kind === 'move') await moveEntries(ctx, account, source.id, uids, target.id)
          else if (kind === 'expunge') await expunge(ctx, account, source.id)
          else if (kind === 'delete mailbox') {
            if (source.path === 'Extra') await deleteMailbox(ctx, account, source.id, true)
          } else {
            const ids = (await ctx.store.read((tx) => messagesByUid(tx, account, source.id, uids))).map(
              (m) => m.emailId,
            )
            const patch =
              mode === 'replace' ? { mailboxIds: [target.id] } : { addMailboxIds: [target.id], addKeywords: change }
            if (kind === 'update')
              await changeEmails(ctx, account, { update: new Map(ids.map((id) => [id, patch])), destroy: [] })
            else await changeEmails(ctx, account, { update: new Map(), destroy: [...new Set(ids)].slice(0, 2) })
          }
          if (pick % 3 === 0) {
            const changes = await ctx.store.read((tx) => readChanges(tx, account, 'Email', point))
            for (const id of changes.created) known.add(id)
            for (const id of changes.destroyed) known.delete(id)
            point = changes.until
          }
        }
        await sound()
        const last = await ctx.store.read((tx) => readChanges(tx, account, 'Email', point))
        for (const id of last.created) known.add(id)
        for (const id of last.destroyed) known.delete(id)
        const all = await queryEmails(
          ctx,
          account,
          { sort: [], collapseThreads: false },
          { position: 0, calculateTotal: true },
        )
        expect(new Set(all.ids)).toEqual(known)
        for (const mailbox of await ctx.store.read((tx) => listMailboxes(tx, account))) {
          const list = await queryEmails(
            ctx,
            account,
            { filter: { inMailbox: mailbox.id }, sort: [], collapseThreads: true },
            { position: 0, limit: 50, calculateTotal: true },
          )
          expect(list.total).toBe(mailbox.threads)
          expect(list.ids.length).toBe(list.total)
        }
      }),
      { numRuns: driver.name === 'sqlite' ? 40 : 8 },
    )
  })

  test('applying query changes to the old list gives the new list', async () => {
    const [inbox, archive] = [await box('INBOX'), await box('Archives')]
    const query = { filter: { inMailbox: inbox.id }, sort: [], collapseThreads: true }
    for (let i = 0; i < 6; i++) await put([inbox.id])
    const before = await queryEmails(ctx, account, query, { position: 0, calculateTotal: true })
    const gone = before.ids[2]!
    await changeEmails(ctx, account, {
      update: new Map([[gone, { mailboxIds: [archive.id] }]]),
      destroy: [before.ids[0]!],
    })
    await put([inbox.id])
    const changes = await queryEmailChanges(ctx, account, query, before.modseq)
    const list = before.ids.filter((id) => !changes.removed.includes(id))
    for (const { id, index } of changes.added) list.splice(index, 0, id)
    const after = await queryEmails(ctx, account, query, { position: 0, calculateTotal: true })
    expect(list).toEqual(after.ids)
    expect(changes.total).toBe(after.total)
  })
})
