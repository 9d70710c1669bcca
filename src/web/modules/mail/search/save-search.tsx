/** Gives the search on screen a name: it stays in the sidebar, on every device. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../../shell/client.tsx'
import { toast } from '../../../shell/toasts.tsx'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import css from '../organise/organise.module.css'
import { organiseData } from '../organise/organised.ts'

export const SaveSearch = ({ text, onClose }: { text: string; onClose: () => void }) => {
  const { t } = useTranslation()
  const client = useClient()
  const [name, setName] = useState(text.slice(0, 60))
  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === '') return
    onClose()
    try {
      const data = await organiseData(client)
      const { m } = await data.set('SavedSearch', { create: { m: { name: name.trim(), text } } })
      toast(t('done.saved'), { undo: () => void data.set('SavedSearch', { destroy: m ? [m.id] : [] }) })
    } catch {
      toast(t('organise.failed'), { tone: 'problem' })
    }
  }
  return (
    <Dialog title={t('organise.saveTitle')} isOpen onClose={onClose} closeLabel={t('app.close')}>
      <form className={css.stack} onSubmit={(event) => void save(event)}>
        <Field label={t('organise.searchName')} value={name} onChange={setName} maxLength={60} autoFocus />
        <p>
          <Button kind="primary" type="submit" isDisabled={name.trim() === ''}>
            {t('app.save')}
          </Button>
        </p>
      </form>
    </Dialog>
  )
}
