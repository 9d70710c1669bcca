/** `store.write` and the change log on every engine (law 2): one transaction, one modseq, one change set, one notification. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Notification } from '#store/bus/bus.ts'
import { type ChangeType, readChanges, readState, readVanished, trimming, typeBit, typesOf } from '#store/changes.ts'
import { onEveryEngine } from './all.ts'
import type { Bench } from './drivers.ts'

onEveryEngine('the store', (driver) => {
  let bench: Bench
  let account: number
  beforeAll(async () => {
    bench = await driver.open()
  })
  beforeEach(async () => {
    account = await bench.account()
  })
  afterAll(() => bench?.close())

  const state = () => bench.store.read((tx) => readState(tx, account))
  const changes = (type: ChangeType, since: number, max?: number) =>
    bench.store.read((tx) => readChanges(tx, account, type, { modseq: since, skip: 0 }, max))
  const touch = (id: number, kind: 'created' | 'updated' | 'destroyed' = 'updated') =>
    bench.store.write(account, async (tx) => {
      tx.changed('Email', id, kind)
      return tx.modseq
    })

  test('a write that changes something takes the next modseq and is told once, after the commit', async () => {
    const told: Notification[] = []
    const seen: Promise<{ modseq: number }>[] = []
    const stop = bench.bus.subscribe(account, (notification) => {
      told.push(notification)
      seen.push(state())
    })
    const modseq = await bench.store.write(account, async (tx) => {
      tx.changed('Email', tx.nextId(), 'created')
      tx.changed('Thread', tx.nextId(), 'created')
      return tx.modseq
    })
    stop()
    expect(modseq).toBe(1)
    expect(told).toEqual([{ account, modseq: 1, types: typeBit('Email') | typeBit('Thread') }])
    expect(typesOf(told[0]?.types ?? 0)).toEqual(['Email', 'Thread'])
    expect(await state()).toEqual({ modseq: 1, lowModseq: 0 })
    expect((await Promise.all(seen)).map(({ modseq }) => modseq)).toEqual([1])
  })

  test('a write that changes nothing takes no modseq and is not told', async () => {
    const told: Notification[] = []
    const stop = bench.bus.subscribe(account, (notification) => told.push(notification))
    await bench.store.write(account, async () => {})
    stop()
    expect(told).toEqual([])
    expect((await state()).modseq).toBe(0)
  })

  test('a write that throws takes no modseq, no id, and is not told', async () => {
    const told: Notification[] = []
    const after: string[] = []
    const stop = bench.bus.subscribe(account, (notification) => told.push(notification))
    await bench.store
      .write(account, async (tx) => {
        tx.changed('Email', tx.nextId(), 'created')
        tx.afterCommit(() => after.push('ran'))
        throw new Error('no')
      })
      .catch(() => {})
    stop()
    expect([told, after]).toEqual([[], []])
    const id = await bench.store.write(account, async (tx) => tx.nextId())
    expect(id).toBe(1)
    expect((await state()).modseq).toBe(0)
  })

  test('writers of one account follow each other, whatever runs at once', async () => {
    const modseqs = await Promise.all(
      Array.from({ length: 60 }, () =>
        bench.store.write(account, async (tx) => {
          const id = tx.nextId()
          tx.changed('Email', id, 'created')
          return [tx.modseq, id]
        }),
      ),
    )
    const expected = Array.from({ length: 60 }, (_, i) => [i + 1, i + 1])
    expect(modseqs.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))).toEqual(expected)
    expect((await changes('Email', 0)).created).toEqual(expected.map(([modseq]) => modseq))
  })

  test('many accounts write at once, each with its own count', async () => {
    const accounts = await Promise.all(Array.from({ length: 20 }, () => bench.account()))
    await Promise.all(
      accounts.flatMap((id) =>
        Array.from({ length: 5 }, () =>
          bench.store.write(id, async (tx) => tx.changed('Email', tx.nextId(), 'created')),
        ),
      ),
    )
    for (const id of accounts) expect((await bench.store.read((tx) => readState(tx, id))).modseq).toBe(5)
  })

  test('an account that does not exist is notFound', async () => {
    await expect(bench.store.write(999_999, async () => 1)).rejects.toMatchObject({ code: 'notFound' })
  })

  test('what happened to an object is told as its net change', async () => {
    await touch(1, 'created')
    const middle = await touch(2, 'created')
    await touch(1, 'updated')
    await touch(2, 'destroyed')
    await touch(3, 'created')
    expect(await changes('Email', 0)).toMatchObject({ created: [1, 3], updated: [], destroyed: [], more: false })
    expect(await changes('Email', middle)).toMatchObject({ created: [3], updated: [1], destroyed: [2] })
    expect(await changes('Mailbox', 0)).toMatchObject({ created: [], updated: [], destroyed: [] })
  })

  test('changes come in pages, also from the middle of one transaction', async () => {
    await bench.store.write(account, async (tx) => {
      for (let id = 1; id <= 25; id++) tx.changed('Email', id, 'created')
    })
    const seen: number[] = []
    let since = { modseq: 0, skip: 0 }
    for (let more = true; more; ) {
      const from = since
      const page = await bench.store.read((tx) => readChanges(tx, account, 'Email', from, 10))
      expect(page.created.length).toBeLessThanOrEqual(10)
      seen.push(...page.created)
      since = page.until
      more = page.more
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => i + 1))
    expect(since).toEqual({ modseq: 1, skip: 0 })
  })

  test('UIDs that left a mailbox are remembered', async () => {
    await bench.store.write(account, async (tx) => {
      tx.changed('Email', 1, 'updated')
      tx.vanished(7, 11)
      tx.vanished(7, 12)
      tx.vanished(8, 11)
    })
    expect(await bench.store.read((tx) => readVanished(tx, account, 7, 0))).toEqual([11, 12])
    expect(await bench.store.read((tx) => readVanished(tx, account, 7, 1))).toEqual([])
  })

  test('changes from before the log was trimmed, or from the future, cannot be calculated', async () => {
    for (let id = 1; id <= 4; id++) await touch(id, 'created')
    await bench.engine.write(async (tx) => {
      await tx.run(trimming.trimRows, { account, upTo: 2 })
      await tx.run(trimming.raiseLow, { account, upTo: 2 })
    })
    expect((await changes('Email', 2)).created).toEqual([3, 4])
    for (const since of [1, 5])
      await expect(changes('Email', since)).rejects.toMatchObject({ code: 'cannotCalculateChanges' })
  })
})
