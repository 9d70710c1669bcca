/** Where a folder goes: the keyboard's way of dragging it. And its colour. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LabelColour } from '#format/jmap/organising.ts'
import type { Mailbox } from '../../../data/index.ts'
import { useClient, useMailboxes } from '../../../shell/client.tsx'
import { toast } from '../../../shell/toasts.tsx'
import { useLive } from '../../../shell/value.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import css from '../organise/organise.module.css'
import { organiseData, organised } from '../organise/organised.ts'
import { Palette } from '../organise/palette.tsx'
import { below, flat, mailboxName, mailboxTree, mayHold } from './mailbox-names.ts'

export const MailboxPlaceDialog = ({ mailbox, onClose }: { mailbox: Mailbox; onClose: () => void }) => {
  const { t } = useTranslation()
  const client = useClient()
  const mailboxes = useMailboxes()
  const [parent, setParent] = useState(mailbox.parentId ?? '')
  const { standard, own } = mailboxTree(mailboxes)
  const places = [...flat(standard), ...flat(own)].filter((node) => mayHold(mailboxes, node.mailbox.id, mailbox.id))
  return (
    <Dialog
      title={t('organise.moveFolder', { name: mailbox.name })}
      isOpen
      onClose={onClose}
      closeLabel={t('app.close')}
    >
      <form
        className={css.stack}
        onSubmit={(event) => {
          event.preventDefault()
          onClose()
          const parentId = parent === '' ? null : parent
          if (parentId === mailbox.parentId) return
          const { undo, done } = client.actions.renameMailbox(mailbox.id, { parentId })
          done.catch(() => undefined)
          toast(t('organise.movedFolder'), { undo })
        }}
      >
        <label className={css.field}>
          {t('organise.form.in')}
          {/* biome-ignore lint/a11y/noAutofocus: the dialog was opened to choose here */}
          <select value={parent} autoFocus onChange={(event) => setParent(event.target.value)}>
            <option value="">{t('organise.top')}</option>
            {places.map(({ mailbox: place, depth }) => (
              <option key={place.id} value={place.id}>
                {'\u2003'.repeat(depth) + mailboxName(place, t)}
              </option>
            ))}
          </select>
        </label>
        <p>
          <Button kind="primary" type="submit">
            {t('action.move')}
          </Button>
        </p>
      </form>
    </Dialog>
  )
}

export const MailboxColourDialog = ({ mailbox, onClose }: { mailbox: Mailbox; onClose: () => void }) => {
  const { t } = useTranslation()
  const client = useClient()
  const colours = useLive(organised).preferences?.mailboxColours ?? {}
  const choose = async (colour: LabelColour | undefined) => {
    const { [mailbox.id]: _, ...others } = colours
    const mailboxColours = colour === undefined ? others : { ...others, [mailbox.id]: colour }
    try {
      await (await organiseData(client)).set('MailPreferences', { update: { singleton: { mailboxColours } } })
    } catch {
      toast(t('organise.failed'), { tone: 'problem' })
    }
  }
  return (
    <Dialog
      title={t('organise.folderColour', { name: mailboxName(mailbox, t) })}
      isOpen
      onClose={onClose}
      closeLabel={t('app.close')}
    >
      <Palette none value={colours[mailbox.id]} onChange={(colour) => void choose(colour)} />
    </Dialog>
  )
}

/** The first of them; the others as an ellipsis. */
const namesOf = (within: readonly Mailbox[]): string =>
  within
    .slice(0, 5)
    .map(({ name }) => name)
    .join(', ') + (within.length > 5 ? '…' : '')

/** What becomes of the messages of a folder that is deleted. */
export const MailboxRemoveDialog = ({
  mailbox,
  onClose,
  onRemove,
}: {
  mailbox: Mailbox
  onClose: () => void
  onRemove: (to: 'trash' | 'nowhere') => void
}) => {
  const { t } = useTranslation()
  const [to, setTo] = useState<'trash' | 'nowhere'>('trash')
  const within = below(useMailboxes(), mailbox.id)
  const count = [mailbox, ...within].reduce((sum, { totalEmails }) => sum + totalEmails, 0)
  return (
    <Dialog
      title={t('organise.removeFolder', { name: mailbox.name })}
      isOpen
      role="alertdialog"
      onClose={onClose}
      closeLabel={t('app.close')}
      footer={
        <>
          <Button onPress={onClose}>{t('app.cancel')}</Button>
          <Button
            kind="danger"
            onPress={() => {
              onClose()
              onRemove(to)
            }}
          >
            {t('organise.removeFolderDo')}
          </Button>
        </>
      }
    >
      {within.length === 0 ? null : (
        <p style={{ marginBottom: '0.75rem' }}>
          {t('organise.removeWithin', { count: within.length, names: namesOf(within) })}
        </p>
      )}
      {count === 0 ? null : (
        <fieldset className={css.stack} style={{ border: 0, margin: 0, padding: 0 }}>
          <legend>{t('organise.removeFolderBody', { count })}</legend>
          <label className={css.check}>
            <input type="radio" name="to" checked={to === 'trash'} onChange={() => setTo('trash')} />
            {t('organise.toTrash')}
          </label>
          <label className={css.check}>
            <input type="radio" name="to" checked={to === 'nowhere'} onChange={() => setTo('nowhere')} />
            {t('organise.destroyAll')}
          </label>
        </fieldset>
      )}
    </Dialog>
  )
}
