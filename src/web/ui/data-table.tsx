/** A table that a phone can show: there each line becomes a card whose values carry their column's name. */
import type { ReactNode } from 'react'
import css from './data-table.module.css'

export interface DataRow {
  readonly id: string
  readonly cells: readonly ReactNode[]
}

export const DataTable = ({
  label,
  columns,
  rows,
  empty,
}: {
  label: string
  columns: readonly string[]
  rows: readonly DataRow[]
  empty: string
}) =>
  rows.length === 0 ? (
    <p className={css.empty}>{empty}</p>
  ) : (
    <table className={css.table}>
      <caption className={css.caption}>{label}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            {row.cells.map((cell, i) => (
              <td key={columns[i]} data-label={columns[i]}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
