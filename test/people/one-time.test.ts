/** Tokens that are used once. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { burn, countAttempt, issue, peek, redeem, redeemNow, usedBefore, withdraw } from '#domain/people/one-time.ts'
import { onEveryEngine } from '../contract/all.ts'
import { openPeople, type PeopleRig } from './rig.ts'

onEveryEngine('one-time tokens', (driver) => {
  let rig: PeopleRig
  beforeEach(async () => {
    rig = await openPeople({}, driver)
  })
  afterEach(() => rig.close())

  const make = (life = 60_000) =>
    rig.bench.store.writeGlobal((tx) =>
      issue(tx, rig.people.ctx, { kind: 'test', account: 7, data: 'what', life, prefix: 'T-' }),
    )
  const use = (token: string, kind = 'test') => redeemNow(rig.people.ctx, kind, token)

  test('a token is used once, even when many try at the same time', async () => {
    const token = await make()
    expect(token).toMatch(/^T-[A-Za-z0-9_-]{43}$/)
    const rows = await Promise.all(Array.from({ length: 8 }, () => use(token)))
    expect(rows.filter(Boolean)).toMatchObject([{ kind: 'test', accountId: 7, data: 'what' }])
    expect(await rig.bench.store.read((tx) => usedBefore(tx, 'test', token))).toBeDefined()
  })

  test('a token of one kind is none of another, and the store does not hold it', async () => {
    const token = await make()
    expect(await use(token, 'other')).toBeUndefined()
    const stored = await rig.bench.store.read((tx) => tx.query((q) => q.selectFrom('one_time').selectAll()))
    expect(JSON.stringify(stored)).not.toContain(token)
    expect(await use(token)).toBeDefined()
  })

  test('a token expires, and can be withdrawn', async () => {
    const [old, gone] = [await make(1000), await make()]
    rig.clock.advance(1000)
    expect(await use(old)).toBeUndefined()
    await rig.bench.store.writeGlobal((tx) => withdraw(tx, 7, 'test'))
    expect(await use(gone)).toBeUndefined()
  })

  test('a transaction that fails leaves the token unused; one of its own uses it up whatever follows', async () => {
    const token = await make()
    await expect(
      rig.bench.store.writeGlobal(async (tx) => {
        await redeem(tx, rig.people.ctx, 'test', token)
        throw new Error('later')
      }),
    ).rejects.toThrow('later')
    expect(await rig.bench.store.read((tx) => peek(tx, rig.people.ctx, 'test', token))).toBeDefined()
    await use(token)
    expect(await rig.bench.store.read((tx) => peek(tx, rig.people.ctx, 'test', token))).toBeUndefined()
  })

  test('tries are counted before they are judged, and bounded when they are made together', async () => {
    const token = await make()
    const attempt = () => rig.bench.store.writeGlobal((tx) => countAttempt(tx, rig.people.ctx, 'test', token, 5))
    const tries = await Promise.all(Array.from({ length: 9 }, attempt))
    expect(tries.filter(Boolean)).toHaveLength(5)
    expect(await attempt()).toBeUndefined()
  })

  test('a token that proves itself is used up once', async () => {
    const until = rig.clock.now() + 1000
    const once = () => rig.bench.store.writeGlobal((tx) => burn(tx, rig.people.ctx, 'test', 'signed', until))
    const answers = await Promise.all([once(), once(), once()])
    expect(answers.filter(Boolean)).toHaveLength(1)
  })
})
