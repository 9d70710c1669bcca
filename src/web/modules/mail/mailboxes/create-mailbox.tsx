import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../../shell/client.tsx'
import { toast } from '../../../shell/toasts.tsx'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'

/** Asks the name of a new folder. */
export const CreateMailbox = ({ onClose }: { onClose: () => void }) => {
  const { t } = useTranslation()
  const client = useClient()
  const [name, setName] = useState('')
  const clean = name.trim()
  return (
    <Dialog title={t('mailbox.create')} isOpen onClose={onClose} closeLabel={t('app.close')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (clean === '') return
          const { undo, done } = client.actions.createMailbox({ name: clean })
          done.catch(() => undefined)
          toast(t('done.saved'), { undo })
          onClose()
        }}
      >
        <Field label={t('mailbox.name')} value={name} onChange={setName} autoFocus maxLength={200} />
        <p style={{ textAlign: 'end', marginTop: '1rem' }}>
          <Button kind="primary" type="submit" isDisabled={clean === ''}>
            {t('app.save')}
          </Button>
        </p>
      </form>
    </Dialog>
  )
}
