/** Searches whose full-text index lags behind the mail: what they say is never wrong for longer than that. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { utf8 } from '#base/bytes.ts'
import { silentLog } from '#base/log.ts'
import type { Context } from '#domain/context.ts'
import { appendMessage } from '#domain/mail/append.ts'
import { readContent } from '#domain/mail/content.ts'
import { noFlags } from '#domain/mail/flags.ts'
import { createDefaultMailboxes, mailboxByPath } from '#domain/mail/mailboxes.ts'
import { queryEmailChanges, queryEmails } from '#domain/mail/query.ts'
import { onEveryEngine } from './all.ts'
import { type Bench, noSearch } from './drivers.ts'

onEveryEngine('a search whose index lags', (driver) => {
  let bench: Bench
  let account: number
  let ctx: Context
  /** What the index knows; called each time it is asked. */
  let index: () => Promise<number[]>
  beforeEach(async () => {
    bench = await driver.open()
    account = await bench.account()
    const store = { ...bench.store, search: { ...noSearch, query: () => index() } }
    ctx = { store, clock: bench.clock, log: silentLog }
    await store.write(account, (tx) => createDefaultMailboxes(tx, 'fr'))
  })
  afterEach(() => bench.close())

  const query = { filter: { subject: 'conseil' }, sort: [], collapseThreads: false }
  const ask = () => queryEmails(ctx, account, query, { position: 0, calculateTotal: true })
  const add = async (): Promise<number> => {
    const bytes = utf8('From: anne@ac-demo.test\r\nSubject: Conseil\r\n\r\nBonjour\r\n')
    const blob = await ctx.store.blobs.prepare(bytes)
    const inbox = await ctx.store.read((tx) => mailboxByPath(tx, account, 'INBOX'))
    const mailboxIds = inbox ? [inbox.id] : []
    const message = { blob, content: readContent(bytes), mailboxIds, flags: noFlags, receivedAt: bench.clock.now() }
    return (await appendMessage(ctx, account, message)).emailId
  }

  test('what it had not yet found is found by the same question a moment later, though nothing has changed', async () => {
    const id = await add()
    index = async () => []
    const early = await ask()
    expect(early.ids).toEqual([])
    index = async () => [id]
    expect(await ask()).toMatchObject({ ids: [id], total: 1, modseq: early.modseq })
  })

  test('what arrives while it answers is in the list, or comes with the changes after it', async () => {
    const known: number[] = []
    let asked = 0
    index = async () => {
      const answer = [...known]
      if (++asked === 1) known.push(await add())
      return answer
    }
    const { ids, modseq } = await ask()
    expect(ids).toEqual(known)
    expect((await queryEmailChanges(ctx, account, query, modseq)).added).toEqual([])
  })

  test('an account that changes at every look is answered all the same', async () => {
    index = async () => {
      await add()
      return []
    }
    expect((await ask()).ids).toEqual([])
  })
})
