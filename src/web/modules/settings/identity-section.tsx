/** Under which names one writes, and how one signs. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Identity } from '../../data/index.ts'
import { useClient } from '../../shell/client.tsx'
import { toast } from '../../shell/toasts.tsx'
import { useLive } from '../../shell/value.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { textToHtml } from '../mail/compose/text-html.ts'
import css from './settings-screen.module.css'

const IdentityForm = ({ identity }: { identity: Identity }) => {
  const { t } = useTranslation()
  const client = useClient()
  const [name, setName] = useState(identity.name)
  const [signature, setSignature] = useState(identity.textSignature)
  const [busy, setBusy] = useState(false)
  const isChanged = name !== identity.name || signature !== identity.textSignature
  const save = async () => {
    setBusy(true)
    const htmlSignature = signature.trim() === '' ? '' : textToHtml(signature.trim())
    try {
      await client.updateIdentity(identity.id, { name: name.trim(), textSignature: signature.trim(), htmlSignature })
      toast(t('done.saved'), { ms: 3000 })
    } catch {
      toast(t('problem.changeRefused'), { tone: 'problem' })
    }
    setBusy(false)
  }
  return (
    <form
      className={css.card}
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <div className={css.stack}>
        <p className={css.cardTitle}>{identity.email}</p>
        <Field label={t('settings.name')} value={name} onChange={setName} maxLength={200} />
        <label>
          <span className={css.label}>{t('settings.signature')}</span>
          <textarea
            className={css.signature}
            value={signature}
            maxLength={5000}
            placeholder={t('settings.signatureHint')}
            onChange={(event) => setSignature(event.target.value)}
          />
        </label>
        <p>
          <Button kind="primary" type="submit" isDisabled={!isChanged || busy}>
            {t('app.save')}
          </Button>
        </p>
      </div>
    </form>
  )
}

export const IdentitySection = () => {
  const { t } = useTranslation()
  const identities = useLive(useClient().identities) ?? []
  return (
    <section className={css.section} aria-labelledby="identities">
      <h2 className={css.heading} id="identities">
        {t('settings.identities')}
      </h2>
      {identities.map((identity) => (
        <IdentityForm key={identity.id} identity={identity} />
      ))}
    </section>
  )
}
