/** The answer that people get while one is away. */

import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../shell/client.tsx'
import { toast } from '../../shell/toasts.tsx'
import { useLive } from '../../shell/value.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { TextArea } from '../../ui/text-area.tsx'
import css from './settings-screen.module.css'
import { readVacation, saveVacation, type Vacation } from './vacation-requests.ts'

const VacationForm = ({ stored, accountId }: { stored: Vacation; accountId: string }) => {
  const { t } = useTranslation()
  const client = useClient()
  const [saved, setSaved] = useState(stored)
  const [wanted, setWanted] = useState(stored)
  const [busy, setBusy] = useState(false)
  const change = (part: Partial<Vacation>) => setWanted({ ...wanted, ...part })
  const isChanged = JSON.stringify(wanted) !== JSON.stringify(saved)
  const backwards = wanted.first !== '' && wanted.last !== '' && wanted.last < wanted.first
  const empty = wanted.isEnabled && wanted.text.trim() === ''
  const save = async () => {
    setBusy(true)
    try {
      await saveVacation(client.side, accountId, wanted)
      setSaved(wanted)
      toast(t('done.saved'), { ms: 3000 })
    } catch {
      toast(t('problem.changeRefused'), { tone: 'problem' })
    }
    setBusy(false)
  }
  return (
    <form
      className={css.card}
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <div className={css.stack}>
        <label className={css.check}>
          <input
            type="checkbox"
            checked={wanted.isEnabled}
            onChange={(event) => change({ isEnabled: event.target.checked })}
          />
          {t('settings.vacation.on')}
        </label>
        <div className={css.cards}>
          <Field
            label={t('settings.vacation.first')}
            type="date"
            value={wanted.first}
            onChange={(first) => change({ first })}
          />
          <Field
            label={t('settings.vacation.last')}
            type="date"
            value={wanted.last}
            note={backwards ? t('settings.vacation.backwards') : ''}
            onChange={(last) => change({ last })}
          />
        </div>
        <Field
          label={t('settings.vacation.subject')}
          value={wanted.subject}
          maxLength={200}
          placeholder={t('settings.vacation.subjectHint')}
          onChange={(subject) => change({ subject })}
        />
        <TextArea label={t('settings.vacation.text')} value={wanted.text} onChange={(next) => change({ text: next })} />
        <TextArea
          label={t('settings.vacation.outside')}
          value={wanted.outside}
          onChange={(outside) => change({ outside })}
        />
        <p>
          <Button kind="primary" type="submit" isDisabled={!isChanged || busy || backwards || empty}>
            {t('app.save')}
          </Button>
        </p>
      </div>
    </form>
  )
}

export const VacationSection = () => {
  const { t } = useTranslation()
  const client = useClient()
  const accountId = useLive(client.session)?.accountId
  const [stored, setStored] = useState<Vacation>()
  useEffect(() => {
    if (!accountId) return
    let gone = false
    readVacation(client.side, accountId).then(
      (found) => {
        if (!gone) setStored(found)
      },
      () => undefined,
    )
    return () => {
      gone = true
    }
  }, [client, accountId])
  return (
    <section className={css.section} aria-labelledby="vacation">
      <h2 className={css.heading} id="vacation">
        {t('settings.vacation.title')}
      </h2>
      <p className={css.intro}>{t('settings.vacation.intro')}</p>
      {stored && accountId && <VacationForm stored={stored} accountId={accountId} />}
    </section>
  )
}
