/** The list of a mailbox that is kept in memory says what the tables say, whatever has been done since it was read. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { utf8 } from '#base/bytes.ts'
import type { Context } from '#domain/context.ts'
import { appendMessage } from '#domain/mail/append.ts'
import { readContent } from '#domain/mail/content.ts'
import { noFlags, seen } from '#domain/mail/flags.ts'
import { mailboxEmails } from '#domain/mail/mailbox-list.ts'
import { createDefaultMailboxes, listMailboxes } from '#domain/mail/mailboxes.ts'
import { changeEmails } from '#domain/mail/update.ts'
import { readState } from '#store/changes.ts'
import type { Store } from '#store/store.ts'
import { onEveryEngine } from './all.ts'
import type { Bench } from './drivers.ts'

type Act = readonly [kind: 'put' | 'answer' | 'move' | 'mark' | 'destroy', which: number]

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.tuple(fc.constantFrom('put', 'answer', 'move', 'mark', 'destroy'), fc.nat(20)),
  { minLength: 5, maxLength: 12 },
)

onEveryEngine('lists of mailboxes', (driver) => {
  let bench: Bench
  let ctx: Context
  let serial = 0

  beforeAll(async () => {
    bench = await driver.open()
    ctx = { store: bench.store, clock: bench.clock, log: bench.store.log }
  })
  afterAll(() => bench?.close())

  const put = async (account: number, mailbox: number, answers: number | undefined): Promise<number> => {
    const n = ++serial
    const head = answers === undefined ? '' : `In-Reply-To: <l${answers}@ecole.test>\r\n`
    const subject = `Sujet ${answers ?? n}`
    const bytes = utf8(
      `From: a@ecole.test\r\nSubject: ${subject}\r\nMessage-ID: <l${n}@ecole.test>\r\n${head}\r\nx\r\n`,
    )
    const blob = await ctx.store.blobs.prepare(bytes)
    // Three arrive at the same moment, and some come late.
    const receivedAt = bench.clock.now() + Math.floor(n / 3) * (n % 4 === 0 ? -1 : 1)
    const content = readContent(bytes)
    await appendMessage(ctx, account, { blob, content, mailboxIds: [mailbox], flags: noFlags, receivedAt })
    return n
  }

  /** What the list is: kept from before, and read by somebody who has kept nothing. */
  const look = (account: number, mailbox: number, collapsed: boolean) =>
    ctx.store.read(async (tx) => {
      const { modseq } = await readState(tx, account)
      const asked = { account, mailbox, collapsed, modseq }
      const stranger: Store = Object.create(ctx.store)
      return [await mailboxEmails(ctx.store, tx, asked), await mailboxEmails(stranger, tx, asked)].map((list) => [
        ...list,
      ])
    })

  const tried = async (all: readonly Act[]): Promise<void> => {
    const account = await bench.account()
    await ctx.store.write(account, (tx) => createDefaultMailboxes(tx, 'fr'))
    const [inbox, archive] = (await ctx.store.read((tx) => listMailboxes(tx, account)))
      .filter(({ role }) => role === 'inbox' || role === 'archive')
      .map(({ id }) => id) as [number, number]
    let last: number | undefined
    for (const [kind, which] of all) {
      const [, there = []] = await look(account, which % 2 === 0 ? inbox : archive, false)
      const email = there[which % Math.max(1, there.length)]
      const none = { update: new Map(), destroy: [] }
      if (kind === 'put' || kind === 'answer') last = await put(account, inbox, kind === 'put' ? undefined : last)
      else if (email === undefined) continue
      else if (kind === 'destroy') await changeEmails(ctx, account, { ...none, destroy: [email] })
      else {
        const target = which % 2 === 0 ? archive : inbox
        const patch = kind === 'move' ? { mailboxIds: [target] } : { addKeywords: { ...noFlags, flags: seen } }
        await changeEmails(ctx, account, { ...none, update: new Map([[email, patch]]) })
      }
      for (const collapsed of [false, true]) {
        const [kept, read] = await look(account, inbox, collapsed)
        expect(kept).toEqual(read)
      }
    }
  }

  test('what came, moved, was marked or ended is in the list, in its place, as if it were read anew', async () => {
    await fc.assert(fc.asyncProperty(acts, tried), { numRuns: 8 })
  })
})
