/**
 * An official notice to everybody: seconds until it is in every portal and mailbox, and how much the store grows for each
 * recipient. `bin/node bench/notices.bench.ts [people]` (30,000 when not said); the accounts are made first.
 */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '#base/log.ts'
import { countAudience } from '#domain/directory/audience.ts'
import { audience } from '#domain/directory/audience-rules.ts'
import { loadLibrary } from '#domain/guides/library.ts'
import { createDefaultMailboxes } from '#domain/mail/mailboxes.ts'
import { getNotice } from '#domain/notices/notice.ts'
import { runNotices } from '#domain/notices/publish.ts'
import { createNotice, publishNotice } from '#domain/notices/write.ts'
import { loadConfig } from '#server/config.ts'
import { type House, openHouse } from '#server/house.ts'

const people = Number(process.argv[2] ?? 30_000)
const page = 500
const uai = '0250001R'

/** Accounts with an address, the mailboxes of their first day and one profile. */
const fill = async ({ store, ctx }: House): Promise<void> => {
  const now = ctx.clock.now()
  const ids: number[] = []
  for (let from = 0; from < people; from += page)
    await store.writeGlobal(async (tx) => {
      const names = Array.from({ length: Math.min(page, people - from) }, (_, i) => `personne${from + i}`)
      const rows = await tx.query((q) =>
        q
          .insertInto('account')
          .values(
            names.map((login) => ({
              login,
              name: login,
              kind: 'person' as const,
              status: 'active' as const,
              locale: 'fr',
              admin: 0,
              created_at: now,
              modseq: 0,
              low_modseq: 0,
              next_id: 1,
              quota_bytes: 0,
              used_bytes: 0,
            })),
          )
          .returning(['id', 'login']),
      )
      for (const { id, login } of rows) {
        ids.push(id)
        const address = `${login}@bench.test`
        await tx.execute((q) =>
          q.insertInto('address').values({ address, account_id: id, kind: 'primary', created_at: now }),
        )
        await tx.execute((q) =>
          q.insertInto('profile').values({
            account_id: id,
            kind: 'teacher',
            uai,
            function_code: 'ENS',
            discipline: '',
            title: '',
            source: 'bench',
            starts_at: null,
            ends_at: null,
            created_at: now,
          }),
        )
      }
    })
  for (let from = 0; from < ids.length; from += page)
    await Promise.all(
      ids.slice(from, from + page).map((id) => store.write(id, (tx) => createDefaultMailboxes(tx, 'fr'))),
    )
}

const sizeOf = async (folder: string): Promise<number> => {
  let bytes = 0
  // The index of the search is derived, and grows after.
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile() && !entry.parentPath.includes('/search'))
      bytes += (await stat(join(entry.parentPath, entry.name))).size
  return bytes
}

const folder = await mkdtemp(join(tmpdir(), 'convergence-bench-notices-'))
const data = join(folder, 'data')
let close = async (): Promise<void> => {}
try {
  const config = loadConfig({ data, environment: { CONVERGENCE_DOMAINS: 'bench.test' }, folder: data })
  const house = await openHouse(config, silentLog, { role: 'server' })
  close = house.close
  const checkpoint = () => house.store.engine.script('PRAGMA wal_checkpoint(TRUNCATE)')
  console.log(`making ${people} accounts`)
  await fill(house)
  const whom = audience({})
  let begun = performance.now()
  const counted = await countAudience(house.store, whom, house.ctx.clock.now())
  console.log(`counting ${counted} recipients: ${((performance.now() - begun) / 1000).toFixed(2)} s`)
  await checkpoint()
  const before = await sizeOf(data)
  const actor = { accountId: 1, login: 'personne0', admin: true }
  const body = 'Le collège est fermé demain. **Les cars ne roulent pas.**\n\n'.repeat(20)
  const id = await createNotice(house.people, actor, {
    uai: '',
    title: { fr: 'Fermeture de demain', en: '' },
    body: { fr: body, en: '' },
    audience: whom,
    // Nobody's quiet hours: what is measured is the whole way.
    urgent: true,
    acknowledge: true,
    expiresAt: null,
  })
  // As in a server, whose guides are written in it too, and read at its start.
  await loadLibrary()
  begun = performance.now()
  await publishNotice(house.people, actor, id)
  const accepted = performance.now() - begun
  const worked = (): number => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
  let [longest, most] = [0, 0]
  let [last, usedBefore] = [performance.now(), worked()]
  const beat = setInterval(() => {
    const [now, used] = [performance.now(), worked()]
    longest = Math.max(longest, now - last - 1)
    most = Math.max(most, used - usedBefore)
    last = now
    usedBefore = used
  }, 1)
  await runNotices(house.people)
  clearInterval(beat)
  const seconds = (performance.now() - begun) / 1000
  const notice = await house.store.read((tx) => getNotice(tx, id))
  const rows = await house.store.read((tx) =>
    tx.query((q) => q.selectFrom('email').select((eb) => eb.fn.countAll<number>().as('n'))),
  )
  const mails = Number(rows[0]?.n ?? 0)
  await checkpoint()
  const growth = (await sizeOf(data)) - before
  console.log(
    [
      `accepted in ${accepted.toFixed(0)} ms`,
      `in ${notice.recipients} portals and ${mails} mailboxes after ${seconds.toFixed(1)} s (${(notice.recipients / seconds).toFixed(0)} a second)`,
      `the loop was held ${longest.toFixed(0)} ms at most, and worked ${most.toFixed(0)} ms of a turn at most`,
      `the store grew by ${(growth / notice.recipients).toFixed(0)} octets for each recipient (${(growth / 1e6).toFixed(1)} MB)`,
    ].join('\n'),
  )
} catch (error) {
  console.error(error)
  process.exitCode = 1
} finally {
  await close()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}
