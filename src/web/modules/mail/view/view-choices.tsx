/** How lists and conversations look, as choices: in the settings and above the list. */
import { useTranslation } from 'react-i18next'
import { type MailView, mailDensities, mailLayouts, mailOrders } from '#format/jmap/organising.ts'
import { useClient } from '../../../shell/client.tsx'
import { preferences } from '../../../shell/preferences.ts'
import { useLive } from '../../../shell/value.ts'
import { Choice } from '../../../ui/choice.tsx'
import { chooseView } from './view.ts'

/** By how many lines they are. */
const LINES = ['none', 'one', 'two'] as const

export const ViewChoices = () => {
  const { t } = useTranslation()
  const client = useClient()
  const now = useLive(preferences)
  const choose = (part: Partial<MailView>) => chooseView(client, part)
  return (
    <>
      <Choice
        label={t('view.layout')}
        value={now.layout}
        options={mailLayouts.map((id) => ({ id, name: t(`view.layouts.${id}`) }))}
        onChange={(id) => choose({ layout: mailLayouts.find((one) => one === id) ?? 'beside' })}
      />
      <Choice
        label={t('settings.density')}
        value={now.density}
        options={mailDensities.map((id) => ({ id, name: t(`settings.${id}`) }))}
        onChange={(id) => choose({ density: mailDensities.find((one) => one === id) ?? 'normal' })}
      />
      <Choice
        label={t('view.preview')}
        value={String(now.previewLines)}
        options={LINES.map((name, lines) => ({ id: String(lines), name: t(`view.lines.${name}`) }))}
        onChange={(lines) => choose({ previewLines: Number(lines) })}
      />
      <Choice
        label={t('view.rows')}
        value={now.flat ? 'flat' : 'threads'}
        options={(['threads', 'flat'] as const).map((id) => ({ id, name: t(`view.${id}`) }))}
        onChange={(id) => choose({ flat: id === 'flat' })}
      />
      {(['listOrder', 'threadOrder'] as const).map((name) => (
        <Choice
          key={name}
          label={t(`view.${name}`)}
          value={now[name]}
          options={mailOrders.map((id) => ({ id, name: t(`view.orders.${id}`) }))}
          onChange={(id) => choose({ [name]: id === 'oldest' ? 'oldest' : 'newest' })}
        />
      ))}
    </>
  )
}
