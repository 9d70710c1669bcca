/** Chooses the mailbox to move to: type a few letters, press Enter. */
import { type KeyboardEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMailboxes } from '../../../shell/client.tsx'
import { useLive } from '../../../shell/value.ts'
import { Dialog } from '../../../ui/dialog.tsx'
import { Icon } from '../../../ui/icon.tsx'
import { type MailboxNode, mailboxIcon, mailboxName, mailboxTree } from '../mailboxes/mailbox-names.ts'
import { move, moveRequest } from './act.ts'
import css from './move-dialog.module.css'
import { useActs } from './use-acts.ts'

/** Compares without case nor accents. */
export const folded = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

const flat = (nodes: readonly MailboxNode[]): MailboxNode[] => nodes.flatMap((node) => [node, ...flat(node.children)])

/** The dialog was opened to type here. */
const focusNow = (input: HTMLInputElement | null) => input?.focus()

export const MoveDialog = () => {
  const { t } = useTranslation()
  const acts = useActs()
  const id = useId()
  const which = useLive(moveRequest)
  const mailboxes = useMailboxes()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  if (which === undefined) return null
  const { standard, own } = mailboxTree(mailboxes)
  const here = acts.place.mailbox?.id
  const found = [...flat(standard), ...flat(own)].filter(
    ({ mailbox }) =>
      mailbox.id !== here && mailbox.role !== 'drafts' && folded(mailboxName(mailbox, t)).includes(folded(text.trim())),
  )
  const close = () => moveRequest.set(undefined)
  const choose = (node: MailboxNode | undefined) => {
    if (node === undefined) return
    close()
    move(acts, which, node.mailbox.id)
  }
  const current = Math.min(at, found.length - 1)
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      setAt((current + step + found.length) % Math.max(1, found.length))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      choose(found[current])
    }
  }
  return (
    <Dialog title={t('action.moveTo')} isOpen onClose={close} closeLabel={t('app.close')}>
      <input
        className={css.input}
        type="text"
        role="combobox"
        aria-label={t('action.filterMailboxes')}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        {...(found[current] === undefined ? {} : { 'aria-activedescendant': `${id}-${found[current].mailbox.id}` })}
        placeholder={t('action.filterMailboxes')}
        value={text}
        ref={focusNow}
        onChange={(event) => {
          setText(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
      />
      <div className={css.list} role="listbox" id={`${id}-list`} aria-label={t('mailbox.nav')}>
        {found.map((node, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the combobox holds focus and keys
          <div
            key={node.mailbox.id}
            id={`${id}-${node.mailbox.id}`}
            role="option"
            aria-selected={index === current}
            className={css.option}
            data-depth={Math.min(node.depth, 3)}
            onClick={() => choose(node)}
          >
            <Icon name={mailboxIcon(node.mailbox)} size={18} />
            {mailboxName(node.mailbox, t)}
          </div>
        ))}
      </div>
      {found.length === 0 ? <p className={css.none}>{t('action.noMailbox')}</p> : null}
    </Dialog>
  )
}
