/** Asks a folder's name: of a new one, or a new name. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Mailbox } from '../../../data/index.ts'
import { useClient, useMailboxes } from '../../../shell/client.tsx'
import { toast } from '../../../shell/toasts.tsx'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { mailboxName, nameProblem } from './mailbox-names.ts'

export type Naming =
  | { readonly kind: 'create'; readonly parent?: Mailbox }
  | { readonly kind: 'rename'; readonly mailbox: Mailbox }

const titleOf = (naming: Naming) =>
  naming.kind === 'rename' ? 'mailbox.rename' : naming.parent === undefined ? 'mailbox.create' : 'mailbox.createIn'

export const MailboxNameDialog = ({ naming, onClose }: { naming: Naming; onClose: () => void }) => {
  const { t } = useTranslation()
  const client = useClient()
  const mailboxes = useMailboxes()
  const before = naming.kind === 'rename' ? naming.mailbox : undefined
  const [name, setName] = useState(before?.name ?? '')
  const clean = name.trim().normalize('NFC')
  const parentId = naming.kind === 'rename' ? naming.mailbox.parentId : (naming.parent?.id ?? null)
  const problem = nameProblem(mailboxes, clean, parentId, before?.id)
  const apply = () => {
    if (clean === '' || problem !== undefined) return
    onClose()
    if (clean === before?.name) return
    const { undo, done } =
      before === undefined
        ? client.actions.createMailbox({ name: clean, parentId })
        : client.actions.renameMailbox(before.id, { name: clean })
    // A refusal is told by the data room's error events.
    done.catch(() => undefined)
    toast(before === undefined ? t('done.saved') : t('done.renamed'), { undo })
  }
  const parent = naming.kind === 'create' ? naming.parent : undefined
  return (
    <Dialog title={t(titleOf(naming))} isOpen onClose={onClose} closeLabel={t('app.close')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          apply()
        }}
      >
        {parent === undefined ? null : (
          <p style={{ marginBottom: '0.75rem' }}>{t('mailbox.parent', { name: mailboxName(parent, t) })}</p>
        )}
        <Field
          label={t('mailbox.name')}
          value={name}
          onChange={setName}
          autoFocus
          onFocus={(event) => event.target instanceof HTMLInputElement && event.target.select()}
          maxLength={200}
          isInvalid={problem !== undefined}
          note={problem === undefined ? undefined : t(`mailbox.${problem}`)}
        />
        <p style={{ textAlign: 'end', marginTop: '1rem' }}>
          <Button kind="primary" type="submit" isDisabled={clean === '' || problem !== undefined}>
            {t('app.save')}
          </Button>
        </p>
      </form>
    </Dialog>
  )
}
