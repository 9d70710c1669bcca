/** What the agenda shows now, the way to other days and to the other view, and what is added. */
import { useTranslation } from 'react-i18next'
import { localeOf } from '../../i18n/format.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Choice } from '../../ui/choice.tsx'
import { Field } from '../../ui/field.tsx'
import css from './agenda.module.css'
import { dayAt, dayText } from './agenda-data.ts'
import { type AgendaKind, type AgendaWindow, ownDay } from './agenda-window.ts'
import { MoreMenu } from './more-menu.tsx'
import type { Agenda } from './use-agenda.ts'

const day = { day: 'numeric', month: 'long', year: 'numeric' } as const
const month = { month: 'long', year: 'numeric' } as const

export const AgendaHead = ({
  kind,
  window,
  agenda,
  onGo,
  onAdd,
}: {
  kind: AgendaKind
  window: AgendaWindow
  agenda: Agenda
  /** A day of the view that is to be shown. */
  onGo: (day: string, kind: AgendaKind) => void
  onAdd: () => void
}) => {
  const { t, i18n } = useTranslation()
  const { first, last } = window
  const format = new Intl.DateTimeFormat(localeOf(i18n.language), kind === 'month' ? month : day)
  return (
    <header className={css.head}>
      <h1 className={css.title}>{t('agenda.title')}</h1>
      <p className={css.range} role="status">
        {format.formatRange(dayAt(first), dayAt(last))}
      </p>
      <div className={css.tools}>
        <Choice
          label={t('agenda.kind')}
          value={kind}
          options={[
            { id: 'week', name: t('agenda.kinds.week') },
            { id: 'month', name: t('agenda.kinds.month') },
          ]}
          onChange={(id) => onGo(ownDay(window, dayText(new Date())), id === 'month' ? 'month' : 'week')}
        />
        <div className={css.together}>
          <IconButton
            icon="back"
            label={t(kind === 'month' ? 'agenda.monthBefore' : 'agenda.before')}
            onPress={() => onGo(window.before, kind)}
          />
          <Button onPress={() => onGo(dayText(new Date()), kind)}>{t('agenda.today')}</Button>
          <IconButton
            icon="next"
            label={t(kind === 'month' ? 'agenda.monthAfter' : 'agenda.after')}
            onPress={() => onGo(window.after, kind)}
          />
        </div>
        <Field
          label={t(kind === 'month' ? 'agenda.goToMonth' : 'agenda.goTo')}
          type="date"
          value={first}
          onChange={(text) => /^\d{4}-\d\d-\d\d$/.test(text) && onGo(text, kind)}
        />
        <div className={css.together}>
          <Button kind="primary" icon="plus" isDisabled={!agenda.view || agenda.isOffline} onPress={onAdd}>
            {t('agenda.add')}
          </Button>
          <MoreMenu agenda={agenda} />
        </div>
      </div>
    </header>
  )
}
