/** Durable appends through the domain, without a protocol: 4 kB messages one by one and 32 at a time, and one message to 1,000 accounts. */
import { appendMessage } from '#domain/mail/append.ts'
import { readContent } from '#domain/mail/content.ts'
import { noFlags } from '#domain/mail/flags.ts'
import { createDefaultMailboxes, mailboxByRole } from '#domain/mail/mailboxes.ts'
import type { SqliteEngine } from '#store/sqlite.ts'
import { sqliteDriver } from '../../test/contract/drivers.ts'

const bench = await sqliteDriver.open()
const ctx = { store: bench.store, clock: bench.clock, log: bench.store.log }

const open = async (): Promise<{ account: number; inbox: number }> => {
  const account = await bench.account()
  await ctx.store.write(account, (tx) => createDefaultMailboxes(tx, 'fr'))
  const inbox = (await ctx.store.read((tx) => mailboxByRole(tx, account, 'inbox')))!.id
  return { account, inbox }
}

const body = 'Bonjour, le conseil de classe aura lieu jeudi à 17 h 30 en salle 204.\r\n'.repeat(52)
const encoder = new TextEncoder()
const message = (n: number): Uint8Array =>
  encoder.encode(
    `From: Anne Martin <anne@ac-demo.test>\r\nTo: Paul Petit <paul@ac-demo.test>\r\nSubject: Conseil ${n}\r\nDate: Mon, 7 Sep 2026 10:00:00 +0200\r\nMessage-ID: <${n}.${process.pid}@ac-demo.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${body}`,
  )

let serial = 0
const one = async (to: { account: number; inbox: number }): Promise<void> => {
  const bytes = message(++serial)
  const blob = await ctx.store.blobs.prepare(bytes)
  await appendMessage(ctx, to.account, {
    blob,
    content: readContent(bytes),
    mailboxIds: [to.inbox],
    flags: noFlags,
    receivedAt: bench.clock.now(),
  })
}

const cpu = (): number => process.cpuUsage().user + process.cpuUsage().system
const timed = async (name: string, count: number, work: () => Promise<void>): Promise<void> => {
  const before = { cpu: cpu(), ...(bench.engine as SqliteEngine).statistics }
  const start = performance.now()
  await work()
  const seconds = (performance.now() - start) / 1000
  const { commits } = (bench.engine as SqliteEngine).statistics
  const used = (cpu() - before.cpu) / count
  console.log(
    `${name}: ${Math.round(count / seconds)}/s, ${((seconds / count) * 1e6).toFixed(0)} µs each (${used.toFixed(0)} µs of processor), ${commits - before.commits} commits`,
  )
}

const people = await Promise.all(Array.from({ length: 20 }, open))
const person = (n: number) => people[n % people.length]!
for (let i = 0; i < 500; i++) await one(person(i))

for (const lanes of [1, 8, 32])
  await timed(`4 kB append, ${lanes} at a time`, 4000, async () => {
    await Promise.all(
      Array.from({ length: lanes }, async (_none, lane) => {
        for (let i = lane; i < 4000; i += lanes) await one(person(i))
      }),
    )
  })

const crowd: { account: number; inbox: number }[] = []
for (let i = 0; i < 1000; i++) crowd.push(await open())
for (let round = 0; round < 3; round++) {
  const bytes = message(++serial)
  const content = readContent(bytes)
  await timed('one message to 1,000 accounts', 1000, async () => {
    const blob = await ctx.store.blobs.prepare(bytes)
    const first = crowd[0]!
    const { blobId } = await appendMessage(ctx, first.account, {
      blob,
      content,
      mailboxIds: [first.inbox],
      flags: noFlags,
      receivedAt: bench.clock.now(),
    })
    await Promise.all(
      crowd.slice(1).map((to) =>
        appendMessage(ctx, to.account, {
          blob: { id: blobId, size: bytes.length },
          content,
          mailboxIds: [to.inbox],
          flags: noFlags,
          receivedAt: bench.clock.now(),
        }),
      ),
    )
  })
}
await bench.close()
