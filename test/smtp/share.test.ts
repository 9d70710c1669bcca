/** Files sent as links, on every engine. */

import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ManualClock, manualClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { addProfile } from '#domain/directory/profiles.ts'
import { saveSchool } from '#domain/directory/schools.ts'
import {
  countDownload,
  endFile,
  findLinked,
  keepShares,
  sharedFiles,
  shareFile,
  shareRoom,
} from '#domain/share/files.ts'
import { createLocalDriver } from '#store/blobs/local.ts'
import { createBlobStore } from '#store/blobs/store.ts'
import { sweepBlobs } from '#store/sweep.ts'
import { onEveryEngine } from '../contract/all.ts'
import { openRig, type Rig } from './rig.ts'

const limits = { maxSize: 1000, quota: 1500, days: 30, pupils: false }
const day = 86_400_000

onEveryEngine('files sent as links', (driver) => {
  let clock: ManualClock
  let rig: Rig
  let anne: number

  beforeAll(async () => {
    clock = manualClock(Date.UTC(2026, 8, 1, 8))
    rig = await openRig({ driver, clock })
    anne = await rig.account('anne')
  })
  afterAll(() => rig.close())

  const share = async (text: string, days?: number) =>
    shareFile(rig.delivery.ctx, anne, limits, {
      blob: await rig.store.blobs.prepare(Buffer.from(text)),
      name: 'dossier/plan\u202e.pdf',
      type: 'application/pdf',
      days,
    })
  const listed = () => rig.store.read((tx) => sharedFiles(tx, anne, clock.now()))

  test('a link leads to the file until it is taken back', async () => {
    const { ctx } = rig.delivery
    const { id, token, name } = await share('a'.repeat(600))
    expect(name).not.toMatch(/[/\u202e]/)
    const linked = await findLinked(ctx, token)
    expect(linked).toMatchObject({ id, size: 600, owner: 'anne' })
    await countDownload(ctx, id)
    expect(await listed()).toMatchObject([{ id, downloads: 1, lastAt: clock.now() }])
    for (const wrong of ['', 'x', `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`])
      await expect(findLinked(ctx, wrong)).rejects.toMatchObject({ code: 'notFound' })
    await endFile(ctx, anne, id)
    await expect(findLinked(ctx, token)).rejects.toMatchObject({ code: 'notFound' })
    await expect(countDownload(ctx, id)).rejects.toMatchObject({ code: 'notFound' })
    await expect(endFile(ctx, anne, id)).rejects.toMatchObject({ code: 'notFound' })
    expect(await listed()).toEqual([])
  })

  test('what one person shares is bounded', async () => {
    const { ctx } = rig.delivery
    const first = await share('b'.repeat(900))
    expect(await shareRoom(ctx, anne, limits)).toBe(600)
    await expect(share('c'.repeat(700))).rejects.toMatchObject({ code: 'overQuota', property: 'files' })
    await endFile(ctx, anne, first.id)
    expect(await shareRoom(ctx, anne, limits)).toBe(1000)
  })

  test('pupils share nothing, unless the academy wants it', async () => {
    const { ctx } = rig.delivery
    const zoe = await rig.account('zoe')
    await saveSchool(rig.people, 'test', { uai: '0250001R', name: 'Les Tilleuls', kind: 'college', city: 'Besançon' })
    const profile = { kind: 'pupil', uai: '0250001R', source: 'manual' } as const
    await rig.store.writeGlobal((tx) => addProfile(tx, clock.now(), zoe, profile))
    await expect(shareRoom(ctx, zoe, limits)).rejects.toMatchObject({ code: 'forbidden', property: 'files' })
    const blob = await rig.store.blobs.prepare(Buffer.from('z'))
    const file = { blob, name: 'z.txt', type: 'text/plain' }
    await expect(shareFile(ctx, zoe, limits, file)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await shareRoom(ctx, zoe, { ...limits, pupils: true })).toBe(1000)
  })

  test('a link ends by itself, its bytes with it, and is forgotten in the end', async () => {
    const { ctx } = rig.delivery
    const { token, expiresAt } = await share('d'.repeat(100), 2)
    expect(expiresAt).toBe(clock.now() + 2 * day)
    const longer = await share('e', 400)
    expect(longer.expiresAt).toBe(clock.now() + 30 * day)
    await endFile(ctx, anne, longer.id)
    const blobs = createBlobStore({
      engine: rig.store.engine,
      driver: createLocalDriver(join(rig.folder, 'blobs')),
      clock,
      log: silentLog,
    })
    const parts = { engine: rig.store.engine, blobs, clock, log: silentLog }
    clock.advance(day)
    await sweepBlobs(parts)
    const { blobId } = await findLinked(ctx, token)
    expect(Buffer.from(await rig.store.blobs.bytes(blobId)).toString()).toBe('d'.repeat(100))
    clock.advance(2 * day)
    await expect(findLinked(ctx, token)).rejects.toMatchObject({ code: 'notFound' })
    expect(await keepShares(ctx)).toBe(1)
    await sweepBlobs(parts)
    await expect(rig.store.blobs.bytes(blobId)).rejects.toMatchObject({ code: 'notFound' })
    clock.advance(40 * day)
    await keepShares(ctx)
    const rows = await rig.store.read((tx) => tx.query((q) => q.selectFrom('shared_file').select('id')))
    expect(rows).toEqual([])
  })
})
