import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { confirm } from '../../../shell/confirm.tsx'
import { useAct } from '../../../shell/use-act.ts'
import { Button } from '../../../ui/button.tsx'
import { Card, Stack } from '../../../ui/page.tsx'
import { type Grid, makeGrid } from '../requests.ts'
import css from './factors.module.css'
import { OneTimeSheet } from './one-time-sheet.tsx'

/** `   A    B` and its rows, aligned, for the clipboard and the file. */
export const gridText = ({ columns, rows }: Grid): string =>
  [['', ...columns], ...rows.map((row) => [row.name, ...row.cells])]
    .map((line) => line.map((cell) => cell.padStart(4)).join(' '))
    .join('\n')

/** For people without a smartphone: a table of codes on paper, also readable as a table by a screen reader. */
export const CodeGrid = ({ exists, onMade }: { exists: boolean; onMade: () => void }) => {
  const { t } = useTranslation()
  const act = useAct()
  const [grid, setGrid] = useState<Grid>()
  const make = async () => {
    const question = {
      title: t('account.gridRemake'),
      body: t('account.gridReplace'),
      action: t('account.gridRemake'),
    }
    if (exists && !(await confirm(question))) return
    const made = await act.run(makeGrid)
    if (made === undefined) return
    setGrid(made.value)
    onMade()
  }
  return (
    <Stack>
      <Card>
        <Stack>
          <div>
            <strong>{t('account.grid')}</strong>
            <p>{t('account.gridHow')}</p>
          </div>
          <p>
            <Button icon="grid" isDisabled={act.isBusy} onPress={() => void make()}>
              {exists ? t('account.gridRemake') : t('account.gridMake')}
            </Button>
          </p>
        </Stack>
      </Card>
      {grid === undefined ? null : (
        <OneTimeSheet
          intro={t('account.gridReady')}
          text={gridText(grid)}
          fileName="grille.txt"
          onDone={() => setGrid(undefined)}
        >
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
          <section className={css.scroll} tabIndex={0} aria-label={t('account.grid')}>
            <table className={css.grid}>
              <caption>{t('account.gridCaption')}</caption>
              <thead>
                <tr>
                  <td />
                  {grid.columns.map((column) => (
                    <th key={column} scope="col">
                      {column}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {grid.rows.map((row) => (
                  <tr key={row.name}>
                    <th scope="row">{row.name}</th>
                    {row.cells.map((cell, i) => (
                      <td key={grid.columns[i]}>{cell}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        </OneTimeSheet>
      )}
    </Stack>
  )
}
