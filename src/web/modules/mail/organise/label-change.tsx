/** A label gets another name or colour; its messages keep it. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LabelColour, MailLabel } from '#format/jmap/organising.ts'
import { useClient } from '../../../shell/client.tsx'
import { toast } from '../../../shell/toasts.tsx'
import { useLive } from '../../../shell/value.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import css from './organise.module.css'
import { organiseData, organised } from './organised.ts'
import { Palette } from './palette.tsx'

/** Whether another label has this name, as the server would say. */
export const isTaken = (labels: readonly MailLabel[], id: string, name: string): boolean =>
  labels.some((other) => other.id !== id && other.name.toLowerCase() === name.toLowerCase())

export const LabelChange = ({ label, onClose }: { label: MailLabel; onClose: () => void }) => {
  const { t } = useTranslation()
  const client = useClient()
  const { labels } = useLive(organised)
  const [name, setName] = useState(label.name)
  const [colour, setColour] = useState<LabelColour>(label.colour)
  const clean = name.trim().normalize('NFC')
  const taken = isTaken(labels, label.id, clean)
  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (clean === '' || taken) return
    onClose()
    if (clean === label.name && colour === label.colour) return
    try {
      const data = await organiseData(client)
      const put = (change: Pick<MailLabel, 'name' | 'colour'>) =>
        data.set('MailLabel', { update: { [label.id]: { ...change } } })
      await put({ name: clean, colour })
      const undo = () =>
        void put({ name: label.name, colour: label.colour }).catch(() =>
          toast(t('organise.failed'), { tone: 'problem' }),
        )
      toast(t('done.saved'), { undo })
    } catch {
      toast(t('organise.failed'), { tone: 'problem' })
    }
  }
  return (
    <Dialog title={t('organise.changeLabel')} isOpen onClose={onClose} closeLabel={t('app.close')}>
      <form className={css.stack} onSubmit={(event) => void save(event)}>
        <Field
          label={t('organise.labelName')}
          value={name}
          onChange={setName}
          maxLength={60}
          autoFocus
          isInvalid={taken}
          note={taken ? t('organise.labelTaken') : undefined}
        />
        <Palette value={colour} onChange={(next) => setColour(next ?? 'blue')} />
        <p>
          <Button kind="primary" type="submit" isDisabled={clean === '' || taken}>
            {t('app.save')}
          </Button>
        </p>
      </form>
    </Dialog>
  )
}
