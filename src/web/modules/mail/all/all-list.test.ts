import { expect, test } from 'vitest'
import type { EmailSummary, ListQuery, Live, LiveList } from '../../../data/index.ts'
import { MOST, STEP } from './all-ids.ts'
import { AllList } from './all-list.ts'

const query = (isAscending = false): ListQuery => ({
  filter: null,
  sort: [{ property: 'receivedAt', isAscending }],
  collapseThreads: true,
})

/** A list whose first rows are known, as the data room makes them. */
class Part {
  known: number
  failed = false
  total: number | undefined
  readonly asked: [number, number][] = []
  private readonly listeners = new Set<() => void>()
  readonly hidden = new Set<string>()
  readonly ids: string[]
  readonly dates: Readonly<Record<string, string>>
  constructor(dates: Readonly<Record<string, string>>, known = Number.POSITIVE_INFINITY) {
    this.dates = dates
    this.ids = Object.keys(dates)
    this.total = this.ids.length
    this.known = known
  }
  tell(): void {
    for (const fn of this.listeners) fn()
  }
  get list(): LiveList {
    const part = this
    return {
      query: query(),
      version: 0,
      stale: false,
      get total() {
        return part.total
      },
      get failed() {
        return part.failed
      },
      idAt: (i) => (i < part.known ? part.ids[i] : undefined),
      indexOf: (id) => part.ids.indexOf(id),
      request: (from, to) => part.asked.push([from, to]),
      subscribe: (fn) => {
        part.listeners.add(fn)
        return () => part.listeners.delete(fn)
      },
      close: () => undefined,
    }
  }
  email(id: string): Live<EmailSummary> {
    const email = { id, receivedAt: this.dates[id] ?? '' } as EmailSummary
    return { get: () => (this.hidden.has(id) ? undefined : email), subscribe: () => () => undefined }
  }
}

const allOf = (parts: Readonly<Record<string, Part>>, isAscending = false): AllList =>
  new AllList(
    query(isAscending),
    Object.entries(parts).map(([account, part]) => ({ account, list: part.list, email: (id) => part.email(id) })),
  )
const rowsOf = (list: AllList) => Array.from({ length: list.total ?? 0 }, (_, i) => list.idAt(i))

test('rows of several accounts are one list, the newest first, each named with its account', () => {
  const list = allOf({ me: new Part({ a: '2026-05-03', b: '2026-05-01' }), u5: new Part({ a: '2026-05-02' }) })
  expect(rowsOf(list)).toEqual(['me~a', 'u5~a', 'me~b'])
  expect(list.indexOf('u5~a')).toBe(1)
  expect(list.indexOf('u5~b')).toBe(-1)
})

test('the oldest first, when the lists are so', () => {
  const list = allOf({ me: new Part({ b: '2026-05-01', a: '2026-05-03' }), u5: new Part({ a: '2026-05-02' }) }, true)
  expect(rowsOf(list)).toEqual(['me~b', 'u5~a', 'me~a'])
})

test('a row is shown only when no list can have a newer one, and the rest is asked for', () => {
  const mine = new Part({ a: '2026-05-09', b: '2026-05-08', c: '2026-05-07' }, 2)
  const theirs = new Part({ x: '2026-05-05' })
  const list = allOf({ me: mine, u5: theirs })
  list.request(0, 20)
  expect(rowsOf(list)).toEqual(['me~a', 'me~b', undefined, undefined])
  expect(mine.asked.at(-1)?.[1]).toBeGreaterThan(3)
  const before = list.version
  mine.known = 3
  mine.tell()
  expect(list.version).toBeGreaterThan(before)
  expect(rowsOf(list)).toEqual(['me~a', 'me~b', 'me~c', 'u5~x'])
})

test('a row whose record has not come yet is left out until it has', () => {
  const mine = new Part({ n: '2026-05-09', a: '2026-05-08' })
  mine.hidden.add('n')
  const list = allOf({ me: mine })
  expect(rowsOf(list)).toEqual(['me~a'])
  mine.hidden.clear()
  mine.tell()
  expect(rowsOf(list)).toEqual(['me~n', 'me~a'])
})

test('nothing is said of how many there are before every list has told; one that failed is passed over', () => {
  const theirs = new Part({ x: '2026-05-05' })
  theirs.total = undefined
  const list = allOf({ me: new Part({ a: '2026-05-09' }), u5: theirs })
  expect(list.total).toBeUndefined()
  theirs.failed = true
  theirs.tell()
  expect(rowsOf(list)).toEqual(['me~a'])
  expect(list.failed).toBe(false)
})

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, String(999_999 - i)]))

test('a long list grows as its end comes near, and ends at its bound', () => {
  const list = allOf({ me: new Part(many(MOST + 5)) })
  expect([list.total, list.isBound]).toEqual([STEP, true])
  list.request(0, 40)
  expect(list.total).toBe(STEP)
  list.request(STEP - 40, STEP)
  expect(list.total).toBe(2 * STEP)
  for (let i = 0; i < 20; i++) list.request((list.total ?? 0) - 40, list.total ?? 0)
  expect([list.total, list.isBound]).toEqual([MOST, true])
  expect(list.idAt(MOST - 1)).toBe(`me~m${MOST - 1}`)
})

test('a list whose rows are not there yet does not grow: nobody asks for all of it at once', () => {
  const part = new Part(many(3 * STEP), 100)
  const list = allOf({ me: part })
  list.request(STEP - 40, STEP)
  expect(list.total).toBe(STEP)
  part.known = STEP + 10
  part.tell()
  expect(list.total).toBe(2 * STEP)
})

test('a list that is shown whole is not bound', () => {
  const list = allOf({ me: new Part(many(STEP + 30)) })
  list.request(STEP - 40, STEP)
  expect([list.total, list.isBound]).toEqual([STEP + 30, false])
})
