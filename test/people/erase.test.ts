import { execFileSync } from 'node:child_process'
import { createWriteStream, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { CompiledQuery } from 'kysely'
import { expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { appendMessages } from '#domain/mail/append.ts'
import { readContent } from '#domain/mail/content.ts'
import { noFlags } from '#domain/mail/flags.ts'
import { createMailboxAtPath } from '#domain/mail/mailbox-paths.ts'
import { mailboxByRole } from '#domain/mail/mailboxes.ts'
import { createAccount, findAccount, principalFor } from '#domain/people/accounts.ts'
import { appendAudit, readAudit } from '#domain/people/audit.ts'
import { createAppPassword } from '#domain/people/credentials.ts'
import { deletedRows, emptiedColumns, keptColumns, slicedTables } from '#domain/people/erase.data.ts'
import { askErasure, cancelErasure, eraseAccount, eraseDue, erasureDelay, erasureOf } from '#domain/people/erase.ts'
import { createPeople } from '#domain/people/people.ts'
import { personalData, toldColumns } from '#domain/people/personal.ts'
import { exportAudit, monthsBefore, trimAudit } from '#domain/people/retention.ts'
import { openSession } from '#domain/people/sessions.ts'
import { openPersonalArchive } from '#server/archive/personal.ts'
import { onEveryEngine } from '../contract/all.ts'
import { type Driver, lightHash, sqliteDriver } from '../contract/drivers.ts'
import { password } from './rig.ts'

const open = async (driver: Driver) => {
  const bench = await driver.open()
  const ctx = { store: bench.store, clock: bench.clock, log: silentLog }
  const people = await createPeople(ctx, { domains: ['ecole.test'], passwordHash: lightHash })
  const account = async (login: string, admin = false): Promise<number> =>
    (await createAccount(people, 'test', { login, name: `Personne ${login}`, password, admin })).id
  /** Somebody with mail, a session and an app password. */
  const inhabited = async (login: string, messages = 3): Promise<number> => {
    const id = await account(login)
    const inbox = await bench.store.read((tx) => mailboxByRole(tx, id, 'inbox'))
    const list = []
    for (let i = 0; i < messages; i++) {
      const bytes = Buffer.from(
        `From: a@b.test\r\nSubject: ${login} ${i}\r\nMessage-ID: <${i}@${login}>\r\n\r\nBonjour ${i}\r\n`,
      )
      const blob = await bench.store.blobs.prepare(bytes)
      list.push({
        blob,
        content: readContent(bytes),
        mailboxIds: [inbox?.id ?? 0],
        flags: noFlags,
        receivedAt: 1_000_000,
      })
    }
    await appendMessages(ctx, id, list)
    const principal = await bench.store.read((tx) => principalFor(tx, id))
    await openSession(people, principal, { ip: '192.0.2.1' })
    await createAppPassword(people, login, id, { label: 'Téléphone', scopes: ['imap'] })
    return id
  }
  const close = async () => {
    people.close()
    await bench.close()
  }
  return { bench, ctx, people, account, inhabited, close }
}

/** Columns that name an account, whatever they are called. */
const namesAnAccount =
  /^(?:account_id|child_id|contact_id|kept_id|merged_id|asked_by|approved_by|person_id|owner_id|member_id|actor_id)$/
/** Names, not numbers: who did it, as a text. */
const texts = new Set(['erasure.asked_by'])

test('every column that names an account is deleted, emptied or kept on purpose', async () => {
  const bench = await sqliteDriver.open()
  const text =
    "SELECT m.name || '.' || p.name AS name FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table'"
  const rows = await bench.engine.read((tx) =>
    tx.query<{ name: string }>(() => ({ compile: () => CompiledQuery.raw(text) as CompiledQuery<{ name: string }> })),
  )
  const columns = rows.map(({ name }) => name)
  const said = [
    ...slicedTables.map(([table]) => `${table}.account_id`),
    ...deletedRows.map(([table, column]) => `${table}.${column}`),
    ...emptiedColumns.map(([table, column]) => `${table}.${column}`),
    ...keptColumns.map(([table, column]) => `${table}.${column}`),
  ]
  const unsaid = columns.filter(
    (name) => namesAnAccount.test(name.split('.')[1] ?? '') && !said.includes(name) && !texts.has(name),
  )
  expect(unsaid).toEqual([])
  // And nothing is said of a column that is not there; full text has its table on the server engine only.
  expect(said.filter((name) => !columns.includes(name) && !name.startsWith('search_document'))).toEqual([])
  await bench.close()
})

test('no secret is told to anybody, not even to its owner', () => {
  const secret = /secret|token|hash|lookup|subject_key|p256dh|^auth$|^code$|^data$|provider_data|^id$/
  for (const [table, , columns] of toldColumns)
    expect(columns.filter((column) => secret.test(column) && table !== 'mailbox')).toEqual([])
})

test.each([
  [Date.UTC(2026, 10, 24), 12, Date.UTC(2025, 10, 24)],
  [Date.UTC(2026, 7, 31), 6, Date.UTC(2026, 1, 28)],
  [Date.UTC(2028, 7, 31), 6, Date.UTC(2028, 1, 29)],
])('%i is so many months (%i) after %i', (now, months, before) => {
  expect(monthsBefore(now, months)).toBe(before)
})

onEveryEngine('the end of an account', (driver) => {
  test('suspended first, and erased only when its time has come', async () => {
    const { bench, ctx, people, inhabited, close } = await open(driver)
    const anne = await inhabited('anne')
    const dueAt = await askErasure(people, 'thomas', anne, 'départ')
    expect(dueAt).toBe(bench.clock.now() + erasureDelay)
    expect((await bench.store.read((tx) => findAccount(tx, 'anne'))).status).toBe('disabled')
    expect(await eraseDue(people)).toBe(0)
    await expect(eraseAccount(people, 'thomas', anne)).rejects.toThrow('has not come')
    bench.clock.advance(erasureDelay)
    expect(await eraseDue(people)).toBe(1)
    await expect(bench.store.read((tx) => findAccount(tx, 'anne'))).rejects.toThrow('no account')
    expect((await readAudit(ctx, 1))[0]).toMatchObject({ action: 'account.erase', target: 'anne' })
    await close()
  })

  test('called off, the account works as before', async () => {
    const { bench, people, inhabited, close } = await open(driver)
    const anne = await inhabited('anne')
    await askErasure(people, 'thomas', anne)
    await cancelErasure(people, 'thomas', anne)
    expect(await erasureOf(people, anne)).toBeUndefined()
    expect((await bench.store.read((tx) => findAccount(tx, 'anne'))).status).toBe('active')
    await expect(cancelErasure(people, 'thomas', anne)).rejects.toThrow('not to be erased')
    await close()
  })

  test('nothing of it is left, and nothing of anybody else is touched', async () => {
    const { bench, people, inhabited, close } = await open(driver)
    const anne = await inhabited('anne', 1203)
    const karim = await inhabited('karim', 4)
    const counts = async (account: number) => {
      const found: Record<string, number> = {}
      const tables = [
        ...slicedTables.map(([table]) => [table, 'account_id'] as const),
        ...deletedRows,
        ['message', 'account_id'] as const,
      ]
      for (const [table, column] of tables) {
        if (table === 'search_document' && driver.name !== 'postgres') continue
        const [row] = await bench.store.read((tx) =>
          tx.query((q) =>
            q
              .selectFrom(table as 'device')
              .select((eb) => eb.fn.countAll<number>().as('n'))
              .where(q.dynamic.ref(column), '=', account),
          ),
        )
        if (Number(row?.n) > 0) found[`${table}.${column}`] = Number(row?.n)
      }
      return found
    }
    const subscribers = () =>
      bench.store.read((tx) => tx.query((q) => q.selectFrom('status_subscriber').select('address').orderBy('id')))
    const addresses = await bench.store.read((tx) =>
      tx.query((q) =>
        q.selectFrom('address').select('address').where('account_id', 'in', [anne, karim]).orderBy('account_id'),
      ),
    )
    await bench.store.writeGlobal(async (tx) => {
      for (const { address } of addresses)
        await tx.execute((q) =>
          q
            .insertInto('status_subscriber')
            .values({ address, language: 'fr', audience: '*', confirmed_at: 1, created_at: 1 }),
        )
    })
    const before = await counts(karim)
    expect(before['message.account_id']).toBe(4)
    await eraseAccount(people, 'thomas', anne, { now: true })
    expect(await counts(anne)).toEqual({})
    expect(await counts(karim)).toEqual(before)
    const gone = await bench.store.read((tx) =>
      tx.query((q) => q.selectFrom('address').select('address').where('account_id', '=', karim)),
    )
    expect(await subscribers()).toEqual(gone)
    await close()
  })

  test('the last administrator stays', async () => {
    const { people, account, close } = await open(driver)
    const thomas = (await account('thomas', true)) as number
    await expect(askErasure(people, 'thomas', thomas)).rejects.toThrow('last administrator')
    await expect(eraseAccount(people, 'thomas', thomas, { now: true })).rejects.toThrow('last administrator')
    await close()
  })

  test('the export holds what we know of the person, without secrets, and each message octet by octet', async () => {
    const { bench, ctx, people, inhabited, close } = await open(driver)
    const anne = await inhabited('anne')
    await createMailboxAtPath(ctx, anne, 'Élèves/3e B', {})
    const data = await personalData(people, anne)
    expect(data.tables.credential).toHaveLength(2)
    expect(JSON.stringify(data)).not.toContain('argon2')
    const file = join(bench.folder, 'data.tar.gz')
    await pipeline(await openPersonalArchive(people, { actor: 'anne', ip: '192.0.2.1' }, anne), createWriteStream(file))
    execFileSync('tar', ['-xzf', file, '-C', bench.folder])
    expect(JSON.parse(readFileSync(join(bench.folder, 'data.json'), 'utf8')).account.login).toBe('anne')
    const inbox = (data.tables.mailbox ?? []).find(({ role }) => role === 'inbox')
    const message = join(bench.folder, 'mail', String(inbox?.name), '0000000001.eml')
    expect(existsSync(message)).toBe(true)
    expect(readFileSync(message, 'utf8')).toContain('Subject: anne 0\r\n')
    expect((await readAudit(ctx, 1))[0]).toMatchObject({ action: 'account.export', ip: '192.0.2.1' })
    await close()
  })

  test('the audit log is trimmed to its months, and says so itself', async () => {
    const { bench, ctx, close } = await open(driver)
    const now = bench.clock.now()
    await bench.store.writeGlobal(async (tx) => {
      for (let i = 0; i < 2100; i++)
        await appendAudit(tx, monthsBefore(now, 12) - 1 - i, { actor: 'x', action: 'session.open', target: 'old' })
      await appendAudit(tx, monthsBefore(now, 12), { actor: 'x', action: 'session.open', target: 'kept' })
    })
    expect(await trimAudit(ctx, 12)).toBe(2100)
    expect(await trimAudit(ctx, 12)).toBe(0)
    const lines = []
    for await (const line of exportAudit(ctx, 0, now + 1)) lines.push(`${line.action} ${line.target}`)
    expect(lines).toEqual(['session.open kept', 'audit.trim audit', 'audit.trim audit'])
    await close()
  })
})
