/** A notice and an outbox killed with SIGKILL again and again: everybody has each message, nobody has one twice. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { audience } from '#domain/directory/audience-rules.ts'
import { getNotice } from '#domain/notices/notice.ts'
import { createNotice, publishNotice } from '#domain/notices/write.ts'
import { notify } from '#domain/notify/notify.ts'
import { createAccount } from '#domain/people/accounts.ts'
import { loadConfig } from '#server/config.ts'
import { type House, openHouse } from '#server/house.ts'

const people = 100
let folder = ''
let data = ''

const open = (): Promise<House> => {
  const config = loadConfig({ data, environment: { CONVERGENCE_DOMAINS: 'crash.test' }, folder: data })
  return openHouse(config, silentLog, { role: 'server' })
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'convergence-notices-'))
  data = join(folder, 'data')
}, 300_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

/** One life of the process; resolves to whether it came to its end. */
const live = (milliseconds: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'notices-child.ts'), data], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('begun') && milliseconds > 0) setTimeout(() => child.kill('SIGKILL'), milliseconds)
    })
    child.once('error', reject)
    child.once('exit', () => resolve(said.includes('done')))
  })

test('killed at any instant, a notice and its notifications arrive once', { timeout: 180_000 }, async () => {
  let house = await open()
  const ids: number[] = []
  for (let n = 0; n < people; n++)
    ids.push((await createAccount(house.people, 'test', { login: `personne${n}`, name: `Personne ${n}` })).id)
  const actor = { accountId: ids[0] ?? 0, login: 'personne0', admin: true }
  const notice = await createNotice(house.people, actor, {
    uai: '',
    title: { fr: 'Neige', en: '' },
    body: { fr: 'Les cars ne roulent pas.', en: '' },
    audience: audience({}),
    urgent: true,
    acknowledge: false,
    expiresAt: null,
  })
  await publishNotice(house.people, actor, notice)
  await house.store.writeGlobal(async (tx) => {
    for (const account of ids)
      await notify(tx, {
        account,
        category: 'ticket',
        title: 'Réponse',
        text: 'Voici.',
        url: '',
        urgent: true,
        once: 'a',
      })
  })
  await house.close()

  let kills = 0
  for (const wait of [5, 40, 150, 0]) {
    if (await live(wait)) break
    kills++
  }
  expect(kills).toBeGreaterThan(1)

  house = await open()
  const stored = await house.store.read((tx) => getNotice(tx, notice))
  expect([stored.status, stored.recipients]).toEqual(['published', people])
  const rows = await house.store.read((tx) =>
    tx.query((q) =>
      q
        .selectFrom('email')
        .innerJoin('content', 'content.blob_id', 'email.blob_id')
        .select((eb) => ['email.account_id as account', 'content.subject as subject', eb.fn.countAll<number>().as('n')])
        .groupBy(['email.account_id', 'content.subject']),
    ),
  )
  expect(rows.filter(({ n }) => Number(n) !== 1)).toEqual([])
  const havers = (subject: string) => rows.filter((row) => row.subject === subject).length
  expect([havers('Urgent : Neige'), havers('Réponse')]).toEqual([people, people])
  await house.close()
})
