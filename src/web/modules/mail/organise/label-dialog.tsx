/** Puts labels on the chosen conversations and takes them off, one box for each label; a new one can be made here. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLive } from '../../../shell/value.ts'
import { Dialog } from '../../../ui/dialog.tsx'
import { label, labelRequest } from '../act/act.ts'
import { useActs } from '../act/use-acts.ts'
import { colourOf } from './label-colour.ts'
import { NewLabel } from './new-label.tsx'
import css from './organise.module.css'
import { useShownLabels } from './shown-labels.ts'

export const LabelDialog = () => {
  const { t } = useTranslation()
  const acts = useActs()
  const which = useLive(labelRequest)
  const labels = useShownLabels()
  const [turned, setTurned] = useState<Readonly<Record<string, boolean>>>({})
  // It stays as it is when the first label is made: closed, it would take the focus with it.
  const [startsOpen] = useState(labels.length === 0)
  if (which === undefined) return null
  const on = (keyword: string): 'all' | 'some' | 'none' => {
    const known = turned[keyword]
    if (known !== undefined) return known ? 'all' : 'none'
    const having = which.emails.filter((id) => acts.client.email(id).get()?.keywords[keyword]).length
    return having === 0 ? 'none' : having === which.emails.length ? 'all' : 'some'
  }
  const turn = (keyword: string) => {
    const next = on(keyword) !== 'all'
    setTurned({ ...turned, [keyword]: next })
    label(acts, which, keyword, next)
  }
  return (
    <Dialog
      title={t('organise.applyLabels')}
      isOpen
      onClose={() => labelRequest.set(undefined)}
      closeLabel={t('app.close')}
    >
      <div className={css.stack}>
        {labels.length === 0 ? <p className={css.note}>{t('organise.noLabels')}</p> : null}
        <div className={css.list}>
          {labels.map(({ id, name, keyword, colour }) => (
            <label key={id} className={css.check}>
              <input
                type="checkbox"
                checked={on(keyword) === 'all'}
                ref={(box) => {
                  if (box) box.indeterminate = on(keyword) === 'some'
                }}
                onChange={() => turn(keyword)}
              />
              <span className={css.dot} style={{ background: colourOf(colour) }} />
              <span className={css.name}>{name}</span>
            </label>
          ))}
        </div>
        <details open={startsOpen}>
          <summary>{t('organise.newLabel')}</summary>
          <NewLabel
            onMade={({ keyword }) => {
              if (keyword !== undefined) turn(keyword)
            }}
          />
        </details>
      </div>
    </Dialog>
  )
}
