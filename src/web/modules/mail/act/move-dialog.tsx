/** Chooses the mailbox to move to: type a few letters, press Enter. */
import { Fragment, type KeyboardEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MailClient } from '../../../data/index.ts'
import { useOwnClient } from '../../../shell/client.tsx'
import { openFunctions } from '../../../shell/functions.ts'
import { useLive } from '../../../shell/value.ts'
import { Dialog } from '../../../ui/dialog.tsx'
import { Icon } from '../../../ui/icon.tsx'
import {
  flat,
  type MailboxNode,
  mailboxIcon,
  mailboxName,
  mailboxTree,
  nameProblem,
} from '../mailboxes/mailbox-names.ts'
import { moveRequest, moveTo } from './act.ts'
import type { Acts } from './acts.ts'
import css from './move-dialog.module.css'
import { useActs } from './use-acts.ts'

/** Compares without case nor accents. */
export const folded = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

interface Choice {
  readonly client: MailClient
  readonly node: MailboxNode
  /** Named when there are several accounts to choose from. */
  readonly account: string | undefined
}

/** The mailboxes of the account on the screen, then those of the others that one may write to. */
const useChoices = ({ client, place }: Acts, isWhole: boolean): readonly Choice[] => {
  const { t } = useTranslation()
  const own = useOwnClient()
  const functions = useLive(openFunctions)
  const all = [{ client: own, name: t('mailbox.mine') }, ...functions]
  // The server moves the whole of a long list within its account only.
  const others = isWhole ? [] : all.filter((one) => one.client !== client)
  const here = all.filter((one) => one.client === client)
  return [...here, ...others]
    .filter((one) => one.client.session.get()?.mayWrite !== false)
    .flatMap(({ client: account, name }) => {
      const { standard, own: folders } = mailboxTree(account.mailboxes.get() ?? [])
      return [...flat(standard), ...flat(folders)]
        .filter(({ mailbox }) => !noEntry.has(mailbox.role) && (account !== client || mailbox.id !== place.mailbox?.id))
        .map((node) => ({ client: account, node, account: all.length > 1 ? name : undefined }))
    })
}

/** What goes there goes by other ways. */
const noEntry: ReadonlySet<string | null> = new Set(['drafts', 'scheduled', 'snoozed'])

/** The dialog was opened to type here. */
const focusNow = (input: HTMLInputElement | null) => input?.focus()

export const MoveDialog = () => {
  const { t } = useTranslation()
  const acts = useActs()
  const id = useId()
  const which = useLive(moveRequest)
  const choices = useChoices(acts, which?.allBut !== undefined)
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  if (which === undefined) return null
  const found = choices.filter(({ node, account = '' }) =>
    folded(`${account} ${mailboxName(node.mailbox, t)}`).includes(folded(text.trim())),
  )
  const close = () => moveRequest.set(undefined)
  const choose = (choice: Choice | undefined) => {
    if (choice === undefined) return
    close()
    const { client, node } = choice
    moveTo(acts, which, { client, mailboxId: node.mailbox.id, name: mailboxName(node.mailbox, t) })
  }
  const clean = text.trim().normalize('NFC')
  const top = acts.client.mailboxes.get() ?? []
  // In a list of several accounts nobody knows whose the folder would be.
  const mayCreate =
    clean !== '' && acts.client.split === undefined && nameProblem(top, clean, null, undefined) === undefined
  const create = () => {
    close()
    void import('./move-into-new.ts').then(({ moveIntoNew }) => moveIntoNew(acts, which, clean))
  }
  const count = found.length + (mayCreate ? 1 : 0)
  const optionId = ({ client, node }: Choice) => `${id}-${client.account ?? ''}-${node.mailbox.id}`
  const current = Math.min(at, count - 1)
  const isCreate = mayCreate && current === found.length
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      setAt((current + step + count) % Math.max(1, count))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      if (isCreate) create()
      else choose(found[current])
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
        {...(isCreate
          ? { 'aria-activedescendant': `${id}-new` }
          : found[current] === undefined
            ? {}
            : { 'aria-activedescendant': optionId(found[current]) })}
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
        {found.map((choice, index) => (
          <Fragment key={optionId(choice)}>
            {choice.account === undefined || choice.account === found[index - 1]?.account ? null : (
              <p className={css.account} role="presentation">
                {choice.account}
              </p>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the combobox holds focus and keys */}
            <div
              id={optionId(choice)}
              role="option"
              aria-selected={index === current}
              className={css.option}
              data-depth={Math.min(choice.node.depth, 3)}
              onClick={() => choose(choice)}
            >
              <Icon name={mailboxIcon(choice.node.mailbox)} size={18} />
              {mailboxName(choice.node.mailbox, t)}
              {choice.account === undefined ? null : <span className={css.spoken}> ({choice.account})</span>}
            </div>
          </Fragment>
        ))}
        {mayCreate ? (
          // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the combobox holds focus and keys
          <div id={`${id}-new`} role="option" aria-selected={isCreate} className={css.option} onClick={create}>
            <Icon name="plus" size={18} />
            {t('organise.createHere', { name: clean })}
          </div>
        ) : null}
      </div>
      {count === 0 ? <p className={css.none}>{t('action.noMailbox')}</p> : null}
    </Dialog>
  )
}
