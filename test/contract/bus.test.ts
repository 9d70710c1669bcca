/** What every bus promises: news reach the listeners, here and in other processes; a lost one costs latency only. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { silentLog } from '#base/log.ts'
import type { Bus, Notification } from '#store/bus/bus.ts'
import { createMemoryBus } from '#store/bus/memory.ts'
import { createPostgresBus } from '#store/bus/postgres.ts'
import { postgresDriver, postgresServer } from './all.ts'
import type { Bench } from './drivers.ts'
import { postgresMissing } from './postgres.ts'

const news = (account: number, modseq: number, types = 2): Notification => ({ account, modseq, types })

/** The promises that hold within one process. */
const localContract = (open: () => Promise<Bus>): void => {
  test('listeners of an account hear of that account only', async () => {
    const bus = await open()
    const heard: Notification[] = []
    const all: Notification[] = []
    bus.subscribe(1, (notification) => heard.push(notification))
    bus.subscribeAll((notification) => all.push(notification))
    bus.publish(news(1, 5))
    bus.publish(news(2, 9))
    expect(heard).toEqual([news(1, 5)])
    expect(all).toEqual([news(1, 5), news(2, 9)])
    await bus.close()
  })

  test('who has unsubscribed hears no more, also during the telling', async () => {
    const bus = await open()
    let count = 0
    const stop = bus.subscribe(1, () => {
      count++
      stop()
    })
    bus.subscribe(1, () => count++)
    bus.publish(news(1, 1))
    bus.publish(news(1, 2))
    expect(count).toBe(3)
    await bus.close()
  })

  test('a listener that throws harms nobody', async () => {
    const bus = await open()
    const heard: number[] = []
    bus.subscribe(1, () => {
      throw new Error('broken')
    })
    bus.subscribe(1, ({ modseq }) => heard.push(modseq))
    bus.publish(news(1, 1))
    expect(heard).toEqual([1])
    await bus.close()
  })

  test('topics are told with their account or without', async () => {
    const bus = await open()
    const heard: (number | undefined)[] = []
    bus.subscribeTopic('queue', (account) => heard.push(account))
    bus.publishTopic('queue')
    bus.publishTopic('queue', 7)
    bus.publishTopic('people', 8)
    expect(heard).toEqual([undefined, 7])
    await bus.close()
  })
}

describe('the bus of one process', () => localContract(async () => createMemoryBus(silentLog)))

const missing = postgresMissing()
const between = missing ? describe.skip : describe
between(`the bus between processes${missing ? ` (${missing})` : ''}`, () => {
  const opened: { close(): Promise<void> }[] = []
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close()
  })
  afterAll(async () => (await postgresServer()).stop())

  const openBench = async (): Promise<Bench> => {
    const bench = await postgresDriver.open()
    opened.push(bench)
    return bench
  }
  const openBus = async (bench: Bench) => {
    const bus = createPostgresBus({ connectionString: bench.connectionString ?? '', log: silentLog })
    opened.unshift(bus)
    await bus.ready()
    return bus
  }

  localContract(async () => openBus(await openBench()))

  test('news reach another process, and the sender hears its own once', async () => {
    const bench = await openBench()
    const [one, other] = [await openBus(bench), await openBus(bench)]
    const here: Notification[] = []
    const there: Notification[] = []
    one.subscribe(3, (notification) => here.push(notification))
    other.subscribe(3, (notification) => there.push(notification))
    one.publish(news(3, 12, 6))
    await expect.poll(() => there).toEqual([news(3, 12, 6)])
    await sleep(30)
    expect(here).toEqual([news(3, 12, 6)])
  })

  test('news that come together travel together, the latest of each account', async () => {
    const bench = await openBench()
    const [one, other] = [await openBus(bench), await openBus(bench)]
    const last = new Map<number, Notification>()
    let count = 0
    other.subscribeAll((notification) => {
      count++
      last.set(notification.account, notification)
    })
    for (let modseq = 1; modseq <= 20; modseq++)
      for (let account = 1; account <= 1_000; account++) one.publish(news(account, modseq, 1 << (modseq % 2)))
    await expect.poll(() => last.size).toBe(1_000)
    expect(last.get(1_000)).toEqual(news(1_000, 20, 3))
    expect(count).toBeLessThan(20_000)
  })

  test('topics reach another process', async () => {
    const bench = await openBench()
    const [one, other] = [await openBus(bench), await openBus(bench)]
    const heard: (number | undefined)[] = []
    other.subscribeTopic('people', (account) => heard.push(account))
    one.publishTopic('people', 41)
    await expect.poll(() => heard).toEqual([41])
  })

  test('after the connection was lost, listeners are told to look for what they missed', async () => {
    const bench = await openBench()
    const account = await bench.account()
    const [one, other] = [await openBus(bench), await openBus(bench)]
    const heard: Notification[] = []
    other.subscribe(account, (notification) => heard.push(notification))
    await bench.store.write(account, async (tx) => tx.changed('Email', 1, 'created'))
    await (await postgresServer()).disconnect(bench.connectionString ?? '')
    await expect.poll(() => heard.length).toBeGreaterThan(0)
    expect(heard[0]).toMatchObject({ account, modseq: 1 })
    // and both hear each other again
    heard.length = 0
    await vi.waitFor(
      () => {
        one.publish(news(account, 2))
        expect(heard).toContainEqual(news(account, 2))
      },
      { timeout: 30_000 },
    )
  })
})
