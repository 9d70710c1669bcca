/** The mailboxes of functions below one's own: their inboxes with what is unread, and their folders when unfolded. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ClientProvider, useMailboxes } from '../../../shell/client.tsx'
import { type OpenFunction, openFunctions } from '../../../shell/functions.ts'
import { useAccountHere } from '../../../shell/use-account-here.ts'
import { useLive } from '../../../shell/value.ts'
import { IconButton } from '../../../ui/button.tsx'
import { MailboxNameDialog, type Naming } from '../mailboxes/mailbox-name.tsx'
import { mailboxTree } from '../mailboxes/mailbox-names.ts'
import { MailboxLine } from '../mailboxes/mailbox-sidebar.tsx'
import css from './functions.module.css'

const Section = ({ of: { accountId, name, address, client } }: { of: OpenFunction }) => {
  const { t } = useTranslation()
  const mailboxes = useMailboxes()
  const isHere = useAccountHere() === accountId
  const [isUnfolded, setUnfolded] = useState<boolean>()
  const [naming, setNaming] = useState<Naming>()
  const mayWrite = useLive(client.session)?.mayWrite !== false
  const isOpen = isUnfolded ?? isHere
  const { standard, own } = mailboxTree(mailboxes)
  const all = [...standard, ...own]
  // Folded, the inbox stays: what is unread is seen without a press.
  const shown = isOpen ? all : all.slice(0, 1).map((node) => ({ ...node, children: [] }))
  const heading = `function-${accountId}`
  return (
    <section aria-labelledby={heading}>
      <div className={css.heading}>
        <h2 id={heading} title={address}>
          {name}
        </h2>
        {isOpen && isHere && mayWrite ? (
          <IconButton
            icon="plus"
            size={16}
            className={css.small}
            label={t('mailbox.create')}
            onPress={() => setNaming({ kind: 'create' })}
          />
        ) : null}
        <IconButton
          icon={isOpen ? 'down' : 'next'}
          size={16}
          className={css.small}
          label={isOpen ? t('functions.fold', { name }) : t('functions.unfold', { name })}
          aria-expanded={isOpen}
          onPress={() => setUnfolded(!isOpen)}
        />
      </div>
      <ul>
        {shown.map((node) => (
          <MailboxLine key={node.mailbox.id} node={node} onName={setNaming} />
        ))}
      </ul>
      {naming === undefined ? null : <MailboxNameDialog naming={naming} onClose={() => setNaming(undefined)} />}
    </section>
  )
}

export const FunctionSections = () =>
  useLive(openFunctions).map((one) => (
    <ClientProvider key={one.accountId} client={one.client}>
      <Section of={one} />
    </ClientProvider>
  ))
