/** Gives a search a name: it stays in the sidebar, on every device. One saved already is given another. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SavedSearch } from '#format/jmap/organising.ts'
import { useClient } from '../../../shell/client.tsx'
import { toast } from '../../../shell/toasts.tsx'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import css from '../organise/organise.module.css'
import { organiseData } from '../organise/organised.ts'

export const SaveSearch = ({ text, saved, onClose }: { text: string; saved?: SavedSearch; onClose: () => void }) => {
  const { t } = useTranslation()
  const client = useClient()
  const [name, setName] = useState(saved?.name ?? text.slice(0, 60))
  const save = async (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === '') return
    onClose()
    try {
      const data = await organiseData(client)
      if (saved !== undefined) {
        const call = (to: string) => data.set('SavedSearch', { update: { [saved.id]: { name: to } } })
        await call(name.trim())
        toast(t('done.saved'), { undo: () => void call(saved.name) })
        return
      }
      const { m } = await data.set('SavedSearch', { create: { m: { name: name.trim(), text } } })
      toast(t('done.saved'), { undo: () => void data.set('SavedSearch', { destroy: m ? [m.id] : [] }) })
    } catch {
      toast(t('organise.failed'), { tone: 'problem' })
    }
  }
  return (
    <Dialog
      title={saved === undefined ? t('organise.saveTitle') : t('organise.renameSearch')}
      isOpen
      onClose={onClose}
      closeLabel={t('app.close')}
    >
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
