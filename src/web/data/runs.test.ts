import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Runs } from './runs.ts'

/** The plainest sparse list: an array with holes. */
class Plain {
  rows: (string | undefined)[] = []

  put(start: number, ids: readonly string[]): void {
    this.rows = this.rows.map((id) => (id !== undefined && ids.includes(id) ? undefined : id))
    for (const [i, id] of ids.entries()) this.rows[start + i] = id
  }

  remove(ids: ReadonlySet<string>): void {
    this.rows = Array.from(this.rows).filter((id) => id === undefined || !ids.has(id))
  }

  insert(index: number, id: string): void {
    this.remove(new Set([id]))
    while (this.rows.length < index) this.rows.push(undefined)
    this.rows.splice(index, 0, id)
  }

  cut(from: number, to: number): void {
    this.rows = Array.from(this.rows, (id, i) => (i >= from && i < to ? undefined : id))
  }
}

const id = fc.integer({ min: 0, max: 30 }).map((n) => `e${n}`)
const row = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 400 }))
const step = fc.oneof(
  fc.record({ do: fc.constant('put' as const), at: row, ids: fc.uniqueArray(id, { maxLength: 12 }) }),
  fc.record({ do: fc.constant('remove' as const), ids: fc.uniqueArray(id, { maxLength: 12 }) }),
  fc.record({ do: fc.constant('insert' as const), at: row, id }),
  fc.record({ do: fc.constant('cut' as const), from: row, to: row }),
)

test('runs of rows are the same as an array with holes, whatever is done to them', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const runs = new Runs()
      const plain = new Plain()
      for (const one of steps) {
        if (one.do === 'put') {
          runs.put(one.at, one.ids)
          plain.put(one.at, one.ids)
        } else if (one.do === 'remove') {
          runs.remove(new Set(one.ids))
          plain.remove(new Set(one.ids))
        } else if (one.do === 'insert') {
          runs.insert(one.at, one.id)
          plain.insert(one.at, one.id)
        } else {
          runs.cut(one.from, one.to)
          plain.cut(one.from, one.to)
        }
        const rows = Array.from(plain.rows)
        const known = rows.filter((one2) => one2 !== undefined)
        const positions = new Map(rows.flatMap((known2, i) => (known2 === undefined ? [] : [[known2, i] as const])))
        const holes = runs.missing(0, 500).reduce((sum, [from, to]) => sum + to - from, 0)
        expect({
          rows: rows.map((_, i) => runs.at(i)),
          size: runs.size,
          positions: runs.positions(new Set(known)),
          indexes: known.map((one2) => runs.indexOf(one2)),
          holes,
        }).toEqual({
          rows,
          size: known.length,
          positions,
          indexes: [...positions.values()],
          holes: 500 - rows.slice(0, 500).filter((one2) => one2 !== undefined).length,
        })
      }
    }),
    { numRuns: 400 },
  )
})
