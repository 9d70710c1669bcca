/** A list of services or providers: what each is, and opening, closing, changing or removing it. */
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAct } from '../../../shell/use-act.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Item, Items } from '../../../ui/page.tsx'
import { removeOne, setOpen } from './trust-requests.ts'

interface Row {
  readonly id: string | number
  readonly name: string
  readonly protocol: string
  readonly isActive: boolean
}

export const TrustList = <T extends Row>({
  kind,
  rows,
  more,
  extra,
  onChange,
  onReload,
}: {
  kind: 'services' | 'providers'
  rows: readonly T[]
  more: (row: T) => string
  extra?: (row: T) => ReactNode
  onChange: (row: T) => void
  onReload: () => void
}) => {
  const { t } = useTranslation()
  const act = useAct()
  const [leaving, setLeaving] = useState<T>()
  const toggle = async (row: T) => {
    if ((await act.run(() => setOpen(kind, row.id, !row.isActive))) !== undefined) onReload()
  }
  const remove = async (row: T) => {
    setLeaving(undefined)
    if ((await act.run(() => removeOne(kind, row.id), t('trust.removed'))) !== undefined) onReload()
  }
  return (
    <>
      <Items empty={t(`admin.${kind}None`)}>
        {rows.map((row) => (
          <Item
            key={row.id}
            title={row.name}
            tag={row.isActive ? t('admin.open') : t('admin.closed')}
            more={`${row.protocol.toUpperCase()} · ${more(row)}`}
          >
            {extra?.(row)}
            <Button aria-label={t('trust.changeOf', { name: row.name })} onPress={() => onChange(row)}>
              {t('trust.change')}
            </Button>
            <Button
              isDisabled={act.isBusy}
              aria-label={t(row.isActive ? 'trust.closeOf' : 'trust.reopenOf', { name: row.name })}
              onPress={() => void toggle(row)}
            >
              {t(row.isActive ? 'trust.close' : 'trust.reopen')}
            </Button>
            {row.isActive ? null : (
              <Button
                kind="danger"
                aria-label={t('trust.removeOf', { name: row.name })}
                onPress={() => setLeaving(row)}
              >
                {t('trust.remove')}
              </Button>
            )}
          </Item>
        ))}
      </Items>
      <Dialog
        role="alertdialog"
        title={t('trust.removeSure', { name: leaving?.name ?? '' })}
        isOpen={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        closeLabel={t('trust.keep')}
        footer={
          <>
            <Button onPress={() => setLeaving(undefined)}>{t('trust.keep')}</Button>
            <Button kind="danger" onPress={() => leaving && void remove(leaving)}>
              {t('trust.remove')}
            </Button>
          </>
        }
      >
        <p>{t(kind === 'services' ? 'trust.removeService' : 'trust.removeProvider')}</p>
      </Dialog>
    </>
  )
}
