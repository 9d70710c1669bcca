/** The change log forgets its old end on every engine, and readers are told so rather than misled. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { readChanges, readState, readVanished } from '#store/changes.ts'
import { changesKept, type TrimParts, trimChanges } from '#store/trim.ts'
import { onEveryEngine } from './all.ts'
import type { Bench } from './drivers.ts'

const day = 86_400_000

onEveryEngine('a change log that is trimmed', (driver) => {
  let bench: Bench
  let account: number
  beforeAll(async () => {
    bench = await driver.open()
  })
  beforeEach(async () => {
    account = await bench.account()
  })
  afterAll(() => bench?.close())

  const parts = (search: TrimParts['search'] = { caughtUp: async () => {} }): TrimParts => ({
    engine: bench.engine,
    search,
    clock: bench.clock,
    log: silentLog,
  })
  const change = (id: number) =>
    bench.store.write(account, async (tx) => {
      tx.changed('Email', id, 'created')
      if (tx.modseq % 10 === 0) tx.vanished(1, id)
    })
  const changes = async (count: number): Promise<void> => {
    await Promise.all(Array.from({ length: count }, (_none, n) => change(n + 1)))
  }
  const state = () => bench.store.read((tx) => readState(tx, account))
  const since = (modseq: number) => bench.store.read((tx) => readChanges(tx, account, 'Email', { modseq, skip: 0 }))

  test('keeps what is young, and its last changes however old', async () => {
    await changes(changesKept + 700)
    expect(await trimChanges(parts(), 30)).toBe(0)
    bench.clock.advance(31 * day)
    await changes(20)
    expect(await trimChanges(parts(), 30)).toBe(720)
    expect(await state()).toEqual({ modseq: changesKept + 720, lowModseq: 720 })
    expect((await since(720)).created.length + (await since(720)).updated.length).toBeGreaterThan(0)
    expect(await trimChanges(parts(), 30)).toBe(0)
  })

  test('answers from its low end on, and refuses what lies before', async () => {
    await changes(changesKept + 50)
    bench.clock.advance(31 * day)
    await trimChanges(parts(), 30)
    const { modseq, lowModseq } = await state()
    expect(lowModseq).toBe(50)
    expect((await since(lowModseq)).until.modseq).toBe(modseq)
    await expect(since(lowModseq - 1)).rejects.toMatchObject({ code: 'cannotCalculateChanges' })
    const vanished = (modseq: number) => bench.store.read((tx) => readVanished(tx, account, 1, modseq))
    expect((await vanished(lowModseq)).length).toBe(changesKept / 10)
    await expect(vanished(lowModseq - 1)).rejects.toMatchObject({ code: 'cannotCalculateChanges' })
  })

  test('waits for the search index to have read it, and stays when that cannot be', async () => {
    await changes(changesKept + 5)
    bench.clock.advance(31 * day)
    const broken = {
      caughtUp: async () => {
        throw new Error('no index')
      },
    }
    expect(await trimChanges(parts(broken), 30)).toBe(0)
    expect((await state()).lowModseq).toBe(0)
    const seen: number[] = []
    const index = {
      caughtUp: async (id: number) => {
        seen.push(id, (await state()).lowModseq)
      },
    }
    expect(await trimChanges(parts(index), 30)).toBe(5)
    expect(seen).toEqual([account, 0])
  })

  test('has no hole when the clock went back', async () => {
    bench.clock.advance(40 * day)
    await changes(10)
    bench.clock.advance(-40 * day)
    await changes(changesKept + 10)
    bench.clock.advance(35 * day)
    await trimChanges(parts(), 30)
    expect((await state()).lowModseq).toBe(0)
  })
})
