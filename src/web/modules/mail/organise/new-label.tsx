/** A new label: a name and a colour. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LabelColour } from '#format/jmap/organising.ts'
import { useClient, useOwnClient } from '../../../shell/client.tsx'
import { toast } from '../../../shell/toasts.tsx'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import css from './organise.module.css'
import type { Created } from './organise-data.ts'
import { organiseData } from './organised.ts'
import { Palette } from './palette.tsx'
import { useShownLabels } from './shown-labels.ts'

export const NewLabel = ({ onMade }: { onMade?: (made: Created) => void }) => {
  const { t } = useTranslation()
  const [shown, own] = [useClient(), useOwnClient()]
  // In a list of several accounts a new label is one's own; it comes to the others when it is put on their messages.
  const client = shown.split === undefined ? shown : own
  const labels = useShownLabels()
  const [name, setName] = useState('')
  const [colour, setColour] = useState<LabelColour>('blue')
  const [busy, setBusy] = useState(false)
  const clean = name.trim().normalize('NFC')
  const taken = labels.some((label) => label.name.toLowerCase() === clean.toLowerCase())
  const make = async (event: FormEvent) => {
    event.preventDefault()
    if (clean === '' || taken || busy) return
    setBusy(true)
    try {
      const data = await organiseData(client)
      const { m } = await data.set('MailLabel', { create: { m: { name: clean, colour } } })
      setName('')
      if (m) onMade?.(m)
    } catch {
      toast(t('organise.failed'), { tone: 'problem' })
    }
    setBusy(false)
  }
  return (
    <form className={css.stack} onSubmit={(event) => void make(event)}>
      <Field
        label={t('organise.labelName')}
        value={name}
        onChange={setName}
        maxLength={60}
        isInvalid={taken}
        note={taken ? t('organise.labelTaken') : undefined}
      />
      <div className={css.row}>
        <Palette value={colour} onChange={(next) => setColour(next ?? 'blue')} />
        <Button type="submit" isDisabled={clean === '' || taken || busy}>
          {t('organise.create')}
        </Button>
      </div>
    </form>
  )
}
