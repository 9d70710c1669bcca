/** Votes and unmatched errors, on every engine. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '#base/log.ts'
import { loadLibrary } from '#domain/guides/library.ts'
import {
  forgetUnmatched,
  keepUnmatched,
  listUnmatched,
  trimUnmatched,
  unmatchedLife,
} from '#domain/guides/unmatched.ts'
import { countVote, listVotes } from '#domain/guides/votes.ts'
import { onEveryEngine } from '../contract/all.ts'
import type { Bench } from '../contract/drivers.ts'

onEveryEngine('guides', (driver) => {
  let bench: Bench
  const ctx = () => ({ store: bench.store, clock: bench.clock, log: silentLog })
  beforeAll(async () => {
    bench = await driver.open()
  })
  afterAll(() => bench.close())

  test('answers to “did this help?” are two numbers for each guide, language and version', async () => {
    const guide = (await loadLibrary()).get('wrong-password', 'fr')
    if (!guide) throw new Error('the guide is not there')
    await Promise.all([true, true, false].map((helped) => countVote(ctx(), guide, helped)))
    await countVote(ctx(), { ...guide, version: 2 }, true)
    expect(await listVotes(ctx())).toEqual([
      { guide: 'wrong-password', language: 'fr', version: 1, helped: 2, not_helped: 1 },
      { guide: 'wrong-password', language: 'fr', version: 2, helped: 1, not_helped: 0 },
    ])
  })

  test('an unknown error is kept once and counted, forgotten after ninety days or by an editor', async () => {
    const blurb = { text: 'kernel blurb exploded', language: 'fr', audience: 'parent' }
    expect(await keepUnmatched(ctx(), blurb)).toBe(true)
    bench.clock.advance(1000)
    expect(await keepUnmatched(ctx(), { ...blurb, text: 'Kernel  BLURB exploded!' })).toBe(true)
    expect(await keepUnmatched(ctx(), { ...blurb, text: '<name> <number>' })).toBe(false)
    const [row, ...others] = await listUnmatched(ctx())
    expect(others).toEqual([])
    expect(row).toMatchObject({ ...blurb, times: 2 })
    expect((row?.last_at ?? 0) - (row?.first_at ?? 0)).toBe(1000)
    await keepUnmatched(ctx(), { ...blurb, text: 'another one entirely' })
    const another = (await listUnmatched(ctx()))[1]?.id ?? ''
    expect([await forgetUnmatched(ctx(), another), await forgetUnmatched(ctx(), another)]).toEqual([true, false])
    bench.clock.advance(unmatchedLife)
    expect(await trimUnmatched(ctx())).toBe(0)
    bench.clock.advance(1)
    expect([await trimUnmatched(ctx()), await listUnmatched(ctx())]).toEqual([1, []])
  })
})
