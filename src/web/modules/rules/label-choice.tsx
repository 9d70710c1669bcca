/** Which label a rule gives: one of the person's own, or a new one made on the spot. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../shell/client.tsx'
import { toast } from '../../shell/toasts.tsx'
import { useLive } from '../../shell/value.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { organiseData, organised } from '../mail/organise/organised.ts'
import css from './rules.module.css'

/** No keyword has a space. */
const NEW = 'new label'

const NewLabel = ({ onMade }: { onMade: (keyword: string) => void }) => {
  const { t } = useTranslation()
  const client = useClient()
  const { labels } = useLive(organised)
  const [name, setName] = useState('')
  const [busy, setBusy] = useState(false)
  const clean = name.trim().normalize('NFC')
  const same = labels.find((label) => label.name.toLowerCase() === clean.toLowerCase())
  const make = async () => {
    if (clean === '' || busy) return
    if (same !== undefined) return onMade(same.keyword)
    setBusy(true)
    try {
      const data = await organiseData(client)
      const { m } = await data.set('MailLabel', { create: { m: { name: clean, colour: 'blue' } } })
      if (m?.keyword !== undefined) onMade(m.keyword)
    } catch {
      toast(t('rules.form.labelFailed'), { tone: 'problem' })
    }
    setBusy(false)
  }
  return (
    <div className={css.made}>
      <Field
        label={t('rules.form.labelName')}
        value={name}
        maxLength={60}
        onChange={setName}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          void make()
        }}
      />
      <Button isDisabled={clean === '' || busy} onPress={() => void make()}>
        {t('rules.form.labelMake')}
      </Button>
    </div>
  )
}

export const LabelChoice = ({ keyword, onChange }: { keyword: string; onChange: (keyword: string) => void }) => {
  const { t } = useTranslation()
  const { labels } = useLive(organised)
  const [isNew, setNew] = useState(false)
  const known = labels.find((label) => label.keyword === keyword.toLowerCase())
  const options = [
    ...(keyword === '' ? [{ id: '', name: t('rules.form.chooseLabel') }] : []),
    // What another program named, or what is no label any more, is kept until another one is chosen.
    ...(keyword !== '' && known === undefined ? [{ id: keyword, name: keyword }] : []),
    ...labels.map((label) => ({ id: label.keyword, name: label.name })),
    { id: NEW, name: t('rules.form.newLabel') },
  ]
  return (
    <>
      <Select
        label={t('rules.form.label')}
        value={isNew ? NEW : (known?.keyword ?? keyword)}
        options={options}
        onChange={(next) => {
          setNew(next === NEW)
          if (next !== NEW) onChange(next)
        }}
      />
      {isNew ? (
        <NewLabel
          onMade={(made) => {
            setNew(false)
            onChange(made)
          }}
        />
      ) : null}
    </>
  )
}
