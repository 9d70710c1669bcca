import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Identity } from '../../../data/index.ts'
import { useClient } from '../../../shell/client.tsx'
import { useLive } from '../../../shell/value.ts'
import css from './compose-fields.module.css'
import type { ComposeState } from './compose-state.ts'
import { RecipientsField } from './recipients-field.tsx'

const FromLine = ({ state, onIdentity }: { state: ComposeState; onIdentity: (identity: Identity) => void }) => {
  const { t } = useTranslation()
  const { account, identities: live } = useClient()
  const identities = useLive(live) ?? []
  // In whose name one writes is seen wherever it is not one's own.
  if (identities.length < (account === undefined ? 2 : 1)) return null
  return (
    <label className={css.line}>
      <span className={css.label}>{t('compose.from')}</span>
      <select
        className={css.select}
        aria-label={t('compose.from')}
        value={state.identityId ?? identities[0]?.id}
        onChange={(event) => {
          const chosen = identities.find(({ id }) => id === event.target.value)
          if (chosen) onIdentity(chosen)
        }}
      >
        {identities.map((identity) => (
          <option key={identity.id} value={identity.id}>
            {identity.name ? `${identity.name} <${identity.email}>` : identity.email}
          </option>
        ))}
      </select>
    </label>
  )
}

/** Recipients, identity and subject. */
export const ComposeFields = ({
  state,
  edit,
  onIdentity,
  autoFocus,
}: {
  state: ComposeState
  edit: (part: Partial<ComposeState>) => void
  /** The message is sent under another name. */
  onIdentity: (identity: Identity) => void
  autoFocus: boolean
}) => {
  const { t } = useTranslation()
  const [showCc, setShowCc] = useState(state.cc.length > 0)
  const [showBcc, setShowBcc] = useState(state.bcc.length > 0)
  return (
    <>
      <FromLine state={state} onIdentity={onIdentity} />
      <RecipientsField
        label={t('compose.to')}
        people={state.to}
        onChange={(to) => edit({ to })}
        autoFocus={autoFocus}
        trailing={
          <span className={css.more}>
            {showCc ? null : (
              <button type="button" className={css.add} aria-label={t('compose.addCc')} onClick={() => setShowCc(true)}>
                {t('compose.cc')}
              </button>
            )}
            {showBcc ? null : (
              <button
                type="button"
                className={css.add}
                aria-label={t('compose.addBcc')}
                onClick={() => setShowBcc(true)}
              >
                {t('compose.bcc')}
              </button>
            )}
          </span>
        }
      />
      {showCc ? (
        <RecipientsField
          label={t('compose.cc')}
          people={state.cc}
          onChange={(cc) => edit({ cc })}
          autoFocus={state.cc.length === 0}
        />
      ) : null}
      {showBcc ? (
        <RecipientsField
          label={t('compose.bcc')}
          people={state.bcc}
          onChange={(bcc) => edit({ bcc })}
          autoFocus={state.bcc.length === 0}
        />
      ) : null}
      <label className={css.line}>
        <span className={css.label}>{t('compose.subject')}</span>
        <input
          className={css.subject}
          type="text"
          maxLength={900}
          value={state.subject}
          onChange={(event) => edit({ subject: event.target.value })}
        />
      </label>
    </>
  )
}
