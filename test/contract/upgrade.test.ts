/** A store of the version before identity: after the upgrade the same people sign in with what they have. */
import { createHash, randomBytes } from 'node:crypto'
import { CompiledQuery } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { adoptAccounts } from '#domain/directory/adopt.ts'
import { findPerson } from '#domain/directory/persons.ts'
import { populationOf, profilesOf } from '#domain/directory/profiles.ts'
import { searchPeople } from '#domain/directory/search.ts'
import { getAccount } from '#domain/people/accounts.ts'
import { listAppPasswords } from '#domain/people/credentials.ts'
import { createPasswordHasher } from '#domain/people/password.ts'
import { createPeople, type People } from '#domain/people/people.ts'
import { checkSession, listSessions } from '#domain/people/sessions.ts'
import { verifyPassword } from '#domain/people/verify.ts'
import type { SqlValue } from '#store/engine.ts'
import { migrate } from '#store/migrate.ts'
import { migrations } from '#store/migrations/index.ts'
import { onEveryEngine } from './all.ts'
import type { Bench } from './drivers.ts'

const password = 'Cascade-de-neige-42'

onEveryEngine('the upgrade to identity', (driver) => {
  let bench: Bench
  let people: People
  const token = randomBytes(32).toString('base64url')
  const ids = new Map<string, number>()

  /** A row as the older program wrote it: only the columns there were. */
  const insert = (table: string, row: Readonly<Record<string, SqlValue>>): Promise<unknown> => {
    const names = Object.keys(row)
    const places = names.map((_, n) => (driver.name === 'postgres' ? `$${n + 1}` : '?'))
    const text = `insert into "${table}" (${names.map((name) => `"${name}"`).join(', ')}) values (${places.join(', ')})`
    return bench.engine.write((tx) =>
      tx.execute(() => ({ compile: () => CompiledQuery.raw(text, Object.values(row)) as CompiledQuery<never> })),
    )
  }

  const addAccount = async (login: string, name: string, kind: 'person' | 'function', at: number) => {
    const counters = { modseq: 0, low_modseq: 0, next_id: 1, quota_bytes: 0, used_bytes: 0 }
    await insert('account', {
      login,
      name,
      kind,
      status: 'active',
      locale: 'fr',
      admin: 0,
      created_at: at,
      ...counters,
    })
    const rows = await bench.engine.read((tx) =>
      tx.query((q) => q.selectFrom('account').select('id').where('login', '=', login)),
    )
    const id = rows[0]?.id ?? 0
    ids.set(login, id)
    await insert('address', { address: `${login}@ecole.test`, account_id: id, kind: 'primary', created_at: at })
    return id
  }

  beforeAll(async () => {
    bench = await driver.open({ migrated: false })
    const now = bench.clock.now()
    await migrate(bench.engine, { log: silentLog, migrations: migrations.filter(({ id }) => id <= 3) })
    const anne = await addAccount('anne.martin', 'Anne Lefèvre-Martin', 'person', now)
    await addAccount('madonna', 'Madonna', 'person', now)
    await addAccount('etoiles', '***', 'person', now)
    await addAccount('ce.0250001r', 'Collège des Tilleuls', 'function', now)
    for (let n = 0; n < 450; n++) await addAccount(`eleve${n}`, `Élève ${n}`, 'person', now)
    const credential = {
      account_id: anne,
      created_at: now,
      last_used_at: null,
      last_used_ip: null,
      last_failed_at: null,
    }
    const secret = await (await createPasswordHasher()).hash(password)
    const scopes = 'web imap smtp jmap'
    await insert('credential', { ...credential, kind: 'password', secret, lookup: '', label: '', scopes })
    await insert('credential', { ...credential, kind: 'app', secret: 'ab', lookup: 'abcd', label: 'Téléphone', scopes })
    await insert('session', {
      id: createHash('sha256').update(token).digest('hex'),
      account_id: anne,
      created_at: now,
      last_seen_at: now,
      expires_at: now + 3_600_000,
      ip: '192.0.2.1',
      user_agent: 'Firefox',
    })
    await migrate(bench.engine, { log: silentLog })
    people = await createPeople({ store: bench.store, clock: bench.clock, log: silentLog }, { domains: ['ecole.test'] })
  }, 60_000)
  afterAll(async () => {
    people?.close()
    await bench?.close()
  })

  test('a session, a password and an app password of before still work', async () => {
    const anne = ids.get('anne.martin')
    expect((await checkSession(people, token))?.accountId).toBe(anne)
    expect(await listSessions(people, anne ?? 0)).toHaveLength(1)
    const attempt = { login: 'anne.martin', password, ip: '192.0.2.1', service: 'web' as const }
    expect((await verifyPassword(people, attempt)).accountId).toBe(anne)
    expect((await listAppPasswords(people, anne ?? 0)).map(({ label }) => label)).toEqual(['Téléphone'])
  })

  test('every account of a person gets its person once, and functions get none', async () => {
    expect(await adoptAccounts(people)).toBe(453)
    expect(await adoptAccounts(people)).toBe(0)
    const read = (login: string) => bench.store.read((tx) => findPerson(tx, ids.get(login) ?? 0))
    const anne = await read('anne.martin')
    expect(anne).toMatchObject({ givenName: 'Anne', familyName: 'Lefèvre-Martin', joinKey: null, source: 'manual' })
    expect(anne?.activatedAt).toBe((await bench.store.read((tx) => getAccount(tx, anne?.accountId ?? 0))).createdAt)
    expect(await read('madonna')).toMatchObject({ givenName: '', familyName: 'Madonna', activatedAt: null })
    expect(await read('etoiles')).toMatchObject({ familyName: '***' })
    expect(await read('ce.0250001r')).toBeUndefined()
    expect((await read('eleve1'))?.subject).not.toBe((await read('eleve2'))?.subject)
  })

  test('an adopted person is found by name, and without a profile is treated as staff', async () => {
    const found = await bench.store.read((tx) => searchPeople(tx, { text: 'lefev' }))
    expect(found.people.map(({ login }) => login)).toEqual(['anne.martin'])
    const anne = ids.get('anne.martin') ?? 0
    expect(await bench.store.read((tx) => profilesOf(tx, anne))).toEqual([])
    expect(await bench.store.read((tx) => populationOf(tx, anne))).toBe('staff')
  })
})
