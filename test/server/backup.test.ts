/** Backup while others write, restore elsewhere, and a doctor who finds what was planted. */
import { rmSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { appendMessage } from '#domain/mail/append.ts'
import { checkAccount } from '#domain/mail/check.ts'
import { readContent } from '#domain/mail/content.ts'
import { allEntries } from '#domain/mail/entries.ts'
import { noFlags } from '#domain/mail/flags.ts'
import { listMailboxes, mailboxByRole } from '#domain/mail/mailboxes.ts'
import { repairCounts } from '#domain/mail/repair.ts'
import { placeFiles, readManifest, takeBackup } from '#server/backup/backup.ts'
import { importTables } from '#server/backup/tables.ts'
import { examineBlobs, findOrphans } from '#server/cli/doctor.ts'
import { loadConfig } from '#server/config.ts'
import { type House, openHouse } from '#server/house.ts'
import { temporaryFolder } from '../contract/drivers.ts'
import { addAccount, openTestHouse } from './rig.ts'

let house: House
let folder: string
let anne: number
beforeEach(async () => {
  folder = await temporaryFolder()
  house = await openTestHouse(folder)
  anne = await addAccount(house, 'anne')
})
afterEach(() => house.close())

/** Some messages are small and rest in rows, some are large and rest in files. */
const put = async (n: number, size = n % 3 === 0 ? 200_000 : 500) => {
  const inbox = await house.store.read((tx) => mailboxByRole(tx, anne, 'inbox'))
  const bytes = Buffer.from(`Subject: n${n}\r\n\r\n${String(n).padEnd(size, '.')}\r\n`)
  const message = { content: readContent(bytes), mailboxIds: [inbox?.id ?? 0], flags: noFlags, receivedAt: n }
  await appendMessage(house.ctx, anne, { ...message, blob: await house.store.blobs.prepare(bytes) })
}

const open = async (name: string): Promise<House> => {
  const config = loadConfig({ data: join(folder, name), environment: { CONVERGENCE_DOMAINS: 'ecole.test' }, folder })
  return openHouse(config, silentLog, { role: 'command' })
}

const everything = async (one: House): Promise<string[]> => {
  const texts: string[] = []
  for (const { id } of await one.store.read((tx) => listMailboxes(tx, anne)))
    for (const { blobId } of await one.store.read((tx) => allEntries(tx, anne, id)))
      texts.push(Buffer.from(await one.store.blobs.bytes(blobId)).toString())
  return texts
}

const problemsOf = async (one: House): Promise<string[]> => [
  ...(await one.store.read((tx) => checkAccount(tx, anne))),
  ...(await findOrphans(one)),
  ...(await examineBlobs(one, false, () => {})),
]

const restoreInto = async (name: string, backup: string): Promise<House> => {
  const manifest = await readManifest(backup)
  const config = loadConfig({ data: join(folder, name), environment: {}, folder })
  await placeFiles(config, backup, manifest)
  const restored = await open(name)
  if (manifest.kind === 'tables') await importTables(restored.store.engine, join(backup, 'tables'), () => {})
  return restored
}

test.each([false, true])(
  'a backup taken while mail arrives holds together and holds all that came before (portable: %s)',
  async (portable) => {
    for (let n = 0; n < 30; n++) await put(n)
    let writing = true
    let written = 30
    const writer = (async () => {
      while (writing) await put(written++)
    })()
    const backup = join(folder, 'backup')
    await takeBackup(house, { folder: backup, portable, progress: () => {} })
    writing = false
    await writer

    const restored = await restoreInto('restored', backup)
    try {
      expect(await problemsOf(restored)).toEqual([])
      const texts = await everything(restored)
      expect(texts.length).toBeGreaterThanOrEqual(30)
      const all = await everything(house)
      expect(texts).toEqual(all.slice(0, texts.length))
    } finally {
      await restored.close()
    }
  },
)

test('a second backup into the same folder copies only what is new', async () => {
  await put(3)
  const backup = join(folder, 'backup')
  await takeBackup(house, { folder: backup, portable: false, progress: () => {} })
  await put(6)
  await takeBackup(house, { folder: backup, portable: false, progress: () => {} })
  const files = (await readdir(join(backup, 'blobs'), { recursive: true, withFileTypes: true })).filter((f) =>
    f.isFile(),
  )
  expect(files).toHaveLength(2)
})

test('half a backup is none', async () => {
  await put(0)
  const backup = join(folder, 'backup')
  await takeBackup(house, { folder: backup, portable: false, progress: () => {} })
  rmSync(join(backup, 'manifest.json'))
  await expect(readManifest(backup)).rejects.toThrow('no complete backup')
})

test('a restored account goes on: new messages get new numbers', async () => {
  for (let n = 0; n < 4; n++) await put(n)
  const backup = join(folder, 'backup')
  await takeBackup(house, { folder: backup, portable: true, progress: () => {} })
  const restored = await restoreInto('restored', backup)
  const first = house
  house = restored
  try {
    await put(99)
    expect(await problemsOf(restored)).toEqual([])
    expect(await everything(restored)).toHaveLength(5)
  } finally {
    await first.close()
  }
})

test('the doctor finds wrong counts, and repairs them', async () => {
  for (let n = 0; n < 5; n++) await put(n)
  await house.store.writeGlobal(async (tx) => {
    await tx.execute((q) => q.updateTable('mailbox').set({ unseen: 77, total: 3 }).where('role', '=', 'inbox'))
    await tx.execute((q) => q.updateTable('account').set({ used_bytes: 1 }))
  })
  const found = await problemsOf(house)
  expect(found.join('\n')).toMatch(/total is 3, counted 5/)
  expect(found.join('\n')).toMatch(/unseen is 77, counted 5/)
  expect(found.join('\n')).toMatch(/1 octets noted/)
  await repairCounts(house.ctx, anne)
  expect(await problemsOf(house)).toEqual([])
})

test('the doctor finds a message whose file is gone, and one whose file was changed', async () => {
  await put(0)
  await put(3)
  const blobs = join(house.config.data, 'blobs')
  const files = (await readdir(blobs, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  expect(files).toHaveLength(2)
  rmSync(files[0] ?? '')
  writeFileSync(files[1] ?? '', 'x'.repeat(200_016 + 2))
  const found = await problemsOf(house)
  expect(found).toHaveLength(2)
  expect(found.join('\n')).toMatch(/missing/)
  expect(found.join('\n')).toMatch(/octets instead of|damaged/)
})

test('the doctor finds an octet changed in a row, and rows that belong to nobody', async () => {
  await put(1)
  await house.store.writeGlobal(async (tx) => {
    const [row] = await tx.query((q) => q.selectFrom('blob_data').selectAll())
    const data = Buffer.from(row?.data ?? [])
    data[20] = (data[20] ?? 0) ^ 1
    await tx.execute((q) => q.updateTable('blob_data').set({ data: new Uint8Array(data) }))
    await tx.execute((q) =>
      q.insertInto('address').values({ address: 'x@y', account_id: 999, kind: 'alias', created_at: 0 }),
    )
  })
  const found = await problemsOf(house)
  expect(found).toEqual([
    expect.stringContaining('address: 1 rows belong to no account'),
    expect.stringContaining('damaged'),
  ])
})
