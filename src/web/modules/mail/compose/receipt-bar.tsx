/** The sender asks to be told that the message was read: the reader decides, and is asked once. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { EmailSummary } from '../../../data/index.ts'
import { useClient } from '../../../shell/client.tsx'
import { toast } from '../../../shell/toasts.tsx'
import { Button } from '../../../ui/button.tsx'
import { Icon } from '../../../ui/icon.tsx'
import css from './reader-bar.module.css'

export const ReceiptBar = ({ email }: { email: EmailSummary }) => {
  const { t } = useTranslation()
  const client = useClient()
  const [busy, setBusy] = useState(false)
  const send = async () => {
    setBusy(true)
    const identities = client.identities.get() ?? []
    const to = new Set([...(email.to ?? []), ...(email.cc ?? [])].map((person) => person.email.toLowerCase()))
    const identity = identities.find((one) => to.has(one.email.toLowerCase())) ?? identities[0]
    // RFC 9007 §2.1: an act of the person, shown as such to whoever asked.
    const disposition = { actionMode: 'manual-action', sendingMode: 'mdn-sent-manually', type: 'displayed' }
    const args = {
      accountId: client.session.get()?.accountId ?? '',
      identityId: identity?.id ?? '',
      send: { k: { forEmailId: email.id, disposition } },
    }
    try {
      const [answer] = await client.side.send([{ name: 'MDN/send', args }], { write: true })
      const notSent = answer?.ok ? (answer.args.notSent as { k?: { type: string } } | null) : { k: { type: 'failed' } }
      if (notSent?.k && notSent.k.type !== 'mdnAlreadySent') throw new Error(notSent.k.type)
      toast(t('compose.receiptSent'), { ms: 3000 })
    } catch {
      toast(t('compose.receiptFailed'), { tone: 'problem' })
      setBusy(false)
    }
  }
  return (
    <section className={css.bar} aria-label={t('compose.askReceipt')}>
      <Icon name="eye" size={20} />
      <p className={css.text}>
        <strong>{t('compose.askReceipt')}</strong> {t('compose.askReceiptMore')}
      </p>
      <span className={css.buttons}>
        <Button isDisabled={busy} onPress={() => void send()}>
          {t('compose.sendReceipt')}
        </Button>
        <Button
          kind="quiet"
          isDisabled={busy}
          // RFC 3503 §3.3: refused or sent, it is not asked again, by any program.
          onPress={() => client.actions.setKeyword([email.id], '$mdnsent', true).done.catch(() => undefined)}
        >
          {t('compose.refuseReceipt')}
        </Button>
      </span>
    </section>
  )
}
