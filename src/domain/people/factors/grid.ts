/**
 * A printed grid of codes, for people without a smartphone: eight columns, eight rows, three digits a cell. Three cells
 * are asked. The challenge is the account's and is kept until it expires or is met: whoever has seen some cells cannot
 * ask again until they come up (FACTS 3.8).
 */
import { randomInt, timingSafeEqual } from 'node:crypto'
import type { Reader, Writer } from '#store/engine.ts'
import { type Params, statement } from '#store/engine.ts'
import { issue, withdraw } from '../one-time.ts'
import type { People } from '../people.ts'
import { addFactor, announceFactors, type By, type FactorRow, noteUsed } from './rows.ts'
import { seal, unseal } from './seal.ts'

export const gridColumns = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'] as const
export const gridRows = ['1', '2', '3', '4', '5', '6', '7', '8'] as const
const cellDigits = 3
const asked = 3
const challengeKind = 'grid'
const challengeLife = 10 * 60_000

/** A grid as it is printed: `rows[i][j]` is the cell of row i and column j. */
export interface Grid {
  readonly id: number
  readonly createdAt: number
  readonly columns: readonly string[]
  readonly rows: readonly { readonly name: string; readonly cells: readonly string[] }[]
}

/** What is asked: names of cells, such as `B3`. */
export interface GridAsk {
  readonly cells: readonly string[]
}

const newCells = (): string[] =>
  Array.from({ length: gridColumns.length * gridRows.length }, () =>
    String(randomInt(10 ** cellDigits)).padStart(cellDigits, '0'),
  )

const gridOf = (id: number, createdAt: number, cells: readonly string[]): Grid => ({
  id,
  createdAt,
  columns: gridColumns,
  rows: gridRows.map((name, row) => ({
    name,
    cells: cells.slice(row * gridColumns.length, (row + 1) * gridColumns.length),
  })),
})

/** Makes a grid; an earlier one, and what was asked of it, ends. */
export const makeGrid = async (people: People, account: number, by: By): Promise<Grid> => {
  const cells = newCells()
  const secret = seal(people, `grid:${account}`, cells.join(' '))
  const id = await people.ctx.store.write(account, async (tx) => {
    await withdraw(tx, account, challengeKind)
    return addFactor(tx, people, account, { kind: 'grid', secret, label: '' }, by, true)
  })
  await announceFactors(people, account, 'factor-added', 'grille / grid', by)
  return gridOf(id, people.ctx.clock.now(), cells)
}

const cellsOf = (people: People, account: number, row: FactorRow): string[] =>
  (unseal(people, `grid:${account}`, row.secret) ?? '').split(' ')

/** The account's grid, to print it; undefined when it has none. */
export const readGrid = (people: People, account: number, rows: readonly FactorRow[]): Grid | undefined => {
  const row = rows.find(({ kind }) => kind === 'grid')
  return row && gridOf(row.id, row.createdAt, cellsOf(people, account, row))
}

const nameOf = (index: number): string =>
  `${gridColumns[index % gridColumns.length] ?? ''}${gridRows[Math.floor(index / gridColumns.length)] ?? ''}`

const current = statement((q, p: Params<{ account: number; now: number }>) =>
  q
    .selectFrom('one_time')
    .select(['id', 'data'])
    .where('account_id', '=', p.account)
    .where('kind', '=', 'grid')
    .where('used_at', 'is', null)
    .where('expires_at', '>', p.now)
    .orderBy('created_at')
    .limit(1),
)

const indexesIn = (data: string): number[] =>
  data
    .split(' ')
    .map(Number)
    .filter((index) => Number.isInteger(index) && index >= 0 && index < gridColumns.length * gridRows.length)

/** What is asked of the account at present; undefined when nothing is. */
const asking = async (tx: Reader, people: People, account: number): Promise<number[] | undefined> => {
  const row = await tx.first(current, { account, now: people.ctx.clock.now() })
  return row && indexesIn(row.data)
}

/** Within a transaction on the account: the cells asked, chosen once and then the same until they expire. */
export const askGrid = async (tx: Writer, people: People, account: number): Promise<GridAsk> => {
  const kept = await asking(tx, people, account)
  if (kept) return { cells: kept.map(nameOf) }
  const chosen = new Set<number>()
  while (chosen.size < asked) chosen.add(randomInt(gridColumns.length * gridRows.length))
  const data = [...chosen].join(' ')
  await issue(tx, people.ctx, { kind: challengeKind, account, data, life: challengeLife })
  return { cells: [...chosen].map(nameOf) }
}

/** Within a transaction: the row when these are the cells asked; the challenge is then met. */
export const judgeGrid = async (
  tx: Writer,
  people: People,
  account: number,
  rows: readonly FactorRow[],
  cells: readonly string[],
  ip: string,
): Promise<FactorRow | undefined> => {
  const row = rows.find(({ kind }) => kind === 'grid')
  const indexes = await asking(tx, people, account)
  if (!row || !indexes || cells.length !== indexes.length) return
  const all = cellsOf(people, account, row)
  const right = Buffer.from(indexes.map((index) => all[index] ?? '').join(' '))
  const given = Buffer.from(cells.map((cell) => cell.slice(0, 16).replace(/\s+/g, '')).join(' '))
  if (given.length !== right.length || !timingSafeEqual(given, right)) return
  await withdraw(tx, account, challengeKind)
  return (await noteUsed(tx, row, people.ctx.clock.now(), ip)) ? row : undefined
}
